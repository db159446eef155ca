"""Why a gate that isolates does not open: the rule that comes nearest, and what it lacks."""

from collections.abc import Iterator, Sequence

from simulator.model import (
    Cluster,
    Direction,
    Endpoint,
    ExternalHost,
    Gate,
    Labels,
    Mark,
    NetworkPolicy,
    Operator,
    PeerFault,
    PeerMiss,
    Pod,
    PolicyEffect,
    Port,
    Probe,
    Requirement,
    RuleEffect,
    Verdict,
)
from simulator.phrases import (
    MOST_NAMED,
    isolates_it,
    isolation_marks,
    label_value,
    listed,
    peer_marks,
    port_text,
    requirement_words,
    rule_effects,
    rule_name,
    selector_words,
)
from simulator.words import clip, edit_distance

#: Labels this many letters apart look like a slip of the hand.
ALMOST = 2


def refused(gate: Gate, verdict: Verdict) -> tuple[str, list[Mark]]:
    """The reason of a gate that refuses, and the places that it speaks of."""
    far = _far(gate, verdict)
    nearest = min(rule_effects(gate), key=lambda pair: _distance(pair[1], far), default=None)
    if nearest is None:
        side = gate.direction.value.lower()
        verb = "has" if len(gate.effects) == 1 else "have"
        text = f"{isolates_it(gate)} and {verb} no {side} rule, so nothing is admitted."
        return text, isolation_marks(gate)
    effect, rule = nearest
    text, marks = _near_miss(effect, rule, gate, verdict)
    if len(gate.effects) == 1:
        return f"{isolates_it(gate)}, and {text}", marks
    nearest_policy = clip(effect.policy.name)
    return f"{isolates_it(gate)}, and no rule of theirs admits it. {nearest_policy}: {text}", marks


def _far(gate: Gate, verdict: Verdict) -> Endpoint:
    """The other end as this gate sees it: of a rewritten client the node that passed it on."""
    if gate.direction is Direction.INGRESS:
        return verdict.egress.endpoint
    return verdict.probe.target


def _distance(rule: RuleEffect, far: Endpoint) -> int:
    """How far a rule is from admitting: its failing conditions, at the peer that comes nearest."""
    ports = 0 if rule.ports_hold else 1
    if rule.peers_hold:
        return ports
    return ports + min((_peer_distance(miss, far) for miss in rule.peer_misses), default=3)


def _peer_distance(miss: PeerMiss, far: Endpoint) -> int:
    if miss.fault is PeerFault.OUTSIDE:
        return 3
    if miss.network is not None:  # blocks are not the way to name pods
        return 2 if isinstance(far, Pod) and not far.host_network else 1
    return 1 if miss.others_hold else 2


def _near_miss(
    effect: PolicyEffect, rule: RuleEffect, gate: Gate, verdict: Verdict
) -> tuple[str, list[Mark]]:
    if rule.peers_hold:
        text, marks = _port_miss(rule, verdict.probe)
        return f"{rule_name(rule)} {text}", marks
    far = _far(gate, verdict)
    miss = min(rule.peer_misses, key=lambda each: _peer_distance(each, far))
    mark = miss.peer.mark or rule.rule.mark
    name = rule_name(rule, miss.peer)
    text, marks = _peer_miss(miss, effect.policy, gate, verdict)
    if len(rule.rule.peers) > 1:
        name += f" has {len(rule.rule.peers)} peers, of which the nearest"
    if not rule.ports_hold and rule.rule.ports:
        text += f" Nor does the rule name port {port_text(verdict.probe)}."
    return f"{name} {text}", marks or ([mark] if mark else [])


def _port_miss(rule: RuleEffect, probe: Probe) -> tuple[str, list[Mark]]:
    wanted = listed([_port_words(port) for port in rule.rule.ports], "or")
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
    miss: PeerMiss, policy: NetworkPolicy, gate: Gate, verdict: Verdict
) -> tuple[str, list[Mark]]:
    cluster, far = verdict.cluster, _far(gate, verdict)
    marks = [miss.requirement.mark] if miss.requirement and miss.requirement.mark else []
    match miss.fault:
        case PeerFault.OUTSIDE:
            return _outside(far), marks
        case PeerFault.OTHER_NAMESPACE:
            places = [mark for mark in peer_marks(miss.peer) if mark is not None]
            return _other_namespace(miss, policy, far), places
        case PeerFault.NAMESPACE_LABEL:
            return _namespace_label(miss, far, cluster), marks
        case PeerFault.POD_LABEL:
            return _pod_label(miss, far, cluster), marks
        case PeerFault.NOT_IN_CIDR:
            return f"admits {miss.network} only; {_at(far, 'not in it')}.", marks
        case PeerFault.IN_EXCEPT:
            return f"leaves out {miss.network}; {_at(far, 'in it')}.", marks
        case PeerFault.POD_ADDRESS:
            covers = f"covers {far.ref} with {miss.network}"
            return f"{covers}, which a plugin may compare with pods or not.", marks
        case PeerFault.ONE_FAMILY:
            return f"covers {far.ref} with {miss.network}, in one of two address families.", marks
        case PeerFault.ADDRESS_IGNORED:
            return f"names {miss.network}, which this plugin never compares with pods.", marks


def _outside(far: Endpoint) -> str:
    place = "is outside the cluster"
    if isinstance(far, Pod):
        place = "counts as its node (hostNetwork)"
    elif far.node:
        place = "is a node"
    return f"selects pods by label; {far.ref} {place}, where only an ipBlock can match."


def _other_namespace(miss: PeerMiss, policy: NetworkPolicy, far: Endpoint) -> str:
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


def _namespace_label(miss: PeerMiss, far: Endpoint, cluster: Cluster | None) -> str:
    assert isinstance(far, Pod)
    assert miss.requirement is not None
    wanted = requirement_words(miss.requirement)
    known = [namespace.labels for namespace in cluster.namespaces] if cluster else []
    found = _has(miss.requirement, miss.labels, known)
    also = "" if miss.others_hold else " The pod's own labels do not match either."
    return f"wants a namespace with {wanted}; {far.namespace} has {found}.{also}"


def _pod_label(miss: PeerMiss, far: Endpoint, cluster: Cluster | None) -> str:
    assert miss.requirement is not None
    known = [pod.labels for pod in cluster.pods] if cluster else []
    found = _has(miss.requirement, miss.labels, known)
    return f"wants {requirement_words(miss.requirement)}; {far.ref} has {found}."


def _has(requirement: Requirement, labels: Labels, known: Sequence[Labels]) -> str:
    """What the labels hold in place of what is required, and the one that is spelt almost so."""
    close = nearest_label(requirement, labels, known)
    if requirement.key in labels:
        found = f"{requirement.key}={label_value(labels[requirement.key])}"
        return f"{found}, which is spelt almost so" if close == found else found
    return f"no label {requirement.key}" + (f", but {close}, spelt almost so" if close else "")


def nearest_label(requirement: Requirement, labels: Labels, known: Sequence[Labels]) -> str | None:
    """The label, as `key=value`, at the smallest edit distance from one that is asked for.

    Only where nothing in `known` carries what is asked for: else it is meant, and namespace-a is no
    slip for namespace-b. None too where the operator asks for no value, or nothing is near.
    """
    if requirement.operator is not Operator.IN:
        return None
    key, values = requirement.key, requirement.values[:MOST_NAMED]
    wanted = [f"{key}={value}" for value in values if not any(x.get(key) == value for x in known)]
    have = [f"{name}={value}" for name, value in labels.items()]
    apart = [(edit_distance(mine, theirs), theirs) for mine in wanted for theirs in have]
    distance, label = min(apart, default=(ALMOST + 1, ""))
    return label if distance <= ALMOST else None


def _at(far: Endpoint, place: str) -> str:
    """`shop/web is 10.0.0.7`; `ip:10.0.0.7 is in it`, where that says it, or none is."""
    address = _address(far)
    return f"{far.ref} is {place if far.ref == f'ip:{address}' or not known(far) else address}"


def known(far: Endpoint) -> bool:
    """Tell whether an end has an address to speak of: a node that only stands for some has none."""
    return not any(address.is_unspecified for address in far.addresses)


def _address(far: Endpoint) -> str:
    if isinstance(far, ExternalHost):
        return str(far.address)
    return ", ".join(map(str, far.addresses)) or "without an address"
