"""The matrix: what every endpoint may reach on every other, one by one or all at once."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from simulator.matrix.addresses import Ranges, networks
from simulator.matrix.bits import Weights, members
from simulator.matrix.cells import Cells, Ports, settled
from simulator.matrix.classes import classify
from simulator.matrix.ends import index
from simulator.matrix.gates import Gates
from simulator.matrix.reach import OPEN, Reach
from simulator.matrix.spans import PROTOCOLS, Asked, PortClasses
from simulator.matrix.tally import alike, targets
from simulator.model import Cluster, Direction, Endpoint, NetworkPolicy, Outcome, Pod, Protocol
from simulator.ports import PortSet


@dataclass(frozen=True, slots=True)
class Bundle:
    """Sources that policies do not tell apart, and targets that all of them reach alike.

    `ports` has the ports of each protocol, none of them empty; bundles with the same ports share
    the mapping. An endpoint and itself say nothing
    (no gate stands there) and may be among the pairs.
    """

    sources: Sequence[Endpoint]
    targets: Sequence[Endpoint]
    ports: dict[Protocol, PortSet]


class Matrix:
    """Reachability of a whole cluster under a set of policies.

    Endpoints asked about are the cluster's own (KeyError for others). Every answer is `evaluate`'s,
    for every port at once. Work is done when asked for: gates by class, cells by pair of classes.
    """

    __slots__ = (
        "_asked",
        "_bits",
        "_cells",
        "_classes",
        "_ends",
        "_gates",
        "_ports",
        "_reaches",
        "cluster",
        "policies",
    )

    def __init__(self, cluster: Cluster, policies: Sequence[NetworkPolicy]) -> None:
        self.cluster, self.policies = cluster, policies
        self._classes = classify(cluster, Ranges(networks(policies)))
        self._ends = index(cluster, self._classes)
        self._asked = Asked(self._ends.named).changed((), policies)
        self._gates = tuple(
            Gates(reading, self._classes, self._ends, policies=policies)
            for reading in settled(cluster)
        )
        self._forget()

    def _forget(self) -> None:
        """Nothing that was answered before need hold any longer."""
        self._ports: PortClasses | None = None
        self._cells: Cells | None = None
        self._reaches: dict[Ports, dict[Protocol, Reach]] = {}
        self._bits: dict[tuple[Protocol, int], int] = {}

    @property
    def port_classes(self) -> PortClasses:
        """The ports of each protocol, sorted by what the policies tell apart."""
        if self._ports is None:
            self._ports = PortClasses(self._asked.spans())
        return self._ports

    @property
    def cells(self) -> Cells:
        """The cells as sets of port classes."""
        cells = self._cells
        if cells is None:
            ports = self.port_classes
            cells = Cells(self.cluster, self._classes, gates=self._gates, ports=ports)
            self._cells = cells
        return cells

    # ── One pair ──

    def reach(self, source: Endpoint, target: Endpoint, protocol: Protocol) -> Reach:
        """The ports of `protocol` that `source` may open on `target` (enforcement assumed)."""
        ports = self.cells.between(source, target)
        return OPEN if ports is None else self._reach(ports)[protocol]

    def outcome(self, source: Endpoint, target: Endpoint, protocol: Protocol, port: int) -> Outcome:
        """The same answer as `evaluate(...).outcome`."""
        if not self.cluster.plugin.enforces:
            return Outcome.NOT_ENFORCED
        ports = self.cells.between(source, target)
        if ports is None:
            return Outcome.ALLOWED
        key = protocol, port
        if (bit := self._bits.get(key)) is None:
            bit = self._bits[key] = self.port_classes.bit(protocol, port)
        certain, possible = ports
        if certain & bit:
            return Outcome.ALLOWED
        return Outcome.UNDEFINED if possible & bit else Outcome.DENIED

    def gate(
        self, source: Endpoint, target: Endpoint, direction: Direction, protocol: Protocol
    ) -> Reach:
        """The ports that one gate lets through."""
        if source == target:
            return OPEN
        return self._reach(self.cells.gate(source, target, direction))[protocol]

    def _reach(self, ports: Ports) -> dict[Protocol, Reach]:
        found = self._reaches.get(ports)
        if found is None:
            certain, possible = ports
            named = self.port_classes.ports
            found = {p: Reach(named(certain, p), named(possible, p)) for p in PROTOCOLS}
            self._reaches[ports] = found
        return found

    # ── All pairs ──

    def count(self) -> int:
        """How many cells are allowed for certain.

        A cell is an ordered pair of pods and a port class of one protocol. A pod and itself are
        counted as two pods of its class would be: by what the policies say, as other tools do.
        """
        ports, sizes = self.port_classes, self._sizes()
        if not self.cluster.plugin.enforces:
            return sum(sizes) ** 2 * len(ports)
        weights, total = Weights(sizes), self.cells.more_on_own_nodes()
        # Ports that no rule names are alike for all protocols: worked out once.
        for spans, times in Counter(map(ports.spans, range(len(ports)))).items():
            by_size: dict[int, list[int]] = {}
            reached = targets(self._gates, spans, possible=False)
            for size, bits in zip(sizes, reached, strict=True):
                by_size.setdefault(size, []).append(bits)
            total += times * sum(size * weights.of(sets) for size, sets in by_size.items())
        return total

    def _sizes(self) -> list[int]:
        """How many pods each class has: none where it has hosts."""
        return [len(m) if isinstance(m[0], Pod) else 0 for m in self._classes.members]

    def bundles(self, *, possible: bool = False) -> Iterator[Bundle]:
        """Every pair of endpoints that is allowed on some port, those alike together.

        Allowed for certain, or, with `possible`, under at least one permitted reading (enforcement
        assumed). No pair comes twice. What a pod and its own node may do beyond what their classes
        do is left out: ask `reach` for it.
        """
        ports, each = self.port_classes, self._classes.members
        columns = [
            targets(self._gates, ports.spans(number), possible=possible)
            for number in range(len(ports))
        ]
        by_protocol = cache(self._by_protocol)
        for number, sources in enumerate(each):
            reached = [column[number] for column in columns]
            for classes, mask in alike(self._ends.everybody, reached):
                found = [endpoint for other in members(classes) for endpoint in each[other]]
                yield Bundle(sources, found, by_protocol(mask))

    def _by_protocol(self, mask: int) -> dict[Protocol, PortSet]:
        named = ((protocol, self.port_classes.ports(mask, protocol)) for protocol in PROTOCOLS)
        return {protocol: ports for protocol, ports in named if ports}

    # ── Other policies ──

    def under(self, policies: Sequence[NetworkPolicy]) -> "Matrix":
        """The matrix of the same cluster under other policies.

        What was worked out of the cluster is kept: a lesson's scenario never changes, the learner's
        text does. Where an ipBlock may part a class, everything is made anew.
        """
        if not all(map(self._classes.ranges.told_apart, networks(policies))):
            return Matrix(self.cluster, policies)
        matrix = self._of_the_same_cluster(policies)
        matrix._asked = Asked(self._ends.named).changed((), policies)
        matrix._gates = tuple([gates.under(policies) for gates in self._gates])
        return matrix

    def _of_the_same_cluster(self, policies: Sequence[NetworkPolicy]) -> "Matrix":
        """One with the same classes and no answers yet; its gates are to be set."""
        matrix = Matrix.__new__(Matrix)
        matrix.cluster, matrix.policies = self.cluster, policies
        matrix._classes, matrix._ends = self._classes, self._ends
        matrix._forget()
        return matrix

    def replaced(self, old: NetworkPolicy | None, new: NetworkPolicy | None) -> "Matrix":
        """The matrix after one of `policies` (the very object) gave way to another.

        None stands for no policy: one is added, or taken out. Only the gates of pods that either
        isolates are made anew, unless `new` names an address range that may part a class: then
        everything is.
        """
        policies = [policy for policy in self.policies if policy is not old]
        added = [new] if new else []
        if not all(map(self._classes.ranges.told_apart, networks(added))):
            return Matrix(self.cluster, policies + added)
        matrix = self._of_the_same_cluster(policies + added)
        matrix._asked = self._asked.changed([old] if old else [], added)
        matrix._gates = tuple(gates.replaced(old, new) for gates in self._gates)
        return matrix
