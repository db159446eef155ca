"""May this connection be opened? The verdict, with the evidence of both gates.

This is the plain path: everything that decides reachability reads these functions, or is tied to
them by a property test (`matrix`). Semantics: NetworkPolicy v1 API reference (isolation is per pod
and direction; policies add up; both gates must open). What the API leaves open is answered
"undefined" unless every permitted reading agrees or the scenario's plugin settles it.
"""

from collections.abc import Sequence
from dataclasses import replace

from simulator.model import (
    Address,
    Cluster,
    Direction,
    Endpoint,
    ExternalHost,
    Gate,
    GateReason,
    IPBlock,
    NetworkPolicy,
    Outcome,
    OwnNode,
    Peer,
    PeerFault,
    PeerMiss,
    PingBehaviour,
    Pod,
    PodAddressMatching,
    PolicyEffect,
    Port,
    Probe,
    Rule,
    RuleEffect,
    Verdict,
)
from simulator.readings import compared, on_own_node, outside, readings
from simulator.selectors import first_failing, matches, namespace_labels


def evaluate(cluster: Cluster, policies: Sequence[NetworkPolicy], probe: Probe) -> Verdict:
    """Decide one probe.

    `policies` are as the API server stores them (defaults filled in). Returns a Verdict whose two
    gates name every isolating policy and what each of its rules says. A verdict speaks of policy
    alone: nothing need listen on the port. Replies need no verdict: they pass.
    """
    verdicts = [
        _decided(reading, policies, probe)
        for reading in readings(cluster, probe.source, probe.target)
    ]
    return agreed(verdicts, _reason_to_differ(probe))


def isolating(
    policies: Sequence[NetworkPolicy], pod: Pod, direction: Direction
) -> tuple[NetworkPolicy, ...]:
    """The policies that isolate a pod for one direction: its namespace's, that select it."""
    return tuple(
        policy
        for policy in policies
        if direction in policy.policy_types
        and policy.namespace == pod.namespace
        and matches(policy.pod_selector, pod.labels)
    )


def _decided(cluster: Cluster, policies: Sequence[NetworkPolicy], probe: Probe) -> Verdict:
    egress = _gate(cluster, policies, probe, Direction.EGRESS)
    ingress = _gate(cluster, policies, probe, Direction.INGRESS)
    return Verdict(probe, _combined(cluster, egress, ingress), egress, ingress, cluster)


def _combined(cluster: Cluster, egress: Gate, ingress: Gate) -> Outcome:
    if not cluster.plugin.enforces:
        return Outcome.NOT_ENFORCED
    outcomes = {egress.outcome, ingress.outcome}
    if Outcome.DENIED in outcomes:
        return Outcome.DENIED
    return Outcome.UNDEFINED if Outcome.UNDEFINED in outcomes else Outcome.ALLOWED


# ── Several readings, one verdict ────────────────────────────────────────────────────────────


def agreed(verdicts: Sequence[Verdict], reason: GateReason) -> Verdict:
    """One verdict out of several readings: plain where all agree, else undefined for `reason`.

    `verdicts` holds at least one, all for one connection.
    """
    first = verdicts[0]
    if len(verdicts) == 1:
        return first
    outcomes = {verdict.outcome for verdict in verdicts}
    return Verdict(
        first.probe,
        first.outcome if len(outcomes) == 1 else Outcome.UNDEFINED,
        _agreed_gate([verdict.egress for verdict in verdicts], reason),
        _agreed_gate([verdict.ingress for verdict in verdicts], reason),
        first.cluster,
    )


def _agreed_gate(gates: list[Gate], reason: GateReason) -> Gate:
    # The reading with the most evidence speaks: a gate that a policy isolates, before an open one.
    first = next((gate for gate in gates if gate.isolated), gates[0])
    if len({gate.outcome for gate in gates}) == 1:
        return first
    return replace(first, outcome=Outcome.UNDEFINED, reason=reason)


def _reason_to_differ(probe: Probe) -> GateReason:
    ends = (probe.source, probe.target)
    if any(isinstance(end, Pod) and end.host_network for end in ends):
        return GateReason.HOST_NETWORK
    return GateReason.OWN_NODE


# ── Gates ────────────────────────────────────────────────────────────────────────────────────


def _gate(
    cluster: Cluster, policies: Sequence[NetworkPolicy], probe: Probe, direction: Direction
) -> Gate:
    near, far = probe.target, probe.source
    if direction is Direction.EGRESS:
        near, far = far, near
    if not isinstance(near, Pod) or outside(cluster, near):
        return Gate(direction, near, Outcome.ALLOWED, GateReason.OUTSIDE)
    if near == far:
        return Gate(direction, near, Outcome.ALLOWED, GateReason.SELF)
    effects = tuple(
        PolicyEffect(policy, _rule_effects(cluster, policy, probe, direction, far))
        for policy in isolating(policies, near, direction)
    )
    outcome, reason = _decide(cluster, probe, effects)
    if cluster.plugin.own_node is OwnNode.ALWAYS_ALLOWED and on_own_node(cluster, near, far):
        outcome, reason = Outcome.ALLOWED, GateReason.OWN_NODE
    return Gate(direction, near, outcome, reason, effects)


def _decide(
    cluster: Cluster, probe: Probe, effects: tuple[PolicyEffect, ...]
) -> tuple[Outcome, GateReason]:
    if not effects:
        return Outcome.ALLOWED, GateReason.NOT_ISOLATED
    rules = [rule for effect in effects for rule in effect.rules]
    if probe.protocol == "ICMP":
        return _decide_ping(cluster.plugin.ping, rules)
    return _by_rules(rules)


def _by_rules(rules: list[RuleEffect]) -> tuple[Outcome, GateReason]:
    if any(rule.admits for rule in rules):
        return Outcome.ALLOWED, GateReason.ADMITTED
    if undefined := [rule for rule in rules if rule.undefined]:
        misses = [miss for rule in undefined for miss in rule.peer_misses]
        halves = [miss.network for miss in misses if miss.fault is PeerFault.ONE_FAMILY]
        if len({network.version for network in halves if network}) == 2:
            return Outcome.ALLOWED, GateReason.ADMITTED  # `0.0.0.0/0` and `::/0`, say
        by_address = any(miss.fault is PeerFault.POD_ADDRESS for miss in misses)
        return Outcome.UNDEFINED, GateReason.POD_ADDRESS if by_address else GateReason.ONE_FAMILY
    return Outcome.DENIED, GateReason.NO_RULE


def _decide_ping(behaviour: PingBehaviour, rules: list[RuleEffect]) -> tuple[Outcome, GateReason]:
    if behaviour is PingBehaviour.FOLLOWS_PORTLESS_RULES:
        outcome, reason = _by_rules(rules)
        return outcome, reason if outcome is Outcome.UNDEFINED else GateReason.PLUGIN_PING
    if behaviour is PingBehaviour.ALWAYS_ALLOWED:
        return Outcome.ALLOWED, GateReason.PLUGIN_PING
    if behaviour is PingBehaviour.DENIED_WHEN_ISOLATED:
        return Outcome.DENIED, GateReason.PLUGIN_PING
    return Outcome.UNDEFINED, GateReason.PING


# ── Rules ────────────────────────────────────────────────────────────────────────────────────


def _rule_effects(
    cluster: Cluster, policy: NetworkPolicy, probe: Probe, direction: Direction, far: Endpoint
) -> tuple[RuleEffect, ...]:
    return tuple(
        _rule_effect(cluster, policy, index, rule, probe, far)
        for index, rule in enumerate(policy.rules(direction))
    )


def _rule_effect(
    cluster: Cluster, policy: NetworkPolicy, index: int, rule: Rule, probe: Probe, far: Endpoint
) -> RuleEffect:
    near = probe.target if far is probe.source else probe.source
    peer_index, misses = _first_peer(cluster, policy, rule, far, near)
    port_index = first_port(rule.ports, _seen(cluster, probe))
    any_peer, any_port = not rule.peers, not rule.ports
    ports_hold = any_port or port_index is not None
    # Only an ipBlock covers the pod: one permitted reading admits, the other does not.
    undefined = any(miss.fault in OPEN_FAULTS for miss in misses) and peer_index is None
    return RuleEffect(
        index=index,
        rule=rule,
        admits=ports_hold and (any_peer or peer_index is not None),
        undefined=ports_hold and undefined,
        any_peer=any_peer,
        peer_index=peer_index,
        peer_misses=() if peer_index is not None else misses,
        any_port=any_port,
        port_index=port_index,
    )


def _first_peer(
    cluster: Cluster, policy: NetworkPolicy, rule: Rule, far: Endpoint, near: Endpoint
) -> tuple[int | None, tuple[PeerMiss, ...]]:
    misses = []
    for index, peer in enumerate(rule.peers):
        miss = match_peer(cluster, policy.namespace, index, peer, far, near=near)
        if miss is None:
            return index, ()
        misses.append(miss)
    return None, tuple(misses)


def _seen(cluster: Cluster, probe: Probe) -> Probe:
    """The probe as rules see it: a pod that is taken for its node has no named ports."""
    target = probe.target
    if isinstance(target, Pod) and outside(cluster, target):
        return replace(probe, target=replace(target, ports=()))
    return probe


def first_port(ports: tuple[Port, ...], probe: Probe) -> int | None:
    """The index of the first entry of `ports` that names the probe's port, or None."""
    if probe.protocol == "ICMP":
        return None
    for index, port in enumerate(ports):
        if port.protocol == probe.protocol and _names(port, probe):
            return index
    return None


def _names(port: Port, probe: Probe) -> bool:
    if port.port is None:
        return True
    if probe.port is None:
        return False
    if isinstance(port.port, str):
        return probe.port in named_ports(port.port, port.protocol, probe.target)
    return port.port <= probe.port <= (port.end_port or port.port)


def named_ports(name: str, protocol: str, target: Endpoint) -> tuple[int, ...]:
    """The numbers that a port name stands for on the target; a host outside has no named ports."""
    if isinstance(target, ExternalHost):
        return ()
    return tuple(p.port for p in target.ports if p.name == name and p.protocol == protocol)


# ── Peers ────────────────────────────────────────────────────────────────────────────────────


#: Misses that one permitted reading, or one of two address families, would not have.
OPEN_FAULTS = frozenset({PeerFault.POD_ADDRESS, PeerFault.ONE_FAMILY})


def match_peer(
    cluster: Cluster,
    policy_namespace: str,
    index: int,
    peer: Peer,
    far: Endpoint,
    *,
    near: Endpoint | None = None,
) -> PeerMiss | None:
    """None when the peer names `far`, else the first condition that fails.

    An ipBlock that covers a pod's address is a PeerMiss, whose fault tells whether the API leaves
    it open or the plugin never compares them, unless the plugin is said to match pods by address.
    `near` is the pod that the policy selects: of two dual-stack pods, both families count.
    """
    if peer.ip_block is not None:
        return _match_block(cluster, index, peer, peer.ip_block, far, compared(far, near))
    if isinstance(far, ExternalHost) or outside(cluster, far):
        return PeerMiss(index, peer, PeerFault.OUTSIDE)
    return _match_pod(cluster, policy_namespace, index, peer, far)


def _match_pod(
    cluster: Cluster, policy_namespace: str, index: int, peer: Peer, pod: Pod
) -> PeerMiss | None:
    failing_pod = first_failing(peer.pod_selector, pod.labels) if peer.pod_selector else None
    if peer.namespace_selector is None:
        if pod.namespace != policy_namespace:
            fault = PeerFault.OTHER_NAMESPACE
            return PeerMiss(index, peer, fault, others_hold=failing_pod is None)
    else:
        labels = namespace_labels(cluster, pod.namespace)
        if failing := first_failing(peer.namespace_selector, labels):
            fault = PeerFault.NAMESPACE_LABEL
            holds = failing_pod is None
            return PeerMiss(index, peer, fault, failing, others_hold=holds, labels=labels)
    if failing_pod is None:
        return None
    fault = PeerFault.POD_LABEL
    return PeerMiss(index, peer, fault, failing_pod, others_hold=True, labels=pod.labels)


def _match_block(
    cluster: Cluster,
    index: int,
    peer: Peer,
    block: IPBlock,
    far: Endpoint,
    addresses: tuple[Address, ...],
) -> PeerMiss | None:
    inside = [address for address in addresses if address in block.cidr]
    if not inside:
        return PeerMiss(index, peer, PeerFault.NOT_IN_CIDR, network=block.cidr)
    covered = set()
    for address in inside:
        hole = next((network for network in block.excepts if address in network), None)
        if hole is None:
            covered.add(address.version)
    if not covered:
        return PeerMiss(index, peer, PeerFault.IN_EXCEPT, network=hole)
    fault = _open_fault(cluster, far)
    if fault is None and covered != {address.version for address in addresses}:
        fault = PeerFault.ONE_FAMILY
    return PeerMiss(index, peer, fault, network=block.cidr) if fault else None


def _open_fault(cluster: Cluster, far: Endpoint) -> PeerFault | None:
    """Why a block that covers `far` may not match it all the same."""
    matching = cluster.plugin.ip_block_on_pods
    if outside(cluster, far) or matching is PodAddressMatching.MATCHES:
        return None
    never = matching is PodAddressMatching.NEVER
    return PeerFault.ADDRESS_IGNORED if never else PeerFault.POD_ADDRESS
