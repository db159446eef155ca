"""One cell after the other: what one endpoint may reach on another, as a set of port classes."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from simulator.matrix.classes import Classes
from simulator.matrix.gates import Gates
from simulator.matrix.spans import EVERY, PortClasses
from simulator.model import Cluster, Direction, Endpoint, HostNetwork, OwnNode
from simulator.readings import on_own_node

#: Sets of port classes: allowed for certain, and under at least one permitted reading.
Ports = tuple[int, int]

#: Source and target, as classes and as endpoints.
Pair = tuple[int, int]
Ends = tuple[Endpoint, Endpoint]


#: A gate with its port classes worked out: who passes on which of them.
_Passes = list[tuple[int, int]]


class Cells:
    """Cells are worked out when asked for, and kept by pair of classes.

    `gates` has the gates under each reading that the API permits.
    """

    __slots__ = ("_classes", "_cluster", "_gates", "_kept", "_nodes", "_passes", "_ports")

    def __init__(
        self, cluster: Cluster, classes: Classes, *, gates: Sequence[Gates], ports: PortClasses
    ) -> None:
        self._cluster, self._classes, self._gates, self._ports = cluster, classes, gates, ports
        self._nodes = _may_have_own_nodes(cluster)
        self._kept: dict[Pair, Ports] = {}
        self._passes: dict[tuple[int, int, Direction], tuple[_Passes, _Passes]] = {}

    def between(self, source: Endpoint, target: Endpoint) -> Ports | None:
        """What may pass; None for an endpoint and itself, where no gate stands."""
        pair = self._classes.number(source), self._classes.number(target)
        if pair[0] == pair[1] and source == target:
            return None
        if self._nodes and self._on_own_node(source, target):
            return self._cell(pair, (source, target))
        kept = self._kept.get(pair)
        if kept is None:
            kept = self._kept[pair] = self._cell(pair)
        return kept

    def gate(self, source: Endpoint, target: Endpoint, direction: Direction) -> Ports:
        """What one gate lets through between two different endpoints."""
        pair = self._classes.number(source), self._classes.number(target)
        each = [
            self._gate(reading, pair, direction, ends=(source, target))
            for reading in range(len(self._gates))
        ]
        return _agreed(each)

    def _cell(self, pair: Pair, ends: Ends | None = None) -> Ports:
        """The cell of two classes; `ends` only where they may be a pod and its own node."""
        each = []
        for reading in range(len(self._gates)):
            out = self._gate(reading, pair, Direction.EGRESS, ends=ends)
            into = self._gate(reading, pair, Direction.INGRESS, ends=ends)
            each.append((out[0] & into[0], out[1] & into[1]))
        return each[0] if len(each) == 1 else _agreed(each)

    def _gate(self, reading: int, pair: Pair, direction: Direction, *, ends: Ends | None) -> Ports:
        outgoing = direction is Direction.EGRESS
        near, far = pair if outgoing else pair[::-1]
        key = (reading, near, direction)
        plain, further = self._passes.get(key) or self._gate_of(key)
        certain = 0
        for bits, ports in plain:
            if bits >> far & 1:
                certain |= ports
        possible = certain
        for bits, ports in further:
            if bits >> far & 1:
                possible |= ports
        if ends and self._nodes:
            near_end, far_end = ends if outgoing else ends[::-1]
            if on_own_node(self._gates[reading].cluster, near_end, far_end):
                return self._opened(certain)
        return certain, possible

    def _gate_of(self, key: tuple[int, int, Direction]) -> tuple[_Passes, _Passes]:
        reading, near, direction = key
        row, mask = self._gates[reading].row(near, direction), self._ports.mask
        plain = [(bits, mask(span)) for span, bits in row.certain.items()]
        further = [(bits, mask(span)) for span, bits in row.possible.items()]
        self._passes[key] = plain, further
        return plain, further

    # ── Pods on their own nodes: what their classes do not tell ──

    def _opened(self, certain: int) -> Ports:
        """A gate between a pod and its own node."""
        every = self._ports.mask(EVERY)
        always = self._cluster.plugin.own_node is OwnNode.ALWAYS_ALLOWED
        return every if always else certain, every

    def _on_own_node(self, source: Endpoint, target: Endpoint) -> bool:
        return any(
            on_own_node(gates.cluster, source, target) or on_own_node(gates.cluster, target, source)
            for gates in self._gates
        )

    def more_on_own_nodes(self) -> int:
        """How many cells of two pods are open only because one may be the other's node."""
        more = 0
        for source, target in self._node_pairs() if self._nodes else ():
            pair = self._classes.number(source), self._classes.number(target)
            plain, _ = self._cell(pair)
            opened, _ = self._cell(pair, (source, target))
            more += opened.bit_count() - plain.bit_count()
        return more

    def _node_pairs(self) -> Iterator[Ends]:
        nodes = {pod.node for pod in self._cluster.pods if pod.host_network}
        beside = [pod for pod in self._cluster.pods if pod.node in nodes]
        for source, target in product(beside, beside):
            if source.node == target.node and self._on_own_node(source, target):
                yield source, target


def settled(cluster: Cluster) -> tuple[Cluster, ...]:
    """The cluster once for each permitted way to treat its hostNetwork pods.

    What `readings` does for one pair; the two ways to treat a pod's own node are told cell by cell.
    """
    plugin = cluster.plugin
    told_apart = any(pod.host_network for pod in cluster.pods)
    if plugin.host_network is not HostNetwork.UNDEFINED or not told_apart:
        return (cluster,)
    ways = (HostNetwork.AS_POD, HostNetwork.AS_NODE)
    return tuple(replace(cluster, plugin=replace(plugin, host_network=way)) for way in ways)


def _may_have_own_nodes(cluster: Cluster) -> bool:
    if cluster.plugin.own_node is OwnNode.BY_ADDRESS:
        return False
    return any(host.node for host in cluster.hosts) or any(p.host_network for p in cluster.pods)


def _agreed(readings: list[Ports]) -> Ports:
    """What every reading allows for certain, and what at least one makes possible."""
    certain, possible = readings[0]
    for each in readings[1:]:
        certain, possible = certain & each[0], possible | each[1]
    return certain, possible
