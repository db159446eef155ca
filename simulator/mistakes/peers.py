"""Mistakes in one peer: AND and OR (M01), a bare podSelector (M03), `{}` for namespaces (M23)."""

from collections.abc import Iterator
from dataclasses import replace

from simulator.mistakes.places import (
    EVERYTHING,
    PeerPlace,
    RulePlace,
    is_bare,
    is_combined,
    is_empty,
    is_spaces,
    line,
    peer_places,
    put_policy,
    rule_places,
)
from simulator.mistakes.values import Case, Made, Policies, Repair, Right
from simulator.model import Peer, Selector
from simulator.words import clip

# ── M01: one dash more or less ──


def make_dash(right: Right) -> Iterator[Made]:
    """An AND peer as two peers; two peers as one."""
    for place in filter(lambda p: is_combined(p.peer), peer_places(right.policies)):
        split = place.put(*_halves(place.peer))
        yield split, "one entry with two selectors became two entries", "drop the dash"
    for rule in rule_places(right.policies):
        for first in range(len(rule.rule.peers) - 1):
            if merged := _merged(rule, first, first + 1):
                yield merged, "two entries became one with both selectors", "put the dash back"


def repair_dash(case: Case) -> Iterator[Repair]:
    """The same two edits, each undoes the other."""
    for rule in rule_places(case.answer):
        peers = rule.rule.peers
        for first in range(len(peers)):
            for second in range(first + 1, len(peers)):
                if merged := _merged(rule, first, second):
                    yield Repair(merged, _is_or(peers[first], peers[second]), peers[second].mark)
    for place in filter(lambda p: is_combined(p.peer), peer_places(case.answer)):
        where = line(place.peer.mark, "One entry")
        said = (
            f"{where} holds both selectors in one entry, and that is an AND: only a pod that fits "
            "both gets through."
        )
        halves = _halves(place.peer)
        unless = tuple(place.put(half) for half in halves)
        yield Repair(place.put(*halves), said, place.peer.mark, unless=unless)


def _halves(peer: Peer) -> tuple[Peer, Peer]:
    return replace(peer, pod_selector=None), replace(peer, namespace_selector=None)


def _merged(place: RulePlace, first: int, second: int) -> Policies | None:
    """The rule with its two peers as one entry, where one names pods and the other namespaces."""
    peers = list(place.rule.peers)
    one, two = peers[first], peers[second]
    if is_bare(one):
        one, two = two, one
    if not (is_spaces(one) and is_bare(two)):
        return None
    peers[first] = replace(one, pod_selector=two.pod_selector)
    del peers[second]
    return place.put(replace(place.rule, peers=tuple(peers)))


def _is_or(first: Peer, second: Peer) -> str:
    if first.mark and second.mark:
        where = f"Lines {first.mark.line} and {second.mark.line} are two entries of one list"
    else:
        where = "The two selectors are two entries of one list"
    return f"{where}, and that is an OR: a pod gets through that fits either one alone."


# ── M03: a podSelector alone stays at home ──


def make_bare(right: Right) -> Iterator[Made]:
    """A combined peer loses its namespaceSelector; a bare podSelector gets one that it lacked."""
    for place in peer_places(right.policies):
        peer = place.peer
        if is_empty(peer.pod_selector) or peer.pod_selector is None:
            continue
        if is_combined(peer):
            bare = place.put(replace(peer, namespace_selector=None))
            yield bare, "the namespaceSelector was left out", "say which namespaces are meant"
        else:
            wide = place.put(replace(peer, namespace_selector=EVERYTHING))
            yield wide, "namespaceSelector: {} was put beside it", "leave the podSelector alone"


def repair_bare(case: Case) -> Iterator[Repair]:
    """Bare podSelectors read as their writer may have meant them: in other namespaces too."""
    for place in peer_places(case.answer):
        peer = place.peer
        if is_bare(peer) and not is_empty(peer.pod_selector):
            for policies in _spanning(case, place):
                yield Repair(policies, _stays_home(place), peer.mark)
        elif is_combined(peer) and is_empty(peer.namespace_selector):
            where = line(peer.mark, "One entry")
            said = (
                f"{where} asks in every namespace. A podSelector alone already means the pods of "
                "the policy's own namespace, and no others."
            )
            yield Repair(place.put(replace(peer, namespace_selector=None)), said, peer.mark)


def _spanning(case: Case, place: PeerPlace) -> Iterator[Policies]:
    peer, rule = place.peer, place.of.rule
    for selector in _spaces_of(case):
        yield place.put(replace(peer, namespace_selector=selector))
    # "All of their namespace, and these everywhere": the neighbour was to name the pods' home.
    if any(map(is_spaces, rule.peers)):
        rest = [p for p in rule.peers if p is not peer and not is_spaces(p)]
        wide = replace(peer, namespace_selector=EVERYTHING)
        yield place.of.put(replace(rule, peers=(wide, *rest)))


def _spaces_of(case: Case) -> list[Selector]:
    """`{}`, and every namespaceSelector of the reference."""
    found = [place.peer.namespace_selector for place in peer_places(case.reference)]
    return list(dict.fromkeys([EVERYTHING, *(selector for selector in found if selector)]))


def _stays_home(place: PeerPlace) -> str:
    where = line(place.peer.mark, "One entry")
    return (
        f"{where} is a podSelector alone. It looks only in the policy's own namespace, "
        f"{clip(place.of.policy.namespace)}; pods elsewhere with the same labels are not meant."
    )


# ── M23: namespaceSelector: {} is every namespace ──


def make_everyone(right: Right) -> Iterator[Made]:
    """`{}` for "my own namespace", or for "nobody"; and the own namespace for everybody."""
    for place in peer_places(right.policies):
        if is_bare(place.peer) and is_empty(place.peer.pod_selector):
            wide = place.put(Peer(namespace_selector=EVERYTHING))
            yield wide, "namespaceSelector: {} for the own namespace", "podSelector: {}"
        elif is_spaces(place.peer) and is_empty(place.peer.namespace_selector):
            home = place.put(Peer(pod_selector=EVERYTHING))
            yield home, "podSelector: {} for every namespace", "namespaceSelector: {}"


def repair_everyone(case: Case) -> Iterator[Repair]:
    """The one for the other, and `{}` as the nobody that it was taken for."""
    for place in peer_places(case.answer):
        where = line(place.peer.mark, "One entry")
        if is_spaces(place.peer) and is_empty(place.peer.namespace_selector):
            said = (
                f"{where}: an empty namespaceSelector is not nobody and not only the own "
                "namespace. It selects every pod of every namespace, and no host outside."
            )
            # Where the whole policy is one too many, it is not its `{}` that misleads.
            unless = (put_policy(case.answer, place.of.index),)
            home = place.put(Peer(pod_selector=EVERYTHING))
            yield Repair(home, said, place.peer.mark, unless=unless)
            yield Repair(place.put(), said, place.peer.mark, fit=2, unless=unless)
        elif is_bare(place.peer) and is_empty(place.peer.pod_selector):
            said = (
                f"{where}: an empty podSelector alone selects every pod of "
                f"{clip(place.of.policy.namespace)}, not those of other namespaces."
            )
            yield Repair(place.put(Peer(namespace_selector=EVERYTHING)), said, place.peer.mark)
