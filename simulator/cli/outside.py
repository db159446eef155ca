"""The hosts outside the cluster that a table shows, so that nobody takes it for all there is."""

from collections.abc import Iterator, Sequence

from simulator.addresses import address_map
from simulator.cli.ends import host
from simulator.model import Cluster, Endpoint, ExternalHost, IPBlock, NetworkPolicy

#: Of the addresses that policies tell apart, this many are shown.
MOST_HOSTS = 8


def shown_ends(cluster: Cluster, policies: Sequence[NetworkPolicy]) -> tuple[Endpoint, ...]:
    """Every pod, the hosts that the files name, else an address for each kind that policies know.

    hostNetwork pods and nodes are left out where there are other pods: whether policies mean them
    at all is up to the network plugin.
    """
    pods = tuple(pod for pod in cluster.pods if not pod.host_network) or cluster.pods
    hosts = tuple(host for host in cluster.hosts if not host.node)
    return (*pods, *(hosts or strangers(cluster, policies)))


def strangers(cluster: Cluster, policies: Sequence[NetworkPolicy]) -> tuple[ExternalHost, ...]:
    """An address outside the cluster for each set of ipBlocks that can hold one."""
    blocks = [[block] for block in dict.fromkeys(_blocks(policies))]
    taken = {address for end in cluster.endpoints for address in end.addresses}
    versions = {address.version for address in taken} | {b.cidr.version for [b] in blocks} | {4}
    found = (
        address
        for version in sorted(versions)
        for address in address_map(blocks, version).classes().values()
        if address not in taken
    )
    return tuple(host(address) for address, _ in zip(found, range(MOST_HOSTS), strict=False))


def left_out(cluster: Cluster, shown: Sequence[Endpoint]) -> int:
    """How many hostNetwork pods are not shown."""
    return sum(1 for pod in cluster.pods if pod.host_network and pod not in shown)


def _blocks(policies: Sequence[NetworkPolicy]) -> Iterator[IPBlock]:
    for policy in policies:
        for rule in policy.ingress + policy.egress:
            yield from (peer.ip_block for peer in rule.peers if peer.ip_block is not None)
