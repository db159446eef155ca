"""Endpoints that no policy can tell apart: of these, one is asked for all."""

from collections.abc import Hashable, Sequence
from dataclasses import replace

from simulator.matrix import steps
from simulator.model import Cluster, Endpoint, IPBlock, Network, NetworkPolicy, Pod


def kinds(cluster: Cluster, policies: Sequence[NetworkPolicy]) -> tuple[tuple[Endpoint, ...], ...]:
    """The endpoints, alike ones together: all that `evaluate` looks at is the same for them."""
    networks = tuple(dict.fromkeys(n for policy in policies for n in _networks(policy)))
    found: dict[Hashable, list[Endpoint]] = {}
    for endpoint in cluster.endpoints:
        found.setdefault(_key(endpoint, networks), []).append(endpoint)
    return tuple(map(tuple, found.values()))


def _key(endpoint: Endpoint, networks: Sequence[Network]) -> Hashable:
    within = tuple(
        tuple(address.version == network.version and address in network for network in networks)
        for address in endpoint.addresses
    )
    families = tuple(address.version for address in endpoint.addresses)
    if not isinstance(endpoint, Pod):
        return endpoint.ref  # few, and each one its own story
    labels = tuple(sorted(endpoint.labels.items()))
    ports = tuple(sorted((p.protocol, p.port, p.name) for p in endpoint.ports))
    place = endpoint.node, endpoint.host_network
    return endpoint.namespace, labels, ports, place, within, families


def _networks(policy: NetworkPolicy) -> list[Network]:
    peers = [peer for rule in policy.ingress + policy.egress for peer in rule.peers]
    blocks: list[IPBlock] = [peer.ip_block for peer in peers if peer.ip_block]
    return [network for block in blocks for network in (block.cidr, *block.excepts)]


def steps_of(cluster: Cluster, policies: Sequence[NetworkPolicy]) -> int:
    """How many comparisons the matrix takes at the most, alike endpoints counted once."""
    likenesses = [kind[0] for kind in kinds(cluster, policies)]
    pods = tuple(each for each in likenesses if isinstance(each, Pod))
    hosts = tuple(each for each in likenesses if not isinstance(each, Pod))
    return steps(replace(cluster, pods=pods, hosts=hosts), policies)
