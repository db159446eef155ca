"""Mistakes in one peer: a bare podSelector (M03), `namespaceSelector: {}` (M23)."""

from collections.abc import Iterator
from dataclasses import replace

from simulator.mistakes.places import (
    EVERYTHING,
    PeerPlace,
    is_bare,
    is_combined,
    is_empty,
    is_spaces,
    line,
    peer_places,
    put_policy,
)
from simulator.mistakes.values import Case, Made, Policies, Repair, Right
from simulator.model import (
    Peer,
    Selector,
)
from simulator.words import clip

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
