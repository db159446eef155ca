"""The quick way through a spec in which nothing is wrong and nothing is odd.

Nearly every policy of a cluster is such a one. It takes known fields with good values; for
everything else (a fault, a warning, a default to fill in, a null, a limit passed) the answer is
None, and the careful way (`parse`, `parse_rules`, `parse_selectors`) reads the spec and words what
there is to say. A property test compares the two ways.
"""

from functools import lru_cache
from itertools import pairwise
from typing import cast

from simulator import validate
from simulator.cidr import cidr_warnings, read_cidr
from simulator.limits import Limits
from simulator.model import (
    Direction,
    IPBlock,
    Network,
    Operator,
    Peer,
    Port,
    Protocol,
    Requirement,
    Rule,
    Selector,
)
from simulator.nodes import Entry, Mapping, Node, Scalar, Sequence
from simulator.versions import API_SERVERS, ApiServer, Version

#: podSelector, policyTypes, ingress rules and egress rules.
Spec = tuple[Selector, tuple[Direction, ...], tuple[Rule, ...], tuple[Rule, ...]]


class _Odd(Exception):  # a way out, not an error
    """This spec is for the careful way."""


def plain_spec(node: Node | None, limits: Limits, server: ApiServer) -> Spec | None:
    """What a plain spec says, as stored; None for any other."""
    try:
        return _spec(node, limits, server)
    except _Odd:
        return None


def _spec(node: Node | None, limits: Limits, server: ApiServer) -> Spec:
    target: Selector | None = None
    types: tuple[Direction, ...] = ()
    rules: dict[Direction, tuple[Rule, ...]] = {}
    for entry in _entries(node):
        key = entry.key
        if key == "podSelector":
            target = _selector(entry, limits)
        elif key == "policyTypes":
            types = _types(entry.value)
        elif key in _SIDES:
            direction, side = _SIDES[key]
            rules[direction] = _rules(entry.value, side, limits, server)
        else:
            raise _Odd
    if target is None or not types or not rules.keys() <= set(types):
        raise _Odd
    return target, types, rules.get(Direction.INGRESS, ()), rules.get(Direction.EGRESS, ())


_SIDES = {"ingress": (Direction.INGRESS, "from"), "egress": (Direction.EGRESS, "to")}
_TYPES = {
    tuple(map(str, types)): types
    for types in (
        (Direction.INGRESS,),
        (Direction.EGRESS,),
        (Direction.INGRESS, Direction.EGRESS),
        (Direction.EGRESS, Direction.INGRESS),
    )
}


def _types(node: Node) -> tuple[Direction, ...]:
    types = _TYPES.get(tuple([_text(item) for item in _items(node)]))
    if types is None:
        raise _Odd
    return types


# ── Values of the right shape ────────────────────────────────────────────────────────────────


def _entries(node: Node | None) -> tuple[Entry, ...]:
    if not isinstance(node, Mapping):
        raise _Odd
    return node.entries


def _items(node: Node, most: int | None = None) -> tuple[Node, ...]:
    if not isinstance(node, Sequence) or (most is not None and len(node.items) > most):
        raise _Odd
    return node.items


def _text(node: Node) -> str:
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        raise _Odd
    return node.value


def _number(node: Node) -> int:
    """A whole number that looks like the one that it is."""
    value = node.value if isinstance(node, Scalar) else None
    if type(value) is not int or cast(Scalar, node).text != str(value):
        raise _Odd
    return value


# ── Selectors ────────────────────────────────────────────────────────────────────────────────


def _selector(entry: Entry, limits: Limits) -> Selector:
    pairs: list[Requirement] = []
    expressions: list[Requirement] = []
    for part in _entries(entry.value):
        if part.key == "matchLabels":
            pairs = [_pair(item) for item in _entries(part.value)]
        elif part.key == "matchExpressions":
            items = _items(part.value, limits.expressions)
            expressions = [_expression(item, limits) for item in items]
        else:
            raise _Odd
    return Selector((*pairs, *expressions), entry.mark)


def _pair(item: Entry) -> Requirement:
    key, value = item.key, _text(item.value)
    if validate.label_key(key) or validate.label_value(value):
        raise _Odd
    return Requirement(key, Operator.IN, (value,), item.mark, True)


_OPERATORS = {operator.value: operator for operator in Operator}
_LISTING = frozenset({Operator.IN, Operator.NOT_IN})


def _expression(node: Node, limits: Limits) -> Requirement:
    found = {entry.key: entry.value for entry in _entries(node)}
    if not found.keys() >= {"key", "operator"} or len(found) > 3:
        raise _Odd
    key, operator = _text(found["key"]), _OPERATORS.get(_text(found["operator"]))
    values: tuple[str, ...] = ()
    if len(found) == 3 and "values" in found:
        values = tuple([_text(item) for item in _items(found["values"], limits.values)])
    if (
        operator is None
        or validate.label_key(key)
        or any(map(validate.label_value, values))
        or (operator in _LISTING) is not bool(values)
        or len(found) != 2 + bool(values)
    ):
        raise _Odd
    return Requirement(key, operator, values, node.mark)


# ── Rules ────────────────────────────────────────────────────────────────────────────────────


def _rules(node: Node, side: str, limits: Limits, server: ApiServer) -> tuple[Rule, ...]:
    rules = tuple([_rule(item, side, limits, server) for item in _items(node, limits.rules)])
    for first, second in pairwise(rules):
        if first.peers and not first.ports and second.ports and not second.peers:
            raise _Odd  # a dash too many, perhaps
    return rules


def _rule(node: Node, side: str, limits: Limits, server: ApiServer) -> Rule:
    peers: tuple[Peer, ...] = ()
    ports: tuple[Port, ...] = ()
    for entry in _entries(node):
        items = _items(entry.value, limits.entries)
        if not items:
            raise _Odd  # looks like nobody and means anybody
        if entry.key == side:
            peers = tuple([_peer(item, limits, server) for item in items])
        elif entry.key == "ports":
            ports = tuple([_port(item, alone=len(items) == 1) for item in items])
        else:
            raise _Odd
    return Rule(peers, ports, node.mark)


def _peer(node: Node, limits: Limits, server: ApiServer) -> Peer:
    found = {entry.key: entry for entry in _entries(node)}
    if "ipBlock" in found and len(found) == 1:
        return Peer(None, None, _block(found["ipBlock"], limits, server), node.mark)
    pods, spaces = found.get("podSelector"), found.get("namespaceSelector")
    if not found or len(found) != (pods is not None) + (spaces is not None):
        raise _Odd
    return Peer(
        _selector(pods, limits) if pods else None,
        _selector(spaces, limits) if spaces else None,
        None,
        node.mark,
    )


def _block(entry: Entry, limits: Limits, server: ApiServer) -> IPBlock:
    found = {part.key: part.value for part in _entries(entry.value)}
    if "cidr" not in found or len(found) > 1 + ("except" in found):
        raise _Odd
    version: Version = "1.37" if server is API_SERVERS["1.37"] else "1.35"
    cidr = _text(found["cidr"])
    items = _items(found["except"], limits.excepts) if "except" in found else ()
    excepts = [_text(item) for item in items]
    networks = tuple([_network(text, cidr, version) for text in excepts])
    return IPBlock(_network(cidr, "", version), networks, found["cidr"].mark, (cidr, *excepts))


def _network(text: str, outer: str, version: Version) -> Network:
    network = _good_network(text, outer, version) if len(text) + len(outer) <= 100 else None
    if network is None:
        raise _Odd
    return network


@lru_cache(maxsize=4096)
def _good_network(text: str, outer: str, version: Version) -> Network | None:
    """The network of a text of which there is nothing to say; `outer` is the cidr of an except."""
    server = API_SERVERS[version]
    if outer:
        faults = validate.except_cidr(text, read_cidr(outer), server)
    else:
        faults = validate.cidr(text, server)
    read = read_cidr(text)
    if faults or read is None or cidr_warnings(text, server):
        return None
    return read.network


_PROTOCOLS = frozenset(validate.PROTOCOLS)


def _port(node: Node, *, alone: bool) -> Port:
    protocol, number, end, mark = "TCP", None, None, node.mark
    entries = _entries(node)
    for entry in entries:
        if entry.key == "protocol":
            protocol = _text(entry.value)
        elif entry.key == "port":
            number, mark = _port_value(entry.value), entry.mark
        elif entry.key == "endPort":
            end = _number(entry.value)
        else:
            raise _Odd
    if not entries or protocol not in _PROTOCOLS or (number is None and not alone):
        raise _Odd
    if end is not None and not (isinstance(number, int) and number <= end <= 65_535):
        raise _Odd
    return Port(cast(Protocol, protocol), number, end, mark)


def _port_value(node: Node) -> int | str:
    if isinstance(node, Scalar) and isinstance(node.value, str):
        if len(node.value) > 15 or not _is_port_name(node.value):
            raise _Odd
        return node.value
    number = _number(node)
    if not 1 <= number <= 65_535:
        raise _Odd
    return number


@lru_cache(maxsize=1024)
def _is_port_name(text: str) -> bool:
    return not validate.port_name(text)
