"""Mistakes in the set of policies: one end opened only (M06), a stricter one to win (M09)."""

from collections.abc import Iterator
from dataclasses import replace

from simulator.matrix import Matrix
from simulator.mistakes.compare import Cell, Wrong
from simulator.mistakes.openings import is_for_dns
from simulator.mistakes.places import EVERYTHING, RulePlace, line, other, put_policy, rule_places
from simulator.mistakes.values import Case, Made, Repair, Right
from simulator.model import Direction, Endpoint, Mark, NetworkPolicy, Peer, Pod, Rule
from simulator.ports import EVERY_PORT
from simulator.selectors import matches
from simulator.words import clip

# ── M06: both ends must agree ──


def make_one_end(right: Right) -> Iterator[Made]:
    """The rule that opens one end goes, while the other end has a rule that opens it."""
    for place in rule_places(right.policies):
        without, policy = place.put(), place.policy
        if place.direction not in policy.policy_types:
            continue
        # A policy whose only rule goes need not stay: something else isolates the pods.
        dropped = put_policy(right.policies, place.index)
        alone = len(policy.ingress) + len(policy.egress) == 1
        for policies in (without, dropped) if alone else (without,):
            if _half_open(right, policies, place.direction):
                yield policies, f"the {place.direction} side has no rule", "open that end too"


def repair_one_end(case: Case) -> Iterator[Repair]:
    """One rule of the reference is added, where one end is open by a rule and the other is not."""
    known = set(case.cluster.endpoints)
    here = [wrong for wrong in case.wrong if {wrong.cell.source, wrong.cell.target} <= known]
    half = [(wrong, shut) for wrong in here if (shut := _shut_end(case, wrong))]
    ways = {shut for _, shut in half}
    for place in rule_places(case.reference):
        if place.direction not in ways or place.direction not in place.policy.policy_types:
            continue
        if any(_is_like(place, written) for written in rule_places(case.answer, place.direction)):
            continue
        said, mark = _which_end(case, *next(h for h in half if h[1] is place.direction))
        alone = replace(
            place.policy,
            policy_types=(place.direction,),
            ingress=(place.rule,) if place.direction is Direction.INGRESS else (),
            egress=(place.rule,) if place.direction is Direction.EGRESS else (),
        )
        yield Repair((*case.answer, alone), said, mark, fit=2)


def _is_like(wanted: RulePlace, written: RulePlace) -> bool:
    """Whether the rule was written after all, for other pods: then something else is wrong."""
    return wanted.rule == written.rule and wanted.policy.pod_selector != written.policy.pod_selector


def _half_open(right: Right, policies: tuple[NetworkPolicy, ...], gone: Direction) -> bool:
    """Whether some flow is now refused at one end alone, and a rule still opens the other."""
    before, after = Matrix(right.cluster, right.policies), Matrix(right.cluster, policies)
    for source in right.cluster.pods:
        for target in right.cluster.pods:
            if source != target and _lost(before, after, source, target):
                near = source if gone is Direction.INGRESS else target
                if _isolates(policies, near, other(gone)):
                    return True
    return False


def _lost(before: Matrix, after: Matrix, source: Pod, target: Pod) -> bool:
    was, now = (m.reach(source, target, "TCP").certain for m in (before, after))
    return bool(was - now)


def _isolates(policies: tuple[NetworkPolicy, ...], pod: Endpoint, direction: Direction) -> bool:
    return isinstance(pod, Pod) and any(
        direction in p.policy_types
        and p.namespace == pod.namespace
        and matches(p.pod_selector, pod.labels)
        for p in policies
    )


def _shut_end(case: Case, wrong: Wrong) -> Direction | None:
    """The end that refuses, where the other is isolated and opened by a rule."""
    if not wrong.too_strict:
        return None
    ends = {Direction.EGRESS: wrong.cell.source, Direction.INGRESS: wrong.cell.target}
    for direction in Direction:
        here, there = (_open(case, wrong.cell, d) for d in (direction, other(direction)))
        if there and not here and not _has_rules(case, ends[direction], direction):
            return direction
    return None


def _has_rules(case: Case, end: Endpoint, direction: Direction) -> bool:
    """Whether rules other than those for DNS open this end to somebody: then those are wrong."""
    return isinstance(end, Pod) and any(
        not is_for_dns(rule)
        for policy in case.answer
        if _isolates((policy,), end, direction)
        for rule in policy.rules(direction)
    )


def _open(case: Case, cell: Cell, direction: Direction) -> bool:
    """Whether a rule opens this end for a flow that is wanted."""
    gate = case.matrix.gate(cell.source, cell.target, direction, cell.protocol)
    return gate.certain != EVERY_PORT and bool(gate.certain & cell.want.certain)


def _which_end(case: Case, wrong: Wrong, shut: Direction) -> tuple[str, Mark | None]:
    """The sentence, and the policy that isolates the end that refuses."""
    source, target = wrong.cell.source, wrong.cell.target
    open_end, shut_end = (target, source) if shut is Direction.EGRESS else (source, target)
    policies = [p for p in case.answer if _isolates((p,), shut_end, shut)]
    mark = policies[0].mark if policies else None
    said = (
        f"{line(mark, 'One policy')} isolates {shut_end.ref} for {shut.value}, and no rule opens "
        f"{source.ref} → {target.ref} there. {open_end.ref} has one at its end: that is not "
        "enough, both ends must agree."
    )
    return said, mark


# ── M09: rules only add ──


def make_wider(right: Right) -> Iterator[Made]:
    """A second, wider policy for the same pods: the narrow one was to win."""
    for policy in right.policies:
        for direction in policy.policy_types:
            for peer in (Peer(EVERYTHING), Peer(namespace_selector=EVERYTHING)):
                wide = _allowing(policy, direction, Rule((peer,)))
                made = (*right.policies, wide)
                yield made, "a wider policy stands beside it", "delete the wider policy"


def repair_wider(case: Case) -> Iterator[Repair]:
    """One policy goes, where another acts on the same pods in the same direction."""
    if any(wrong.too_strict for wrong in case.wrong):
        return  # nobody complains of a policy that let too much through
    for index, policy in enumerate(case.answer):
        if not any(_overlap(case, policy, p) for p in case.answer if p is not policy):
            continue
        where = line(policy.mark, "One policy")
        said = (
            f"{where}: what {clip(policy.name)} allows stays allowed. Policies only add up: no "
            "other policy, stricter or later, takes anything away."
        )
        yield Repair(put_policy(case.answer, index), said, policy.mark)


def _allowing(policy: NetworkPolicy, direction: Direction, rule: Rule) -> NetworkPolicy:
    return NetworkPolicy(
        policy.namespace,
        f"{policy.name[:240]}-wide",
        policy.pod_selector,
        (direction,),
        ingress=(rule,) if direction is Direction.INGRESS else (),
        egress=(rule,) if direction is Direction.EGRESS else (),
    )


def _overlap(case: Case, one: NetworkPolicy, two: NetworkPolicy) -> bool:
    ways = set(one.policy_types) & set(two.policy_types)
    return any(
        _isolates((one,), pod, way) and _isolates((two,), pod, way)
        for way in ways
        for pod in case.cluster.pods
    )
