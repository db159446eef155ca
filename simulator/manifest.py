"""A NetworkPolicy as the API server stores it, and as YAML in the style of the course.

The stored object is networking.k8s.io/v1 JSON after defaulting (types.go: `omitempty` drops empty
lists and maps, podSelector stays). The YAML is block style; every scalar that kubectl, or a YAML
1.1 reader, would take for something else than text stands in double quotes.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from simulator.model import (
    Direction,
    IPBlock,
    NetworkPolicy,
    Operator,
    Peer,
    Port,
    Requirement,
    Rule,
    Selector,
)
from simulator.scalars import looks_numeric, resolve

Json = str | int | list["Json"] | dict[str, "Json"]

_SAFE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_./:-]*[A-Za-z0-9_./-])?")
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?.*")


# ── The stored object ────────────────────────────────────────────────────────────────────────


def stored(policy: NetworkPolicy) -> dict[str, Json]:
    """The object as the API server keeps it, less what it adds (uid, dates, managedFields).

    Labels and annotations of the policy itself are left out too: nothing here reads them.
    Shape: apiVersion, kind, metadata{name, namespace}, spec{podSelector, policyTypes, ingress?,
    egress?}, made of dicts, lists, texts and integers alone, in the order that people write.
    """
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": policy.name, "namespace": policy.namespace},
        "spec": _filled(
            podSelector=stored_selector(policy.pod_selector),
            policyTypes=[direction.value for direction in policy.policy_types],
            ingress=[stored_rule(rule, Direction.INGRESS) for rule in policy.ingress],
            egress=[stored_rule(rule, Direction.EGRESS) for rule in policy.egress],
        ),
    }


def stored_selector(selector: Selector) -> dict[str, Json]:
    """A LabelSelector; `{}` selects everything."""
    # Pairs are read before expressions, so that only leading ones can be written as pairs.
    pairs = list(takewhile(_is_pair, selector.requirements))
    labels: dict[str, Json] = {pair.key: pair.values[0] for pair in pairs}
    if len(labels) < len(pairs):  # one key twice: no map can say that
        labels, pairs = {}, []
    rest = selector.requirements[len(pairs) :]
    return _filled(matchLabels=labels, matchExpressions=[_expression(r) for r in rest])


def stored_rule(rule: Rule, direction: Direction) -> dict[str, Json]:
    """One entry of `ingress` or `egress`; `{}` admits everybody on every port."""
    peers: list[Json] = [stored_peer(peer) for peer in rule.peers]
    ports: list[Json] = [stored_port(port) for port in rule.ports]
    return _filled(**{direction.side: peers, "ports": ports})


def stored_peer(peer: Peer) -> dict[str, Json]:
    """One entry of `from` or `to`; an empty selector is kept, for it says something."""
    found: dict[str, Json] = {}
    if peer.pod_selector is not None:
        found["podSelector"] = stored_selector(peer.pod_selector)
    if peer.namespace_selector is not None:
        found["namespaceSelector"] = stored_selector(peer.namespace_selector)
    if peer.ip_block is not None:
        found["ipBlock"] = _stored_block(peer.ip_block)
    return found


def stored_port(port: Port) -> dict[str, Json]:
    """One entry of `ports`; its protocol is always there."""
    found: dict[str, Json] = {"protocol": port.protocol}
    if port.port is not None:
        found["port"] = port.port
    if port.end_port is not None:
        found["endPort"] = port.end_port
    return found


def _stored_block(block: IPBlock) -> dict[str, Json]:
    cidr, *excepts = block.written or (str(block.cidr), *map(str, block.excepts))
    return _filled(cidr=cidr, **{"except": list[Json](excepts)})


def _is_pair(requirement: Requirement) -> bool:
    single = requirement.operator is Operator.IN and len(requirement.values) == 1
    return requirement.pair and single


def _expression(requirement: Requirement) -> dict[str, Json]:
    values: list[Json] = list(requirement.values)
    return _filled(key=requirement.key, operator=requirement.operator.value, values=values)


def _filled(**fields: Json | Sequence[Json]) -> dict[str, Json]:
    """The fields less empty lists and maps; podSelector is no pointer in the API, and stays."""
    kept: dict[str, Json] = {}
    for name, value in fields.items():
        if name == "podSelector" or (value != [] and value != {}):
            kept[name] = value if isinstance(value, str | int | dict) else list(value)
    return kept


# ── YAML ─────────────────────────────────────────────────────────────────────────────────────


def manifest(policy: NetworkPolicy) -> str:
    """One policy as YAML, ending in a newline; `read_policies` reads the same policy from it."""
    return "\n".join(block_lines(stored(policy))) + "\n"


def manifests(policies: Iterable[NetworkPolicy]) -> str:
    """Several policies as one text, with `---` between them."""
    return "---\n".join(map(manifest, policies))


def block_lines(value: Json) -> list[str]:
    """A stored value as lines of block-style YAML, without indentation of their own."""
    return list(_lines(value))


def scalar(text: str) -> str:
    """A text as a YAML scalar that every reader takes for this text."""
    plain = _SAFE.fullmatch(text) and not looks_numeric(text) and not _DATE.fullmatch(text)
    return text if plain and resolve(text) == text else json.dumps(text)


def _lines(value: Json) -> Iterator[str]:
    if isinstance(value, dict) and value:
        yield from _map_lines(value)
    elif isinstance(value, list) and value:
        for item in value:
            first, *rest = _lines(item)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)
    else:
        yield _inline(value)


def _map_lines(value: dict[str, Json]) -> Iterator[str]:
    for key, below in value.items():
        if isinstance(below, dict | list) and below:
            yield f"{scalar(key)}:"
            # The course writes the dashes of a list right below its key.
            indent = "" if isinstance(below, list) else "  "
            yield from (indent + line for line in _lines(below))
        else:
            yield f"{scalar(key)}: {_inline(below)}"


def _inline(value: Json) -> str:
    return scalar(value) if isinstance(value, str) else json.dumps(value)
