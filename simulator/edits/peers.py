"""Changes to a rule's peers after which it names the other end, or names it no more."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from simulator.edits.change import Change, ChangeKind, RulePlace, spliced
from simulator.edits.naming import (
    host_block,
    others,
    peers_for,
    requirement_against,
    space_named,
)
from simulator.edits.selecting import Reworded, mended, narrowed
from simulator.manifest import block_lines, stored_peer
from simulator.model import (
    Cluster,
    Endpoint,
    IPBlock,
    Mark,
    Network,
    Operator,
    Peer,
    PeerFault,
    PeerMiss,
    Pod,
    Requirement,
    RuleEffect,
    Selector,
)
from simulator.selectors import NAME_LABEL
from simulator.words import clip

#: Of a rule's peers, so many are looked at.
MOST_PEERS = 20


def _replaced(
    place: RulePlace,
    index: int,
    new: Sequence[Peer],
    *,
    kind: ChangeKind,
    words: str,
    mark: Mark | None = None,
) -> Change:
    peers = place.rule.peers
    return place.with_peers(
        kind,
        words,
        peers=spliced(peers, index, new),
        mark=mark or peers[index].mark,
        lines=_lines(new),
    )


def _lines(peers: Sequence[Peer]) -> list[str]:
    return block_lines([stored_peer(peer) for peer in peers]) if peers else []


# ── So that the other end is named ──


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
            lines=_lines([peer]),
        )


def _reworded(place: RulePlace, miss: PeerMiss, far: Pod) -> Iterator[Change]:
    """The selector that fails, changed in one place."""
    peer, index = miss.peer, miss.peer_index
    if miss.fault is PeerFault.POD_LABEL and peer.pod_selector is not None:
        for found in mended(peer.pod_selector, miss.labels):
            yield _with_pods(place, index, found)
    if miss.fault is PeerFault.NAMESPACE_LABEL and peer.namespace_selector is not None:
        for found in mended(peer.namespace_selector, miss.labels):
            yield _with_spaces(place, index, found)
    if miss.fault is PeerFault.OTHER_NAMESPACE:
        new = replace(peer, namespace_selector=space_named(far.namespace))
        words = f"add a namespaceSelector for {clip(far.namespace)} to the same peer"
        yield _replaced(place, index, [new], kind=ChangeKind.ADD, words=words)


def _with_pods(place: RulePlace, index: int, found: Reworded) -> Change:
    new = replace(place.rule.peers[index], pod_selector=found.selector)
    return _replaced(place, index, [new], kind=found.kind, words=found.words, mark=found.mark)


def _with_spaces(place: RulePlace, index: int, found: Reworded) -> Change:
    new = replace(place.rule.peers[index], namespace_selector=found.selector)
    words = f"in the namespaceSelector, {found.words}"
    return _replaced(place, index, [new], kind=found.kind, words=words, mark=found.mark)


def _other_block(place: RulePlace, miss: PeerMiss, far: Endpoint) -> Iterator[Change]:
    block = miss.peer.ip_block
    if block is None:
        return
    if miss.fault is PeerFault.IN_EXCEPT:
        holes = [n for n, hole in enumerate(block.excepts) if _inside(far, hole)]
        new = _without(block, holes)
        words = f"delete the except {' and '.join(str(block.excepts[n]) for n in holes[:2])}"
        yield _block_replaced(place, miss.peer_index, new, kind=ChangeKind.DROP, words=words)
    if miss.fault is PeerFault.NOT_IN_CIDR and not block.excepts:
        for address in far.addresses:
            new = replace(host_block(address), mark=block.mark)
            words = f"change the cidr {_cidr(block)} to {new.cidr}"
            yield _block_replaced(place, miss.peer_index, new, kind=ChangeKind.SCALAR, words=words)


def _inside(far: Endpoint, hole: Network) -> bool:
    return any(address in hole for address in far.addresses)


def _without(block: IPBlock, holes: list[int]) -> IPBlock:
    """The block less some of its exceptions, and less their texts."""
    kept = [n for n in range(len(block.excepts)) if n not in holes]
    written = (block.written[0], *(block.written[n + 1] for n in kept)) if block.written else ()
    return replace(block, excepts=tuple(block.excepts[n] for n in kept), written=written)


def _block_replaced(
    place: RulePlace, index: int, block: IPBlock, *, kind: ChangeKind, words: str
) -> Change:
    peer = replace(place.rule.peers[index], ip_block=block)
    return _replaced(place, index, [peer], kind=kind, words=words, mark=block.mark)


def _cidr(block: IPBlock) -> str:
    return clip(block.written[0]) if block.written else str(block.cidr)


def _taken_apart(place: RulePlace, miss: PeerMiss) -> Iterator[Change]:
    """Both conditions of a peer (AND) as two peers (OR)."""
    peer = miss.peer
    if peer.pod_selector is None or peer.namespace_selector is None:
        return
    new = [replace(peer, pod_selector=None), replace(peer, namespace_selector=None, mark=None)]
    words = "put a dash before podSelector, so that the two selectors are two peers"
    yield _replaced(place, miss.peer_index, new, kind=ChangeKind.ADD, words=words)


# ── So that the other end is named no more ──


def named_no_more(
    cluster: Cluster, place: RulePlace, rule: RuleEffect, *, far: Endpoint
) -> Iterator[Change]:
    """Changes after which the first peer that names the other end no longer does."""
    if rule.peer_index is None:
        yield from _everybody_else(cluster, place, far)
        return
    index, peers = rule.peer_index, place.rule.peers
    peer = peers[index]
    if len(peers) > 1:
        words = f"delete the peer that names {clip(far.ref)}"
        yield _replaced(place, index, [], kind=ChangeKind.DROP, words=words)
    yield from _merged(place, index)
    if peer.ip_block is not None:
        yield from _more_excepts(place, index, peer.ip_block, far=far)
    elif isinstance(far, Pod):
        yield from _less_pods(cluster, place, index, far=far)


def _everybody_else(cluster: Cluster, place: RulePlace, far: Endpoint) -> Iterator[Change]:
    peers = others(cluster, far, place.policy.namespace)
    if peers:
        words = f"add peers for everybody but {clip(far.ref)}"
        yield place.with_peers(ChangeKind.ADD, words, peers=peers, lines=_lines(peers))


def _merged(place: RulePlace, index: int) -> Iterator[Change]:
    """Two peers, one of namespaces and one of pods, as one: the dash too many taken out."""
    peers = place.rule.peers
    for first in (index - 1, index):
        if first < 0 or first + 1 >= len(peers):
            continue
        above, below = peers[first], peers[first + 1]
        both = _together(above, below) or _together(below, above)
        if both is None:
            continue
        words = "take the dash away between the two peers, so that both conditions must hold"
        rest = (*peers[:first], replace(both, mark=above.mark), *peers[first + 2 :])
        yield place.with_peers(
            ChangeKind.ADD, words, peers=rest, mark=below.mark or above.mark, lines=_lines([both])
        )


def _together(spaces: Peer, pods: Peer) -> Peer | None:
    """The AND of a peer that names namespaces alone and one that names pods alone."""
    if spaces.namespace_selector is None or spaces.pod_selector is not None:
        return None
    if pods.pod_selector is None or pods.namespace_selector is not None:
        return None
    return replace(spaces, pod_selector=pods.pod_selector)


def _more_excepts(
    place: RulePlace, index: int, block: IPBlock, *, far: Endpoint
) -> Iterator[Change]:
    for address in far.addresses:
        hole = host_block(address).cidr
        if address in block.cidr and hole != block.cidr:
            written = (*block.written, str(hole)) if block.written else ()
            new = replace(block, excepts=(*block.excepts, hole), written=written)
            words = f"add the except {hole}"
            yield _block_replaced(place, index, new, kind=ChangeKind.ADD, words=words)


def _less_pods(cluster: Cluster, place: RulePlace, index: int, *, far: Pod) -> Iterator[Change]:
    """A condition more: against the pod, against its namespace, or for the policy's own."""
    peer = place.rule.peers[index]
    against = requirement_against(cluster, far)
    if peer.pod_selector is not None and against is not None:
        yield _with_pods(place, index, narrowed(peer.pod_selector, against))
    if peer.namespace_selector is not None:
        elsewhere = Requirement(NAME_LABEL, Operator.NOT_IN, (far.namespace,))
        yield _with_spaces(place, index, narrowed(peer.namespace_selector, elsewhere))
    if against is not None and peer.pod_selector is None:
        yield _two_peers(place, index, against, far=far)


def _two_peers(place: RulePlace, index: int, against: Requirement, *, far: Pod) -> Change:
    """Whole namespaces, less one pod: the other namespaces, and the rest of the pod's own."""
    peer = place.rule.peers[index]
    elsewhere = Requirement(NAME_LABEL, Operator.NOT_IN, (far.namespace,))
    spaces = peer.namespace_selector or Selector()
    away = replace(peer, namespace_selector=narrowed(spaces, elsewhere).selector)
    rest = Peer(Selector((against,)), space_named(far.namespace))
    words = f"name every pod of the peer but {clip(far.ref)}"
    return _replaced(place, index, [away, rest], kind=ChangeKind.ADD, words=words)
