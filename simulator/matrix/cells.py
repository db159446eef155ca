"""One cell after the other: what one endpoint may reach on another, as a set of port classes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from simulator.matrix.classes import Classes
from simulator.matrix.gates import Gates
from simulator.matrix.spans import EVERY, PortClasses, Span
from simulator.model import Cluster, Direction, Endpoint, HostNetwork, OwnNode
from simulator.readings import on_own_node

#: Sets of port classes: allowed for certain, and under at least one permitted reading.
Ports = tuple[int, int]

#: Source and target, as classes and as endpoints.
Pair = tuple[int, int]
Ends = tuple[Endpoint, Endpoint]


#: A gate with its port classes worked out: who passes on which of them.
_Passes = list[tuple[int, int]]

#: The same for certain, for what else is possible, and of this for what is by IPv4 alone and by
#: IPv6 alone; None for a gate that nothing shuts.
_Gate = tuple[_Passes, _Passes, _Passes, _Passes] | None


class Cells:
    """Cells are worked out when asked for, and kept by pair of classes.

    `gates` has the gates under each reading that the API permits.
    """

    __slots__ = (
        "_classes",
        "_cluster",
        "_entering",
        "_gates",
        "_kept",
        "_known",
        "_leaving",
        "_nodes",
        "_open",
        "_ports",
    )

    def __init__(
        self, cluster: Cluster, classes: Classes, *, gates: Sequence[Gates], ports: PortClasses
    ) -> None:
        self._cluster, self._classes, self._gates, self._ports = cluster, classes, gates, ports
        self._known = classes.known
        self._nodes = _may_have_own_nodes(cluster)
        self._kept: dict[Pair, Ports] = {}
        # By reading and near class.
        self._leaving: list[dict[int, _Gate]] = [{} for _ in gates]
        self._entering: list[dict[int, _Gate]] = [{} for _ in gates]
        every = ports.mask(EVERY)
        self._open: Ports = every, every

    def between(self, source: Endpoint, target: Endpoint) -> Ports | None:
        """What may pass; None for an endpoint and itself, where no gate stands."""
        known = self._known
        try:
            pair = known[id(source)], known[id(target)]
        except KeyError:  # equal to one of the cluster's, perhaps
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
        near, far = pair if direction is Direction.EGRESS else pair[::-1]
        ends = (source, target) if direction is Direction.EGRESS else (target, source)
        made = self._egress if direction is Direction.EGRESS else self._ingress
        each = [
            self._beside(reading, ends, self._passed(made(reading, near), far))
            for reading in range(len(self._gates))
        ]
        return _agreed(each)

    def _cell(self, pair: Pair, ends: Ends | None = None) -> Ports:
        """The cell of two classes; `ends` only where they may be a pod and its own node."""
        if len(self._gates) == 1:
            return self._cell_of(0, pair, ends)
        return _agreed([self._cell_of(reading, pair, ends) for reading in range(len(self._gates))])

    def _cell_of(self, reading: int, pair: Pair, ends: Ends | None) -> Ports:
        leaving, entering = self._leaving[reading], self._entering[reading]
        out = leaving[pair[0]] if pair[0] in leaving else self._egress(reading, pair[0])
        into = entering[pair[1]] if pair[1] in entering else self._ingress(reading, pair[1])
        if out is None and into is None:  # as nearly all are in a lesson
            return self._open
        sent = self._passed(out, pair[1])
        met = self._passed(into, pair[0])
        if ends:
            sent, met = self._beside(reading, ends, sent), self._beside(reading, ends[::-1], met)
        return sent[0] & met[0], sent[1] & met[1]

    def _passed(self, passes: _Gate, far: int) -> Ports:
        """What one gate lets through to or from a class."""
        if passes is None:
            return self._open
        certain = 0
        for bits, ports in passes[0]:
            if bits >> far & 1:
                certain |= ports
        possible = certain
        for bits, ports in passes[1]:
            if bits >> far & 1:
                possible |= ports
        if passes[2] and passes[3]:
            certain |= _ports(passes[2], far) & _ports(passes[3], far)
        return certain, possible

    def _egress(self, reading: int, near: int) -> _Gate:
        kept = self._leaving[reading]
        if near not in kept:
            kept[near] = self._gate_of(reading, near, Direction.EGRESS)
        return kept[near]

    def _ingress(self, reading: int, near: int) -> _Gate:
        kept = self._entering[reading]
        if near not in kept:
            kept[near] = self._gate_of(reading, near, Direction.INGRESS)
        return kept[near]

    def _gate_of(self, reading: int, near: int, direction: Direction) -> _Gate:
        """The gate of a class with its port classes worked out."""
        gates = self._gates[reading]
        row = gates.row(near, direction)
        if row is gates.open:
            return None
        by_ipv4, by_ipv6 = map(self._by_far, row.halves)
        return self._by_far(row.certain), self._by_far(row.possible), by_ipv4, by_ipv6

    def _by_far(self, named: Mapping[Span, int]) -> _Passes:
        """What passes for the same far classes as one set: a hostile rule names 200 ports."""
        found: dict[int, int] = {}
        for span, bits in named.items():
            found[bits] = found.get(bits, 0) | self._ports.mask(span)
        return list(found.items())

    # ── Pods on their own nodes: what their classes do not tell ──

    def _beside(self, reading: int, ends: Ends, passed: Ports) -> Ports:
        """What a gate lets through, `ends` being the pod that has it and the other end."""
        if not (self._nodes and on_own_node(self._gates[reading].cluster, *ends)):
            return passed
        every = self._ports.mask(EVERY)
        always = self._cluster.plugin.own_node is OwnNode.ALWAYS_ALLOWED
        return every if always else passed[0], every

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


def _ports(passes: _Passes, far: int) -> int:
    """The port classes on which some passes let a class pass."""
    found = 0
    for bits, ports in passes:
        if bits >> far & 1:
            found |= ports
    return found


def _agreed(readings: list[Ports]) -> Ports:
    """What every reading allows for certain, and what at least one makes possible."""
    certain, possible = readings[0]
    for each in readings[1:]:
        certain, possible = certain & each[0], possible | each[1]
    return certain, possible
