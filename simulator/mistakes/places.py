"""Places in policies, and the policies with something else put there.

A place knows its way back: `put` returns all the policies, changed at this one place.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from simulator.mistakes.values import Policies
from simulator.model import (
    Direction,
    Mark,
    NetworkPolicy,
    Operator,
    Peer,
    Port,
    Requirement,
    Rule,
    Selector,
)


def put_policy(policies: Policies, index: int, *new: NetworkPolicy) -> Policies:
    """The policies with `new` in place of one of them (none: it is dropped)."""
    return policies[:index] + new + policies[index + 1 :]


def with_rules(policy: NetworkPolicy, direction: Direction, rules: Sequence[Rule]) -> NetworkPolicy:
    """The policy with other rules for one direction; its policyTypes stay."""
    if direction is Direction.INGRESS:
        return replace(policy, ingress=tuple(rules))
    return replace(policy, egress=tuple(rules))


@dataclass(frozen=True, slots=True)
class RulePlace:
    """One rule of one policy."""

    policies: Policies
    index: int
    direction: Direction
    at: int

    @property
    def policy(self) -> NetworkPolicy:
        """The policy that holds the rule."""
        return self.policies[self.index]

    @property
    def rule(self) -> Rule:
        """The rule itself."""
        return self.policy.rules(self.direction)[self.at]

    def put(self, *new: Rule) -> Policies:
        """The policies with `new` in place of this rule."""
        rules = self.policy.rules(self.direction)
        changed = (*rules[: self.at], *new, *rules[self.at + 1 :])
        return put_policy(
            self.policies, self.index, with_rules(self.policy, self.direction, changed)
        )


@dataclass(frozen=True, slots=True)
class PeerPlace:
    """One peer of one rule."""

    of: RulePlace
    at: int

    @property
    def peer(self) -> Peer:
        """The peer itself."""
        return self.of.rule.peers[self.at]

    def put(self, *new: Peer) -> Policies:
        """The policies with `new` for this peer; a rule that loses its last peer goes with it."""
        peers = self.of.rule.peers
        changed = (*peers[: self.at], *new, *peers[self.at + 1 :])
        return self.of.put(replace(self.of.rule, peers=changed)) if changed else self.of.put()


@dataclass(frozen=True, slots=True)
class PortPlace:
    """One entry of a rule's ports."""

    of: RulePlace
    at: int

    @property
    def port(self) -> Port:
        """The entry itself."""
        return self.of.rule.ports[self.at]

    def put(self, *new: Port) -> Policies:
        """The policies with `new` for this entry; a rule that loses its last one goes with it."""
        ports = self.of.rule.ports
        changed = (*ports[: self.at], *new, *ports[self.at + 1 :])
        return self.of.put(replace(self.of.rule, ports=changed)) if changed else self.of.put()


@dataclass(frozen=True, slots=True)
class SelectorPlace:
    """A selector of pods (a policy's target or a peer's) or of namespaces."""

    selector: Selector
    of_namespaces: bool
    put: Callable[[Selector], Policies]

    def put_requirement(self, at: int, new: Requirement) -> Policies:
        """The policies with another requirement in this one's place."""
        old = self.selector.requirements
        return self.put(replace(self.selector, requirements=(*old[:at], new, *old[at + 1 :])))


def rule_places(policies: Policies, direction: Direction | None = None) -> Iterator[RulePlace]:
    """Every rule, also those of a direction that policyTypes leaves out."""
    for index, policy in enumerate(policies):
        for way in Direction:
            if direction in (None, way):
                for at in range(len(policy.rules(way))):
                    yield RulePlace(policies, index, way, at)


def peer_places(policies: Policies) -> Iterator[PeerPlace]:
    """Every peer of every rule."""
    for place in rule_places(policies):
        for at in range(len(place.rule.peers)):
            yield PeerPlace(place, at)


def port_places(policies: Policies) -> Iterator[PortPlace]:
    """Every entry of every rule's ports."""
    for place in rule_places(policies):
        for at in range(len(place.rule.ports)):
            yield PortPlace(place, at)


def selector_places(policies: Policies) -> Iterator[SelectorPlace]:
    """Every selector: the policies' own first."""
    for index, policy in enumerate(policies):
        yield SelectorPlace(policy.pod_selector, False, _target_put(policies, index))
    for place in peer_places(policies):
        if place.peer.namespace_selector is not None:
            yield SelectorPlace(place.peer.namespace_selector, True, _spaces_put(place))
        if place.peer.pod_selector is not None:
            yield SelectorPlace(place.peer.pod_selector, False, _pods_put(place))


def _target_put(policies: Policies, index: int) -> Callable[[Selector], Policies]:
    return lambda new: put_policy(policies, index, replace(policies[index], pod_selector=new))


def _spaces_put(place: PeerPlace) -> Callable[[Selector], Policies]:
    return lambda new: place.put(replace(place.peer, namespace_selector=new))


def _pods_put(place: PeerPlace) -> Callable[[Selector], Policies]:
    return lambda new: place.put(replace(place.peer, pod_selector=new))


# ── Kinds of peers ──

EVERYTHING = Selector()


def is_bare(peer: Peer) -> bool:
    """A podSelector alone."""
    return peer.pod_selector is not None and peer.namespace_selector is None


def is_spaces(peer: Peer) -> bool:
    """A namespaceSelector alone."""
    return peer.namespace_selector is not None and peer.pod_selector is None


def is_combined(peer: Peer) -> bool:
    """Both selectors in one entry."""
    return peer.namespace_selector is not None and peer.pod_selector is not None


def is_empty(selector: Selector | None) -> bool:
    """`{}`: it selects everything."""
    return selector is not None and not selector.requirements


def pair(key: str, value: str) -> Selector:
    """`matchLabels: {key: value}`."""
    return Selector((Requirement(key, Operator.IN, (value,), pair=True),))


# ── Words ──


def line(mark: Mark | None, otherwise: str) -> str:
    """`Line 12`, or other words where the text is not known."""
    return f"Line {mark.line}" if mark else otherwise


def other(direction: Direction) -> Direction:
    """Ingress for Egress and the other way round."""
    return Direction.EGRESS if direction is Direction.INGRESS else Direction.INGRESS
