"""How much a matrix asks for, counted before anything is evaluated."""

from collections.abc import Sequence

from simulator.matrix.spans import PROTOCOLS
from simulator.model import Cluster, NetworkPolicy, Peer, Rule


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
