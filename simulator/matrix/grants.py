"""What one policy grants: whom it isolates, and which far ends it lets pass on which ports."""

from dataclasses import dataclass, field

from simulator.evaluate import named_ports
from simulator.matrix.ends import Ends
from simulator.matrix.peers import Peers
from simulator.matrix.spans import EVERY, PortName, Span, span_of
from simulator.model import Direction, Endpoint, NetworkPolicy

#: Spans of ports, each with the set of far ends that may pass there.
Spans = dict[Span, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One gate: who passes for certain, and who else under some permitted reading."""

    certain: Spans = field(default_factory=dict)
    possible: Spans = field(default_factory=dict)

    def add(self, span: Span, certain: int, possible: int) -> None:
        """Let these far ends pass on these ports too."""
        if certain:
            self.certain[span] = self.certain.get(span, 0) | certain
        if possible:
            self.possible[span] = self.possible.get(span, 0) | possible

    def add_all(self, other: "Row") -> None:
        """Let whoever passes another gate pass this one too."""
        mine = self.certain
        for span, bits in other.certain.items():
            mine[span] = mine[span] | bits if span in mine else bits
        mine = self.possible
        for span, bits in other.possible.items():
            mine[span] = mine.get(span, 0) | bits


#: Grants on a port's name: the name, who passes for certain, who else possibly.
_ByName = tuple[PortName, int, int]


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
            for (protocol, name), certain, possible in self._by_name.get(families, ()):
                for number in named_ports(name, protocol, near):
                    row.add((protocol, number, number), certain, possible)

    def _work_out(self, direction: Direction, families: int) -> Row:
        row = Row()
        for rule in self.policy.rules(direction):
            certain, possible = self._peers.named(self.policy.namespace, rule, families)
            if not rule.ports:
                row.add(EVERY, certain, possible)
            for port in rule.ports:
                if not isinstance(port.port, str):
                    row.add(span_of(port.protocol, port.port, port.end_port), certain, possible)
                elif direction is Direction.EGRESS:
                    self._add_named(row, (port.protocol, port.port), certain, possible)
                else:  # each pod has numbers of its own for a name
                    by_name = ((port.protocol, port.port), certain, possible)
                    self._by_name.setdefault(families, []).append(by_name)
        return row

    def _add_named(self, row: Row, name: PortName, certain: int, possible: int) -> None:
        """A port name in an egress rule means what each far end calls by it."""
        for number, classes in self._ends.named.get(name, {}).items():
            row.add((name[0], number, number), certain & classes, possible & classes)
