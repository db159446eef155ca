"""Objects as kubectl's tables: the columns of each type, and their widths."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from simulator.kubectl.making import Json
from simulator.kubectl.objects import labels_of, name_of, space_of
from simulator.kubectl.resources import (
    ENDPOINTS,
    NAMESPACES,
    NODES,
    PODS,
    POLICIES,
    SERVICES,
    Resource,
)
from simulator.kubectl.state import State

NONE = "<none>"
Column = tuple[str, Callable[[Json, State], str]]


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells in columns three blanks apart; the last column is not filled up."""
    if not rows:
        return ""
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [cell.ljust(widths[n]) for n, cell in enumerate(row[:-1])]
        lines.append("   ".join([*cells, row[-1]]) + "\n")
    return "".join(lines)


def columns(resource: Resource, *, wide: bool) -> list[Column]:
    """The columns of a type, the name's first."""
    age: Column = ("AGE", lambda _, state: state.age)
    found = [*_COLUMNS.get(resource, []), age, *(_WIDE.get(resource, []) if wide else [])]
    return [("NAME", lambda one, _: name_of(one)), *found]


def pairs(labels: Mapping[str, str]) -> str:
    """`a=1,b=2`, or <none>."""
    return ",".join(f"{key}={value}" for key, value in sorted(labels.items())) or NONE


def selector_text(selector: Mapping[str, Any]) -> str:
    """A LabelSelector in kubectl's words: `app=shop,tier in (a,b),!old`, or <none>."""
    terms = [(key, f"{key}={value}") for key, value in selector.get("matchLabels", {}).items()]
    for each in selector.get("matchExpressions", []):
        key, values = each["key"], ",".join(sorted(each.get("values", [])))
        shapes = {
            "In": f"{key} in ({values})",
            "NotIn": f"{key} notin ({values})",
            "Exists": key,
            "DoesNotExist": f"!{key}",
        }
        terms.append((key, shapes[each["operator"]]))
    return ",".join(text for _, text in sorted(terms, key=lambda term: term[0])) or NONE


# ── The columns of each type ──


def _pod_ip(one: Json, _: State) -> str:
    return str(one["status"].get("podIP", NONE))


def _service_ports(one: Json, _: State) -> str:
    shown = []
    for port in one["spec"].get("ports", []):
        node = f":{port['nodePort']}" if "nodePort" in port else ""
        shown.append(f"{port['port']}{node}/{port['protocol']}")
    return ",".join(shown) or NONE


def _external(one: Json, _: State) -> str:
    listed = ",".join(one["spec"].get("externalIPs", []))
    return listed or ("<pending>" if one["spec"]["type"] == "LoadBalancer" else NONE)


def _endpoint_list(one: Json, _: State) -> str:
    found = [
        f"{subset['addresses'][0]['ip']}:{subset['ports'][0]['port']}"
        for subset in one.get("subsets", [])
    ]
    more = f" + {len(found) - 3} more..." if len(found) > 3 else ""
    return ",".join(found[:3]) + more or NONE


def _node_ip(one: Json, _: State) -> str:
    return str(one["status"]["addresses"][0]["address"])


def _always(text: str) -> Callable[[Json, State], str]:
    return lambda _one, _state: text


_COLUMNS: dict[Resource, list[Column]] = {
    POLICIES: [("POD-SELECTOR", lambda one, _: selector_text(one["spec"]["podSelector"]))],
    PODS: [("READY", _always("1/1")), ("STATUS", _always("Running")), ("RESTARTS", _always("0"))],
    SERVICES: [
        ("TYPE", lambda one, _: one["spec"]["type"]),
        ("CLUSTER-IP", lambda one, _: one["spec"].get("clusterIP", NONE)),
        ("EXTERNAL-IP", _external),
        ("PORT(S)", _service_ports),
    ],
    NAMESPACES: [("STATUS", _always("Active"))],
    ENDPOINTS: [("ENDPOINTS", _endpoint_list)],
    NODES: [("STATUS", _always("Ready")), ("ROLES", _always(NONE))],
}
_WIDE: dict[Resource, list[Column]] = {
    PODS: [
        ("IP", _pod_ip),
        ("NODE", lambda one, _: one["spec"].get("nodeName", NONE)),
        ("NOMINATED NODE", _always(NONE)),
        ("READINESS GATES", _always(NONE)),
    ],
    SERVICES: [("SELECTOR", lambda one, _: pairs(one["spec"].get("selector", {})))],
    NODES: [("INTERNAL-IP", _node_ip)],
}


# ── A whole table ──


def get_table(
    state: State,
    resource: Resource,
    found: Sequence[Json],
    *,
    wide: bool = False,
    spaces: bool = False,
    prefix: bool = False,
    label_columns: Sequence[str] = (),
    show_labels: bool = False,
    headers: bool = True,
) -> str:
    """What `kubectl get` prints: `spaces` for -A, `prefix` where several types are asked for."""
    shown = columns(resource, wide=wide)
    titles = [title for title, _ in shown]
    titles += [label.rpartition("/")[2].upper() for label in label_columns]
    rows = [titles + ["LABELS"] * show_labels] if headers else []
    for one in found:
        cells = [cell(one, state) for _, cell in shown]
        if prefix:
            cells[0] = f"{resource.singular}/{cells[0]}"
        cells += [labels_of(one).get(label, "") for label in label_columns]
        rows.append(cells + [pairs(labels_of(one))] * show_labels)
    if spaces and resource.namespaced:
        names = (["NAMESPACE"] if headers else []) + [space_of(one) for one in found]
        rows = [[name, *row] for name, row in zip(names, rows, strict=True)]
    return table(rows)
