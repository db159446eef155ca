"""One cell after the other: what one endpoint may reach on another, as a set of port classes."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from simulator.matrix.classes import Classes
from simulator.matrix.gates import Gates
from simulator.matrix.grants import Spans
from simulator.matrix.spans import EVERY, PortClasses
from simulator.model import Cluster, Direction, Endpoint, HostNetwork, OwnNode
from simulator.readings import on_own_node

#: Sets of port classes: allowed for certain, and under at least one permitted reading.
Ports = tuple[int, int]

#: Source and target, as classes and as endpoints.
Pair = tuple[int, int]
Ends = tuple[Endpoint, Endpoint]


class Cells:
    """Cells are worked out when asked for, and kept by pair of classes.

    `gates` has the gates under each reading that the API permits.
    """

    __slots__ = ("_classes", "_cluster", "_gates", "_kept", "_nodes", "_ports")

    def __init__(
        self, cluster: Cluster, classes: Classes, *, gates: Sequence[Gates], ports: PortClasses
    ) -> None:
        self._cluster, self._classes, self._gates, self._ports = cluster, classes, gates, ports
        self._nodes = _may_have_own_nodes(cluster)
        self._kept: dict[Pair, Ports] = {}

    def between(self, source: Endpoint, target: Endpoint) -> Ports | None:
        """What may pass; None for an endpoint and itself, where no gate stands."""
        pair = self._classes.number(source), self._classes.number(target)
        if pair[0] == pair[1] and source == target:
            return None
        if self._on_own_node(source, target):
            return self._cell(pair, (source, target))
        kept = self._kept.get(pair)
        if kept is None:
            kept = self._kept[pair] = self._cell(pair)
        return kept

    def gate(self, source: Endpoint, target: Endpoint, direction: Direction) -> Ports:
        """What one gate lets through between two different endpoints."""
        pair = self._classes.number(source), self._classes.number(target)
        ends = (source, target)
        return _agreed([self._gate(gates, pair, direction, ends=ends) for gates in self._gates])

    def _cell(self, pair: Pair, ends: Ends | None = None) -> Ports:
        """The cell of two classes; `ends` only where they may be a pod and its own node."""
        each = []
        for gates in self._gates:
            out = self._gate(gates, pair, Direction.EGRESS, ends=ends)
            into = self._gate(gates, pair, Direction.INGRESS, ends=ends)
            each.append((out[0] & into[0], out[1] & into[1]))
        return _agreed(each)

    def _gate(self, gates: Gates, pair: Pair, direction: Direction, *, ends: Ends | None) -> Ports:
        outgoing = direction is Direction.EGRESS
        near, far = pair if outgoing else pair[::-1]
        row = gates.row(near, direction)
        certain = self._passing(row.certain, far)
        possible = certain | self._passing(row.possible, far) if row.possible else certain
        if ends and self._nodes and on_own_node(gates.cluster, *(ends if outgoing else ends[::-1])):
            possible = self._ports.mask(EVERY)
            if self._cluster.plugin.own_node is OwnNode.ALWAYS_ALLOWED:
                certain = possible
        return certain, possible

    def _passing(self, spans: Spans, far: int) -> int:
        """The port classes on which a far end passes."""
        found, mask = 0, self._ports.mask
        for span, bits in spans.items():
            if bits >> far & 1:
                found |= mask(span)
        return found

    # ── Pods on their own nodes: what their classes do not tell ──

    def _on_own_node(self, source: Endpoint, target: Endpoint) -> bool:
        return self._nodes and any(
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
