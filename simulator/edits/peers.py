"""One peer of a rule become another, several or none."""

from collections.abc import Sequence
from dataclasses import replace

from simulator.edits.change import Change, ChangeKind, RulePlace, spliced
from simulator.edits.selecting import Reworded
from simulator.manifest import block_lines, stored_peer
from simulator.model import IPBlock, Mark, Peer


def replaced(
    place: RulePlace,
    index: int,
    new: Sequence[Peer],
    *,
    kind: ChangeKind,
    words: str,
    mark: Mark | None = None,
) -> Change:
    """One peer becomes several, one or none."""
    peers = place.rule.peers
    return place.with_peers(
        kind,
        words,
        peers=spliced(peers, index, new),
        mark=mark or peers[index].mark,
        lines=lines_of(new),
    )


def lines_of(peers: Sequence[Peer]) -> list[str]:
    """Peers as YAML, one entry below the other."""
    return block_lines([stored_peer(peer) for peer in peers]) if peers else []


def with_pods(place: RulePlace, index: int, found: Reworded) -> Change:
    """A peer with another podSelector."""
    new = replace(place.rule.peers[index], pod_selector=found.selector)
    return replaced(place, index, [new], kind=found.kind, words=found.words, mark=found.mark)


def with_spaces(place: RulePlace, index: int, found: Reworded) -> Change:
    """A peer with another namespaceSelector."""
    new = replace(place.rule.peers[index], namespace_selector=found.selector)
    words = f"in the namespaceSelector, {found.words}"
    return replaced(place, index, [new], kind=found.kind, words=words, mark=found.mark)


def with_block(
    place: RulePlace, index: int, block: IPBlock, *, kind: ChangeKind, words: str
) -> Change:
    """A peer with another ipBlock."""
    peer = replace(place.rule.peers[index], ip_block=block)
    return replaced(place, index, [peer], kind=kind, words=words, mark=block.mark)
