"""A right answer as other people would write it: other YAML, the same flows.

Graders that look for lines refuse these. Each spelling here must earn what the solution earns: the
rehearsal of a course tries them on every exercise (simulator.playing).
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from simulator.manifest import Json, block_lines, manifests, stored
from simulator.model import (
    Cluster,
    Direction,
    IPBlock,
    Namespace,
    NetworkPolicy,
    Operator,
    Peer,
    Port,
    Requirement,
    Rule,
    Selector,
)
from simulator.selectors import NAME_LABEL, matches

Policies = tuple[NetworkPolicy, ...]

SAID_TWICE = "said twice"


@dataclass(frozen=True, slots=True)
class Spelling:
    """An answer's text, and what is different about it.

    `objects` says that it holds other policies than the solution (another number, or other names),
    which a task may forbid by its constraints.
    """

    name: str
    text: str
    objects: bool = False


def spellings(cluster: Cluster, policies: Policies) -> Iterator[Spelling]:
    """Every respelling that applies, less those that give the solution's own text back.

    They mean the same wherever a namespace without labels of its own may turn up (as the witness
    set has it); selectors that a new namespace could match by accident stay as they are.
    """
    plain = manifests(policies)
    names = [(policy.namespace, policy.name) for policy in policies]
    others = (
        Spelling(name, manifests(new), sorted(names) != sorted((p.namespace, p.name) for p in new))
        for name, new in respelled(cluster, policies)
    )
    seen = {plain}
    for spelling in (*_as_texts(policies), *others):
        if spelling.text not in seen:
            seen.add(spelling.text)
            yield spelling


# ── Another way to write the same objects ──


def _as_texts(policies: Policies) -> Iterator[Spelling]:
    objects: list[Json] = [stored(policy) for policy in policies]
    listed: Json = {"apiVersion": "v1", "kind": "List", "items": objects}
    yield Spelling("JSON, as a List", json.dumps(listed, indent=2))
    yield Spelling("a List", _yaml(listed))
    yield Spelling("flow style", "\n---\n".join(map(json.dumps, objects)))
    yield Spelling("what defaults say left out", "---\n".join(_yaml(_terse(o)) for o in objects))
    yield Spelling("keys in another order", "---\n".join(_yaml(_turned(o)) for o in objects))


def _yaml(value: Json) -> str:
    return "\n".join(block_lines(value)) + "\n"


def _terse(value: Json) -> Json:
    """Without what the API server fills in: TCP, and policyTypes that follow from the rules."""
    if isinstance(value, list):
        return [_terse(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _terse(below) for key, below in value.items()}
    implied = ["Ingress", "Egress"] if value.get("egress") else ["Ingress"]
    if value.get("policyTypes") == implied:
        del kept["policyTypes"]
    if value.get("protocol") == "TCP" and "port" in value:
        del kept["protocol"]
    return kept


def _turned(value: Json) -> Json:
    if isinstance(value, list):
        return [_turned(item) for item in value]
    if isinstance(value, dict):
        return {key: _turned(below) for key, below in reversed(value.items())}
    return value


# ── Other rules, peers and selectors that admit the same ──


def respelled(cluster: Cluster, given: Policies) -> Iterator[tuple[str, Policies]]:
    """Other policies that admit the same: a name for the difference, and the policies.

    Some are the given ones, where a difference does not apply.
    """
    yield "matchExpressions for matchLabels", _each_selector(given, _unpaired, _unpaired)
    yield "turned round", tuple(map(_reversed, reversed(given)))
    yield "a rule for each peer", _each_rule(given, _by_peer)
    yield "a rule for each port", _each_rule(given, _by_port)
    yield "a peer for each value", _each_peer(given, _by_value)
    yield "each block in two halves", _each_peer(given, _halved)
    yield "ports as ranges", _each_port(given, _as_range)
    yield "own namespace spelt out", _at_home(given)
    yield "namespaces by their names", _each_selector(given, _same, _by_name(cluster))
    yield "other names", tuple(replace(p, name=f"other-{n}") for n, p in enumerate(given))
    yield "a policy for each direction", tuple(half for p in given for half in _by_direction(p))
    yield "a policy for each rule", tuple(part for p in given for part in _by_rule(p))
    yield SAID_TWICE, (*given, *(replace(p, name=f"{p.name}-again") for p in given))


def _each_rule(given: Policies, change: Callable[[Rule], tuple[Rule, ...]]) -> Policies:
    return tuple(
        replace(
            policy,
            ingress=tuple(new for rule in policy.ingress for new in change(rule)),
            egress=tuple(new for rule in policy.egress for new in change(rule)),
        )
        for policy in given
    )


def _each_peer(given: Policies, change: Callable[[Peer], tuple[Peer, ...]]) -> Policies:
    def changed(rule: Rule) -> tuple[Rule, ...]:
        return (replace(rule, peers=tuple(new for peer in rule.peers for new in change(peer))),)

    return _each_rule(given, changed)


def _each_port(given: Policies, change: Callable[[Port], Port]) -> Policies:
    return _each_rule(given, lambda rule: (replace(rule, ports=tuple(map(change, rule.ports))),))


def _each_selector(
    given: Policies, pods: Callable[[Selector], Selector], spaces: Callable[[Selector], Selector]
) -> Policies:
    def changed(peer: Peer) -> tuple[Peer, ...]:
        space, pod = peer.namespace_selector, peer.pod_selector
        return (
            replace(
                peer,
                pod_selector=None if pod is None else pods(pod),
                namespace_selector=None if space is None else spaces(space),
            ),
        )

    targeted = tuple(replace(p, pod_selector=pods(p.pod_selector)) for p in given)
    return _each_peer(targeted, changed)


def _same(selector: Selector) -> Selector:
    return selector


def _unpaired(selector: Selector) -> Selector:
    return Selector(tuple(replace(r, pair=False) for r in selector.requirements))


def _reversed(policy: NetworkPolicy) -> NetworkPolicy:
    def turned(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        return tuple(Rule(rule.peers[::-1], rule.ports[::-1]) for rule in reversed(rules))

    return replace(
        policy,
        policy_types=policy.policy_types[::-1],
        ingress=turned(policy.ingress),
        egress=turned(policy.egress),
    )


def _by_peer(rule: Rule) -> tuple[Rule, ...]:
    return tuple(replace(rule, peers=(peer,)) for peer in rule.peers) or (rule,)


def _by_port(rule: Rule) -> tuple[Rule, ...]:
    return tuple(replace(rule, ports=(port,)) for port in rule.ports) or (rule,)


def _by_value(peer: Peer) -> tuple[Peer, ...]:
    """`In (a, b)` of the pods, or else of the namespaces, as a peer for each value."""
    if peer.pod_selector is not None and (parts := _one_value_each(peer.pod_selector)):
        return tuple(replace(peer, pod_selector=part) for part in parts)
    if peer.namespace_selector is not None and (parts := _one_value_each(peer.namespace_selector)):
        return tuple(replace(peer, namespace_selector=part) for part in parts)
    return (peer,)


def _one_value_each(selector: Selector) -> list[Selector]:
    for at, requirement in enumerate(selector.requirements):
        if requirement.operator is Operator.IN and len(requirement.values) > 1:
            before, after = selector.requirements[:at], selector.requirements[at + 1 :]
            values = (replace(requirement, values=(value,)) for value in requirement.values)
            return [Selector((*before, value, *after)) for value in values]
    return []


def _halved(peer: Peer) -> tuple[Peer, ...]:
    block = peer.ip_block
    if block is None or block.cidr.prefixlen == block.cidr.max_prefixlen:
        return (peer,)
    halves = [half for half in block.cidr.subnets() if half not in block.excepts]
    return tuple(
        Peer(ip_block=IPBlock(half, tuple(e for e in block.excepts if e.network_address in half)))
        for half in halves
    )


def _as_range(port: Port) -> Port:
    plain = isinstance(port.port, int) and port.end_port is None
    return replace(port, end_port=port.port) if plain and isinstance(port.port, int) else port


def _at_home(given: Policies) -> Policies:
    """A podSelector alone, with the policy's own namespace beside it."""

    def spelt_out(policy: NetworkPolicy) -> NetworkPolicy:
        def changed(peer: Peer) -> tuple[Peer, ...]:
            bare = peer.pod_selector is not None and peer.namespace_selector is None
            home = _named((policy.namespace,))
            return (replace(peer, namespace_selector=home) if bare else peer,)

        return _each_peer((policy,), changed)[0]

    return tuple(map(spelt_out, given))


def _by_name(cluster: Cluster) -> Callable[[Selector], Selector]:
    def changed(selector: Selector) -> Selector:
        wanted = selector.requirements
        if not wanted or any(r.operator is not Operator.IN for r in wanted):
            return selector
        chosen = [space.name for space in cluster.namespaces if _is_chosen(selector, space)]
        return _named(tuple(chosen)) if chosen else selector

    return changed


def _is_chosen(selector: Selector, space: Namespace) -> bool:
    return matches(selector, {**space.labels, NAME_LABEL: space.name})


def _named(names: tuple[str, ...]) -> Selector:
    return Selector((Requirement(NAME_LABEL, Operator.IN, names, pair=len(names) == 1),))


def _by_direction(policy: NetworkPolicy) -> Iterator[NetworkPolicy]:
    for direction in policy.policy_types:
        yield replace(
            policy,
            name=f"{policy.name}-{direction.lower()}",
            policy_types=(direction,),
            ingress=policy.ingress if direction is Direction.INGRESS else (),
            egress=policy.egress if direction is Direction.EGRESS else (),
        )


def _by_rule(policy: NetworkPolicy) -> Iterator[NetworkPolicy]:
    for half in _by_direction(policy):
        rules = half.rules(half.policy_types[0])
        for number, rule in enumerate(rules, 1):
            name = f"{half.name}-{number}"
            yield replace(
                half,
                name=name,
                ingress=(rule,) if half.ingress else (),
                egress=(rule,) if half.egress else (),
            )
        if not rules:
            yield half
