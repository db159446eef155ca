"""Mistakes with addresses.

Hosts and pods confused (M16), clients behind NodePort (M17), except (M21), hostNetwork (M22).
"""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network

from simulator.connect import backends
from simulator.evaluate import match_peer
from simulator.mistakes.compare import Cell
from simulator.mistakes.places import (
    EVERYTHING,
    PeerPlace,
    RulePlace,
    is_empty,
    line,
    pair,
    peer_places,
    rule_places,
)
from simulator.mistakes.values import Case, Made, Repair, Right
from simulator.model import (
    Address,
    Cluster,
    ExternalHost,
    IPBlock,
    Network,
    Peer,
    Pod,
    Rule,
    Selector,
    ServiceType,
)
from simulator.phrases import listed
from simulator.selectors import NAME_LABEL, matches, namespace_labels

#: More pods than these nobody lists by address.
MOST_PODS = 4

# ── M16: ipBlock is for hosts outside, selectors are for pods ──


def make_wrong_sort(right: Right) -> Iterator[Made]:
    """Selectors for hosts outside; addresses for pods, or for the Service before them."""
    for place in peer_places(right.policies):
        if place.peer.ip_block is not None:
            if _hosts_in(right.cluster, place.peer.ip_block):
                every = place.put(Peer(namespace_selector=EVERYTHING))
                yield every, "a selector for hosts outside", "an ipBlock with their address"
            continue
        pods = [pod for pod in right.cluster.pods if _names(right.cluster, place, pod)]
        if 0 < len(pods) <= MOST_PODS and all(pod.addresses for pod in pods):
            blocks = [_only(pod.addresses[0]) for pod in pods]
            yield place.put(*blocks), "the pods' addresses in ipBlocks", "a selector for pods"
            for service in right.cluster.services:
                if service.addresses and set(backends(right.cluster, service)) == set(pods):
                    made = place.put(_only(service.addresses[0]))
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
    return any(_holds(block, a) for a in found) and not _hosts_in(cluster, block)


def _hosts_in(cluster: Cluster, block: IPBlock) -> list[ExternalHost]:
    return [host for host in cluster.hosts if _holds(block, host.address)]


def _holds(block: IPBlock, address: Address) -> bool:
    return address in block.cidr and not any(address in e for e in block.excepts)


def _names(cluster: Cluster, place: PeerPlace, pod: Pod) -> bool:
    return match_peer(cluster, place.of.policy.namespace, 0, place.peer, pod) is None


def _only(address: Address) -> Peer:
    return Peer(ip_block=IPBlock(ip_network(address)))


def _outsiders(cell: Cell) -> list[ExternalHost]:
    return [end for end in (cell.source, cell.target) if isinstance(end, ExternalHost)]


# ── M17: the client's address does not survive NodePort ──


def make_client(right: Right) -> Iterator[Made]:
    """The client's address where that of the nodes is what pods see."""
    if not _rewrites(right.cluster):
        return
    clients = [host for host in right.cluster.hosts if not host.node]
    for place in peer_places(right.policies):
        block = place.peer.ip_block
        if block and any(host.node for host in _hosts_in(right.cluster, block)):
            for client in clients:
                made = place.put(_only(client.address))
                yield made, f"the address of {client.name}", "the addresses that pods see"


def repair_client(case: Case) -> Iterator[Repair]:
    """Where a client stands in an ipBlock and comes in by the nodes, the nodes are let in."""
    nodes = tuple(_only(host.address) for host in case.cluster.hosts if host.node)
    if not nodes or not _rewrites(case.cluster):
        return
    for place in peer_places(case.answer):
        block = place.peer.ip_block
        if block is None or all(host.node for host in _hosts_in(case.cluster, block)):
            continue
        where = line(place.peer.mark, "One entry")
        said = (
            f"{where} names the client by its own address. Through a NodePort or LoadBalancer the "
            "pod may see the address of a node in its place."
        )
        blocks = [p.peer for p in peer_places(case.reference) if p.peer.ip_block]
        for new in (nodes, (place.peer, *nodes), *((peer,) for peer in blocks)):
            yield Repair(place.put(*new), said, place.peer.mark, sure=True, fit=0)


def _rewrites(cluster: Cluster) -> bool:
    outward = {ServiceType.NODE_PORT, ServiceType.LOAD_BALANCER}
    return any(s.type in outward and not s.local for s in cluster.services)


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


# ── M22: hostNetwork pods have their node's address ──


def make_host_pod(right: Right) -> Iterator[Made]:
    """A podSelector for a pod on its node's network, in place of an ipBlock or beside the rest."""
    for pod in filter(lambda p: p.host_network and p.labels, right.cluster.pods):
        for place in peer_places(right.policies):
            block, named = place.peer.ip_block, _by_labels(pod, place.of.policy.namespace)
            if block and any(_holds(block, address) for address in pod.addresses):
                yield place.put(named), "a podSelector for a hostNetwork pod", "its node's address"
            else:
                beside = place.put(place.peer, named)
                yield beside, "a podSelector for a hostNetwork pod", "leave it out"


def repair_host_pod(case: Case) -> Iterator[Repair]:
    """Selectors that only a hostNetwork pod fits are taken for its node's address, or dropped."""
    if not any(pod.host_network for pod in case.cluster.pods):
        return
    for place in peer_places(case.answer):
        named = [pod for pod in case.cluster.pods if _selects(case.cluster, place, pod)]
        if not named or not all(pod.host_network for pod in named):
            continue
        where = line(place.peer.mark, "One entry")
        said = (
            f"{where} selects {listed([pod.ref for pod in named])}, a hostNetwork pod: it speaks "
            "with its node's address, and whether policies know it for a pod the API leaves open."
        )
        blocks = [_only(address) for pod in named for address in pod.addresses]
        given = [p.peer for p in peer_places(case.reference) if p.peer.ip_block]
        for new in (blocks, [], *([peer] for peer in given), [place.peer, *blocks]):
            yield Repair(place.put(*new), said, place.peer.mark, sure=True, fit=0)


def _by_labels(pod: Pod, home: str) -> Peer:
    key, value = next(iter(pod.labels.items()))
    spaces = None if pod.namespace == home else pair(NAME_LABEL, pod.namespace)
    return Peer(pair(key, value), spaces)


def _selects(cluster: Cluster, place: PeerPlace, pod: Pod) -> bool:
    """Whether the labels fit, whatever the plugin makes of the pod."""
    peer = place.peer
    if peer.ip_block is not None or not matches(peer.pod_selector or Selector(), pod.labels):
        return False
    if peer.namespace_selector is None:
        return pod.namespace == place.of.policy.namespace
    return matches(peer.namespace_selector, namespace_labels(cluster, pod.namespace))
