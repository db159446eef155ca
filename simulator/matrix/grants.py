"""What one policy grants: whom it isolates, and which far ends it lets pass on which ports."""

from dataclasses import dataclass, field

from simulator.evaluate import named_ports
from simulator.matrix.ends import Ends
from simulator.matrix.peers import Peers
from simulator.matrix.spans import EVERY, PortName, Span, span
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


@dataclass(frozen=True, slots=True)
class _Granted:
    """A policy's grants in one direction. Named ports of ingress wait for the pod that has them."""

    spans: tuple[tuple[Span, int, int], ...]
    names: tuple[tuple[PortName, int, int], ...]


class Granting:
    """One policy under one reading; its grants are worked out when they are first asked for."""

    __slots__ = ("_ends", "_granted", "_peers", "isolated", "policy")

    def __init__(self, ends: Ends, peers: Peers, policy: NetworkPolicy) -> None:
        near = peers.inside & ends.namespaces.get(policy.namespace, 0)
        if near and policy.pod_selector.requirements:
            near &= ends.pod_labels.selected(policy.pod_selector)
        self.policy, self.isolated = policy, near
        self._ends, self._peers = ends, peers
        self._granted: dict[tuple[Direction, int], _Granted] = {}

    def add_to(self, row: Row, near: Endpoint, direction: Direction, families: int) -> None:
        """Add the grants to the gate of `near`, an endpoint that the policy isolates."""
        granted = self._granted.get((direction, families))
        if granted is None:
            granted = self._work_out(direction, families)
            self._granted[direction, families] = granted
        for named, certain, possible in granted.spans:
            row.add(named, certain, possible)
        for (protocol, name), certain, possible in granted.names:
            for number in named_ports(name, protocol, near):
                row.add((protocol, number, number), certain, possible)

    def _work_out(self, direction: Direction, families: int) -> _Granted:
        row, names = Row(), []
        for rule in self.policy.rules(direction):
            certain, possible = self._peers.named(self.policy.namespace, rule, families)
            if not rule.ports:
                row.add(EVERY, certain, possible)
            for port in rule.ports if certain or possible else ():
                if not isinstance(port.port, str):
                    row.add(span(port.protocol, port.port, port.end_port), certain, possible)
                elif direction is Direction.INGRESS:
                    names.append(((port.protocol, port.port), certain, possible))
                else:
                    self._add_named(row, (port.protocol, port.port), certain, possible)
        both = row.certain.keys() | row.possible.keys() if row.possible else row.certain
        spans = [(each, row.certain.get(each, 0), row.possible.get(each, 0)) for each in both]
        return _Granted(tuple(spans), tuple(names))

    def _add_named(self, row: Row, name: PortName, certain: int, possible: int) -> None:
        """A port name in an egress rule means what each far end calls by it."""
        for number, classes in self._ends.named.get(name, {}).items():
            row.add((name[0], number, number), certain & classes, possible & classes)
