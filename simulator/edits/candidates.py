"""The changes that a verdict's evidence suggests: to let a probe through, or to stop it."""

from collections.abc import Iterator, Sequence

from simulator.edits import admitting, outline, ports, refusing
from simulator.edits.change import Change, RulePlace
from simulator.edits.outline import far_end
from simulator.model import (
    Cluster,
    Gate,
    GateReason,
    NetworkPolicy,
    Outcome,
    PolicyEffect,
    Probe,
    RuleEffect,
    Verdict,
)
from simulator.phrases import admitting_effects, rule_effects


def openings(
    cluster: Cluster, policies: Sequence[NetworkPolicy], verdict: Verdict
) -> Iterator[Change]:
    """Changes after one of which a gate that refuses may admit the probe."""
    for gate in verdict.gates:
        if gate.outcome is Outcome.DENIED:
            yield from _openings(cluster, policies, gate, probe=verdict.probe)


def _openings(
    cluster: Cluster, policies: Sequence[NetworkPolicy], gate: Gate, *, probe: Probe
) -> Iterator[Change]:
    far = far_end(gate, probe)
    for effect, rule in rule_effects(gate):
        place = RulePlace(effect.policy, gate.direction, rule.index)
        if rule.peers_hold:
            yield from ports.named_too(place, probe)
        elif rule.ports_hold:
            yield from admitting.named_too(cluster, place, rule, far=far)
    for effect in gate.effects:
        yield from outline.rules_added(cluster, effect.policy, gate, probe=probe)
        yield from outline.lifted(effect.policy, gate, cluster)
    yield from outline.policies_added(cluster, gate, probe, taken=policies)


def closings(
    cluster: Cluster, policies: Sequence[NetworkPolicy], verdict: Verdict
) -> Iterator[Change]:
    """Changes after one of which a gate may stop the probe, or comes one rule nearer to it."""
    for gate in (verdict.ingress, verdict.egress):
        if gate.reason is GateReason.NOT_ISOLATED:
            yield from outline.isolated(cluster, policies, gate, probe=verdict.probe)
        elif gate.reason is GateReason.ADMITTED:
            effect, rule = admitting_effects(gate)[0]
            yield from _narrowed(cluster, effect, rule, gate=gate, probe=verdict.probe)


def _narrowed(
    cluster: Cluster, effect: PolicyEffect, rule: RuleEffect, *, gate: Gate, probe: Probe
) -> Iterator[Change]:
    place = RulePlace(effect.policy, gate.direction, rule.index)
    yield place.deleted()
    yield from ports.named_no_more(place, probe)
    yield from refusing.named_no_more(cluster, place, rule, far=far_end(gate, probe))


def obstacles(verdict: Verdict, *, wanted: Outcome) -> int:
    """What stands between a verdict and the wanted outcome: gates to open, or rules to stop."""
    if verdict.outcome is wanted:
        return 0
    if wanted is Outcome.ALLOWED:
        return sum(gate.outcome is not Outcome.ALLOWED for gate in verdict.gates)
    rules = (
        len(admitting_effects(gate)) or 1
        for gate in verdict.gates
        if gate.reason in {GateReason.NOT_ISOLATED, GateReason.ADMITTED}
    )
    return min(rules, default=1)  # where neither end has a gate, nothing can be stopped
