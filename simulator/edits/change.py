"""One change to one policy: what it is, in a sentence, and what the policies are after it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from simulator.model import Direction, Mark, NetworkPolicy, Peer, Port, Rule
from simulator.words import clip

T = TypeVar("T")


class ChangeKind(StrEnum):
    """What a change does, the smaller first: one value, one entry, a rule, a policy."""

    SCALAR = "change one value"
    DROP = "delete"
    ADD = "add an entry"
    ADD_RULE = "add a rule"
    WIDEN = "lift a condition"
    ADD_POLICY = "add a policy"


#: One value < one entry deleted < one added < a rule < a policy. Two small changes weigh less than
#: a rule. What leaves a selector or a pod without any condition is short to write, but says far
#: more than one arrow: it comes after a rule.
WEIGHTS = {
    ChangeKind.SCALAR: 2,
    ChangeKind.DROP: 3,
    ChangeKind.ADD: 4,
    ChangeKind.ADD_RULE: 10,
    ChangeKind.WIDEN: 15,
    ChangeKind.ADD_POLICY: 20,
}


@dataclass(frozen=True, slots=True)
class Change:
    """`before` becomes `after`; None before: a policy is added, None after: it is deleted.

    `mark` is where it goes in the learner's text, None for a new policy; `lines` are what is to be
    written there, as YAML without indentation of its own: the new value's whole entry.
    """

    kind: ChangeKind
    sentence: str
    before: NetworkPolicy | None
    after: NetworkPolicy | None
    mark: Mark | None = None
    lines: tuple[str, ...] = ()

    @property
    def weight(self) -> tuple[int, int]:
        """What the smaller change has less of: its kind's weight, then lines to write."""
        return WEIGHTS[self.kind], len(self.lines)

    def applied(self, policies: Sequence[NetworkPolicy]) -> tuple[NetworkPolicy, ...]:
        """The policies after it; those that it does not speak of stay the same objects."""
        if self.before is None:
            return (*policies, *_there(self.after))
        return tuple(
            new
            for policy in policies
            for new in (_there(self.after) if policy is self.before else (policy,))
        )


def _there(policy: NetworkPolicy | None) -> tuple[NetworkPolicy, ...]:
    return () if policy is None else (policy,)


def policy_change(
    kind: ChangeKind,
    words: str,
    *,
    before: NetworkPolicy,
    after: NetworkPolicy | None,
    mark: Mark | None = None,
    lines: Sequence[str] = (),
    joint: str = ": ",
) -> Change:
    """A change to a policy's outline: its selector, its types, its namespace, itself."""
    mark = mark or before.mark
    sentence = f"In {clip(before.name)}{_line(mark)}{joint}{words}."
    return Change(kind, sentence, before, after, mark, tuple(lines))


@dataclass(frozen=True, slots=True)
class RulePlace:
    """One rule of one policy, as the place of a change."""

    policy: NetworkPolicy
    direction: Direction
    index: int

    @property
    def rule(self) -> Rule:
        """The rule as it stands."""
        return self.policy.rules(self.direction)[self.index]

    @property
    def _name(self) -> str:
        """`rule`, or `ingress rule` where the policy speaks of both directions."""
        one = len(self.policy.policy_types) == 1
        return "rule" if one else f"{self.direction.value.lower()} rule"

    def change(
        self,
        kind: ChangeKind,
        words: str,
        *,
        rules: Sequence[Rule],
        mark: Mark | None = None,
        lines: Sequence[str] = (),
    ) -> Change:
        """The rule becomes `rules`: one for a change in it, none where it is deleted."""
        mark = mark or self.rule.mark
        where = f"In {clip(self.policy.name)}, {self._name} {self.index + 1}{_line(mark)}"
        all_rules = spliced(self.policy.rules(self.direction), self.index, rules)
        after = with_rules(self.policy, self.direction, all_rules)
        return Change(kind, f"{where}: {words}.", self.policy, after, mark, tuple(lines))

    def deleted(self) -> Change:
        """The rule is taken out."""
        rule = f"{self._name} {self.index + 1}{_line(self.rule.mark)}"
        sentence = f"In {clip(self.policy.name)}: delete {rule}."
        return replace(self.change(ChangeKind.DROP, "", rules=[]), sentence=sentence)

    def with_peers(
        self,
        kind: ChangeKind,
        words: str,
        *,
        peers: Sequence[Peer],
        mark: Mark | None = None,
        lines: Sequence[str] = (),
    ) -> Change:
        """The same rule with other peers."""
        rule = replace(self.rule, peers=tuple(peers))
        return self.change(kind, words, rules=[rule], mark=mark, lines=lines)

    def with_ports(
        self,
        kind: ChangeKind,
        words: str,
        *,
        ports: Sequence[Port],
        mark: Mark | None = None,
        lines: Sequence[str] = (),
    ) -> Change:
        """The same rule with other ports."""
        rule = replace(self.rule, ports=tuple(ports))
        return self.change(kind, words, rules=[rule], mark=mark, lines=lines)


def with_rules(policy: NetworkPolicy, direction: Direction, rules: Sequence[Rule]) -> NetworkPolicy:
    """The policy with other rules for one direction."""
    if direction is Direction.INGRESS:
        return replace(policy, ingress=tuple(rules))
    return replace(policy, egress=tuple(rules))


def spliced(items: Sequence[T], index: int, new: Sequence[T]) -> tuple[T, ...]:
    """The items with the one at `index` replaced by any number of others."""
    return (*items[:index], *new, *items[index + 1 :])


def _line(mark: Mark | None) -> str:
    return f" (line {mark.line})" if mark else ""
