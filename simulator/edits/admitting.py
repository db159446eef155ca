"""Changes to a rule's peers after which it names the other end, each from a peer's miss."""

from collections.abc import Iterator
from dataclasses import replace

from simulator.edits.change import Change, ChangeKind, RulePlace
from simulator.edits.naming import host_block, peers_for, space_named
from simulator.edits.peers import lines_of, replaced, with_block, with_pods, with_spaces
from simulator.edits.selecting import mended
from simulator.model import (
    Cluster,
    Endpoint,
    IPBlock,
    Network,
    PeerFault,
    PeerMiss,
    Pod,
    RuleEffect,
)
from simulator.words import clip

#: Of a rule's peers, so many are looked at.
MOST_PEERS = 20


def named_too(
    cluster: Cluster, place: RulePlace, rule: RuleEffect, *, far: Endpoint
) -> Iterator[Change]:
    """Changes to peers that miss the other end, each from its miss; then one peer more."""
    for miss in rule.peer_misses[:MOST_PEERS]:
        if isinstance(far, Pod):
            yield from _reworded(place, miss, far)
        yield from _other_block(place, miss, far)
        yield from _taken_apart(place, miss)
    peers = place.rule.peers
    for peer in peers_for(cluster, far, place.policy.namespace):
        yield place.with_peers(
            ChangeKind.ADD,
            f"add a peer for {clip(far.ref)}",
            peers=(*peers, peer),
            mark=peers[-1].mark,
            lines=lines_of([peer]),
        )


def _reworded(place: RulePlace, miss: PeerMiss, far: Pod) -> Iterator[Change]:
    """The selector that fails, changed in one place."""
    peer, index = miss.peer, miss.peer_index
    if miss.fault is PeerFault.POD_LABEL and peer.pod_selector is not None:
        for found in mended(peer.pod_selector, miss.labels):
            yield with_pods(place, index, found)
    if miss.fault is PeerFault.NAMESPACE_LABEL and peer.namespace_selector is not None:
        for found in mended(peer.namespace_selector, miss.labels):
            yield with_spaces(place, index, found)
    if miss.fault is PeerFault.OTHER_NAMESPACE:
        new = replace(peer, namespace_selector=space_named(far.namespace))
        words = f"add a namespaceSelector for {clip(far.namespace)} to the same peer"
        yield replaced(place, index, [new], kind=ChangeKind.ADD, words=words)


def _other_block(place: RulePlace, miss: PeerMiss, far: Endpoint) -> Iterator[Change]:
    block = miss.peer.ip_block
    if block is None:
        return
    if miss.fault is PeerFault.IN_EXCEPT:
        holes = [n for n, hole in enumerate(block.excepts) if _inside(far, hole)]
        new = _without(block, holes)
        words = f"delete the except {' and '.join(str(block.excepts[n]) for n in holes[:2])}"
        yield with_block(place, miss.peer_index, new, kind=ChangeKind.DROP, words=words)
    if miss.fault is PeerFault.NOT_IN_CIDR and not block.excepts:
        for address in far.addresses:
            new = replace(host_block(address), mark=block.mark)
            words = f"change the cidr {_cidr(block)} to {new.cidr}"
            yield with_block(place, miss.peer_index, new, kind=ChangeKind.SCALAR, words=words)


def _inside(far: Endpoint, hole: Network) -> bool:
    return any(address in hole for address in far.addresses)


def _without(block: IPBlock, holes: list[int]) -> IPBlock:
    """The block less some of its exceptions, and less their texts."""
    kept = [n for n in range(len(block.excepts)) if n not in holes]
    written = (block.written[0], *(block.written[n + 1] for n in kept)) if block.written else ()
    return replace(block, excepts=tuple(block.excepts[n] for n in kept), written=written)


def _cidr(block: IPBlock) -> str:
    return clip(block.written[0]) if block.written else str(block.cidr)


def _taken_apart(place: RulePlace, miss: PeerMiss) -> Iterator[Change]:
    """Both conditions of a peer (AND) as two peers (OR)."""
    peer = miss.peer
    if peer.pod_selector is None or peer.namespace_selector is None:
        return
    new = [replace(peer, pod_selector=None), replace(peer, namespace_selector=None, mark=None)]
    words = "put a dash before podSelector, so that the two selectors are two peers"
    yield replaced(place, miss.peer_index, new, kind=ChangeKind.ADD, words=words)
