"""Connections to Services: the name's look-up, the translation, and one verdict per endpoint.

A policy never sees a Service: the cluster puts a pod's address and port in place of the Service's
before policies are asked (Services concept, "Virtual IPs and Service Proxies"). A name needs the
cluster's DNS pods first (DNS for Services and Pods). All reachability comes from `evaluate`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address

from simulator.evaluate import agreed, evaluate, named_ports
from simulator.model import (
    ClientAddress,
    Cluster,
    Connection,
    Dial,
    ExternalHost,
    GateReason,
    LookUp,
    NetworkPolicy,
    Outcome,
    Pod,
    Probe,
    RunningConnections,
    Service,
    ServicePort,
    ServiceType,
    Verdict,
)
from simulator.words import clip

#: The zone that clusters are set up with.
CLUSTER_DOMAIN = "cluster.local"
#: Where DNS runs: pods with this label in this namespace, whatever serves them.
DNS_NAMESPACE, DNS_LABEL = "kube-system", ("k8s-app", "kube-dns")
DNS_PORT = 53
#: Stands for a node of which only that it exists is known.
_SOME_NODE = ExternalHost("a node", ip_address("0.0.0.0"), node=True)


def find_service(cluster: Cluster, name: str, *, namespace: str = "") -> Service | None:
    """The Service that a client in `namespace` gets for a DNS name, or for one of its addresses.

    `db` is looked for in the client's own namespace only; `db.prod`, `db.prod.svc` and
    `db.prod.svc.cluster.local` (with or without the last dot) anywhere.
    """
    for service in cluster.services:
        if _is_address(service, name):
            return service
    wanted = _qualified(name, namespace)
    return next((s for s in cluster.services if (s.name, s.namespace) == wanted), None)


def _is_address(service: Service, name: str) -> bool:
    return name in map(str, service.addresses + service.published)


def _qualified(name: str, namespace: str) -> tuple[str, str]:
    """Name and namespace of the Service that a DNS name means; empty where it can mean none."""
    parts = name.lower().removesuffix(".").removesuffix(f".svc.{CLUSTER_DOMAIN}").split(".")
    if len(parts) == 3 and parts[2] == "svc":
        parts.pop()
    if len(parts) == 1:
        parts.append(namespace)
    return (parts[0], parts[1]) if len(parts) == 2 else ("", "")


def connect(cluster: Cluster, policies: Sequence[NetworkPolicy], probe: Dial) -> Connection:
    """Decide a probe to a Service.

    The outcome is that of the endpoints where they agree and MIXED where some admit and some
    refuse; NOT_RESOLVED where a name is dialled and no DNS pod can be asked; UNREACHABLE where
    nothing stands behind that port, whatever policies say.
    """
    look_up = _look_up(cluster, policies, probe)
    route = _route(probe)
    if isinstance(route, str):
        return Connection(probe, _without_endpoints(probe, look_up), look_up, obstacle=route)
    found = tuple(_backends(cluster, probe.target, route))
    verdicts = tuple(
        _to_backend(cluster, policies, probe, target=pod, port=port) for pod, port in found
    )
    obstacle = "" if found else _nobody(cluster, probe, route)
    return Connection(probe, _outcome(look_up, verdicts), look_up, verdicts, obstacle)


def backends(cluster: Cluster, service: Service) -> tuple[Pod, ...]:
    """The pods that stand behind a Service: its namespace's, with every label of its selector."""
    wanted = service.selector
    if not wanted:
        return ()
    return tuple(
        pod
        for pod in cluster.pods
        if pod.namespace == service.namespace
        and all(pod.labels.get(key) == value for key, value in wanted.items())
    )


# ── Look-up ──────────────────────────────────────────────────────────────────────────────────


def _look_up(cluster: Cluster, policies: Sequence[NetworkPolicy], probe: Dial) -> LookUp | None:
    """None where nothing is looked up: an address is dialled, or the client is no pod."""
    if not isinstance(probe.source, Pod) or _is_address(probe.target, probe.name):
        return None
    verdicts = tuple(
        evaluate(cluster, policies, Probe(probe.source, pod, "UDP", port))
        for pod, port in dns_pods(cluster)
    )
    return LookUp(_together(verdicts) if verdicts else Outcome.ALLOWED, verdicts)


def dns_pods(cluster: Cluster) -> tuple[tuple[Pod, int], ...]:
    """The pods that answer look-ups, each with the port that it listens on (UDP).

    A Service in kube-system that selects them may translate port 53 to another; without one the
    pods are asked on 53.
    """
    key, value = DNS_LABEL
    for service in cluster.services:
        if service.namespace == DNS_NAMESPACE and (service.selector or {}).get(key) == value:
            for port in service.ports:
                if port.port == DNS_PORT and port.protocol == "UDP":
                    return tuple(_backends(cluster, service, _Route(port)))
    return tuple(
        (pod, DNS_PORT)
        for pod in cluster.pods
        if pod.namespace == DNS_NAMESPACE and pod.labels.get(key) == value
    )


# ── Translation ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Route:
    """How a connection goes on: by one of the Service's ports, or (None) on the port dialled."""

    service_port: ServicePort | None
    dialled: int | None = None


def _route(probe: Dial) -> "_Route | str":
    """The way behind the Service, or why there is none."""
    service = probe.target
    if service.type is ServiceType.EXTERNAL_NAME:
        return f"{service.ref} is an alias (ExternalName) for a name outside the cluster"
    if isinstance(probe.source, ExternalHost) and not probe.source.node:
        return _from_outside(probe)
    if service.headless:
        return _Route(None, probe.port)
    if probe.protocol == "ICMP":
        return "a Service's address answers no pings"
    found = _port_of(service, probe)
    return _Route(found) if found else _no_port(probe)


def _from_outside(probe: Dial) -> "_Route | str":
    service = probe.target
    if probe.name in map(str, service.published):
        found = _port_of(service, probe)
        return _Route(found) if found else _no_port(probe)
    if service.type is ServiceType.CLUSTER_IP:
        what = "headless" if service.headless else "a ClusterIP"
        return f"{service.ref} is {what}: it exists inside the cluster only"
    for port in service.ports:
        if port.protocol == probe.protocol and port.node_port == probe.port:
            return _Route(port)
    balanced = service.type is ServiceType.LOAD_BALANCER
    found = _port_of(service, probe) if balanced else None
    return _Route(found) if found else _no_port(probe)


def _port_of(service: Service, probe: Dial) -> ServicePort | None:
    ports = (p for p in service.ports if p.protocol == probe.protocol and p.port == probe.port)
    return next(ports, None)


def _no_port(probe: Dial) -> str:
    service = probe.target
    outside = isinstance(probe.source, ExternalHost) and not probe.source.node
    numbers = [p.node_port if outside and p.node_port else p.port for p in service.ports]
    listed = ", ".join(map(str, numbers[:8])) or "none"
    which = "node ports" if outside and service.type is ServiceType.NODE_PORT else "ports"
    return (
        f"{service.ref} has no port {probe.port}/{probe.protocol}; its {which}: {listed}. A client "
        "dials the Service's port, a policy sees the pod's"
    )


def _backends(cluster: Cluster, service: Service, route: _Route) -> Iterator[tuple[Pod, int]]:
    """Each pod behind a Service with the port that is opened on it.

    A pod without a container port of the target's name is none of that port's endpoints.
    """
    for pod in backends(cluster, service):
        if route.service_port is None:
            yield pod, route.dialled or 0
        elif isinstance(target := route.service_port.target, int):
            yield pod, target
        else:
            numbers = named_ports(target, route.service_port.protocol, pod)
            yield from ((pod, number) for number in numbers[:1])


def _nobody(cluster: Cluster, probe: Dial, route: _Route) -> str:
    service = probe.target
    if not service.selector:
        return f"{service.ref} has no selector, and nobody lists its endpoints here"
    if not backends(cluster, service):
        pairs = ", ".join(f"{clip(k)}={clip(v)}" for k, v in list(service.selector.items())[:4])
        return f"no pod of {service.namespace} has the labels of its selector ({pairs})"
    assert route.service_port is not None
    name = clip(str(route.service_port.target))
    return f"none of its pods has a {route.service_port.protocol} container port named {name}"


# ── Verdicts ─────────────────────────────────────────────────────────────────────────────────


def _to_backend(
    cluster: Cluster,
    policies: Sequence[NetworkPolicy],
    probe: Dial,
    *,
    target: Pod,
    port: int,
) -> Verdict:
    number = None if probe.protocol == "ICMP" else port
    asked = Probe(probe.source, target, probe.protocol, number)
    plain = evaluate(cluster, policies, asked)
    outside = isinstance(probe.source, ExternalHost) and not probe.source.node
    if not outside or probe.target.local:
        return plain
    rewritten = [
        replace(evaluate(cluster, policies, replace(asked, source=node)), probe=asked)
        for node in _nodes(cluster)
    ]
    by_way = {
        ClientAddress.KEPT: [plain],
        ClientAddress.REWRITTEN: rewritten,
        ClientAddress.UNDEFINED: [plain, *rewritten],
    }
    return agreed(by_way[cluster.plugin.client_address], GateReason.CLIENT_ADDRESS)


def _nodes(cluster: Cluster) -> tuple[ExternalHost, ...]:
    return tuple(host for host in cluster.hosts if host.node) or (_SOME_NODE,)


def _outcome(look_up: LookUp | None, verdicts: Sequence[Verdict]) -> Outcome:
    if look_up is not None and look_up.outcome is Outcome.DENIED:
        return Outcome.NOT_RESOLVED
    if not verdicts:
        return Outcome.UNREACHABLE
    behind = _together(verdicts)
    if look_up is None or look_up.outcome in {Outcome.ALLOWED, Outcome.NOT_ENFORCED}:
        return behind
    # A look-up that succeeds at times makes a connection that succeeds at times, if ever.
    steps = {look_up.outcome, behind}
    return next(o for o in (Outcome.DENIED, Outcome.UNDEFINED, Outcome.MIXED) if o in steps)


def _together(verdicts: Sequence[Verdict]) -> Outcome:
    """The outcome of several endpoints: the common one, else mixed, or undefined."""
    outcomes = {verdict.outcome for verdict in verdicts}
    if len(outcomes) == 1:
        return outcomes.pop()
    return Outcome.MIXED if {Outcome.ALLOWED, Outcome.DENIED} <= outcomes else Outcome.UNDEFINED


def _without_endpoints(probe: Dial, look_up: LookUp | None) -> Outcome:
    """What is said where no endpoint is known: an alias may lead anywhere, the rest nowhere."""
    if probe.target.type is not ServiceType.EXTERNAL_NAME:
        return Outcome.UNREACHABLE
    refused = look_up is not None and look_up.outcome is Outcome.DENIED
    return Outcome.NOT_RESOLVED if refused else Outcome.UNDEFINED


# ── Connections that run ─────────────────────────────────────────────────────────────────────


def running(
    cluster: Cluster,
    probe: Probe,
    *,
    before: Sequence[NetworkPolicy],
    after: Sequence[NetworkPolicy],
) -> Outcome:
    """What becomes of a connection that was opened under `before`, once `after` is applied.

    DENIED where it was never open. One that `after` still admits goes on; one that it refuses is
    undefined by the API unless the plugin's behaviour is named: some plugins cut it, some look at
    new connections only. (Replies belong to the connection and pass with it.)
    """
    passing = {Outcome.ALLOWED, Outcome.NOT_ENFORCED}
    was = evaluate(cluster, before, probe).outcome
    now = evaluate(cluster, after, probe).outcome
    if was not in passing:
        return was
    if now in passing:
        return now
    by_plugin = {
        RunningConnections.UNDEFINED: Outcome.UNDEFINED,
        RunningConnections.KEPT: Outcome.ALLOWED,
        RunningConnections.CUT: now,
    }
    return by_plugin[cluster.plugin.running]
