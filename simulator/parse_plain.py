"""The quick way through a policy in which nothing is wrong and nothing is odd.

Nearly every policy of a cluster is such a one. It takes known fields with good values, as libyaml
composed them (`compose.Raw`); for everything else (a fault, a warning, a default to fill in, a
null, a limit passed) the answer is None, and the careful way (`parse`, `parse_rules`,
`parse_metadata`,
`parse_selectors`) reads it and words what there is to say. A property test compares the two.
"""

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import cast

from yaml import MappingNode, ScalarNode, SequenceNode
from yaml import Node as YamlNode

from simulator import validate
from simulator.cidr import cidr_warnings, read_cidr
from simulator.compose import raw_mapping
from simulator.limits import Limits
from simulator.model import (
    Direction,
    IPBlock,
    Mark,
    Network,
    NetworkPolicy,
    Operator,
    Peer,
    Port,
    Protocol,
    Requirement,
    Rule,
    Selector,
)
from simulator.nodes import Node
from simulator.parse_metadata import DEFAULT_NAMESPACE
from simulator.scalars import resolve
from simulator.versions import ApiServer

#: podSelector, policyTypes, ingress rules and egress rules.
Spec = tuple[Selector, tuple[Direction, ...], tuple[Rule, ...], tuple[Rule, ...]]


class _Odd(Exception):  # a way out, not an error
    """This policy is for the careful way."""


def plain_policy(node: Node, limits: Limits, server: ApiServer) -> NetworkPolicy | None:
    """A whole plain policy without a fault in its keys, which nobody need have checked."""
    raw = raw_mapping(node)
    if raw is None:
        return None
    policy, lines_before = raw
    try:
        return _Reader(limits, server, lines_before).policy(policy)
    except _Odd:
        return None


def plain_spec(node: Node | None, limits: Limits, server: ApiServer) -> Spec | None:
    """What a plain spec says, as stored; None for any other."""
    raw = raw_mapping(node)
    if raw is None:
        return None
    spec, lines_before = raw
    try:
        return _Reader(limits, server, lines_before).spec(spec)
    except _Odd:
        return None


_DIRECTIONS = {direction.lower(): direction for direction in Direction}
_TYPES = {
    tuple(map(str, types)): types
    for types in (
        (Direction.INGRESS,),
        (Direction.EGRESS,),
        (Direction.INGRESS, Direction.EGRESS),
        (Direction.EGRESS, Direction.INGRESS),
    )
}
_POLICY_FIELDS = frozenset({"apiVersion", "kind", "metadata", "spec"})
_METADATA_FIELDS = frozenset({"name", "namespace", "labels"})
_OPERATORS = {operator.value: operator for operator in Operator}
_LISTING = frozenset({Operator.IN, Operator.NOT_IN})
_PROTOCOLS = frozenset(validate.PROTOCOLS)

Pairs = list[tuple[ScalarNode, YamlNode]]


class _Reader:
    """Takes one spec apart."""

    __slots__ = ("before", "limits", "server")

    def __init__(self, limits: Limits, server: ApiServer, lines_before: int) -> None:
        self.limits, self.server, self.before = limits, server, lines_before

    def mark(self, node: YamlNode) -> Mark:
        """Where a node begins."""
        start = node.start_mark
        return Mark(start.line + 1 + self.before, start.column + 1)

    def policy(self, node: MappingNode) -> NetworkPolicy:
        fields = _fields(node)
        if fields.keys() != _POLICY_FIELDS:
            raise _Odd
        metadata = _fields(fields["metadata"])
        if not _METADATA_FIELDS.issuperset(metadata):
            raise _Odd
        name = _text(metadata["name"]) if "name" in metadata else ""
        if "labels" in metadata:
            for label, value in _pairs(metadata["labels"]):
                self.pair(label, value)
        namespace = _text(metadata["namespace"]) if "namespace" in metadata else DEFAULT_NAMESPACE
        if not _is_name(name) or not _is_namespace(namespace):
            raise _Odd
        return NetworkPolicy(
            namespace, name, *self.spec(fields["spec"]), self.mark(metadata["name"])
        )

    def spec(self, node: YamlNode) -> Spec:
        target: Selector | None = None
        types: tuple[Direction, ...] | None = None
        rules: dict[Direction, tuple[Rule, ...]] = {}
        for key, value in _pairs(node):
            name = key.value
            if name == "podSelector":
                target = self.selector(key, value)
            elif name == "policyTypes":
                types = _TYPES.get(tuple(map(_text, _items(value))))
            elif direction := _DIRECTIONS.get(name):
                rules[direction] = self.rules(value, direction.side)
            else:
                raise _Odd
        if target is None or types is None or not rules.keys() <= set(types):
            raise _Odd
        return target, types, rules.get(Direction.INGRESS, ()), rules.get(Direction.EGRESS, ())

    # ── Selectors ──

    def selector(self, key: ScalarNode, node: YamlNode) -> Selector:
        pairs: list[Requirement] = []
        expressions: list[Requirement] = []
        for name, value in _pairs(node):
            if name.value == "matchLabels":
                pairs = [self.pair(label, text) for label, text in _pairs(value)]
            elif name.value == "matchExpressions":
                items = _items(value, self.limits.expressions)
                expressions = [self.expression(item) for item in items]
            else:
                raise _Odd
        return Selector((*pairs, *expressions), self.mark(key))

    def pair(self, label: ScalarNode, value: YamlNode) -> Requirement:
        key, text = label.value, _text(value)
        if not _is_key(key) or not _is_label_value(text):
            raise _Odd
        return Requirement(key, Operator.IN, (text,), self.mark(label), True)

    def expression(self, node: YamlNode) -> Requirement:
        found = _fields(node)
        if not found.keys() >= {"key", "operator"} or len(found) > 3:
            raise _Odd
        key, operator = _text(found["key"]), _OPERATORS.get(_text(found["operator"]))
        values: tuple[str, ...] = ()
        if "values" in found:
            values = tuple(map(_text, _items(found["values"], self.limits.values)))
        if (
            operator is None
            or not _is_key(key)
            or not all(map(_is_label_value, values))
            or (operator in _LISTING) is not bool(values)
            or len(found) != 2 + bool(values)
        ):
            raise _Odd
        return Requirement(key, operator, values, self.mark(node))

    # ── Rules ──

    def rules(self, node: YamlNode, side: str) -> tuple[Rule, ...]:
        rules = tuple([self.rule(item, side) for item in _items(node, self.limits.rules)])
        for first, second in pairwise(rules):
            if first.peers and not first.ports and second.ports and not second.peers:
                raise _Odd  # a dash too many, perhaps
        return rules

    def rule(self, node: YamlNode, side: str) -> Rule:
        peers: tuple[Peer, ...] = ()
        ports: tuple[Port, ...] = ()
        for name, value in _pairs(node):
            items = _items(value, self.limits.entries)
            if not items:
                raise _Odd  # looks like nobody and means anybody
            if name.value == side:
                peers = tuple([self.peer(item) for item in items])
            elif name.value == "ports":
                ports = tuple([self.port(item, alone=len(items) == 1) for item in items])
            else:
                raise _Odd
        return Rule(peers, ports, self.mark(node))

    def peer(self, node: YamlNode) -> Peer:
        pods: Selector | None = None
        spaces: Selector | None = None
        entries = _pairs(node)
        for name, value in entries:
            if name.value == "podSelector":
                pods = self.selector(name, value)
            elif name.value == "namespaceSelector":
                spaces = self.selector(name, value)
            elif name.value == "ipBlock" and len(entries) == 1:
                return Peer(None, None, self.block(value), self.mark(node))
            else:
                raise _Odd
        if not entries:
            raise _Odd
        return Peer(pods, spaces, None, self.mark(node))

    def block(self, node: YamlNode) -> IPBlock:
        found = _fields(node)
        if "cidr" not in found or len(found) > 1 + ("except" in found):
            raise _Odd
        cidr = _text(found["cidr"])
        items = _items(found["except"], self.limits.excepts) if "except" in found else []
        excepts = list(map(_text, items))
        networks = tuple([_network(text, cidr, self.server) for text in excepts])
        place = self.mark(found["cidr"])
        return IPBlock(_network(cidr, "", self.server), networks, place, (cidr, *excepts))

    def port(self, node: YamlNode, *, alone: bool) -> Port:
        protocol, number, end, place = "TCP", None, None, node
        entries = _pairs(node)
        for name, value in entries:
            if name.value == "protocol":
                protocol = _text(value)
            elif name.value == "port":
                number, place = _port_value(value), name
            elif name.value == "endPort":
                end = _number(value)
            else:
                raise _Odd
        if not entries or protocol not in _PROTOCOLS or (number is None and not alone):
            raise _Odd
        if end is not None and not (isinstance(number, int) and number <= end <= 65_535):
            raise _Odd
        return Port(cast(Protocol, protocol), number, end, self.mark(place))


# ── Values of the right shape ────────────────────────────────────────────────────────────────


def _pairs(node: YamlNode) -> Pairs:
    """A mapping's entries, none of which repeats a key."""
    if node.__class__ is not MappingNode:
        raise _Odd
    pairs: Pairs = node.value
    try:
        if len({key.value for key, _ in pairs}) == len(pairs):
            return pairs
    except TypeError:  # a key that is a list or a map
        pass
    raise _Odd


def _fields(node: YamlNode) -> dict[str, YamlNode]:
    """The same by key."""
    if node.__class__ is not MappingNode:
        raise _Odd
    try:
        found = {key.value: value for key, value in node.value}
    except TypeError:  # a key that is a list or a map
        raise _Odd from None
    if len(found) != len(node.value):
        raise _Odd
    return found


def _items(node: YamlNode, most: int | None = None) -> list[YamlNode]:
    if node.__class__ is not SequenceNode or (most is not None and len(node.value) > most):
        raise _Odd
    return cast(list[YamlNode], node.value)


def _text(node: YamlNode) -> str:
    if node.__class__ is not ScalarNode:
        raise _Odd
    text: str = node.value
    if node.style or resolve(text).__class__ is str:
        return text
    raise _Odd


def _number(node: YamlNode) -> int:
    """A whole number that looks like the one that it is."""
    if node.__class__ is not ScalarNode or node.style:
        raise _Odd
    value = resolve(node.value)
    if type(value) is not int or node.value != str(value):
        raise _Odd
    return value


def _port_value(node: YamlNode) -> int | str:
    if node.__class__ is ScalarNode and (node.style or resolve(node.value).__class__ is str):
        name: str = node.value
        if not _is_port_name(name):
            raise _Odd
        return name
    number = _number(node)
    if not 1 <= number <= 65_535:
        raise _Odd
    return number


# ── Good words ───────────────────────────────────────────────────────────────────────────────


def _word(rule: Callable[[str], bool]) -> Callable[[str], bool]:
    """The same rule for short words, remembered: a cluster says few of them many times over."""
    remembered = lru_cache(maxsize=4096)(rule)
    return lambda text: len(text) <= _LONGEST_WORD and remembered(text)


_LONGEST_WORD = 64  # of those that are worth the memory


@_word
def _is_key(text: str) -> bool:
    """A label's key. One that could be a number, in quotes or not, is the builder's to read."""
    return not validate.label_key(text) and isinstance(resolve(text), str)


@_word
def _is_label_value(text: str) -> bool:
    return not validate.label_value(text)


@_word
def _is_namespace(text: str) -> bool:
    return not validate.namespace_name(text)


@_word
def _is_port_name(text: str) -> bool:
    return not validate.port_name(text)


def _is_name(text: str) -> bool:
    return len(text) <= _LONGEST_WORD and not validate.policy_name(text)


def _network(text: str, outer: str, server: ApiServer) -> Network:
    network = _good_network(text, outer, server) if len(text) + len(outer) <= 100 else None
    if network is None:
        raise _Odd
    return network


@lru_cache(maxsize=4096)
def _good_network(text: str, outer: str, server: ApiServer) -> Network | None:
    """The network of a text of which there is nothing to say; `outer` is the cidr of an except."""
    if outer:
        faults = validate.except_cidr(text, read_cidr(outer), server)
    else:
        faults = validate.cidr(text, server)
    read = read_cidr(text)
    if faults or read is None or cidr_warnings(text, server):
        return None
    return read.network
