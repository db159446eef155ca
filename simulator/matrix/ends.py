"""Sets of classes by what policies ask for: labels, namespaces, addresses, named ports."""

from collections.abc import Iterable
from dataclasses import dataclass

from simulator.matrix.addresses import AddressIndex
from simulator.matrix.classes import Classes
from simulator.matrix.labels import LabelIndex
from simulator.matrix.spans import PortName
from simulator.model import Cluster, Pod
from simulator.selectors import namespace_labels

#: Sets of classes: those that match for certain, those that may under some permitted reading.
Matched = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Ends:
    """The classes of a cluster, found by what a policy can say of them.

    `families` sorts them by IP versions (1 for IPv4, 2 for IPv6, 3 for both, 0 for none); `named`
    has, for each port name, the numbers that it stands for and where.
    """

    everybody: int
    pods: int
    host_network: int
    namespaces: dict[str, int]
    pod_labels: LabelIndex
    namespace_labels: LabelIndex
    addresses: AddressIndex
    families: dict[int, int]
    named: dict[PortName, dict[int, int]]


def index(cluster: Cluster, classes: Classes) -> Ends:
    """Find the sets once, for every policy to use."""
    pods = [(1 << n, end) for n, end in enumerate(classes.speakers) if isinstance(end, Pod)]
    namespaces: dict[str, int] = {}
    for bit, pod in pods:
        namespaces[pod.namespace] = namespaces.get(pod.namespace, 0) | bit
    listed = {space.name: space.labels for space in reversed(cluster.namespaces)}
    return Ends(
        everybody=(1 << len(classes)) - 1,
        pods=_union(bit for bit, _ in pods),
        host_network=_union(bit for bit, pod in pods if pod.host_network),
        namespaces=namespaces,
        pod_labels=LabelIndex((pod.labels, bit) for bit, pod in pods),
        namespace_labels=LabelIndex(
            (listed.get(name) or namespace_labels(cluster, name), bits)
            for name, bits in namespaces.items()
        ),
        addresses=AddressIndex(classes.ranges, classes.places),
        families=_families(classes),
        named=_named(pods),
    )


def _union(sets: Iterable[int]) -> int:
    found = 0
    for bits in sets:
        found |= bits
    return found


def _families(classes: Classes) -> dict[int, int]:
    found: dict[int, int] = {}
    for number in range(len(classes)):
        spoken = classes.families(number)
        found[spoken] = found.get(spoken, 0) | 1 << number
    return found


def _named(pods: Iterable[tuple[int, Pod]]) -> dict[PortName, dict[int, int]]:
    found: dict[PortName, dict[int, int]] = {}
    for bit, pod in pods:
        for port in pod.ports:
            if port.name:
                numbers = found.setdefault((port.protocol, port.name), {})
                numbers[port.port] = numbers.get(port.port, 0) | bit
    return found
