"""A cluster of the sandbox as a Scenario document, written and read.

The reader is simulator.document's own, so that whatever a form, an upload or a link brings is
checked in the one place where scenarios are.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

from django.utils.translation import gettext as _

from simulator.connect import find_service
from simulator.document import read_document
from simulator.limits import PASTED
from simulator.manifest import Json, block_lines
from simulator.model import (
    Address,
    Cluster,
    ContainerPort,
    Dial,
    Namespace,
    Plugin,
    Pod,
    Probe,
    ProbeProtocol,
    Problem,
    Service,
    ServicePort,
    ServiceType,
)
from simulator.scenario import Scenario
from simulator.selectors import NAME_LABEL

#: Characters of a cluster's document, and how many of each a cluster may have.
MOST_TEXT = 256 * 1024
MOST = {"namespaces": 60, "pods": 200, "Services": 100, "outside hosts and nodes": 60}
#: 200 pods with many labels and 100 Services have some 15,000 nodes.
LIMITS = replace(PASTED, nodes=40_000, documents=1)

EMPTY = Scenario("sandbox", "Sandbox", "", Cluster((), ()), ())


@dataclass(frozen=True, slots=True)
class Flow:
    """An arrow by the names of its ends: what is left of it when the ends change."""

    source: str
    target: str
    protocol: ProbeProtocol
    port: int | None


@dataclass(frozen=True, slots=True)
class ClusterReading:
    """A cluster, or what is wrong with it."""

    scenario: Scenario | None
    problems: tuple[Problem, ...] = ()


def read_cluster(text: str) -> ClusterReading:
    """The cluster of a Scenario document. Never raises."""
    if len(text) > MOST_TEXT:
        limit = Problem(
            _("the cluster's text has more than %(most)s characters") % {"most": f"{MOST_TEXT:,}"},
            limit="size",
        )
        return ClusterReading(None, (limit,))
    reading = read_document(text, LIMITS)
    if not isinstance(reading.document, Scenario):
        return ClusterReading(None, reading.problems or (Problem(_("it holds no cluster")),))
    problems = tuple(_too_many(reading.document.cluster))
    return ClusterReading(None if problems else reading.document, problems)


def _too_many(cluster: Cluster) -> Iterator[Problem]:
    counts = (cluster.namespaces, cluster.pods, cluster.services, cluster.hosts)
    for (what, most), found in zip(MOST.items(), counts, strict=True):
        if len(found) > most:
            hint = _("Name fewer namespaces: kubectl get … -n one-namespace -o yaml.")
            message = _("this cluster has %(number)s %(what)s; the sandbox takes %(most)s") % {
                "number": f"{len(found):,}",
                "what": what,
                "most": most,
            }
            yield Problem(message, hint=hint, limit=what)


# ── Flows ────────────────────────────────────────────────────────────────────────────────────


def flows_of(scenario: Scenario) -> tuple[Flow, ...]:
    """The arrows of a scenario by names."""
    probes = (Flow(a.source.ref, a.target.ref, a.protocol, a.port) for a in scenario.arrows)
    dials = (Flow(d.source.ref, d.name, d.protocol, d.port) for d in scenario.dials)
    return (*probes, *dials)


def standing(cluster: Cluster, flows: Iterable[Flow]) -> tuple[Flow, ...]:
    """The flows whose two ends this cluster has."""
    ends = {endpoint.ref: endpoint for endpoint in cluster.endpoints}

    def stands(flow: Flow) -> bool:
        source = ends.get(flow.source)
        space = source.namespace if isinstance(source, Pod) else ""
        known = flow.target in ends or find_service(cluster, flow.target, namespace=space)
        return source is not None and bool(known)

    return tuple(flow for flow in dict.fromkeys(flows) if stands(flow))


def _flow_text(flow: Flow) -> str:
    port = "ping" if flow.port is None else f"{flow.port}/{flow.protocol}"
    return f"{flow.source} -> {flow.target}:{port}"


# ── Writing ──────────────────────────────────────────────────────────────────────────────────


def cluster_text(scenario: Scenario) -> str:
    """A scenario as the document that `read_cluster` reads."""
    return written(scenario.cluster, flows_of(scenario), scenario=scenario)


def written(cluster: Cluster, flows: Sequence[Flow], *, scenario: Scenario = EMPTY) -> str:
    """A cluster and its arrows as a document; title and version are those of `scenario`."""
    fields: dict[str, Json] = {
        "kind": "Scenario",
        "slug": scenario.slug,
        "title": scenario.title,
        "namespaces": {space.name: _own_labels(space) for space in cluster.namespaces},
        "pods": {pod.ref: _pod(pod) for pod in cluster.pods},
    }
    if scenario.story:
        fields["story"] = scenario.story
    hosts = [host for host in cluster.hosts if not host.node]
    nodes = [host for host in cluster.hosts if host.node]
    optional: dict[str, Json] = {
        "hosts": {host.name: str(host.address) for host in hosts},
        "nodes": {host.name: str(host.address) for host in nodes},
        "services": {f"{s.namespace}/{s.name}": _service(s) for s in cluster.services},
        "plugin": plugin_fields(cluster.plugin),
    }
    fields |= {name: value for name, value in optional.items() if value}
    if scenario.kubernetes != EMPTY.kubernetes:
        fields["kubernetes"] = str(scenario.kubernetes)
    fields["arrows"] = [_flow_text(flow) for flow in standing(cluster, flows)]
    return "\n".join(block_lines(fields)) + "\n"


def _own_labels(space: Namespace) -> Json:
    return {key: value for key, value in space.labels.items() if key != NAME_LABEL}


def _pod(pod: Pod) -> Json:
    fields: dict[str, Json] = {"labels": dict[str, Json](pod.labels), "ip": _ips(pod.addresses)}
    if pod.ports:
        fields["ports"] = _ports(pod.ports)
    if pod.node:
        fields["node"] = pod.node
    if pod.host_network:
        fields["hostNetwork"] = True
    return fields


def _ips(addresses: Sequence[Address]) -> Json:
    return str(addresses[0]) if len(addresses) == 1 else [str(each) for each in addresses]


def _ports(ports: Sequence[ContainerPort]) -> Json:
    """A map of names where each port has its own, else a list."""
    names = [port.name for port in ports]
    if all(names) and len(set(names)) == len(names):
        return {port.name: port_value(port) for port in ports}
    return [{port.name: port_value(port)} if port.name else port_value(port) for port in ports]


def port_value(port: ContainerPort | ServicePort) -> Json:
    """`80`, or `53/UDP`."""
    return port.port if port.protocol == "TCP" else f"{port.port}/{port.protocol}"


def _service(service: Service) -> Json:
    fields: dict[str, Json] = {"ports": [_service_port(port) for port in service.ports]}
    if service.selector is not None:
        fields["selector"] = dict[str, Json](service.selector)
    if service.type is not ServiceType.CLUSTER_IP:
        fields["type"] = service.type.value
    if service.headless:
        fields["clusterIP"] = "None"
    elif service.addresses:
        fields["clusterIP"] = _ips(service.addresses)
    if service.local:
        fields["externalTrafficPolicy"] = "Local"
    return fields


def _service_port(port: ServicePort) -> Json:
    fields: dict[str, Json] = {"port": port.port}
    if port.target != port.port:
        fields["targetPort"] = port.target
    if port.protocol != "TCP":
        fields["protocol"] = port.protocol
    if port.name:
        fields["name"] = port.name
    if port.node_port is not None:
        fields["nodePort"] = port.node_port
    return fields


#: The plugin's settings: the document's field, the model's.
PLUGIN_FIELDS = {
    "ping": "ping",
    "ipBlockOnPods": "ip_block_on_pods",
    "hostNetwork": "host_network",
    "ownNode": "own_node",
    "clientAddress": "client_address",
    "runningConnections": "running",
}


def plugin_fields(plugin: Plugin) -> dict[str, Json]:
    """The settings that differ from a plugin of which nothing is known."""
    plain = Plugin()
    fields: dict[str, Json] = {} if plugin.enforces else {"enforces": False}
    for name, attribute in PLUGIN_FIELDS.items():
        if (value := getattr(plugin, attribute)) != getattr(plain, attribute):
            fields[name] = cast(str, value.value)
    return fields


def rebuilt(cluster: Cluster, flows: Sequence[Flow], *, scenario: Scenario) -> ClusterReading:
    """A changed cluster, written and read back: what the reader refuses, a form may not make."""
    return read_cluster(written(cluster, flows, scenario=replace(scenario, story="")))


def arrow_flow(asked: Probe | Dial) -> Flow:
    """A probe or a dial by the names of its ends."""
    target = asked.name if isinstance(asked, Dial) else asked.target.ref
    return Flow(asked.source.ref, target, asked.protocol, asked.port)
