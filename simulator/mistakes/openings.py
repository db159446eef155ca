"""Mistakes in ports: DNS forgotten (M02), the Service's port (M11), the protocol left out (M19)."""

from collections.abc import Iterator
from dataclasses import replace

from simulator.connect import backends, dns_pods
from simulator.evaluate import match_peer
from simulator.mistakes.places import (
    PortPlace,
    line,
    port_places,
    put_policy,
    rule_places,
    with_rules,
)
from simulator.mistakes.values import Case, Made, Repair, Right
from simulator.model import (
    Cluster,
    Direction,
    Pod,
    Port,
    Rule,
    Service,
    ServicePort,
)
from simulator.selectors import matches
from simulator.words import clip

DNS = 53
#: Where a cluster lists no Services, only these numbers are taken for one's port.
USUAL_SERVICE_PORTS = (80, 443)

# ── M02: names need DNS ──


def make_no_dns(right: Right) -> Iterator[Made]:
    """A policy's egress without its port 53."""
    for index, policy in enumerate(right.policies):
        rules = [rule for given in policy.egress for rule in _without_dns(given)]
        if tuple(rules) != policy.egress:
            without = with_rules(policy, Direction.EGRESS, rules)
            made = put_policy(right.policies, index, without)
            yield made, "egress without DNS", "let port 53 out to the DNS pods"


def _without_dns(rule: Rule) -> list[Rule]:
    rest = tuple(port for port in rule.ports if not _holds_dns(port))
    return [replace(rule, ports=rest)] if rest or not rule.ports else []


def repair_no_dns(case: Case) -> Iterator[Repair]:
    """The reference's rules for look-ups are added to a policy that shuts them in."""
    if not any(_is_look_up(case.cluster, wrong.cell.target, wrong.ports) for wrong in case.wrong):
        return
    rules = [p.rule for p in rule_places(case.reference, Direction.EGRESS) if is_for_dns(p.rule)]
    for index, policy in enumerate(case.answer):
        if Direction.EGRESS not in policy.policy_types or any(map(is_for_dns, policy.egress)):
            continue
        where = line(policy.mark, "One policy")
        said = (
            f"{where}: {clip(policy.name)} isolates pods for Egress, and their look-ups of names "
            "are egress too. They cannot ask the DNS pods, so no name is found."
        )
        only = [replace(r, ports=tuple(filter(_holds_dns, r.ports))) for r in rules]
        for added in (only, *([rule] for rule in only)):
            changed = with_rules(policy, Direction.EGRESS, [*policy.egress, *added])
            fixed = put_policy(case.answer, index, changed)
            yield Repair(fixed, said, policy.mark, sure=True, fit=0)


def _holds_dns(port: Port) -> bool:
    if isinstance(port.port, str):
        return port.port in {"dns", "domain", "dns-tcp"}
    return port.port is not None and port.port <= DNS <= (port.end_port or port.port)


def is_for_dns(rule: Rule) -> bool:
    """Whether the rule speaks of port 53."""
    return any(map(_holds_dns, rule.ports))


def _is_look_up(cluster: Cluster, target: object, ports: object) -> bool:
    return any(pod == target for pod, _ in dns_pods(cluster)) and bool(ports)


# ── M11: the pod's port, not the Service's ──


def make_service_port(right: Right) -> Iterator[Made]:
    """A port that a Service forwards to becomes the port that the Service listens on."""
    for place in port_places(right.policies):
        for service in right.cluster.services:
            for port in service.ports:
                if _is_target(right.cluster, service, port, place.port):
                    made = place.put(replace(place.port, port=port.port, end_port=None))
                    yield made, f"port {port.port} of the Service", "name the pod's own port"


def repair_service_port(case: Case) -> Iterator[Repair]:
    """A number that no pod at that end listens on becomes the one that a Service forwards it to."""
    for place in port_places(case.answer):
        number, targets = place.port.port, _receivers(case.cluster, place)
        if not isinstance(number, int) or place.port.end_port or _listen(targets, place.port):
            continue
        where = line(place.port.mark, "One port")
        for told, sure in _meant(case, place, targets):
            by = "is a Service's port, and no pod here listens on it" if sure else "is no pod's own"
            said = (
                f"{where}: {number} {by}. A policy looks at the packet when it reaches the pod, "
                "where the Service's port has been replaced by the pod's."
            )
            fixed = place.put(replace(place.port, port=told))
            yield Repair(fixed, said, place.port.mark, sure=sure, fit=0 if sure else 1)


def _meant(case: Case, place: PortPlace, targets: list[Pod]) -> Iterator[tuple[int | str, bool]]:
    """Pods' ports that the number can stand for; true where a Service says so."""
    for service in case.cluster.services:
        for port in service.ports:
            known = place.port.port in (port.port, port.node_port)
            if known and port.protocol == place.port.protocol:
                yield port.target, True
    if place.port.port not in USUAL_SERVICE_PORTS or case.cluster.services:
        return
    entries = [found.port for found in port_places(case.reference)]
    wanted = [entry.port for entry in entries if entry.protocol == place.port.protocol]
    for number in dict.fromkeys(wanted):
        if number is not None and _listen(targets, replace(place.port, port=number)):
            yield number, False


def _receivers(cluster: Cluster, place: PortPlace) -> list[Pod]:
    """The pods whose ports the rule is about: those that the policy selects, or for egress those
    that the rule's peers name."""
    policy, rule = place.of.policy, place.of.rule
    if place.of.direction is Direction.INGRESS:
        home = [pod for pod in cluster.pods if pod.namespace == policy.namespace]
        return [pod for pod in home if matches(policy.pod_selector, pod.labels)]
    return [
        pod
        for pod in cluster.pods
        if not rule.peers
        or any(match_peer(cluster, policy.namespace, 0, p, pod) is None for p in rule.peers)
    ]


def _listen(pods: list[Pod], port: Port) -> bool:
    return any(
        port.port in (p.port, p.name) and p.protocol == port.protocol
        for pod in pods
        for p in pod.ports
    )


def _is_target(cluster: Cluster, service: Service, port: ServicePort, entry: Port) -> bool:
    if port.protocol != entry.protocol or entry.port is None:
        return False
    names = {port.target} | {
        found
        for pod in backends(cluster, service)
        for p in pod.ports
        if port.target in (p.port, p.name)
        for found in (p.port, p.name)
        if found
    }
    return entry.port in names and entry.port != port.port


# ── M19: without a protocol it is TCP ──


def make_tcp_only(right: Right) -> Iterator[Made]:
    """The UDP twin of a port is left out, or an entry for UDP says nothing of it."""
    for place in port_places(right.policies):
        if place.port.protocol == "TCP":
            continue
        twin = replace(place.port, protocol="TCP")
        if twin in place.of.rule.ports:
            yield place.put(), f"no entry for {place.port.protocol}", "write that entry too"
        else:
            yield place.put(twin), "the protocol was left out", f"protocol: {place.port.protocol}"


def repair_tcp_only(case: Case) -> Iterator[Repair]:
    """An entry for TCP gets a twin of another protocol that the reference uses, or becomes it."""
    others = {p.port.protocol for p in port_places(case.reference)} - {"TCP"}
    for place in port_places(case.answer):
        if place.port.protocol != "TCP":
            continue
        where = line(place.port.mark, "One entry of ports")
        said = (
            f"{where} lets TCP through and nothing else: an entry has one protocol, and where none "
            "is written it is TCP."
        )
        for protocol in sorted(others):
            twin = replace(place.port, protocol=protocol)
            yield Repair(place.put(twin, place.port), said, place.port.mark)
            yield Repair(place.put(twin), said, place.port.mark)
