"""Mistakes where nodes come in: clients behind a NodePort (M17), hostNetwork pods (M22)."""

from collections.abc import Iterator

from simulator.mistakes.blocks import holds, hosts_in, only
from simulator.mistakes.places import (
    PeerPlace,
    line,
    pair,
    peer_places,
)
from simulator.mistakes.values import Case, Made, Repair, Right
from simulator.model import (
    Cluster,
    Peer,
    Pod,
    Selector,
    ServiceType,
)
from simulator.phrases import listed
from simulator.selectors import NAME_LABEL, matches, namespace_labels

# ── M17: the client's address does not survive NodePort ──


def make_client(right: Right) -> Iterator[Made]:
    """The client's address where that of the nodes is what pods see."""
    if not _rewrites(right.cluster):
        return
    clients = [host for host in right.cluster.hosts if not host.node]
    for place in peer_places(right.policies):
        block = place.peer.ip_block
        if block and any(host.node for host in hosts_in(right.cluster, block)):
            for client in clients:
                made = place.put(only(client.address))
                yield made, f"the address of {client.name}", "the addresses that pods see"


def repair_client(case: Case) -> Iterator[Repair]:
    """Where a client stands in an ipBlock and comes in by the nodes, the nodes are let in."""
    nodes = tuple(only(host.address) for host in case.cluster.hosts if host.node)
    if not nodes or not _rewrites(case.cluster):
        return
    for place in peer_places(case.answer):
        block = place.peer.ip_block
        if block is None or all(host.node for host in hosts_in(case.cluster, block)):
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


# ── M22: hostNetwork pods have their node's address ──


def make_host_pod(right: Right) -> Iterator[Made]:
    """A podSelector for a pod on its node's network, in place of an ipBlock or beside the rest."""
    for pod in filter(lambda p: p.host_network and p.labels, right.cluster.pods):
        for place in peer_places(right.policies):
            block, named = place.peer.ip_block, _by_labels(pod, place.of.policy.namespace)
            if block and any(holds(block, address) for address in pod.addresses):
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
        blocks = [only(address) for pod in named for address in pod.addresses]
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
