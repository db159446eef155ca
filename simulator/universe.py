"""Every endpoint and every port that two policy sets can tell apart, over all possible clusters.

A connection is decided by which policies isolate its ends, which rules name the other end, and
which rules name the port. So an endpoint is a few bits: as a source, the egress policies that
isolate it and the ingress rules that name it; as a target, the other way round. Many label sets
give the same bits, and the smallest is kept as an example. Policies and rules are numbered over
both sides together; a policy that both hold has one number.
"""

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
    ingress: int  # the rules that are of that direction


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
    ingress = _mask(i for i, (_, d, _) in enumerate(rules) if d is Direction.INGRESS)
    return Numbered(tuple(policies), mine, theirs, tuple(rules), rules_of, ingress)


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


@dataclass(slots=True)
class Universe:
    """Every endpoint that the policies can tell apart, as a source and as a target."""

    numbered: Numbered
    budget: Budget
    sources: Role = field(default_factory=dict)
    targets: Role = field(default_factory=dict)
    elsewhere: str = ""

    def fill(self) -> None:
        """Find them all; not complete where the budget is passed."""
        named = namespaces(self.numbered.policies)
        self.elsewhere = fresh("other", named)
        selectors = _namespace_selectors(self.numbered)
        for name in (*named, self.elsewhere):
            spaces = label_classes(selectors, self.budget, fixed={NAME_LABEL: name})
            for mask, labels in spaces.items():
                matched = {s for i, s in enumerate(selectors) if mask >> i & 1}
                self._add_pods((name, mask), labels, matched)
                if self.budget.passed:
                    return
        self._add_hosts()

    def _add_pods(self, space: SpaceKey, space_labels: LabelSet, matched: set[Selector]) -> None:
        asked = _asked_of_pods(self.numbered, space[0], matched)
        if not self.budget.take(len(asked) + len(self.numbered.rules)):
            return
        bits = list(asked.values())
        for mask, labels in label_classes(tuple(asked), self.budget).items():
            if not self.budget.take(1 + len(bits) // 8):
                return
            found = [b for i, b in enumerate(bits) if mask >> i & 1]
            self._add(Example(space, space_labels, labels), _union(found))

    def _add_hosts(self) -> None:
        blocks = [[p.ip_block for p in rule.peers if p.ip_block] for _, _, rule in self._rules]
        anybody = sum(1 << i for i, (_, _, rule) in enumerate(self._rules) if not rule.peers)
        for version in (4, 6):
            for mask, address in address_map(blocks, version).classes().items():
                self._add(Example(address=address), _Asked(named_by=mask | anybody), host=True)

    @property
    def _rules(self) -> tuple[tuple[NetworkPolicy, Direction, Rule], ...]:
        return self.numbered.rules

    def _add(self, example: Example, asked: "_Asked", *, host: bool = False) -> None:
        ingress, egress = self.numbered.ingress, ~self.numbered.ingress
        _keep(self.sources, Bits(asked.egress, asked.named_by & ingress, host), example)
        _keep(self.targets, Bits(asked.ingress, asked.named_by & egress, host), example)


def _keep(role: Role, bits: Bits, example: Example) -> None:
    examples = role.setdefault(bits, {})
    known = examples.get(example.space)
    if known is None or example.size < known.size:
        examples[example.space] = example


@dataclass(slots=True)
class _Asked:
    """What a pod is in for when a selector matches it: policies by direction, and rules."""

    ingress: int = 0
    egress: int = 0
    named_by: int = 0


def _union(found: Iterable[_Asked]) -> _Asked:
    union = _Asked()
    for asked in found:
        union.ingress |= asked.ingress
        union.egress |= asked.egress
        union.named_by |= asked.named_by
    return union


def _asked_of_pods(numbered: Numbered, name: str, matched: set[Selector]) -> dict[Selector, _Asked]:
    """The pod selectors that matter in a namespace, and what each one that matches means."""
    found: dict[Selector, _Asked] = {Selector(): _Asked()}
    for index, policy in enumerate(numbered.policies):
        if policy.namespace == name:
            asked = found.setdefault(policy.pod_selector, _Asked())
            for direction in policy.policy_types:
                if direction is Direction.INGRESS:
                    asked.ingress |= 1 << index
                else:
                    asked.egress |= 1 << index
    for index, (policy, _, rule) in enumerate(numbered.rules):
        for selector in _pod_selectors(policy, rule, name, matched):
            found.setdefault(selector, _Asked()).named_by |= 1 << index
    return found


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


def _mask(bits: Iterable[int]) -> int:
    return sum(1 << bit for bit in bits)
