"""What one policy grants: whom it isolates, and which far ends it lets pass on which ports."""

from dataclasses import dataclass, field

from simulator.evaluate import named_ports
from simulator.matrix.ends import Ends
from simulator.matrix.peers import Named, Peers
from simulator.matrix.spans import EVERY, PortName, Span, span_of
from simulator.model import Direction, Endpoint, NetworkPolicy

#: Spans of ports, each with the set of far ends that may pass there.
Spans = dict[Span, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One gate: who passes for certain, and who else under some permitted reading.

    Of the latter, `halves` has those that pass by IPv4 alone and those that pass by IPv6 alone:
    who is in both passes for certain.
    """

    certain: Spans = field(default_factory=dict)
    possible: Spans = field(default_factory=dict)
    halves: tuple[Spans, Spans] = field(default_factory=lambda: ({}, {}))

    def add(self, span: Span, named: Named) -> None:
        """Let these far ends pass on these ports too."""
        mine = (self.certain, self.possible, *self.halves)
        for spans, bits in zip(mine, named, strict=True):
            if bits:
                spans[span] = spans.get(span, 0) | bits

    def add_all(self, other: "Row") -> None:
        """Let whoever passes another gate pass this one too."""
        mine = self.certain
        for span, bits in other.certain.items():
            mine[span] = mine[span] | bits if span in mine else bits
        mine = self.possible
        for span, bits in other.possible.items():
            mine[span] = mine.get(span, 0) | bits
        if other.halves[0] or other.halves[1]:
            for mine, theirs in zip(self.halves, other.halves, strict=True):
                for span, bits in theirs.items():
                    mine[span] = mine.get(span, 0) | bits


#: Grants on a port's name: the name, and who passes.
_ByName = tuple[PortName, Named]


class Granting:
    """One policy under one reading; its grants are worked out when they are first asked for."""

    __slots__ = ("_by_name", "_ends", "_granted", "_peers", "isolated", "policy")

    def __init__(self, ends: Ends, peers: Peers, policy: NetworkPolicy) -> None:
        near = peers.inside & ends.namespaces.get(policy.namespace, 0)
        if near and policy.pod_selector.requirements:
            near &= ends.pod_labels.selected(policy.pod_selector)
        self.policy, self.isolated = policy, near
        self._ends, self._peers = ends, peers
        self._granted: dict[tuple[Direction, int], Row] = {}
        self._by_name: dict[int, list[_ByName]] = {}

    def add_to(self, row: Row, near: Endpoint, direction: Direction, families: int) -> None:
        """Add the grants to the gate of `near`, an endpoint that the policy isolates."""
        granted = self._granted.get((direction, families))
        if granted is None:
            granted = self._granted[direction, families] = self._work_out(direction, families)
        row.add_all(granted)
        if direction is Direction.INGRESS:
            for (protocol, name), named in self._by_name.get(families, ()):
                for number in named_ports(name, protocol, near):
                    row.add((protocol, number, number), named)

    def _work_out(self, direction: Direction, families: int) -> Row:
        row = Row()
        for rule in self.policy.rules(direction):
            named = self._peers.named(self.policy.namespace, rule, families)
            if not rule.ports:
                row.add(EVERY, named)
            for port in rule.ports:
                if not isinstance(port.port, str):
                    row.add(span_of(port.protocol, port.port, port.end_port), named)
                elif direction is Direction.EGRESS:
                    self._add_named(row, (port.protocol, port.port), named)
                else:  # each pod has numbers of its own for a name
                    by_name = ((port.protocol, port.port), named)
                    self._by_name.setdefault(families, []).append(by_name)
        return row

    def _add_named(self, row: Row, name: PortName, named: Named) -> None:
        """A port name in an egress rule means what each far end calls by it."""
        for number, classes in self._ends.named.get(name, {}).items():
            known = classes & self._peers.inside  # what is taken for a node has no names
            certain, possible, by_ipv4, by_ipv6 = (bits & known for bits in named)
            row.add((name[0], number, number), (certain, possible, by_ipv4, by_ipv6))
