"""Pods that no policy can tell apart, put together under the name of their workload."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from simulator.cli.ends import workload
from simulator.model import (
    Address,
    Endpoint,
    ExternalHost,
    Labels,
    Network,
    NetworkPolicy,
    Pod,
    Selector,
)
from simulator.selectors import holds

#: With more groups than this, workloads that behave alike are put together too.
MOST_GROUPS = 120


@dataclass(frozen=True, slots=True)
class Group:
    """Endpoints that every policy treats alike, and how they are called together.

    A Service's port, as a column of a table, is a group without members. `namespace` is that of
    its pods; hosts have none.
    """

    name: str
    members: tuple[Endpoint, ...]
    namespace: str = ""

    @property
    def title(self) -> str:
        """`prod/web`, or `prod/web ×3`."""
        return self.name if len(self.members) < 2 else f"{self.name} ×{len(self.members)}"


def group(policies: Sequence[NetworkPolicy], endpoints: Sequence[Endpoint]) -> tuple[Group, ...]:
    """The endpoints in groups, in the order of their first members.

    Two pods share a group when nothing in a policy can tell them apart: namespace, which selectors'
    requirements hold, container ports, the ipBlocks that cover their addresses, and where nodes
    count, their node.
    """
    tell = _Tell(policies, endpoints)
    found = _gathered(endpoints, lambda end: (_origin(end), tell.behaviour(end)))
    if len(found) > MOST_GROUPS:
        found = _gathered(endpoints, tell.behaviour)
    return tuple(
        Group(name, members, _namespace(members))
        for name, members in zip(_names(found), found, strict=True)
    )


def among(groups: Sequence[Group], endpoints: Sequence[Endpoint]) -> tuple[Group, ...]:
    """The groups with only the members that are asked about."""
    asked = set(endpoints)
    found = []
    for whole in groups:
        members = tuple(member for member in whole.members if member in asked)
        if len(members) == len(whole.members):
            found.append(whole)
        elif members:
            found.append(Group(members[0].ref, members, whole.namespace))
    return tuple(found)


def _gathered(
    endpoints: Iterable[Endpoint], key: Callable[[Endpoint], Hashable]
) -> list[tuple[Endpoint, ...]]:
    found: dict[Hashable, list[Endpoint]] = {}
    for endpoint in endpoints:
        found.setdefault(key(endpoint), []).append(endpoint)
    return [tuple(members) for members in found.values()]


def _namespace(members: Sequence[Endpoint]) -> str:
    first = members[0]
    return first.namespace if isinstance(first, Pod) else ""


def _origin(endpoint: Endpoint) -> str:
    return workload(endpoint) if isinstance(endpoint, Pod) else endpoint.ref


def _names(found: Sequence[tuple[Endpoint, ...]]) -> list[str]:
    """A group is called by its workload where no other can be meant, else by its first pod."""
    origins = [tuple(dict.fromkeys(map(_origin, members))) for members in found]
    times = Counter(name for names in origins for name in names)
    return [_name(members, names, times) for members, names in zip(found, origins, strict=True)]


def _name(members: tuple[Endpoint, ...], origins: tuple[str, ...], times: Counter[str]) -> str:
    first = origins[0] if times[origins[0]] == 1 else members[0].ref
    return first if len(origins) == 1 else f"{first} and alike"


class _Tell:
    """What the policies can tell endpoints apart by."""

    def __init__(self, policies: Sequence[NetworkPolicy], endpoints: Sequence[Endpoint]) -> None:
        selectors = (selector for policy in policies for selector in _pod_selectors(policy))
        self.requirements = tuple(dict.fromkeys(r for each in selectors for r in each.requirements))
        self.keys = {requirement.key for requirement in self.requirements}
        self.networks = tuple(dict.fromkeys(n for policy in policies for n in _networks(policy)))
        self.nodes = any(_is_node(end) for end in endpoints)
        self.known: dict[frozenset[tuple[str, str]], int] = {}

    def _labels(self, labels: Labels) -> int:
        """Which requirements hold for a pod's labels, as bits."""
        asked = frozenset(pair for pair in labels.items() if pair[0] in self.keys)
        if asked not in self.known:
            bits = (holds(each, labels) << n for n, each in enumerate(self.requirements))
            self.known[asked] = sum(bits)
        return self.known[asked]

    def behaviour(self, endpoint: Endpoint) -> Hashable:
        """Equal for endpoints that no policy can tell apart."""
        if isinstance(endpoint, ExternalHost):
            return endpoint.ref
        return (
            endpoint.namespace,
            self._labels(endpoint.labels),
            frozenset(endpoint.ports),
            frozenset(map(self._place, endpoint.addresses)),
            endpoint.host_network,
            endpoint.node if self.nodes else "",
        )

    def _place(self, address: Address) -> Hashable:
        """Which of the named networks an address lies in."""
        inside = (n for n, network in enumerate(self.networks) if address in network)
        return (address.version, tuple(inside))


def _is_node(endpoint: Endpoint) -> bool:
    return endpoint.host_network if isinstance(endpoint, Pod) else endpoint.node


def _pod_selectors(policy: NetworkPolicy) -> Iterator[Selector]:
    yield policy.pod_selector
    for rule in policy.ingress + policy.egress:
        yield from (peer.pod_selector for peer in rule.peers if peer.pod_selector)


def _networks(policy: NetworkPolicy) -> Iterator[Network]:
    for rule in policy.ingress + policy.egress:
        for peer in rule.peers:
            if peer.ip_block is not None:
                yield peer.ip_block.cidr
                yield from peer.ip_block.excepts
