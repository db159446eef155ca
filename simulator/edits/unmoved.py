"""Does an edit flip one arrow and leave every other as it was? The matrix is asked, by cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from simulator.edits.candidates import obstacles
from simulator.evaluate import evaluate
from simulator.matrix import PROTOCOLS, Matrix, Reach
from simulator.model import (
    Cluster,
    Endpoint,
    NetworkPolicy,
    Outcome,
    Pod,
    Probe,
    Protocol,
    Verdict,
)
from simulator.ports import PortSet

Cell = tuple[Endpoint, Endpoint, Protocol]


@dataclass(slots=True)
class Watch:
    """What is to flip, what is to stay, and how much work is left for asking."""

    cluster: Cluster
    policies: tuple[NetworkPolicy, ...]
    probe: Probe
    wanted: Outcome
    watched: Sequence[Probe] | None
    budget: int
    obstacles: int = field(init=False)
    _before: Matrix = field(init=False)
    _outcomes: dict[Probe, Outcome] = field(default_factory=dict)
    _known: dict[tuple[str, str, Protocol], Reach] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._before = Matrix(self.cluster, self.policies)
        self.obstacles = obstacles(self.verdict(self.policies), wanted=self.wanted)

    @property
    def spent(self) -> bool:
        """Whether the work allowed for is done."""
        return self.budget <= 0

    def verdict(self, policies: Sequence[NetworkPolicy]) -> Verdict:
        """The probe's verdict under other policies."""
        self._count(policies)
        return evaluate(self.cluster, policies, self.probe)

    def holds(self, policies: tuple[NetworkPolicy, ...]) -> bool:
        """Whether under these policies the arrow has flipped, and no other."""
        if self.verdict(policies).outcome is not self.wanted:
            return False
        if self.watched is not None:
            return all(self._same_outcome(probe, policies) for probe in self.watched)
        after = self._before.under(policies)
        for cell in self._cells(_touched(self.policies, policies)):
            self.budget -= 1
            if self.spent or after.reach(*cell) != self._expected(cell):
                return False
        return True

    def _same_outcome(self, probe: Probe, policies: tuple[NetworkPolicy, ...]) -> bool:
        if probe == self.probe:
            return True
        if probe not in self._outcomes:
            self._outcomes[probe] = evaluate(self.cluster, self.policies, probe).outcome
        self._count(policies)
        return evaluate(self.cluster, policies, probe).outcome is self._outcomes[probe]

    def _cells(self, touched: set[str]) -> Iterator[Cell]:
        """Every pair that a change in these namespaces can move; the arrow's own ends come first.

        A policy stands at the gates of its namespace's pods and at no others.
        """
        ends, everybody = (self.probe.source, self.probe.target), self.cluster.endpoints
        pairs = [ends]
        pairs += [(source, ends[1]) for source in everybody]
        pairs += [(ends[0], target) for target in everybody]
        inside = [one for one in everybody if isinstance(one, Pod) and one.namespace in touched]
        rest = (pair for near in inside for far in everybody for pair in ((far, near), (near, far)))
        for source, target in chain(pairs, rest):
            for protocol in PROTOCOLS:
                yield source, target, protocol

    def _expected(self, cell: Cell) -> Reach:
        source, target, protocol = cell
        key = (source.ref, target.ref, protocol)
        if key not in self._known:
            reach = self._before.reach(source, target, protocol)
            wanted = (self.probe.source, self.probe.target, self.probe.protocol)
            self._known[key] = self._flipped(reach) if cell == wanted else reach
        return self._known[key]

    def _flipped(self, reach: Reach) -> Reach:
        assert self.probe.port is not None
        port = PortSet(((self.probe.port, self.probe.port),))
        if self.wanted is Outcome.DENIED:
            return Reach(reach.certain - port, reach.possible - port)
        return Reach(_joined(reach.certain, port), _joined(reach.possible, port))

    def _count(self, policies: Sequence[NetworkPolicy]) -> None:
        """One comparison for every entry of the rules that are looked at."""
        rules = (rule for policy in policies for rule in policy.ingress + policy.egress)
        self.budget -= 1 + sum(1 + len(rule.peers) + len(rule.ports) for rule in rules)


def _touched(before: Sequence[NetworkPolicy], after: Sequence[NetworkPolicy]) -> set[str]:
    """The namespaces of the policies that are not in both, as the very same objects."""
    one, other = set(map(id, before)), set(map(id, after))
    return {
        policy.namespace
        for policy in (*before, *after)
        if (id(policy) in one) != (id(policy) in other)
    }


def _joined(one: PortSet, other: PortSet) -> PortSet:
    return PortSet.of((*one.intervals, *other.intervals))
