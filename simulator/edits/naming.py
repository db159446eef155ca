"""Peers and selectors that name one endpoint of a cluster, or everybody but it.

These propose; whether a proposal does what it should is decided by the matrix alone.
"""

from collections.abc import Iterator
from ipaddress import ip_network

from simulator.model import (
    Address,
    Cluster,
    Endpoint,
    IPBlock,
    Operator,
    Peer,
    Pod,
    Requirement,
    Selector,
)
from simulator.readings import outside
from simulator.selectors import NAME_LABEL, holds, matches

#: Of a pod's labels, so many are tried one by one.
MOST_LABELS = 6


def selectors_for(cluster: Cluster, pod: Pod) -> Iterator[Selector]:
    """Selectors that pick this pod out of its namespace, the shortest first.

    Nothing where another pod of the namespace carries the same labels.
    """
    others = [other for other in _neighbours(cluster, pod) if other != pod]
    for selector in _selections(pod, others):
        if not any(matches(selector, other.labels) for other in others):
            yield selector


def _selections(pod: Pod, others: list[Pod]) -> Iterator[Selector]:
    pairs = [_pair(key, value) for key, value in pod.labels.items()]
    for pair in pairs[:MOST_LABELS]:
        yield Selector((pair,))
    if len(pairs) != 1:
        yield Selector(tuple(pairs))
    more = {key for other in others for key in other.labels} - pod.labels.keys()
    lacking = [Requirement(key, Operator.DOES_NOT_EXIST) for key in sorted(more)[:MOST_LABELS]]
    if lacking:
        yield Selector((*pairs, *lacking))


def peers_for(cluster: Cluster, far: Endpoint, namespace: str) -> Iterator[Peer]:
    """Peers of a policy in `namespace` that name this endpoint, the shortest first."""
    if not isinstance(far, Pod) or outside(cluster, far):
        yield from (Peer(ip_block=host_block(address)) for address in far.addresses)
        return
    space = None if far.namespace == namespace else space_named(far.namespace)
    for selector in selectors_for(cluster, far):
        yield Peer(pod_selector=selector, namespace_selector=space)
    if space is not None and len(_neighbours(cluster, far)) == 1:
        yield Peer(namespace_selector=space)


def others(cluster: Cluster, far: Endpoint, namespace: str) -> tuple[Peer, ...] | None:
    """Peers that name every endpoint but `far`; None where labels cannot tell it apart."""
    hosts = tuple(
        Peer(ip_block=host_block(address))
        for host in cluster.hosts
        if host != far
        for address in host.addresses
    )
    if not isinstance(far, Pod) or outside(cluster, far):
        return (Peer(namespace_selector=Selector()), *hosts)
    apart = requirement_against(cluster, far)
    if apart is None and len(_neighbours(cluster, far)) > 1:
        return None
    elsewhere = Requirement(NAME_LABEL, Operator.NOT_IN, (far.namespace,))
    spaces: tuple[Peer, ...] = ()
    if any(pod.namespace != far.namespace for pod in cluster.pods):
        spaces = (Peer(namespace_selector=Selector((elsewhere,))),)
    if apart is None:
        return (*spaces, *hosts)
    here = None if far.namespace == namespace else space_named(far.namespace)
    return (Peer(Selector((apart,)), here), *spaces, *hosts)


def requirement_against(cluster: Cluster, pod: Pod) -> Requirement | None:
    """One requirement that fails for this pod and holds for the rest of its namespace."""
    rest = [other for other in _neighbours(cluster, pod) if other != pod]
    for requirement in _against(pod, rest):
        if rest and all(holds(requirement, other.labels) for other in rest):
            return requirement
    return None


def _against(pod: Pod, rest: list[Pod]) -> Iterator[Requirement]:
    for key, value in list(pod.labels.items())[:MOST_LABELS]:
        yield Requirement(key, Operator.NOT_IN, (value,))
    for key in sorted({key for other in rest for key in other.labels} - pod.labels.keys()):
        yield Requirement(key, Operator.EXISTS)


def space_named(name: str) -> Selector:
    """The namespaceSelector for one namespace, by the label that every namespace carries."""
    return Selector((_pair(NAME_LABEL, name),))


def host_block(address: Address) -> IPBlock:
    """The ipBlock that holds one address."""
    return IPBlock(ip_network(f"{address}/{address.max_prefixlen}"))


def _neighbours(cluster: Cluster, pod: Pod) -> list[Pod]:
    return [other for other in cluster.pods if other.namespace == pod.namespace]


def _pair(key: str, value: str) -> Requirement:
    return Requirement(key, Operator.IN, (value,), pair=True)
