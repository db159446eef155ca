"""Endpoints that no policy can tell apart make one class: what is true of one is true of all."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from simulator.matrix.addresses import Place, Ranges
from simulator.model import Cluster, Endpoint, Pod, PodAddressMatching

#: The bit of an IP version in a set of families.
FAMILIES = {4: 1, 6: 2}

#: What a class is known by: equal for two endpoints exactly when they share the class.
Key = tuple[tuple[Place, ...], *tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Classes:
    """All classes of a cluster, numbered in the order of its endpoints: pods before hosts.

    Two pods share a class when namespace, labels, named ports and use of the host's network are
    equal and their addresses lie in the same `ranges`; two hosts, when the ranges are. `members`
    has the endpoints of each class, `places` the ranges of their addresses, `known` the class of an
    endpoint by its id(). Nodes are left out:
    what is true of a pod and its own node is told pair by pair.
    """

    ranges: Ranges
    members: Sequence[Sequence[Endpoint]]
    places: Sequence[tuple[Place, ...]]
    known: dict[int, int]
    _by_ref: dict[str, list[tuple[Endpoint, int]]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.members)

    @property
    def speakers(self) -> list[Endpoint]:
        """One endpoint for each class."""
        return [members[0] for members in self.members]

    def number(self, endpoint: Endpoint) -> int:
        """The class of an endpoint of the cluster; KeyError for any other endpoint."""
        # By identity: hashing an endpoint with its addresses costs more than all the rest.
        found = self.known.get(id(endpoint))
        return self._equal(endpoint) if found is None else found

    def families(self, number: int) -> int:
        """The IP versions of a class: 1 for IPv4, 2 for IPv6, 3 for both, 0 where none matters."""
        found = 0
        for version, _ in self.places[number]:
            found |= FAMILIES[version]
        return found

    def _equal(self, endpoint: Endpoint) -> int:
        if not self._by_ref:
            for number, members in enumerate(self.members):
                for member in members:
                    self._by_ref.setdefault(member.ref, []).append((member, number))
        for member, number in self._by_ref.get(endpoint.ref, ()):
            if member == endpoint:
                return number
        raise KeyError(endpoint.ref)


def classify(cluster: Cluster, ranges: Ranges) -> Classes:
    """Sort a cluster's endpoints into classes, for policies whose ipBlocks leave these ranges."""
    found: dict[Key, int] = {}
    members: list[list[Endpoint]] = []
    numbers: dict[int, int] = {}
    compared = cluster.plugin.ip_block_on_pods is not PodAddressMatching.NEVER
    for endpoint in cluster.endpoints:
        key = _key(ranges, endpoint, compared=compared)
        number = found.setdefault(key, len(members))
        if number == len(members):
            members.append([])
        members[number].append(endpoint)
        numbers[id(endpoint)] = number
    return Classes(ranges, members, [key[0] for key in found], numbers)


def _key(ranges: Ranges, endpoint: Endpoint, *, compared: bool) -> Key:
    if not isinstance(endpoint, Pod):
        return (_places(ranges, endpoint),)
    exact = compared or endpoint.host_network
    return (
        _places(ranges, endpoint) if exact else _families(ranges, endpoint),
        endpoint.namespace,
        tuple(sorted(endpoint.labels.items())),
        tuple([(port.name, port.protocol, port.port) for port in endpoint.ports if port.name]),
        endpoint.host_network,
    )


def _places(ranges: Ranges, endpoint: Endpoint) -> tuple[Place, ...]:
    addresses = endpoint.addresses if ranges else ()
    if len(addresses) == 1:
        return (ranges.place(addresses[0]),)
    return tuple(sorted({ranges.place(address) for address in addresses}))


def _families(ranges: Ranges, pod: Pod) -> tuple[Place, ...]:
    """Where only the families of a pod's addresses can matter: range 0 lies in no block."""
    addresses = pod.addresses if ranges else ()
    return tuple(sorted({(address.version, 0) for address in addresses}))
