"""One gate in words: why it is open, shut or undefined, and the places that decide.

Everything said here is read off the gate's evidence; nothing is decided again.
"""

from dataclasses import dataclass

from simulator.misses import known, refused
from simulator.model import (
    Direction,
    Gate,
    GateReason,
    Mark,
    Outcome,
    PeerFault,
    Pod,
    Probe,
    RuleEffect,
    Verdict,
)
from simulator.phrases import (
    MOST_NAMED,
    admitting_effects,
    isolates_it,
    isolation_marks,
    peer_marks,
    rule_effects,
    rule_name,
)
from simulator.words import clip

#: One word for a gate: it lets the connection through, stops it, or the API does not say.
GATE_WORDS = {
    Outcome.ALLOWED: "open",
    Outcome.DENIED: "shut",
    Outcome.UNDEFINED: "undefined",
    Outcome.NOT_ENFORCED: "open",
    Outcome.MIXED: "mixed",
    Outcome.UNREACHABLE: "nowhere",
}


@dataclass(frozen=True, slots=True)
class GateText:
    """One gate in words, or one step to a Service; `marks` are the places that decide it."""

    heading: str
    outcome: Outcome
    text: str
    marks: tuple[Mark, ...] = ()

    @property
    def word(self) -> str:
        """open, shut or undefined; of a step to a Service also mixed or nowhere."""
        return GATE_WORDS[self.outcome]


# ── Gates ────────────────────────────────────────────────────────────────────────────────────


def gate_text(gate: Gate, verdict: Verdict) -> GateText:
    """One gate of a verdict, put into words."""
    leaving = gate.direction is Direction.EGRESS
    heading = f"{'Leaving' if leaving else 'Entering'} {gate.endpoint.ref}"
    text, marks = _reason(gate, verdict)
    arrival = "" if leaving else _arrival(verdict)
    return GateText(heading, gate.outcome, arrival + text, tuple(dict.fromkeys(marks)))


def _arrival(verdict: Verdict) -> str:
    """Whose address arrives, where a node has put its own in the client's place."""
    client, seen = verdict.probe.source, verdict.egress.endpoint
    if seen == client:
        return ""
    where = f" ({seen.addresses[0]})" if known(seen) else ""
    return f"the packet arrives with the address of {seen.ref}{where}, not of {client.ref}. "


def _reason(gate: Gate, verdict: Verdict) -> tuple[str, list[Mark]]:
    side = gate.direction.value.lower()
    match gate.reason:
        case GateReason.OUTSIDE:
            return _no_gate(gate), []
        case GateReason.SELF:
            return "a pod always reaches itself.", []
        case GateReason.NOT_ISOLATED:
            return f"no policy isolates its {side}, so the gate is open.", []
        case GateReason.ADMITTED:
            return _admitted(gate)
        case GateReason.NO_RULE:
            return refused(gate, verdict)
        case GateReason.POD_ADDRESS:
            return _by_pod_address(gate)
        case GateReason.ONE_FAMILY:
            return _by_one_family(gate)
        case GateReason.HOST_NETWORK:
            return _host_network(gate, verdict.probe), isolation_marks(gate)
        case GateReason.OWN_NODE:
            return _own_node(gate, verdict.probe), isolation_marks(gate)
        case GateReason.CLIENT_ADDRESS:
            return _client_address(gate, verdict.probe), isolation_marks(gate)
        case GateReason.PING | GateReason.PLUGIN_PING:
            return _ping(gate)


def _no_gate(gate: Gate) -> str:
    if isinstance(gate.endpoint, Pod):
        return "this plugin takes a hostNetwork pod for its node, which no policy selects."
    if gate.endpoint.node:
        return "a node has no gate; no policy can select it."
    return "a host outside the cluster has no gate; no policy can select it."


def _admitted(gate: Gate) -> tuple[str, list[Mark]]:
    admitting = admitting_effects(gate)
    shown = admitting[:MOST_NAMED]
    said = [f"{clip(effect.policy.name)}, {rule_name(rule)} admits it" for effect, rule in shown]
    if more := len(admitting) - len(shown):
        said.append(f"and so {'does' if more == 1 else 'do'} {more:,} more")
    return f"{'; '.join(said)}.", [mark for _, rule in shown for mark in _admitting_marks(rule)]


def _admitting_marks(rule: RuleEffect) -> list[Mark]:
    """The lines that admit: the peer's and the port's, or the rule's where it names neither."""
    found: list[Mark | None] = []
    if rule.peer_index is not None:
        found += peer_marks(rule.rule.peers[rule.peer_index])
    if rule.port_index is not None:
        found.append(rule.rule.ports[rule.port_index].mark)
    return [mark for mark in found or [rule.rule.mark] if mark is not None]


# ── What the API leaves open ─────────────────────────────────────────────────────────────────


def _by_pod_address(gate: Gate) -> tuple[str, list[Mark]]:
    effect, rule = next(pair for pair in rule_effects(gate) if pair[1].undefined)
    miss = next(m for m in rule.peer_misses if m.fault is PeerFault.POD_ADDRESS)
    mark = miss.peer.mark
    text = (
        f"{isolates_it(gate)}, and no rule admits it plainly. {clip(effect.policy.name)}, "
        f"{rule_name(rule, miss.peer)} covers the other pod with the ipBlock {miss.network}; "
        "whether an ipBlock matches a pod's address is left to the network plugin: some compare "
        "it, some never do. Select pods by label."
    )
    return text, [mark] if mark else []


def _by_one_family(gate: Gate) -> tuple[str, list[Mark]]:
    effect, rule = next(pair for pair in rule_effects(gate) if pair[1].undefined)
    miss = next(m for m in rule.peer_misses if m.fault is PeerFault.ONE_FAMILY)
    family = "IPv6" if ":" in str(miss.network) else "IPv4"
    mark = miss.peer.mark
    text = (
        f"{isolates_it(gate)}. {clip(effect.policy.name)}, {rule_name(rule, miss.peer)} covers the "
        f"other end with {miss.network}, by {family} alone; both ends also speak the other family, "
        "and there no rule admits it."
    )
    return text, [mark] if mark else []


def _host_network(gate: Gate, probe: Probe) -> str:
    ends = (probe.source, probe.target)
    pod = next(end for end in ends if isinstance(end, Pod) and end.host_network)
    both = (
        "some network plugins treat it as a pod like others, most take its traffic for that of its "
        "node, which selectors never match"
    )
    isolation = f"{isolates_it(gate)}. " if gate.isolated else ""
    return f"{isolation}{pod.ref} runs on its node's network (hostNetwork): {both}."


def _own_node(gate: Gate, probe: Probe) -> str:
    far = probe.source if gate.direction is Direction.INGRESS else probe.target
    isolation = f"{isolates_it(gate)}. " if gate.isolated else ""
    who = f"{far.ref} is the node that {gate.endpoint.ref} runs on"
    if isinstance(far, Pod):
        who = f"{far.ref} counts as the node that {gate.endpoint.ref} runs on"
    if gate.outcome is Outcome.ALLOWED:
        return f"{isolation}{who}, and this plugin always lets the two talk."
    return (
        f"{isolation}{who}: Kubernetes' documentation says that a pod cannot block its own node, "
        "most plugins let it pass (probes by the kubelet must work), some hold it to the rules."
    )


def _client_address(gate: Gate, probe: Probe) -> str:
    client = f"{probe.source.ref} ({', '.join(map(str, probe.source.addresses))})"
    return (
        f"{isolates_it(gate)}. A client that comes in by NodePort or LoadBalancer may be seen by "
        f"its own address or by a node's: whether {gate.endpoint.ref} sees {client} is left to "
        "the cluster. With externalTrafficPolicy: Local the address is kept."
    )


def _ping(gate: Gate) -> tuple[str, list[Mark]]:
    marks = isolation_marks(gate)
    if gate.reason is GateReason.PING:
        return (
            f"{isolates_it(gate)}, and no rule can name ICMP: some plugins drop pings at an "
            "isolated pod, some let them pass.",
            marks,
        )
    way = "lets this ping pass" if gate.outcome is Outcome.ALLOWED else "drops this ping"
    return (
        f"{isolates_it(gate)}; no rule can name ICMP, and this cluster's plugin {way}.",
        marks,
    )
