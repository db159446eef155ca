"""The gates of every class under one reading of the API: who may pass, on which ports.

A gate's row is kept as the policies say it, a set of far ends for each span of ports. Nothing is
multiplied out by pair or port until somebody asks.
"""

from collections.abc import Sequence
from copy import copy

from simulator.matrix.bits import members
from simulator.matrix.classes import Classes
from simulator.matrix.ends import Ends
from simulator.matrix.grants import Granting, Row
from simulator.matrix.peers import Peers
from simulator.matrix.spans import EVERY
from simulator.model import Cluster, Direction, HostNetwork, NetworkPolicy


class Gates:
    """Rows by near class and direction, under one way to treat hostNetwork pods.

    `cluster` is the cluster with that way settled. Rows are made when asked for, and kept; `open`
    is the row of every class that nothing isolates.
    """

    __slots__ = ("_classes", "_ends", "_granting", "_peers", "_rows", "cluster", "open")

    def __init__(
        self,
        cluster: Cluster,
        classes: Classes,
        ends: Ends,
        *,
        policies: Sequence[NetworkPolicy] = (),
    ) -> None:
        self.cluster, self._classes, self._ends = cluster, classes, ends
        self._peers = Peers(ends, _inside(cluster, ends), cluster.plugin.ip_block_on_pods)
        self.open = Row({EVERY: ends.everybody})
        self._take(policies)

    def _take(self, policies: Sequence[NetworkPolicy]) -> None:
        self._granting: dict[str, list[Granting]] = {}
        for policy in policies:
            granting = Granting(self._ends, self._peers, policy)
            self._granting.setdefault(policy.namespace, []).append(granting)
        self._rows: dict[Direction, dict[int, Row]] = {way: {} for way in Direction}

    def row(self, near: int, direction: Direction) -> Row:
        """The gate of one class."""
        rows = self._rows[direction]
        if near not in rows:
            rows[near] = self._row(near, direction)
        return rows[near]

    def rows(self, direction: Direction) -> list[Row]:
        """The gates of all classes, by number."""
        return [self.row(near, direction) for near in range(len(self._classes))]

    def _row(self, near: int, direction: Direction) -> Row:
        speaker = self._classes.members[near][0]
        standing = self._granting.get(getattr(speaker, "namespace", ""))
        if standing is None:
            return self.open
        isolating = [
            granting
            for granting in standing
            if granting.isolated >> near & 1 and direction in granting.policy.policy_types
        ]
        if not isolating:
            return self.open
        row, families = Row(), self._classes.families(near)
        for granting in isolating:
            granting.add_to(row, speaker, direction, families)
        return row

    def under(self, policies: Sequence[NetworkPolicy]) -> "Gates":
        """The gates of the same classes under other policies."""
        gates = copy(self)
        gates._take(policies)
        return gates

    def replaced(self, old: NetworkPolicy | None, new: NetworkPolicy | None) -> "Gates":
        """The gates with one policy for another: renewed for the classes that either isolates."""
        gates = copy(self)
        gates._granting = dict(self._granting)
        gates._rows = {direction: dict(rows) for direction, rows in self._rows.items()}
        changed = gates._drop(old) if old else 0
        changed |= gates._add(new) if new else 0
        for direction, rows in gates._rows.items():
            for near in members(changed):
                if near in rows:
                    rows[near] = gates._row(near, direction)
        return gates

    def _drop(self, policy: NetworkPolicy) -> int:
        """Take a policy out; the classes that it isolated."""
        standing = self._granting[policy.namespace]
        gone = next(granting for granting in standing if granting.policy is policy)
        self._granting[policy.namespace] = [
            granting for granting in standing if granting is not gone
        ]
        return gone.isolated

    def _add(self, policy: NetworkPolicy) -> int:
        """Put a policy in; the classes that it isolates."""
        granting = Granting(self._ends, self._peers, policy)
        standing = self._granting.get(policy.namespace, [])
        self._granting[policy.namespace] = [*standing, granting]
        return granting.isolated


def _inside(cluster: Cluster, ends: Ends) -> int:
    """The classes that selectors can see."""
    if cluster.plugin.host_network is HostNetwork.AS_NODE:
        return ends.pods & ~ends.host_network
    return ends.pods
