"""Mistakes in the list of rules: brackets (M08), policyTypes (M10), replies (M13)."""

from collections.abc import Iterator
from dataclasses import replace

from simulator.mistakes.places import (
    EVERYTHING,
    RulePlace,
    is_bare,
    is_empty,
    line,
    other,
    put_policy,
    rule_places,
    with_rules,
)
from simulator.mistakes.values import Case, Made, Policies, Repair, Right
from simulator.model import (
    Direction,
    NetworkPolicy,
    Peer,
    Rule,
)
from simulator.phrases import listed
from simulator.words import clip

ANYBODY = Rule()

# ── M08: [] and {} ──


def make_brackets(right: Right) -> Iterator[Made]:
    """No rule becomes one empty rule and back; "my namespace" becomes an empty list of peers."""
    for toggled in _toggled(right.policies):
        yield (
            toggled.policies,
            "`[]` and `{}` were mixed up",
            "no rule admits nobody, an empty one all",
        )


def repair_brackets(case: Case) -> Iterator[Repair]:
    """The same toggles."""
    yield from _toggled(case.answer)


def _toggled(policies: Policies) -> Iterator[Repair]:
    for index, policy in enumerate(policies):
        for direction in policy.policy_types:
            name, rules = direction.value.lower(), policy.rules(direction)
            if not rules:
                said = (
                    f"{_of(policy)} lists {direction.value} and has no {name} rule, so nothing "
                    "gets through that way: an empty or missing list denies all."
                )
                changed = with_rules(policy, direction, [ANYBODY])
                fit = 1 if len(policy.policy_types) == 1 else 2
                yield Repair(put_policy(policies, index, changed), said, policy.mark, fit=fit)
            elif rules == (ANYBODY,):
                where = line(rules[0].mark, f"The {name} of {clip(policy.name)}")
                said = (
                    f"{where} holds one empty rule. It names nobody in particular, and so it "
                    "admits everybody on every port."
                )
                changed = with_rules(policy, direction, [])
                yield Repair(put_policy(policies, index, changed), said, rules[0].mark)
    for place in rule_places(policies):
        yield from _toggled_peers(place)


def _toggled_peers(place: RulePlace) -> Iterator[Repair]:
    rule, word = place.rule, "from" if place.direction is Direction.INGRESS else "to"
    if len(rule.peers) == 1 and is_bare(rule.peers[0]) and is_empty(rule.peers[0].pod_selector):
        where = line(rule.peers[0].mark, "One entry")
        said = (
            f"{where}: {{}} as a podSelector means the pods of {clip(place.policy.namespace)} "
            f"alone; it is an empty `{word}` that means anybody."
        )
        yield Repair(place.put(replace(rule, peers=())), said, rule.peers[0].mark, fit=2)
    elif not rule.peers:
        where = line(rule.mark, "One rule")
        said = (
            f"{where} names nobody: an empty or missing `{word}` admits everybody, also from "
            "outside the cluster."
        )
        own = place.put(replace(rule, peers=(Peer(EVERYTHING),)))
        yield Repair(own, said, rule.mark, fit=2)


def _of(policy: NetworkPolicy) -> str:
    name = clip(policy.name)
    return f"{name} (line {policy.mark.line})" if policy.mark else name


# ── M10: policyTypes ──


def make_types(right: Right) -> Iterator[Made]:
    """A direction left out of policyTypes, or one put in that has no rules."""
    for index, policy in enumerate(right.policies):
        for direction in Direction:
            changed = put_policy(right.policies, index, _toggled_type(policy, direction))
            if direction not in policy.policy_types:
                if not policy.rules(direction):
                    yield changed, f"policyTypes lists {direction} too", "leave it out"
            elif len(policy.policy_types) > 1:
                yield changed, f"policyTypes leaves {direction} out", "list it"


def repair_types(case: Case) -> Iterator[Repair]:
    """Each direction in or out; rules for a direction that is not listed are a plain sign."""
    for index, policy in enumerate(case.answer):
        for direction in Direction:
            changed = put_policy(case.answer, index, _toggled_type(policy, direction))
            rules, listed_now = policy.rules(direction), direction in policy.policy_types
            if listed_now and not rules and len(policy.policy_types) > 1:
                said = (
                    f"{_of(policy)} applies to {direction.value} as well, and has no rule for it: "
                    "that direction is shut."
                )
                yield Repair(changed, said, policy.mark)
            elif not listed_now and rules:
                where = line(rules[0].mark, "The policy")
                said = (
                    f"{where}: nobody looks at the {direction.value.lower()} rules of "
                    f"{clip(policy.name)}. Its policyTypes do not list {direction.value}."
                )
                yield Repair(changed, said, rules[0].mark, sure=True, fit=0)
            elif not listed_now:
                said = (
                    f"{_of(policy)} applies to {listed(policy.policy_types)} only, so the other "
                    "direction stays as open as it was."
                )
                yield Repair(changed, said, policy.mark, fit=2)


def _toggled_type(policy: NetworkPolicy, direction: Direction) -> NetworkPolicy:
    types = {direction} ^ set(policy.policy_types)
    return replace(policy, policy_types=tuple(d for d in Direction if d in types))


# ── M13: replies pass by themselves ──


def make_reply(right: Right) -> Iterator[Made]:
    """A rule for the replies: the same peers once more, the other way round."""
    for index, policy in enumerate(right.policies):
        for direction in policy.policy_types:
            back = other(direction)
            for rule in policy.rules(direction):
                if not rule.peers or policy.rules(back):
                    continue
                changed = with_rules(policy, back, [Rule(rule.peers)])
                types = tuple(d for d in Direction if d in {*policy.policy_types, back})
                made = put_policy(right.policies, index, replace(changed, policy_types=types))
                yield made, f"{back} rule for the replies", "drop that rule"


def repair_reply(case: Case) -> Iterator[Repair]:
    """A rule whose peers also stand in the other direction goes, and its direction with it."""
    for place in rule_places(case.answer):
        if place.direction not in place.policy.policy_types or not _mirrors(case, place):
            continue
        where = line(place.rule.mark, "One rule")
        said = (
            f"{where} speaks of pods that {clip(place.policy.name)} already names the other way "
            "round. Replies need no rule: they pass with the connection they belong to; this rule "
            "is about connections opened in the other direction."
        )
        dropped = place.put()
        yield Repair(dropped, said, place.rule.mark, fit=0)
        policy = dropped[place.index]
        if not policy.rules(place.direction) and len(policy.policy_types) > 1:
            shorter = _toggled_type(policy, place.direction)
            yield Repair(put_policy(dropped, place.index, shorter), said, place.rule.mark, fit=0)
        if case.reference:  # where no policy is to be left, any of them may go: that shows nothing
            yield Repair(put_policy(case.answer, place.index), said, place.rule.mark, fit=2)


def _mirrors(case: Case, place: RulePlace) -> bool:
    """Whether a policy for the same pods names one of these peers in the other direction."""
    same = [p for p in case.answer if _target(p) == _target(place.policy)]
    back = {peer for p in same for rule in p.rules(other(place.direction)) for peer in rule.peers}
    return any(peer in back for peer in place.rule.peers)


def _target(policy: NetworkPolicy) -> tuple[str, object]:
    return policy.namespace, policy.pod_selector
