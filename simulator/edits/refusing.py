"""Changes to a rule's peers after which it names the other end no more."""

from collections.abc import Iterator
from dataclasses import replace

from simulator.edits.change import Change, ChangeKind, RulePlace
from simulator.edits.naming import host_block, others, requirement_against, space_named
from simulator.edits.peers import lines_of, replaced, with_block, with_pods, with_spaces
from simulator.edits.selecting import narrowed
from simulator.model import (
    Cluster,
    Endpoint,
    IPBlock,
    Operator,
    Peer,
    Pod,
    Requirement,
    RuleEffect,
    Selector,
)
from simulator.selectors import NAME_LABEL
from simulator.words import clip


def named_no_more(
    cluster: Cluster, place: RulePlace, rule: RuleEffect, *, far: Endpoint
) -> Iterator[Change]:
    """Changes after which the first peer that names the other end no longer does."""
    if rule.any_peer:
        yield from _everybody_else(cluster, place, far)
    if rule.peer_index is None:
        return
    index, peers = rule.peer_index, place.rule.peers
    peer = peers[index]
    if len(peers) > 1:
        words = f"delete the peer that names {clip(far.ref)}"
        yield replaced(place, index, [], kind=ChangeKind.DROP, words=words)
    yield from _merged(place, index)
    if peer.ip_block is not None:
        yield from _more_excepts(place, index, peer.ip_block, far=far)
    elif isinstance(far, Pod):
        yield from _less_pods(cluster, place, index, far=far)


def _everybody_else(cluster: Cluster, place: RulePlace, far: Endpoint) -> Iterator[Change]:
    peers = others(cluster, far, place.policy.namespace)
    if peers:
        words = f"add peers for everybody but {clip(far.ref)}"
        yield place.with_peers(ChangeKind.ADD, words, peers=peers, lines=lines_of(peers))


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
            ChangeKind.ADD, words, peers=rest, mark=below.mark or above.mark, lines=lines_of([both])
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
            yield with_block(place, index, new, kind=ChangeKind.ADD, words=words)


def _less_pods(cluster: Cluster, place: RulePlace, index: int, *, far: Pod) -> Iterator[Change]:
    """A condition more: against the pod, against its namespace, or for the policy's own."""
    peer = place.rule.peers[index]
    against = requirement_against(cluster, far)
    if peer.pod_selector is not None and against is not None:
        yield with_pods(place, index, narrowed(peer.pod_selector, against))
    if peer.namespace_selector is not None:
        elsewhere = Requirement(NAME_LABEL, Operator.NOT_IN, (far.namespace,))
        yield with_spaces(place, index, narrowed(peer.namespace_selector, elsewhere))
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
    return replaced(place, index, [away, rest], kind=ChangeKind.ADD, words=words)
