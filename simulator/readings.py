"""What a plugin may make of a pair: hostNetwork pods, a pod's own node, two address families.

The API permits several behaviours here. `readings` settles each way in turn, so that what decides
(`evaluate`, `matrix`) need only know settled clusters.
"""

from dataclasses import replace

from simulator.model import Address, Cluster, Endpoint, ExternalHost, HostNetwork, OwnNode, Pod


def readings(cluster: Cluster, source: Endpoint, target: Endpoint) -> tuple[Cluster, ...]:
    """The cluster once for each way in which a plugin may treat this pair.

    Only `plugin.host_network` and `plugin.own_node` are settled, and only where they are undefined
    and matter to the pair; nearly always there is one reading, the cluster itself. (NetworkPolicies
    concept, "NetworkPolicy and hostNetwork pods": two behaviours are permitted.)
    """
    found = [cluster]
    if cluster.plugin.host_network is HostNetwork.UNDEFINED and any(
        isinstance(end, Pod) and end.host_network for end in (source, target)
    ):
        ways = (HostNetwork.AS_POD, HostNetwork.AS_NODE)
        found = [replace(cluster, plugin=replace(cluster.plugin, host_network=w)) for w in ways]
    if cluster.plugin.own_node is OwnNode.UNDEFINED:
        found = [settled for reading in found for settled in _own_node(reading, source, target)]
    return tuple(found)


def _own_node(cluster: Cluster, source: Endpoint, target: Endpoint) -> list[Cluster]:
    if not (on_own_node(cluster, source, target) or on_own_node(cluster, target, source)):
        return [cluster]
    plugin = cluster.plugin
    ways = (OwnNode.BY_ADDRESS, OwnNode.ALWAYS_ALLOWED)
    return [replace(cluster, plugin=replace(plugin, own_node=way)) for way in ways]


def outside(cluster: Cluster, endpoint: Endpoint) -> bool:
    """Whether selectors cannot see it: no pod, or a hostNetwork pod that is taken for its node."""
    if isinstance(endpoint, ExternalHost):
        return True
    return endpoint.host_network and cluster.plugin.host_network is HostNetwork.AS_NODE


def on_own_node(cluster: Cluster, near: Endpoint, far: Endpoint) -> bool:
    """Whether `far` is the node that the pod `near` runs on, or a pod that is taken for it."""
    if not isinstance(near, Pod) or outside(cluster, near) or not near.node:
        return False
    if isinstance(far, ExternalHost):
        return far.node and far.name == near.node
    return outside(cluster, far) and far.node == near.node


def compared(far: Endpoint, near: Endpoint | None) -> tuple[Address, ...]:
    """The addresses of `far` that an ipBlock is held against: of families that both ends have."""
    spoken = {address.version for address in near.addresses} if near else set()
    shared = tuple(address for address in far.addresses if address.version in spoken)
    return shared or far.addresses
