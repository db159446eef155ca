"""Whom the peers of rules name, as sets of classes, under one reading of the API."""

from simulator.matrix.classes import FAMILIES
from simulator.matrix.ends import Ends, Matched
from simulator.model import IPBlock, Peer, PodAddressMatching, Rule

#: Far ends that are named for certain, possibly, and of the latter by IPv4 alone, by IPv6 alone.
Named = tuple[int, int, int, int]


class Peers:
    """Peers answered for one settled way of treating hostNetwork pods.

    `inside` are the classes that selectors can see. A set is asked for one family mask of the near
    end at a time: an ipBlock counts only addresses of families that both ends have.
    """

    __slots__ = ("_ends", "_matching", "_reachable", "inside")

    def __init__(self, ends: Ends, inside: int, matching: PodAddressMatching) -> None:
        self._ends, self.inside, self._matching = ends, inside, matching
        self._reachable: dict[tuple[int, int], Matched] = {}

    def named(self, namespace: str, rule: Rule, families: int) -> Named:
        """The far ends that a rule's peers name."""
        if not rule.peers:
            return self._ends.everybody, 0, 0, 0
        certain = possible = 0
        halves = {4: 0, 6: 0}
        for peer in rule.peers:
            if peer.ip_block is None:
                certain |= self._selected(namespace, peer)
            else:
                plain, open_, half = self._covered(peer.ip_block, families)
                certain |= plain
                possible |= open_
                halves[peer.ip_block.cidr.version] |= half
        return certain, possible & ~certain, halves[4], halves[6]

    def _selected(self, namespace: str, peer: Peer) -> int:
        ends, found = self._ends, self.inside
        if peer.namespace_selector is None:
            found &= ends.namespaces.get(namespace, 0)
        elif peer.namespace_selector.requirements:
            found &= ends.namespace_labels.selected(peer.namespace_selector)
        if peer.pod_selector is not None and peer.pod_selector.requirements:
            found &= ends.pod_labels.selected(peer.pod_selector)
        return found

    def _covered(self, block: IPBlock, families: int) -> tuple[int, int, int]:
        """Those covered for certain, possibly, and of these: by one of two families for certain."""
        covered = self._ends.addresses.covered(block)
        alone, beside = self._compared(FAMILIES[block.cidr.version], families)
        certain, possible = covered & alone, covered & beside
        if self._matching is PodAddressMatching.MATCHES:
            return certain, possible, possible
        outside = self._ends.everybody & ~self.inside
        if self._matching is PodAddressMatching.NEVER:
            return certain & outside, possible & outside, possible & outside
        return certain & outside, (certain & self.inside) | possible, possible & outside

    def _compared(self, family: int, near: int) -> Matched:
        """Far ends held against blocks of a family: by that one alone, or by both."""
        key = (family, near)
        if key not in self._reachable:
            alone = beside = 0
            for far, classes in self._ends.families.items():
                shared = far & near or far
                if shared == family:
                    alone |= classes
                elif shared & family:
                    beside |= classes
            self._reachable[key] = alone, beside
        return self._reachable[key]
