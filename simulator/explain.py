"""A verdict in words: who, to whom, which gate, which policy and line, and the nearest miss.

Everything said here is read off the Verdict's evidence; nothing is decided again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simulator.model import (
    Direction,
    ExternalHost,
    Gate,
    GateReason,
    Labels,
    Mark,
    NetworkPolicy,
    Operator,
    Outcome,
    Peer,
    PeerFault,
    PeerMiss,
    Pod,
    PolicyEffect,
    Port,
    Probe,
    Requirement,
    RuleEffect,
    Selector,
    Verdict,
)
from simulator.words import clip

#: Of policies, rules and ports, this many are named; a sentence tells how many more there are.
MOST_NAMED = 4

OUTCOME_WORDS = {
    Outcome.ALLOWED: "allowed",
    Outcome.DENIED: "denied",
    Outcome.UNDEFINED: "undefined by the API",
    Outcome.NOT_ENFORCED: "allowed, because nothing enforces the policies",
}
#: One word for a gate: it lets the connection through, stops it, or the API does not say.
GATE_WORDS = {Outcome.ALLOWED: "open", Outcome.DENIED: "shut", Outcome.UNDEFINED: "undefined"}


@dataclass(frozen=True, slots=True)
class GateText:
    """One gate in words; `marks` are the places in the text that decide it."""

    heading: str
    outcome: Outcome
    text: str
    marks: tuple[Mark, ...] = ()

    @property
    def word(self) -> str:
        """open, shut or undefined."""
        return GATE_WORDS[self.outcome]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict in words: a headline and its two gates, in the order that a packet meets them."""

    headline: str
    gates: tuple[GateText, GateText]
    note: str = ""

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Every place in the text that decides, in order of lines."""
        found = {mark for gate in self.gates for mark in gate.marks}
        return tuple(sorted(found, key=lambda mark: (mark.line, mark.column)))

    @property
    def sentence(self) -> str:
        """All of it in one paragraph."""
        parts = [f"{self.headline}."]
        parts += [f"{gate.heading}: {gate.text}" for gate in self.gates]
        return " ".join([*parts, self.note]).rstrip()


def explain(verdict: Verdict) -> Explanation:
    """Put a verdict into words."""
    note = ""
    if verdict.outcome is Outcome.NOT_ENFORCED:
        note = (
            "The network plugin of this cluster enforces no policies: the API server stores them, "
            "and every connection passes all the same."
        )
    gates = (_gate_text(verdict.egress, verdict.probe), _gate_text(verdict.ingress, verdict.probe))
    return Explanation(headline(verdict), gates, note)


def headline(verdict: Verdict) -> str:
    """`staging/api → prod/db : 3306 is denied`."""
    return f"{flow(verdict.probe)} is {OUTCOME_WORDS[verdict.outcome]}"


def flow(probe: Probe) -> str:
    """`prod/api → prod/db : 3306`; the protocol is named where it is not TCP."""
    return f"{probe.source.ref} → {probe.target.ref} : {port_text(probe)}"


def port_text(probe: Probe) -> str:
    """`3306`, `53/UDP` or `ping`."""
    if probe.protocol == "ICMP":
        return "ping"
    return str(probe.port) if probe.protocol == "TCP" else f"{probe.port}/{probe.protocol}"


# ── Gates ────────────────────────────────────────────────────────────────────────────────────


def _gate_text(gate: Gate, probe: Probe) -> GateText:
    leaving = gate.direction is Direction.EGRESS
    heading = f"{'Leaving' if leaving else 'Entering'} {gate.endpoint.ref}"
    text, marks = _reason(gate, probe)
    return GateText(heading, gate.outcome, text, tuple(dict.fromkeys(marks)))


def _reason(gate: Gate, probe: Probe) -> tuple[str, list[Mark]]:
    side = gate.direction.value.lower()
    match gate.reason:
        case GateReason.OUTSIDE:
            return "a host outside the cluster has no gate; no policy can select it.", []
        case GateReason.SELF:
            return "a pod always reaches itself.", []
        case GateReason.NOT_ISOLATED:
            return f"no policy isolates its {side}, so the gate is open.", []
        case GateReason.ADMITTED:
            return _admitted(gate)
        case GateReason.NO_RULE:
            return _refused(gate, probe)
        case GateReason.POD_ADDRESS:
            return _by_pod_address(gate)
        case GateReason.PING | GateReason.PLUGIN_PING:
            return _ping(gate)


def _names(gate: Gate) -> str:
    """`a and b isolate it`; of many policies a few are named."""
    names = [clip(effect.policy.name) for effect in gate.effects]
    if len(names) == 1:
        return f"{names[0]} isolates it"
    return f"{_listed(names)} isolate it"


def _listed(texts: Sequence[str], joint: str = "and") -> str:
    """`a, b and c`, or `a, b, c and 4 more`: a sentence stays one, whatever it speaks of."""
    shown = list(texts[:MOST_NAMED])
    if len(texts) > MOST_NAMED:
        shown.append(f"{len(texts) - MOST_NAMED:,} more")
    return f" {joint} ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _isolation_marks(gate: Gate) -> list[Mark]:
    marks = (effect.policy.pod_selector.mark for effect in gate.effects[:MOST_NAMED])
    return [mark for mark in marks if mark is not None]


def _admitted(gate: Gate) -> tuple[str, list[Mark]]:
    admitting = [(effect, rule) for effect, rule in _rule_effects(gate) if rule.admits]
    shown = admitting[:MOST_NAMED]
    said = [f"{clip(effect.policy.name)}, {_rule_name(rule)} admits it" for effect, rule in shown]
    if more := len(admitting) - len(shown):
        said.append(f"and so {'does' if more == 1 else 'do'} {more:,} more")
    return f"{'; '.join(said)}.", [mark for _, rule in shown for mark in _admitting_marks(rule)]


def _rule_effects(gate: Gate) -> Iterator[tuple[PolicyEffect, RuleEffect]]:
    for effect in gate.effects:
        for rule in effect.rules:
            yield effect, rule


def _admitting_marks(rule: RuleEffect) -> list[Mark]:
    """The lines that admit: the peer's and the port's, or the rule's where it names neither."""
    found: list[Mark | None] = []
    if rule.peer_index is not None:
        found += _peer_marks(rule.rule.peers[rule.peer_index])
    if rule.port_index is not None:
        found.append(rule.rule.ports[rule.port_index].mark)
    return [mark for mark in found or [rule.rule.mark] if mark is not None]


def _peer_marks(peer: Peer) -> list[Mark | None]:
    marks: list[Mark | None] = [peer.mark]
    for selector in (peer.namespace_selector, peer.pod_selector):
        if selector is not None:
            marks += [requirement.mark for requirement in selector.requirements]
    return marks


def _rule_name(rule: RuleEffect) -> str:
    mark = _line_of(rule)
    return f"rule {rule.index + 1}" + (f" (line {mark.line})" if mark else "")


def _line_of(rule: RuleEffect) -> Mark | None:
    """The line that a sentence names: the matching peer's, else the rule's first."""
    if rule.peer_index is not None:
        return rule.rule.peers[rule.peer_index].mark
    return rule.rule.mark


# ── Refusals and near misses ─────────────────────────────────────────────────────────────────


def _refused(gate: Gate, probe: Probe) -> tuple[str, list[Mark]]:
    nearest = min(_rule_effects(gate), key=lambda pair: _distance(pair[1]), default=None)
    if nearest is None:
        side = gate.direction.value.lower()
        verb = "has" if len(gate.effects) == 1 else "have"
        text = f"{_names(gate)} and {verb} no {side} rule, so nothing is admitted."
        return text, _isolation_marks(gate)
    effect, rule = nearest
    text, marks = _near_miss(effect, rule, gate, probe)
    if len(gate.effects) == 1:
        return f"{_names(gate)}, and {text}", marks
    return (
        f"{_names(gate)}, and no rule of theirs admits it. {clip(effect.policy.name)}: {text}",
        marks,
    )


def _distance(rule: RuleEffect) -> int:
    """How far a rule is from admitting: its failing conditions, at the peer that comes nearest."""
    ports = 0 if rule.ports_hold else 1
    if rule.peers_hold:
        return ports
    return ports + min((_peer_distance(miss) for miss in rule.peer_misses), default=3)


def _peer_distance(miss: PeerMiss) -> int:
    if miss.fault is PeerFault.OUTSIDE:
        return 3
    return 1 if miss.others_hold or miss.network is not None else 2


def _near_miss(
    effect: PolicyEffect, rule: RuleEffect, gate: Gate, probe: Probe
) -> tuple[str, list[Mark]]:
    if rule.peers_hold:
        text, marks = _port_miss(rule, probe)
        return f"{_rule_name(rule)} {text}", marks
    miss = min(rule.peer_misses, key=_peer_distance)
    mark = miss.peer.mark or rule.rule.mark
    name = f"rule {rule.index + 1}" + (f" (line {mark.line})" if mark else "")
    text, marks = _peer_miss(miss, effect.policy, gate, probe)
    if len(rule.rule.peers) > 1:
        name += f" has {len(rule.rule.peers)} peers, of which the nearest"
    if not rule.ports_hold and rule.rule.ports:
        text += f" Nor does the rule name port {port_text(probe)}."
    return f"{name} {text}", marks or ([mark] if mark else [])


def _port_miss(rule: RuleEffect, probe: Probe) -> tuple[str, list[Mark]]:
    wanted = _listed([_port_words(port) for port in rule.rule.ports], "or")
    marks = [port.mark for port in rule.rule.ports[:MOST_NAMED] if port.mark is not None]
    text = f"admits this end on {wanted} only, not on {_asked_port(probe)}."
    return " ".join([text, *_unknown_names(rule, probe)]), marks


def _unknown_names(rule: RuleEffect, probe: Probe) -> Iterator[str]:
    """Named ports that the target does not have, under the rule's protocol."""
    if not isinstance(probe.target, Pod):
        return
    for port in rule.rule.ports[:MOST_NAMED]:
        known = {own.name for own in probe.target.ports if own.protocol == port.protocol}
        if isinstance(port.port, str) and port.port not in known:
            yield f"{probe.target.ref} has no {port.protocol} port named {port.port}."


def _asked_port(probe: Probe) -> str:
    return f"{probe.port}/{probe.protocol}"


def _port_words(port: Port) -> str:
    if port.port is None:
        return f"any {port.protocol} port"
    span = f"{port.port}–{port.end_port}" if port.end_port else str(port.port)
    return f"{span}/{port.protocol}"


def _peer_miss(
    miss: PeerMiss, policy: NetworkPolicy, gate: Gate, probe: Probe
) -> tuple[str, list[Mark]]:
    far = probe.source if gate.direction is Direction.INGRESS else probe.target
    marks = [miss.requirement.mark] if miss.requirement and miss.requirement.mark else []
    match miss.fault:
        case PeerFault.OUTSIDE:
            return (
                f"selects pods by label; {far.ref} is outside the cluster, where only an ipBlock "
                "can match.",
                marks,
            )
        case PeerFault.OTHER_NAMESPACE:
            places = [mark for mark in _peer_marks(miss.peer) if mark is not None]
            return _other_namespace(miss, policy, far), places
        case PeerFault.NAMESPACE_LABEL:
            return _namespace_label(miss, far), marks
        case PeerFault.POD_LABEL:
            return _pod_label(miss, far), marks
        case PeerFault.NOT_IN_CIDR:
            return f"admits {miss.network} only; {far.ref} is {_address(far)}.", marks
        case PeerFault.IN_EXCEPT:
            return f"leaves out {miss.network}; {far.ref} is {_address(far)}.", marks
        case PeerFault.POD_ADDRESS:
            covers = f"covers {far.ref} with {miss.network}"
            return f"{covers}, which a plugin may compare with pods or not.", marks
        case PeerFault.ADDRESS_IGNORED:
            return f"names {miss.network}, which this plugin never compares with pods.", marks


def _other_namespace(miss: PeerMiss, policy: NetworkPolicy, far: Pod | ExternalHost) -> str:
    assert isinstance(far, Pod)
    selector = miss.peer.pod_selector
    wanted = selector_words(selector) or "every pod"
    where = f"admits {wanted} in {policy.namespace} only."
    if selector is None or not selector.requirements:
        return f"{where} This pod lives in {far.namespace}."
    if not miss.others_hold:
        return f"{where} This pod lives in {far.namespace}, and its labels do not match either."
    plain = len(selector.requirements) == 1 and selector.requirements[0].operator is Operator.IN
    has = "has the label" if plain else "matches"
    return f"{where} This pod {has}, but lives in {far.namespace}."


def _namespace_label(miss: PeerMiss, far: Pod | ExternalHost) -> str:
    assert isinstance(far, Pod)
    assert miss.requirement is not None
    wanted = requirement_words(miss.requirement)
    found = _has(miss.requirement, miss.labels)
    also = "" if miss.others_hold else " The pod's own labels do not match either."
    return f"wants a namespace with {wanted}; {far.namespace} has {found}.{also}"


def _pod_label(miss: PeerMiss, far: Pod | ExternalHost) -> str:
    assert miss.requirement is not None
    found = _has(miss.requirement, miss.labels)
    return f"wants {requirement_words(miss.requirement)}; {far.ref} has {found}."


def _has(requirement: Requirement, labels: Labels) -> str:
    if requirement.key in labels:
        return f"{requirement.key}={_value(labels[requirement.key])}"
    return f"no label {requirement.key}"


def _value(text: str) -> str:
    return text or '""'


def _address(far: Pod | ExternalHost) -> str:
    if isinstance(far, ExternalHost):
        return str(far.address)
    return ", ".join(map(str, far.addresses)) or "without an address"


def selector_words(selector: Selector | None) -> str:
    """`role=api and tier in (a, b)`; empty for a selector without requirements."""
    if selector is None:
        return ""
    return " and ".join(map(requirement_words, selector.requirements))


def requirement_words(requirement: Requirement) -> str:
    """One requirement as kubectl's -l would write it."""
    key, values = requirement.key, _listed([_value(value) for value in requirement.values], "or")
    match requirement.operator:
        case Operator.IN:
            return f"{key}={values}"
        case Operator.NOT_IN:
            return f"{key} other than {values}"
        case Operator.EXISTS:
            return f"the label {key}"
        case Operator.DOES_NOT_EXIST:
            return f"no label {key}"


# ── What the API leaves open ─────────────────────────────────────────────────────────────────


def _by_pod_address(gate: Gate) -> tuple[str, list[Mark]]:
    effect, rule = next(pair for pair in _rule_effects(gate) if pair[1].undefined)
    miss = next(m for m in rule.peer_misses if m.fault is PeerFault.POD_ADDRESS)
    mark = miss.peer.mark
    line = f" (line {mark.line})" if mark else ""
    text = (
        f"{_names(gate)}, and no rule admits it plainly. {clip(effect.policy.name)}, rule "
        f"{rule.index + 1}{line} covers the other pod with the ipBlock {miss.network}; whether an "
        "ipBlock matches a pod's address is left to the network plugin: some compare it, some "
        "never do. Select pods by label."
    )
    return text, [mark] if mark else []


def _ping(gate: Gate) -> tuple[str, list[Mark]]:
    marks = _isolation_marks(gate)
    if gate.reason is GateReason.PING:
        return (
            f"{_names(gate)}, and no rule can name ICMP: some plugins drop pings at an isolated "
            "pod, some let them pass.",
            marks,
        )
    way = "lets this ping pass" if gate.outcome is Outcome.ALLOWED else "drops this ping"
    return f"{_names(gate)}; no rule can name ICMP, and this cluster's plugin {way}.", marks
