"""ipBlocks and the hosts in them."""

from ipaddress import ip_network

from simulator.model import Address, Cluster, ExternalHost, IPBlock, Peer


def holds(block: IPBlock, address: Address) -> bool:
    """Whether the range holds the address, and no exception takes it out."""
    return address in block.cidr and not any(address in hole for hole in block.excepts)


def hosts_in(cluster: Cluster, block: IPBlock) -> list[ExternalHost]:
    """The hosts of a cluster, nodes too, whose address the block holds."""
    return [host for host in cluster.hosts if holds(block, host.address)]


def only(address: Address) -> Peer:
    """An ipBlock around one address."""
    return Peer(ip_block=IPBlock(ip_network(address)))
