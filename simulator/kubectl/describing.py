"""kubectl describe: networkpolicies, pods, namespaces and services in kubectl's layout."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from simulator.kubectl.call import GLOBAL, SELECTING, Call, asked, listed, named, nothing
from simulator.kubectl.flags import Flag
from simulator.kubectl.objects import (
    LAST_APPLIED,
    Json,
    labels_of,
    name_of,
    objects,
    space_of,
    unread,
)
from simulator.kubectl.resources import (
    ENDPOINTS,
    NAMESPACES,
    PODS,
    POLICIES,
    SERVICES,
    Resource,
    not_found,
)
from simulator.kubectl.state import Answer, State, Stop
from simulator.kubectl.tables import NONE, pairs, selector_text

FLAGS = (
    *GLOBAL, *SELECTING, Flag("show-events", "", "perhaps"), Flag("filename", "f", "value"),
    Flag("chunk-size", "", "value"),
)  # fmt: skip


def describe(call: Call) -> Answer:
    """Print objects in words; a name also stands for those that begin with it."""
    texts: list[str] = []
    errors, empty = "", ""
    for one, name in asked(call, call.words.args):
        found, end = _matching(call, one, name)
        if name and not found:
            errors += not_found(one, name)
        elif not found:
            empty = nothing(call, one)
        texts += [described(call.state, one, each) + end for each in found]
    says = unread(call.state) if not texts else ""
    said = errors or ("" if texts else empty)
    return Answer(call.state, "\n\n".join(texts), says + said, 1 if errors else 0)


def _matching(call: Call, one: Resource, name: str) -> tuple[tuple[Json, ...], str]:
    """The objects, and what kubectl prints after each: a blank line where a beginning was given."""
    if not name:
        return listed(call, one), ""
    try:
        return (named(call, one, name),), ""
    except Stop:
        return tuple(each for each in listed(call, one) if name_of(each).startswith(name)), "\n"


def described(state: State, one: Resource, each: Json) -> str:
    """One object in words."""
    if one not in _SHAPES:
        return "".join(f"{line}\n" for line in _head(each, 14))
    return "".join(f"{line}\n" for line in _SHAPES[one](state, each))


def _field(name: str, value: str, width: int) -> str:
    return f"{name + ':':<{width}}{value}"


def _mapped(name: str, values: Mapping[str, str], width: int) -> Iterator[str]:
    lines = [f"{key}={value}" for key, value in sorted(values.items())] or [NONE]
    yield _field(name, lines[0], width)
    yield from (" " * width + line for line in lines[1:])


def _annotations(each: Json) -> dict[str, str]:
    found = each["metadata"].get("annotations", {})
    return {key: value for key, value in found.items() if key != LAST_APPLIED}


def _annotated(each: Json, width: int) -> Iterator[str]:
    found = {k: v.replace("\n", " ") for k, v in _annotations(each).items()}
    lines = [f"{key}: {value}" for key, value in sorted(found.items())] or [NONE]
    yield _field("Annotations", lines[0], width)
    yield from (" " * width + line for line in lines[1:])


def _head(each: Json, width: int) -> Iterator[str]:
    yield _field("Name", name_of(each), width)
    if space_of(each):
        yield _field("Namespace", space_of(each), width)
    yield from _mapped("Labels", labels_of(each), width)
    yield from _annotated(each, width)


def _date(state: State) -> datetime:
    return datetime.fromisoformat(state.created.replace("Z", "+00:00"))


# ── NetworkPolicy ──


def _policy(state: State, each: Json) -> Iterator[str]:
    spec = each["spec"]
    yield _field("Name", name_of(each), 14)
    yield _field("Namespace", space_of(each), 14)
    yield _field("Created on", _date(state).strftime("%Y-%m-%d %H:%M:%S +0000 UTC"), 14)
    yield from _mapped("Labels", labels_of(each), 14)
    yield from _annotated(each, 14)
    yield "Spec:"
    everyone = " (Allowing the specific traffic to all pods in this namespace)"
    selected = selector_text(spec["podSelector"])
    yield f"  PodSelector:     {selected}{everyone if selected == NONE else ''}"
    for direction in ("Ingress", "Egress"):
        if direction in spec["policyTypes"]:
            yield f"  Allowing {direction.lower()} traffic:"
            yield from _rules(spec.get(direction.lower(), []), direction)
        else:
            yield f"  Not affecting {direction.lower()} traffic"
    yield f"  Policy Types: {', '.join(spec['policyTypes'])}"


def _rules(rules: list[Json], direction: str) -> Iterator[str]:
    if not rules:
        yield f"    {NONE} (Selected pods are isolated for {direction.lower()} connectivity)"
    for number, rule in enumerate(rules):
        if number:
            yield "    ----------"
        yield from _ports(rule.get("ports", []))
        yield from _peers(rule, direction)


def _ports(ports: list[Json]) -> Iterator[str]:
    if not ports:
        yield "    To Port: <any> (traffic allowed to all ports)"
    for port in ports:
        number = port.get("port", "<nil>")
        if "endPort" in port:
            yield f"    To Port Range: {number}-{port['endPort']}/{port['protocol']}"
        else:
            yield f"    To Port: {number}/{port['protocol']}"


def _peers(rule: Json, direction: str) -> Iterator[str]:
    side, what = ("from", "source") if direction == "Ingress" else ("to", "destination")
    if not rule.get(side):
        yield f"    {side.title()}: <any> (traffic not restricted by {what})"
    for peer in rule.get(side, []):
        yield f"    {side.title()}:"
        if "ipBlock" in peer:
            yield "      IPBlock:"
            yield f"        CIDR: {peer['ipBlock']['cidr']}"
            yield f"        Except: {', '.join(peer['ipBlock'].get('except', []))}"
        for kind in ("namespaceSelector", "podSelector"):
            if kind in peer:
                yield f"      {kind[0].upper()}{kind[1:]}: {selector_text(peer[kind])}"


# ── Pod ──


def _pod(state: State, each: Json) -> Iterator[str]:
    spec, status = each["spec"], each["status"]
    started = _date(state).strftime("%a, %d %b %Y %H:%M:%S +0000")
    yield _field("Name", name_of(each), 14)
    yield _field("Namespace", space_of(each), 14)
    yield _field("Priority", "0", 14)
    yield _field("Node", _node(state, spec), 14)
    yield _field("Start Time", started, 14)
    yield from _mapped("Labels", labels_of(each), 14)
    yield from _annotated(each, 14)
    yield _field("Status", "Running", 14)
    yield _field("IP", status.get("podIP", ""), 14)
    yield "IPs:" if "podIPs" in status else "IPs:          <none>"
    yield from (f"  IP:  {address['ip']}" for address in status.get("podIPs", []))
    for owner in each["metadata"].get("ownerReferences", []):
        yield f"Controlled By:  {owner['kind']}/{owner['name']}"
    yield "Containers:"
    for container in spec["containers"]:
        yield from _container(container, started)
    yield from _POD_END


def _node(state: State, spec: Json) -> str:
    name = spec.get("nodeName", "")
    known = (str(host.address) for host in state.cluster.hosts if host.node and host.name == name)
    return f"{name}/{next(known, '')}" if name else NONE


def _container(container: Json, started: str) -> Iterator[str]:
    ports = container.get("ports", [])
    shown = [f"{port['containerPort']}/{port['protocol']}{_named(port)}" for port in ports]
    hosts = [f"0/{port['protocol']}{_named(port)}" for port in ports]
    plural = "s" if len(ports) > 1 else ""
    yield f"  {container['name']}:"
    for name, value in (
        ("Container ID", ""), ("Image", container["image"]), ("Image ID", ""),
        (f"Port{plural}", ", ".join(shown) or NONE),
        (f"Host Port{plural}", ", ".join(hosts) or NONE), ("State", "Running"),
        ("  Started", started), ("Ready", "True"), ("Restart Count", "0"),
        ("Environment", NONE), ("Mounts", NONE),
    ):  # fmt: skip
        yield f"    {name + ':':<16}{value}"


def _named(port: Json) -> str:
    return f" ({port['name']})" if "name" in port else ""


_POD_END = (
    "Conditions:",
    "  Type                        Status",
    "  PodReadyToStartContainers   True ",
    "  Initialized                 True ",
    "  Ready                       True ",
    "  ContainersReady             True ",
    "  PodScheduled                True ",
    "Volumes:                      <none>",
    "QoS Class:                    BestEffort",
    "Node-Selectors:               <none>",
    "Tolerations:                  node.kubernetes.io/not-ready:NoExecute op=Exists for 300s",
    "                              node.kubernetes.io/unreachable:NoExecute op=Exists for 300s",
    "Events:                       <none>",
)


# ── Namespace, Service ──


def _namespace(_: State, each: Json) -> Iterator[str]:
    yield from _head(each, 14)
    yield _field("Status", "Active", 14)
    yield from ("", "No resource quota.", "", "No LimitRange resource.")


def _service(state: State, each: Json) -> Iterator[str]:
    spec, width = each["spec"], 26
    addresses = spec.get("clusterIPs", [])
    yield from _head(each, width)
    yield _field("Selector", pairs(spec.get("selector", {})), width)
    yield _field("Type", spec["type"], width)
    yield _field("IP Family Policy", "SingleStack", width)
    yield _field("IP Families", "IPv6" if ":" in "".join(addresses) else "IPv4", width)
    yield _field("IP", spec.get("clusterIP", ""), width)
    yield _field("IPs", ",".join(addresses), width)
    if "externalIPs" in spec:
        yield _field("External IPs", ",".join(spec["externalIPs"]), width)
    for number, port in enumerate(spec.get("ports", [])):
        yield from _service_port(port, _behind(state, each, number), width)
    yield _field("Session Affinity", "None", width)
    yield _field("Internal Traffic Policy", "Cluster", width)
    yield _field("Events", NONE, width)


def _service_port(port: Json, behind: str, width: int) -> Iterator[str]:
    name = port.get("name", "<unset>")
    yield _field("Port", f"{name}  {port['port']}/{port['protocol']}", width)
    yield _field("TargetPort", f"{port['targetPort']}/{port['protocol']}", width)
    if "nodePort" in port:
        yield _field("NodePort", f"{name}  {port['nodePort']}/{port['protocol']}", width)
    yield _field("Endpoints", behind, width)


def _behind(state: State, each: Json, number: int) -> str:
    for one in objects(state, ENDPOINTS):
        if name_of(one) == name_of(each) and space_of(one) == space_of(each):
            ports = max(len(each["spec"].get("ports", [])), 1)
            found = one.get("subsets", [])[number::ports]
            shown = [f"{s['addresses'][0]['ip']}:{s['ports'][0]['port']}" for s in found]
            return ",".join(shown)
    return ""


_SHAPES: dict[Resource, Callable[[State, Any], Iterator[str]]] = {
    POLICIES: _policy,
    PODS: _pod,
    NAMESPACES: _namespace,
    SERVICES: _service,
}
