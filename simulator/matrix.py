"""Every pair of endpoints and every port at once, without evidence.

The fast path beside `evaluate`: rules become sets of ports per pair, so nothing is asked port by
port. A property test (tests/simulator/test_matrix.py) ties every answer to `evaluate`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import get_args

from simulator.evaluate import isolating, match_peer, named_ports
from simulator.model import (
    Cluster,
    Direction,
    Endpoint,
    ExternalHost,
    NetworkPolicy,
    Outcome,
    Peer,
    PeerFault,
    Pod,
    Port,
    Protocol,
    Rule,
)
from simulator.ports import EVERY_PORT, PortSet

PROTOCOLS: tuple[Protocol, ...] = get_args(Protocol)


@dataclass(frozen=True, slots=True)
class Reach:
    """The ports of one protocol from one endpoint to another.

    `certain` are allowed under every reading that the API permits, `possible` under at least one.
    """

    certain: PortSet
    possible: PortSet

    def outcome(self, port: int) -> Outcome:
        """The outcome for one port, on a plugin that enforces."""
        if port in self.certain:
            return Outcome.ALLOWED
        return Outcome.UNDEFINED if port in self.possible else Outcome.DENIED

    def __and__(self, other: "Reach") -> "Reach":
        return Reach(self.certain & other.certain, self.possible & other.possible)


def steps(cluster: Cluster, policies: Sequence[NetworkPolicy]) -> int:
    """How many comparisons the whole matrix takes at the most: entries of rules × pairs.

    Counted before anything is evaluated, so that a text which asks too much is refused at once.
    """
    entries = sum(
        1
        + len(policy.pod_selector.requirements)
        + sum(map(_entries, policy.ingress + policy.egress))
        for policy in policies
    )
    return entries * len(cluster.endpoints) ** 2 * len(PROTOCOLS)


def _entries(rule: Rule) -> int:
    """What a rule asks at the most: its ports, and for each peer its conditions."""
    return 1 + len(rule.ports) + sum(map(_conditions, rule.peers))


def _conditions(peer: Peer) -> int:
    blocks = len(peer.ip_block.excepts) if peer.ip_block else 0
    selectors = [s for s in (peer.pod_selector, peer.namespace_selector) if s is not None]
    return 1 + blocks + sum(1 + len(r.values) for s in selectors for r in s.requirements)


OPEN = Reach(EVERY_PORT, EVERY_PORT)


@dataclass(slots=True)
class Matrix:
    """Reachability of a whole cluster under a set of policies; answers are computed when asked."""

    cluster: Cluster
    policies: Sequence[NetworkPolicy]
    _isolating: dict[tuple[str, Direction], tuple[NetworkPolicy, ...]] = field(default_factory=dict)
    _peers: dict[tuple[str, int, str], PeerFault | None] = field(default_factory=dict)

    def reach(self, source: Endpoint, target: Endpoint, protocol: Protocol) -> Reach:
        """The ports of `protocol` that `source` may open on `target` (enforcement assumed)."""
        if source == target:
            return OPEN
        egress = self.gate(source, target, Direction.EGRESS, protocol)
        return egress & self.gate(source, target, Direction.INGRESS, protocol)

    def outcome(self, source: Endpoint, target: Endpoint, protocol: Protocol, port: int) -> Outcome:
        """The same answer as `evaluate(...).outcome`."""
        if not self.cluster.plugin.enforces:
            return Outcome.NOT_ENFORCED
        return self.reach(source, target, protocol).outcome(port)

    def gate(
        self, source: Endpoint, target: Endpoint, direction: Direction, protocol: Protocol
    ) -> Reach:
        """The ports that one gate lets through."""
        near, far = (source, target) if direction is Direction.EGRESS else (target, source)
        if isinstance(near, ExternalHost) or near == far:
            return OPEN
        policies = self._policies_for(near, direction)
        if not policies:
            return OPEN
        certain: list[tuple[int, int]] = []
        possible: list[tuple[int, int]] = []
        for policy in policies:
            for rule in policy.rules(direction):
                matched = self._rule_names(policy.namespace, rule, far)
                if matched is not Outcome.DENIED:
                    intervals = _intervals(rule.ports, protocol, target)
                    possible += intervals
                    certain += intervals if matched is Outcome.ALLOWED else ()
        return Reach(PortSet.of(certain), PortSet.of(possible))

    def _policies_for(self, pod: Pod, direction: Direction) -> tuple[NetworkPolicy, ...]:
        key = (pod.ref, direction)
        if key not in self._isolating:
            self._isolating[key] = isolating(self.policies, pod, direction)
        return self._isolating[key]

    def _rule_names(self, namespace: str, rule: Rule, far: Endpoint) -> Outcome:
        """Whether a rule's peers name the other end: plainly, not at all, or undefined."""
        if not rule.peers:
            return Outcome.ALLOWED
        found = Outcome.DENIED
        for peer in rule.peers:
            fault = self._peer_fault(namespace, peer, far)
            if fault is None:
                return Outcome.ALLOWED
            if fault is PeerFault.POD_ADDRESS:
                found = Outcome.UNDEFINED
        return found

    def _peer_fault(self, namespace: str, peer: Peer, far: Endpoint) -> PeerFault | None:
        # By identity: a peer may hold a thousand networks to hash, and the policies keep it alive.
        key = (namespace, id(peer), far.ref)
        if key not in self._peers:
            miss = match_peer(self.cluster, namespace, 0, peer, far)
            self._peers[key] = miss.fault if miss else None
        return self._peers[key]


def _intervals(
    ports: tuple[Port, ...], protocol: Protocol, target: Endpoint
) -> tuple[tuple[int, int], ...]:
    if not ports:
        return EVERY_PORT.intervals
    found: list[tuple[int, int]] = []
    for port in ports:
        if port.protocol != protocol:
            continue
        if port.port is None:
            return EVERY_PORT.intervals
        if isinstance(port.port, str):
            found += [(number, number) for number in named_ports(port.port, protocol, target)]
        else:
            found.append((port.port, port.end_port or port.port))
    return tuple(found)
