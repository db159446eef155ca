"""Changes to a policy's outline: whom it selects, for which types, in which namespace."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from simulator.edits.change import Change, ChangeKind, policy_change, with_rules
from simulator.edits.naming import others, peers_for, requirement_against, selectors_for
from simulator.edits.ports import every_port_but, exact_port, port_words
from simulator.edits.selecting import mended, narrowed
from simulator.manifest import block_lines, manifest, scalar, stored_rule, stored_selector
from simulator.model import (
    Cluster,
    Direction,
    Endpoint,
    Gate,
    NetworkPolicy,
    Pod,
    Probe,
    Rule,
    Selector,
)
from simulator.selectors import matches
from simulator.words import clip


def far_end(gate: Gate, probe: Probe) -> Endpoint:
    """The other end of a gate."""
    return probe.source if gate.direction is Direction.INGRESS else probe.target


# ── To open a gate ──


def rules_added(
    cluster: Cluster, policy: NetworkPolicy, gate: Gate, *, probe: Probe
) -> Iterator[Change]:
    """One rule more, for this end and this port alone."""
    far, direction = far_end(gate, probe), gate.direction
    for peer in peers_for(cluster, far, policy.namespace):
        rule = Rule((peer,), (exact_port(probe),))
        rules = policy.rules(direction)
        yield policy_change(
            ChangeKind.ADD_RULE,
            f"let {_reach(probe)}: add an {direction.value.lower()} rule",
            before=policy,
            after=with_rules(policy, direction, (*rules, rule)),
            mark=rules[-1].mark if rules else None,
            lines=block_lines([stored_rule(rule, direction)]),
            joint=", ",
        )


def policies_added(
    cluster: Cluster, gate: Gate, probe: Probe, *, taken: Sequence[NetworkPolicy]
) -> Iterator[Change]:
    """A policy more for an isolated pod, that admits this end on this port."""
    near = gate.endpoint
    if not isinstance(near, Pod):
        return
    for selector in selectors_for(cluster, near):
        for peer in peers_for(cluster, far_end(gate, probe), near.namespace):
            rule = Rule((peer,), (exact_port(probe),))
            policy = _policy(gate, selector, (rule,), taken=taken)
            yield _added(policy, f"lets {_reach(probe)}")


def _reach(probe: Probe) -> str:
    """`prod/web reach prod/db on TCP 3306`."""
    ends = f"{clip(probe.source.ref)} reach {clip(probe.target.ref)}"
    return f"{ends} on {port_words(exact_port(probe))}"


def lifted(policy: NetworkPolicy, gate: Gate, cluster: Cluster) -> Iterator[Change]:
    """Ways to isolate the pod no more by this policy."""
    near, direction = gate.endpoint, gate.direction
    if len(policy.policy_types) > 1:
        left = tuple(one for one in policy.policy_types if one is not direction)
        words = f"take {direction.value} out of policyTypes"
        yield policy_change(
            ChangeKind.DROP, words, before=policy, after=replace(policy, policy_types=left)
        )
    if isinstance(near, Pod):
        yield from _selected_no_more(policy, near, cluster)
    yield policy_change(ChangeKind.WIDEN, "delete the policy", before=policy, after=None)


def _selected_no_more(policy: NetworkPolicy, near: Pod, cluster: Cluster) -> Iterator[Change]:
    """One pod left out of a selector that has others to select."""
    mates = [p for p in cluster.pods if p.namespace == near.namespace and p != near]
    against = requirement_against(cluster, near)
    if against is None or not any(matches(policy.pod_selector, mate.labels) for mate in mates):
        return
    found = narrowed(policy.pod_selector, against)
    words = f"{found.words} to the podSelector"
    after = replace(policy, pod_selector=found.selector)
    lines = _selector_lines(found.selector)
    yield policy_change(
        ChangeKind.WIDEN, words, before=policy, after=after, mark=found.mark, lines=lines
    )


# ── To close a gate ──


def isolated(
    cluster: Cluster, policies: Sequence[NetworkPolicy], gate: Gate, *, probe: Probe
) -> Iterator[Change]:
    """Ways to isolate a pod that no policy isolates for this direction."""
    near = gate.endpoint
    if not isinstance(near, Pod):
        return
    for policy in policies:
        yield from _made_to_select(policy, gate, near)
    for selector in selectors_for(cluster, near):
        for rules in _all_but(cluster, near, far_end(gate, probe), probe=probe):
            policy = _policy(gate, selector, rules, taken=policies)
            yield _added(policy, _closing_words(gate, rules, probe))


def _made_to_select(policy: NetworkPolicy, gate: Gate, near: Pod) -> Iterator[Change]:
    """A policy that would isolate the pod, were it not for one thing."""
    here, direction = policy.namespace == near.namespace, gate.direction
    selects = matches(policy.pod_selector, near.labels)
    if here and selects and direction not in policy.policy_types:
        types = (*policy.policy_types, direction)
        words = f"add {direction.value} to policyTypes"
        after = replace(policy, policy_types=types)
        yield policy_change(
            ChangeKind.ADD, words, before=policy, after=after, lines=[f"- {direction.value}"]
        )
    if not here and selects and direction in policy.policy_types:
        words = f"change the namespace {clip(policy.namespace)} to {clip(near.namespace)}"
        after = replace(policy, namespace=near.namespace)
        lines = [f"namespace: {scalar(near.namespace)}"]
        yield policy_change(ChangeKind.SCALAR, words, before=policy, after=after, lines=lines)
    if here and not selects and direction in policy.policy_types:
        for found in mended(policy.pod_selector, near.labels):
            words = f"in the podSelector, {found.words}"
            after = replace(policy, pod_selector=found.selector)
            lines = _selector_lines(found.selector)
            yield policy_change(
                found.kind, words, before=policy, after=after, mark=found.mark, lines=lines
            )


def _selector_lines(selector: Selector) -> list[str]:
    return block_lines({"podSelector": stored_selector(selector)})


def _all_but(
    cluster: Cluster, near: Pod, far: Endpoint, *, probe: Probe
) -> Iterator[tuple[Rule, ...]]:
    """Rules that leave out the probe: none at all, then all that admit everything else."""
    yield ()
    rest = others(cluster, far, near.namespace)
    only = next(iter(peers_for(cluster, far, near.namespace)), None)
    if rest is None or only is None:
        return
    everybody_else = (Rule(rest),) if rest else ()
    yield everybody_else
    yield (*everybody_else, Rule((only,), every_port_but(probe)))


def _closing_words(gate: Gate, rules: tuple[Rule, ...], probe: Probe) -> str:
    near, side = clip(gate.endpoint.ref), gate.direction.value.lower()
    if not rules:
        return f"isolates {near} for {side} and admits nothing"
    far = clip(far_end(gate, probe).ref)
    port = port_words(exact_port(probe))
    return f"isolates {near} for {side} and admits everything but {far} on {port}"


# ── Policies ──


def _policy(
    gate: Gate, selector: Selector, rules: tuple[Rule, ...], *, taken: Sequence[NetworkPolicy]
) -> NetworkPolicy:
    assert isinstance(gate.endpoint, Pod)
    space, side = gate.endpoint.namespace, gate.direction.value.lower()
    used = {policy.name for policy in taken if policy.namespace == space}
    stem = f"{gate.endpoint.name}-{side}"[:250]
    numbered = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(used) + 2))
    name = next(name for name in numbered if name not in used)
    policy = NetworkPolicy(space, name, selector, (gate.direction,))
    return with_rules(policy, gate.direction, rules)


def _added(policy: NetworkPolicy, words: str) -> Change:
    sentence = f"Add a policy to namespace {clip(policy.namespace)} that {words}."
    lines = manifest(policy).splitlines()
    return Change(ChangeKind.ADD_POLICY, sentence, None, policy, None, tuple(lines))
