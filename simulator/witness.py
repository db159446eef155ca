"""The witness set: the scenario's endpoints, and the strangers that tell right from almost right.

A scenario holds few pods, and an answer that fits them may still be wrong: `namespaceSelector: {}`
where only one other namespace exists. So an answer is compared with the reference for strangers
too: copies of the pods elsewhere, pods without labels, pods that a selector was written for
although the scenario has none, and addresses at both sides of every edge of a CIDR.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from simulator import validate
from simulator.addresses import EXAMPLES, address_map, edges
from simulator.evaluate import match_peer
from simulator.labels import fresh, smallest_labels, with_labels
from simulator.model import (
    Address,
    Cluster,
    ContainerPort,
    Direction,
    Endpoint,
    ExternalHost,
    IPBlock,
    Labels,
    Namespace,
    Network,
    NetworkPolicy,
    Peer,
    Pod,
    ProbeProtocol,
    Rule,
    Selector,
)
from simulator.selectors import NAME_LABEL, holds, matches
from simulator.words import clip


class Kind(StrEnum):
    """The kinds of strangers; an author can leave the first four out."""

    COPIES = "copies"
    UNLABELLED = "unlabelled"
    SELECTED = "selected"
    ADDRESSES = "addresses"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Strangers:
    """What an exercise says of its strangers.

    `every_pod`: the task speaks of every pod, so a stranger that nobody isolates is a fault too.
    `pods` and `hosts` are strangers that the author adds.
    """

    every_pod: bool = False
    leave_out: tuple[Kind, ...] = ()
    pods: tuple[Pod, ...] = ()
    hosts: tuple[ExternalHost, ...] = ()


@dataclass(frozen=True, slots=True)
class Stranger:
    """A pod or host that the scenario does not hold; `description` is its name in a sentence.

    `own_gate` tells whether it matters what the policies make of its own gate. Where it does not,
    `app: b` and `{}` protect a namespace with one pod equally well.
    """

    endpoint: Endpoint
    kind: Kind
    description: str
    own_gate: bool = True


@dataclass(frozen=True, slots=True)
class WitnessSet:
    """A scenario's cluster, and the same with its strangers in it."""

    scenario: Cluster
    cluster: Cluster
    strangers: tuple[Stranger, ...]
    every_pod: bool = False

    def pairs(self) -> Iterator[tuple[Endpoint, Endpoint, Stranger | None]]:
        """Ordered pairs that a policy can part, and the stranger of each.

        Strangers meet the scenario's endpoints, never each other. A pod without labels is no
        target unless the task speaks of every pod.
        """
        yield from ((source, target, None) for source, target in pairs(self.scenario))
        for stranger in self.strangers:
            for known in self.scenario.endpoints:
                if isinstance(stranger.endpoint, Pod) or isinstance(known, Pod):
                    yield stranger.endpoint, known, stranger
                    if self.every_pod or stranger.kind is not Kind.UNLABELLED:
                        yield known, stranger.endpoint, stranger


def pairs(cluster: Cluster) -> Iterator[tuple[Endpoint, Endpoint]]:
    """Ordered pairs that a policy can part: not a pod and itself, not two hosts outside."""
    pods = set(cluster.pods)
    for source in cluster.endpoints:
        for target in cluster.endpoints:
            if source != target and (source in pods or target in pods):
                yield source, target


def listening(end: Endpoint, protocol: ProbeProtocol) -> list[int]:
    """The ports of a protocol that a pod's containers declare; of a host nobody knows."""
    return [p.port for p in end.ports if p.protocol == protocol] if isinstance(end, Pod) else []


def witnesses(
    cluster: Cluster,
    reference: Sequence[NetworkPolicy],
    answer: Sequence[NetworkPolicy],
    *,
    choice: Strangers | None = None,
) -> WitnessSet:
    """The witness set of a scenario, a reference and an answer (policies as stored, with defaults).

    The strangers come in a fixed order, and no two stand for the same: one is taken of pods that
    share their namespace, labels and the ports that are named, and of addresses in the same rules.
    """
    asked = choice or Strangers()
    policies = tuple(dict.fromkeys((*reference, *answer)))
    collected = _Collected(cluster, policies, asked)
    for kind, add in (
        (Kind.ADDED, collected.add_authors),
        (Kind.SELECTED, collected.add_selected),
        (Kind.COPIES, collected.add_copies),
        (Kind.UNLABELLED, collected.add_unlabelled),
        (Kind.ADDRESSES, collected.add_addresses),
    ):
        if kind not in asked.leave_out:
            add()
    return collected.witness_set()


def most_strangers(
    cluster: Cluster, policies: Sequence[NetworkPolicy], choice: Strangers | None = None
) -> int:
    """An upper bound of the strangers that these policies' witness set has, at hardly any cost."""
    asked = choice or Strangers()
    named = {
        (policy.namespace, peer.namespace_selector, peer.pod_selector)
        for policy in policies
        for rule in _rules((policy,))
        for peer in rule.peers
        if peer.ip_block is None
    }
    blocks = [block for rule in _rules(policies) for block in _blocks(rule)]
    networks = sum(1 + len(block.excepts) for block in blocks)
    # Addresses that lie in the same rules' blocks are one stranger.
    told_apart = 2 ** min(sum(any(_blocks(rule)) for rule in _rules(policies)), 20)
    spaces = len(cluster.namespaces) + 1
    numbers = {
        Kind.ADDED: len(asked.pods) + len(asked.hosts),
        Kind.SELECTED: len(policies) + len(named),
        Kind.COPIES: len(cluster.pods) * spaces,
        Kind.UNLABELLED: spaces,
        # Both sides of both edges, and a far one of each family.
        Kind.ADDRESSES: min(4 * networks + 2, 2 * told_apart),
    }
    return sum(number for kind, number in numbers.items() if kind not in asked.leave_out)


PodKey = tuple[str, frozenset[tuple[str, str]], frozenset[ContainerPort]]


class _Collected:
    """The strangers found so far; no pod is taken twice."""

    def __init__(
        self, cluster: Cluster, policies: tuple[NetworkPolicy, ...], choice: Strangers
    ) -> None:
        self.cluster, self.policies, self.choice = cluster, policies, choice
        self.spaces = {space.name: space for space in cluster.namespaces}
        self.elsewhere = fresh("elsewhere", {*self.spaces, *_named_namespaces(policies)})
        self.strangers: list[Stranger] = []
        self.names: dict[str, set[str]] = {}
        for end in cluster.endpoints:
            self._names_in(end).add(end.name)
        self.port_names = {port.port for rule in _rules(policies) for port in rule.ports}
        self.known = {self._key(pod) for pod in cluster.pods}

    def witness_set(self) -> WitnessSet:
        """What was found, and the cluster with all of it."""
        ends = [stranger.endpoint for stranger in self.strangers]
        enlarged = replace(
            self.cluster,
            namespaces=tuple(self.spaces.values()),
            pods=self.cluster.pods + tuple(end for end in ends if isinstance(end, Pod)),
            hosts=self.cluster.hosts + tuple(end for end in ends if not isinstance(end, Pod)),
        )
        return WitnessSet(self.cluster, enlarged, tuple(self.strangers), self.choice.every_pod)

    # ── the kinds ──

    def add_authors(self) -> None:
        """The strangers that the author added; a ref that is taken already adds nothing."""
        added: tuple[Endpoint, ...] = (*self.choice.pods, *self.choice.hosts)
        for end in added:
            if end.name not in self._names_in(end):
                self._take(Stranger(end, Kind.ADDED, self._added(end)))

    def add_selected(self) -> None:
        """For each selector that matches nothing here, the smallest pod that it does match."""
        for policy in self.policies:
            self._add_protected(policy)
            for rule in policy.ingress + policy.egress:
                for peer in rule.peers:
                    if peer.ip_block is None and not self._names_somebody(policy, peer):
                        self._add_named(policy, peer)

    def add_copies(self) -> None:
        """Each pod's labels and ports in every other namespace, and in one without labels."""
        for pod in self.cluster.pods:
            for space in (*self.cluster.namespace_names, self.elsewhere):
                # A hostNetwork pod is known by its node's address, which no copy has.
                if space != pod.namespace and not pod.host_network:
                    words = f"a copy of {clip(pod.ref)} in {self._place(space)}"
                    copy = Pod(space, f"copy-of-{pod.name}", pod.labels, ports=pod.ports)
                    self._add_pod(copy, Kind.COPIES, words)

    def add_unlabelled(self) -> None:
        """A pod without labels in every namespace."""
        for space in (*self.cluster.namespace_names, self.elsewhere):
            words = f"a pod without labels in {self._place(space)}"
            self._add_pod(Pod(space, "unlabelled"), Kind.UNLABELLED, words)

    def add_addresses(self) -> None:
        """Addresses just inside and outside each edge of a CIDR, and one that is far from all."""
        blocks = [list(_blocks(rule)) for rule in _rules(self.policies)]
        maps = {version: address_map(blocks, version) for version in (4, 6)}
        taken = {(e.version, e) for end in self.cluster.endpoints for e in end.addresses}
        seen: set[tuple[int, int]] = set()
        for name, words, address in self._candidates(blocks):
            kind = (address.version, maps[address.version].mask(address))
            if kind not in seen and (address.version, address) not in taken:
                seen.add(kind)
                self._take(Stranger(ExternalHost(name, address), Kind.ADDRESSES, words))

    # ── parts ──

    def _added(self, end: Endpoint) -> str:
        if isinstance(end, Pod):
            return f"a pod {with_labels(end.labels)} in {self._place(end.namespace)}"
        return f"an outside host at {end.address}"

    def _candidates(self, blocks: list[list[IPBlock]]) -> Iterator[tuple[str, str, Address]]:
        for version in self._families(blocks):
            yield "stranger", f"some other address ({EXAMPLES[version]})", EXAMPLES[version]
        named = (network for rule in blocks for block in rule for network in _networks(block))
        for network in dict.fromkeys(named):
            for inside, address in edges(network):
                side = "inside" if inside else "outside"
                words = f"an address just {side} {network} ({address})"
                if inside and network.num_addresses == 1:
                    words = f"the address {address}"
                yield f"just-{side}-{network}", words, address

    def _families(self, blocks: list[list[IPBlock]]) -> tuple[int, ...]:
        """IPv6 where the scenario or a policy speaks of it: elsewhere nobody could come by it."""
        spoken = {address.version for end in self.cluster.endpoints for address in end.addresses}
        spoken |= {block.cidr.version for rule in blocks for block in rule}
        return (4, 6) if 6 in spoken else (4,)

    def _add_protected(self, policy: NetworkPolicy) -> None:
        """A pod for a policy that selects none of the scenario's."""
        pods = (pod for pod in self.cluster.pods if pod.namespace == policy.namespace)
        if not any(matches(policy.pod_selector, pod.labels) for pod in pods):
            self._add_smallest(policy.namespace, policy.pod_selector, own_gate=True)

    def _names_somebody(self, policy: NetworkPolicy, peer: Peer) -> bool:
        return any(
            match_peer(self.cluster, policy.namespace, 0, peer, pod) is None
            for pod in self.cluster.pods
        )

    def _add_named(self, policy: NetworkPolicy, peer: Peer) -> None:
        space = self._space_for(policy, peer.namespace_selector)
        if space is not None:
            self._add_smallest(space, peer.pod_selector or Selector(), own_gate=False)

    def _space_for(self, policy: NetworkPolicy, selector: Selector | None) -> str | None:
        """A namespace that a peer means: its policy's, one that exists, or a new one."""
        if selector is None:
            return policy.namespace
        for space in self.spaces.values():
            if matches(selector, space.labels):
                return space.name
        made = _smallest_namespace(selector, {*self.spaces, self.elsewhere})
        if made is None:
            return None
        self.spaces[made.name] = made
        return made.name

    def _add_smallest(self, space: str, selector: Selector, *, own_gate: bool) -> None:
        labels = smallest_labels(selector)
        if labels is not None:
            words = f"a pod {with_labels(labels)} in {self._place(space)}"
            pod = Pod(space, _pod_name(labels), labels)
            self._add_pod(pod, Kind.SELECTED, words, own_gate=own_gate)

    def _add_pod(self, pod: Pod, kind: Kind, words: str, *, own_gate: bool = False) -> None:
        if self._key(pod) in self.known:
            return
        self._take(Stranger(pod, kind, words, own_gate or self.choice.every_pod))

    def _take(self, stranger: Stranger) -> None:
        names = self._names_in(stranger.endpoint)
        end = replace(stranger.endpoint, name=fresh(stranger.endpoint.name, names))
        self.strangers.append(replace(stranger, endpoint=end))
        names.add(end.name)
        if isinstance(end, Pod):
            self.known.add(self._key(end))
            named = Namespace(end.namespace, {NAME_LABEL: end.namespace})
            self.spaces.setdefault(end.namespace, named)

    def _key(self, pod: Pod) -> PodKey:
        """What these policies can tell of a pod, its addresses apart."""
        ports = frozenset(port for port in pod.ports if port.name in self.port_names)
        return pod.namespace, frozenset(pod.labels.items()), ports

    def _names_in(self, end: Endpoint) -> set[str]:
        """The names that are taken where this endpoint lives."""
        return self.names.setdefault(end.namespace if isinstance(end, Pod) else "", set())

    def _place(self, space: str) -> str:
        if space == self.elsewhere:
            return "a namespace without labels"
        if space in self.cluster.namespace_names:
            return clip(space)
        labels = self.spaces[space].labels if space in self.spaces else {}
        own = {key: value for key, value in labels.items() if key != NAME_LABEL}
        return f"a namespace {with_labels(own)}" if own else f"the namespace {clip(space)}"


# ── Names and small questions ────────────────────────────────────────────────────────────────


def _pod_name(labels: Labels) -> str:
    """`with-api-web`: a pod's name out of its labels' values, as far as a name takes them."""
    words = "-".join(("with", *labels.values())).lower()
    return words if labels and not validate.namespace_name(words) else "selected"


def _smallest_namespace(selector: Selector, taken: set[str]) -> Namespace | None:
    """A new namespace that a selector matches: its name counts as one of its labels."""
    by_name = [r for r in selector.requirements if r.key == NAME_LABEL]
    others = Selector(tuple(r for r in selector.requirements if r.key != NAME_LABEL))
    labels = smallest_labels(others)
    named = (value for r in by_name for value in r.values if not validate.namespace_name(value))
    for name in (fresh("another", taken), *named):
        own = {NAME_LABEL: name}
        if labels is not None and name not in taken and all(holds(r, own) for r in by_name):
            return Namespace(name, {**own, **labels})
    return None


def _named_namespaces(policies: Iterable[NetworkPolicy]) -> Iterator[str]:
    """Namespaces that somebody names, in metadata or by the label that holds the name."""
    for policy in policies:
        yield policy.namespace
        for rule in policy.ingress + policy.egress:
            for peer in rule.peers:
                selector = peer.namespace_selector or Selector()
                yield from (v for requirement in selector.requirements for v in requirement.values)


def _rules(policies: Iterable[NetworkPolicy]) -> Iterator[Rule]:
    for policy in policies:
        for direction in Direction:
            yield from policy.rules(direction)


def _blocks(rule: Rule) -> Iterator[IPBlock]:
    return (peer.ip_block for peer in rule.peers if peer.ip_block is not None)


def _networks(block: IPBlock) -> tuple[Network, ...]:
    return (block.cidr, *block.excepts)
