"""The small words of explanations: names, lists, flows and selectors, and where they stand."""

from collections.abc import Iterator, Sequence

from simulator.model import (
    Dial,
    Gate,
    Mark,
    Operator,
    Peer,
    PolicyEffect,
    Probe,
    Requirement,
    RuleEffect,
    Selector,
)
from simulator.words import clip

#: Of policies, rules and ports, this many are named; a sentence tells how many more there are.
MOST_NAMED = 4


def flow(probe: Probe | Dial) -> str:
    """`prod/api → prod/db : 3306`; the protocol is named where it is not TCP."""
    target = clip(probe.name) if isinstance(probe, Dial) else probe.target.ref
    return f"{probe.source.ref} → {target} : {port_text(probe)}"


def port_text(probe: Probe | Dial) -> str:
    """`3306`, `53/UDP` or `ping`."""
    if probe.protocol == "ICMP":
        return "ping"
    return str(probe.port) if probe.protocol == "TCP" else f"{probe.port}/{probe.protocol}"


def isolates_it(gate: Gate) -> str:
    """`a and b isolate it`; of many policies a few are named."""
    names = [clip(effect.policy.name) for effect in gate.effects]
    if len(names) == 1:
        return f"{names[0]} isolates it"
    return f"{listed(names)} isolate it"


def listed(texts: Sequence[str], joint: str = "and") -> str:
    """`a, b and c`, or `a, b, c and 4 more`: a sentence stays one, whatever it speaks of."""
    if not texts:
        return ""
    shown = list(texts[:MOST_NAMED])
    if len(texts) > MOST_NAMED:
        shown.append(f"{len(texts) - MOST_NAMED:,} more")
    return f" {joint} ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def isolation_marks(gate: Gate) -> list[Mark]:
    """Where the policies that isolate select the pod."""
    marks = (effect.policy.pod_selector.mark for effect in gate.effects[:MOST_NAMED])
    return [mark for mark in marks if mark is not None]


def rule_effects(gate: Gate) -> Iterator[tuple[PolicyEffect, RuleEffect]]:
    """Each rule of a gate's policies with the policy that it is of."""
    for effect in gate.effects:
        for rule in effect.rules:
            yield effect, rule


def admitting_effects(gate: Gate) -> list[tuple[PolicyEffect, RuleEffect]]:
    """The rules that admit at an open gate: each by itself, or one by IPv4 and one by IPv6."""
    effects = list(rule_effects(gate))
    alone = [pair for pair in effects if pair[1].admits]
    return alone or [pair for pair in effects if pair[1].undefined]


def peer_marks(peer: Peer) -> list[Mark | None]:
    """Where a peer and its requirements stand."""
    marks: list[Mark | None] = [peer.mark]
    for selector in (peer.namespace_selector, peer.pod_selector):
        if selector is not None:
            marks += [requirement.mark for requirement in selector.requirements]
    return marks


def rule_name(rule: RuleEffect, peer: Peer | None = None) -> str:
    """`rule 1 (line 14)`: the line of the peer in question, else that of the rule."""
    mark = (peer.mark if peer else None) or _line_of(rule)
    return f"rule {rule.index + 1}" + (f" (line {mark.line})" if mark else "")


def _line_of(rule: RuleEffect) -> Mark | None:
    """The line that a sentence names: the matching peer's, else the rule's first."""
    if rule.peer_index is not None:
        return rule.rule.peers[rule.peer_index].mark
    return rule.rule.mark


def selector_words(selector: Selector | None) -> str:
    """`role=api and tier in (a, b)`; empty for a selector without requirements."""
    if selector is None:
        return ""
    return " and ".join(map(requirement_words, selector.requirements))


def requirement_words(requirement: Requirement) -> str:
    """`role=api`, `tier=a or b`, `tier other than a`, `the label role` or `no label role`."""
    key, values = (
        requirement.key,
        listed([label_value(value) for value in requirement.values], "or"),
    )
    match requirement.operator:
        case Operator.IN:
            return f"{key}={values}"
        case Operator.NOT_IN:
            return f"{key} other than {values}"
        case Operator.EXISTS:
            return f"the label {key}"
        case Operator.DOES_NOT_EXIST:
            return f"no label {key}"


def label_value(text: str) -> str:
    """A label's value; an empty one is shown as such."""
    return text or '""'
