"""Mistakes with addresses: selectors for hosts, ipBlocks for pods (M16), except (M21)."""

from collections.abc import Iterator
from dataclasses import replace

from simulator.connect import backends
from simulator.evaluate import match_peer
from simulator.mistakes.blocks import holds, hosts_in, only
from simulator.mistakes.compare import Cell
from simulator.mistakes.places import (
    EVERYTHING,
    PeerPlace,
    RulePlace,
    is_empty,
    line,
    peer_places,
    rule_places,
)
from simulator.mistakes.values import Case, Made, Repair, Right
from simulator.model import (
    Cluster,
    ExternalHost,
    IPBlock,
    Network,
    Peer,
    Pod,
    Rule,
)
from simulator.phrases import listed

#: More pods than these nobody lists by address.
MOST_PODS = 4

# ── M16: ipBlock is for hosts outside, selectors are for pods ──


def make_wrong_sort(right: Right) -> Iterator[Made]:
    """Selectors for hosts outside; addresses for pods, or for the Service before them."""
    for place in peer_places(right.policies):
        if place.peer.ip_block is not None:
            if hosts_in(right.cluster, place.peer.ip_block):
                every = place.put(Peer(namespace_selector=EVERYTHING))
                yield every, "a selector for hosts outside", "an ipBlock with their address"
            continue
        pods = [pod for pod in right.cluster.pods if _names(right.cluster, place, pod)]
        if 0 < len(pods) <= MOST_PODS and all(pod.addresses for pod in pods):
            blocks = [only(pod.addresses[0]) for pod in pods]
            yield place.put(*blocks), "the pods' addresses in ipBlocks", "a selector for pods"
            for service in right.cluster.services:
                if service.addresses and set(backends(right.cluster, service)) == set(pods):
                    made = place.put(only(service.addresses[0]))
                    yield made, "the Service's address in an ipBlock", "a selector for its pods"


def repair_wrong_sort(case: Case) -> Iterator[Repair]:
    """Selectors facing a host that was to get through; ipBlocks around pods or Services."""
    hosts = [end for wrong in case.wrong if wrong.too_strict for end in _outsiders(wrong.cell)]
    for place in rule_places(case.answer):
        peers = place.rule.peers
        if hosts and peers and all(peer.ip_block is None for peer in peers):
            yield from _blocks_for(case, place, hosts)
    for place in rule_places(case.answer):
        yield from _selectors_for(case, place)


def _blocks_for(case: Case, place: RulePlace, hosts: list[ExternalHost]) -> Iterator[Repair]:
    mark = place.rule.peers[0].mark
    known = [host.name for host in hosts if host in case.cluster.hosts]
    names = listed(list(dict.fromkeys(known))) or "A host outside the cluster"
    where = line(mark, "One rule")
    said = (
        f"{where} names its peers by selectors alone, and selectors, empty ones too, find pods "
        f"only. {names} is no pod: it has no labels."
    )
    too_open = any(wrong.too_open for wrong in case.wrong)
    for given in rule_places(case.reference, place.direction):
        blocks = tuple(peer for peer in given.rule.peers if peer.ip_block is not None)
        if not blocks:
            continue
        for at, peer in enumerate(place.rule.peers):
            # A peer that does its work is not the one that was to find the host.
            idle = _is_idle(case.cluster, PeerPlace(place, at))
            if not (too_open or idle or is_empty(peer.namespace_selector or peer.pod_selector)):
                continue
            rest = (*place.rule.peers[:at], *place.rule.peers[at + 1 :])
            for new in (blocks, given.rule.peers):
                fixed = place.put(replace(place.rule, peers=(*rest, *new)))
                yield Repair(fixed, said, peer.mark)


def _is_idle(cluster: Cluster, place: PeerPlace) -> bool:
    return not any(_names(cluster, place, pod) for pod in cluster.pods)


def _selectors_for(case: Case, place: RulePlace) -> Iterator[Repair]:
    """All blocks of a rule that hold pods or Services, and no host, are for selectors to say."""
    peers = place.rule.peers
    inside = [peer for peer in peers if peer.ip_block and _is_inside(case.cluster, peer.ip_block)]
    if not inside:
        return
    where = line(inside[0].mark, "One entry")
    said = (
        f"{where} is an ipBlock around addresses of pods or Services. An ipBlock is meant for "
        "hosts outside the cluster: pods' addresses change, a Service's is replaced on the way, "
        "and whether it is compared with pods at all the API leaves open."
    )
    rest = tuple(peer for peer in peers if peer not in inside)
    for given in rule_places(case.reference, place.direction):
        selectors = [peer for peer in given.rule.peers if peer.ip_block is None]
        for new in (selectors, *([peer] for peer in selectors if len(selectors) > 1)):
            fixed = place.put(replace(place.rule, peers=(*rest, *new)))
            yield Repair(fixed, said, inside[0].mark, sure=True, fit=0)


def _is_inside(cluster: Cluster, block: IPBlock) -> bool:
    found = [a for pod in cluster.pods for a in pod.addresses]
    found += [a for service in cluster.services for a in service.addresses]
    return any(holds(block, a) for a in found) and not hosts_in(cluster, block)


def _names(cluster: Cluster, place: PeerPlace, pod: Pod) -> bool:
    return match_peer(cluster, place.of.policy.namespace, 0, place.peer, pod) is None


def _outsiders(cell: Cell) -> list[ExternalHost]:
    return [end for end in (cell.source, cell.target) if isinstance(end, ExternalHost)]


# ── M21: except takes nothing away elsewhere ──


def make_excepted(right: Right) -> Iterator[Made]:
    """What one block excepts, another one admits: a rule of its own, or one entry more."""
    for place in peer_places(right.policies):
        block = place.peer.ip_block
        for hole in block.excepts if block else ():
            wider = Peer(ip_block=IPBlock(_wider(hole)))
            added = place.of.put(place.of.rule, Rule((wider,)))
            yield added, "a second block holds what the first excepts", "drop the second block"
            peers = (*place.of.rule.peers, wider)
            beside = place.of.put(replace(place.of.rule, peers=peers))
            yield beside, "a second block holds what the first excepts", "drop the second block"


def repair_excepted(case: Case) -> Iterator[Repair]:
    """A block goes that meets the exception of another."""
    holes = [
        (place, hole)
        for place in peer_places(case.answer)
        if place.peer.ip_block
        for hole in place.peer.ip_block.excepts
    ]
    for place in peer_places(case.answer):
        block = place.peer.ip_block
        met = [h for h in holes if block and h[0].peer is not place.peer and _meet(block, h[1])]
        if met:
            where = line(place.peer.mark, "Another entry")
            hole = met[0][0].peer.mark
            first = f"the except of line {hole.line}" if hole else "an except"
            said = (
                f"{where} admits addresses that {first} leaves out. An except only makes its own "
                "block smaller; it denies nothing that another entry allows."
            )
            yield Repair(place.put(), said, place.peer.mark, sure=True, fit=0)


def _meet(block: IPBlock, hole: Network) -> bool:
    return block.cidr.version == hole.version and bool(
        hole.subnet_of(block.cidr) or block.cidr.subnet_of(hole)  # type: ignore[arg-type]
    )


def _wider(network: Network) -> Network:
    return network.supernet(min(8, network.prefixlen))
