"""Every endpoint and every port that two policy sets can tell apart, over all possible clusters.

A connection is decided by which policies isolate its ends, which rules name the other end, and
which rules name the port. So an endpoint is a few bits: as a source, the egress policies that
isolate it and the ingress rules that name it; as a target, the other way round. Many label sets
give the same bits, and the smallest is kept as an example. Policies and rules are numbered over
both sides together; a policy that both hold has one number.
"""

import functools
import operator
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from simulator import validate
from simulator.addresses import address_map
from simulator.labels import Budget, LabelSet, fresh, label_classes
from simulator.model import (
    Address,
    Direction,
    NetworkPolicy,
    Peer,
    Rule,
    Selector,
)
from simulator.selectors import NAME_LABEL

#: A namespace by its name and the namespaceSelectors that match it.
SpaceKey = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Numbered:
    """Policies of two sides as bits: which are whose, and which rules are whose."""

    policies: tuple[NetworkPolicy, ...]
    old: int
    new: int
    rules: tuple[tuple[NetworkPolicy, Direction, Rule], ...]
    rules_of: dict[tuple[int, Direction], int] = field(hash=False)

    def changed_namespaces(self, direction: Direction) -> list[str]:
        """Where policies live that one side alone has, of this type."""
        changed = (self.policies[i] for i in bits_in(self.old ^ self.new))
        return list(dict.fromkeys(p.namespace for p in changed if direction in p.policy_types))

    def rules_in(self, names: Iterable[str], direction: Direction) -> int:
        """The rules of one direction of all policies that live in these namespaces."""
        known = set(names)
        policies = bits_of(i for i, p in enumerate(self.policies) if p.namespace in known)
        return self.rules_of_all(policies, direction)

    def rules_of_all(self, policies: int, direction: Direction) -> int:
        """The rules of one direction of a mask of policies."""
        rules = 0
        for index in bits_in(policies):
            rules |= self.rules_of.get((index, direction), 0)
        return rules

    def chosen(self, mask: int) -> Iterator[tuple[int, NetworkPolicy, Rule]]:
        """The rules of a mask, each with its number and its policy."""
        return ((i, self.rules[i][0], self.rules[i][2]) for i in bits_in(mask))


def number(old: Sequence[NetworkPolicy], new: Sequence[NetworkPolicy]) -> Numbered:
    """Number the policies of both sides; those that differ in name alone are one."""
    policies: dict[NetworkPolicy, int] = {}
    mine, theirs = (_numbers(side, policies) for side in (old, new))
    rules: list[tuple[NetworkPolicy, Direction, Rule]] = []
    rules_of: dict[tuple[int, Direction], int] = {}
    for policy, index in policies.items():
        for direction in policy.policy_types:
            start = len(rules)
            rules += [(policy, direction, rule) for rule in policy.rules(direction)]
            rules_of[index, direction] = (1 << len(rules)) - (1 << start)
    return Numbered(tuple(policies), mine, theirs, tuple(rules), rules_of)


def _numbers(side: Sequence[NetworkPolicy], policies: dict[NetworkPolicy, int]) -> int:
    bits = 0
    for policy in side:
        bits |= 1 << policies.setdefault(replace(policy, name=""), len(policies))
    return bits


# ── Endpoints ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Example:
    """The smallest pod (or, with `address`, the host) of its kind."""

    space: SpaceKey = ("", 0)
    space_labels: LabelSet = ()
    labels: LabelSet = ()
    address: Address | None = None

    @property
    def size(self) -> tuple[int, int, LabelSet]:
        """Fewer labels are smaller, then shorter names of namespaces."""
        return len(self.labels) + len(self.space_labels), len(self.space[0]), self.labels


@dataclass(frozen=True, slots=True)
class Bits:
    """What policies make of an endpoint in one role: who isolates it, and which rules name it."""

    isolating: int
    named_by: int
    host: bool = False


Role = dict[Bits, dict[SpaceKey, Example]]


class Universe:
    """Every endpoint that the policies can tell apart."""

    def __init__(self, numbered: Numbered, budget: Budget) -> None:
        self.numbered, self.budget = numbered, budget
        self.named = namespaces(numbered.policies)
        self.elsewhere = fresh("other-ns", self.named)
        self.selectors = _namespace_selectors(numbered)

    def ends(self, own: Direction, names: Iterable[str], *, naming: int, hosts: bool) -> Role:
        """Endpoints of these namespaces, and hosts, by their own gate and the rules of `naming`.

        With `own` Egress they are sources, with Ingress targets. Not complete where the budget is
        passed.
        """
        role: Role = {}
        for name in names:
            spaces = label_classes(self.selectors, self.budget, fixed={NAME_LABEL: name})
            for mask, labels in spaces.items():
                matched = {s for i, s in enumerate(self.selectors) if mask >> i & 1}
                asked = self._asked_of_pods(own, name, matched, naming)
                for bits, found in self._pods(asked):
                    _keep(role, bits, Example((name, mask), labels, found))
                if self.budget.passed:
                    return role
        if hosts:
            for bits, address in self._hosts(naming):
                _keep(role, bits, Example(address=address))
        return role

    def _pods(self, asked: dict[Selector, Bits]) -> Iterator[tuple[Bits, LabelSet]]:
        bits = list(asked.values())
        for mask, labels in label_classes(tuple(asked), self.budget).items():
            if not self.budget.take(1 + len(bits) // 8):
                return
            holding = [b for i, b in enumerate(bits) if mask >> i & 1]
            isolating = functools.reduce(operator.or_, (b.isolating for b in holding), 0)
            named_by = functools.reduce(operator.or_, (b.named_by for b in holding), 0)
            yield Bits(isolating, named_by), labels

    def _asked_of_pods(
        self, own: Direction, name: str, matched: set[Selector], naming: int
    ) -> dict[Selector, Bits]:
        """The pod selectors that matter in a namespace, and what each one that matches means."""
        found: dict[Selector, Bits] = {Selector(): Bits(0, 0)}
        for index, policy in enumerate(self.numbered.policies):
            if policy.namespace == name and own in policy.policy_types:
                known = found.get(policy.pod_selector, Bits(0, 0))
                found[policy.pod_selector] = replace(known, isolating=known.isolating | 1 << index)
        for index, policy, rule in self.numbered.chosen(naming):
            for selector in _pod_selectors(policy, rule, name, matched):
                known = found.get(selector, Bits(0, 0))
                found[selector] = replace(known, named_by=known.named_by | 1 << index)
        self.budget.take(len(found) + naming.bit_count())
        return found

    def _hosts(self, naming: int) -> Iterator[tuple[Bits, Address]]:
        rules = [(index, rule) for index, _, rule in self.numbered.chosen(naming)]
        blocks = [[p.ip_block for p in rule.peers if p.ip_block] for _, rule in rules]
        anybody = bits_of(index for index, rule in rules if not rule.peers)
        for version in (4, 6):
            for mask, address in address_map(blocks, version).classes().items():
                inside = bits_of(index for i, (index, _) in enumerate(rules) if mask >> i & 1)
                yield Bits(0, inside | anybody, host=True), address


def _keep(role: Role, bits: Bits, example: Example) -> None:
    examples = role.setdefault(bits, {})
    known = examples.get(example.space)
    if known is None or example.size < known.size:
        examples[example.space] = example


def _pod_selectors(
    policy: NetworkPolicy, rule: Rule, name: str, matched: set[Selector]
) -> Iterator[Selector]:
    """The pod selectors that a rule holds against the pods of one namespace."""
    if not rule.peers:
        yield Selector()
    for peer in rule.peers:
        if peer.ip_block is None and _means(policy, peer, name, matched):
            yield peer.pod_selector or Selector()


def _means(policy: NetworkPolicy, peer: Peer, name: str, matched: set[Selector]) -> bool:
    if peer.namespace_selector is None:
        return policy.namespace == name
    return peer.namespace_selector in matched


def _namespace_selectors(numbered: Numbered) -> tuple[Selector, ...]:
    peers = (peer for _, _, rule in numbered.rules for peer in rule.peers)
    return tuple(dict.fromkeys(p.namespace_selector for p in peers if p.namespace_selector))


def namespaces(policies: Iterable[NetworkPolicy]) -> list[str]:
    """The namespaces that policies live in, and those named by the label that holds the name."""
    found: dict[str, None] = {}
    for policy in policies:
        found[policy.namespace] = None
        for rule in policy.ingress + policy.egress:
            for peer in rule.peers:
                for asked in (peer.namespace_selector or Selector()).requirements:
                    if asked.key == NAME_LABEL:
                        names = (v for v in asked.values if not validate.namespace_name(v))
                        found.update(dict.fromkeys(names))
    return list(found)


# ── Bits ─────────────────────────────────────────────────────────────────────────────────────


def bits_of(numbers: Iterable[int]) -> int:
    """The mask with these bits set."""
    return functools.reduce(lambda mask, number: mask | 1 << number, numbers, 0)


def bits_in(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set, from the lowest."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
