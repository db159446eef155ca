"""Scenario documents: a cluster with its story, and the arrows that its picture draws."""

from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from ipaddress import ip_address

from simulator import validate
from simulator.connect import find_service
from simulator.fields import FieldReader, Flow
from simulator.languages import Languages, read_languages
from simulator.model import (
    Cluster,
    ContainerPort,
    Dial,
    Endpoint,
    ExternalHost,
    Namespace,
    Plugin,
    Pod,
    Probe,
    Service,
    ServicePort,
    ServiceType,
)
from simulator.nodes import Entry, Mapping, Node, Scalar, Sequence
from simulator.plugins import read_settings_of, with_settings
from simulator.selectors import NAME_LABEL
from simulator.versions import API_SERVERS, DEFAULT_VERSION, Version
from simulator.words import nearest, quote


@dataclass(frozen=True, slots=True, eq=False)  # hashed often, as the key of what is kept for it
class Scenario:
    """A cluster with its story; the picture draws `arrows` and, to Services, `dials`.

    `kubernetes` is the version whose API server judges what learners write.
    """

    slug: str
    title: str
    story: str
    cluster: Cluster
    arrows: tuple[Probe, ...]
    dials: tuple[Dial, ...] = ()
    kubernetes: Version = DEFAULT_VERSION
    languages: Languages = field(default_factory=dict)


def read_scenario(r: FieldReader, node: Node) -> Scenario | None:
    """The scenario of a document's node; None where a field that it needs is missing."""
    fields = r.fields(
        node,
        required=("kind", "slug", "title", "namespaces", "pods", "arrows"),
        optional=("story", "hosts", "nodes", "services", "plugin", "kubernetes", "languages"),
    )
    if fields is None:
        return None
    cluster = _cluster(r, fields)
    flows = [flow for item in r.items(fields["arrows"]) if (flow := r.flow(item))]
    found = [probe for flow in flows if (probe := read_probe(r, cluster, flow))]
    return Scenario(
        r.slug(fields),
        r.text(fields["title"], most=200),
        r.optional_text(fields, "story"),
        cluster,
        tuple(probe for probe in found if isinstance(probe, Probe)),
        tuple(probe for probe in found if isinstance(probe, Dial)),
        _version(r, fields.get("kubernetes")),
        read_languages(r, fields.get("languages"), ("title", "story")),
    )


def _version(r: FieldReader, entry: Entry | None) -> Version:
    """`1.37`, with quotes or without: YAML reads it as a number."""
    text = entry.value.text if entry and isinstance(entry.value, Scalar) else ""
    for version in API_SERVERS:
        if text == version:
            return version
    if entry is not None:
        r.problem(f"kubernetes is one of {', '.join(API_SERVERS)}", entry.mark)
    return DEFAULT_VERSION


def _cluster(r: FieldReader, fields: MappingType[str, Entry]) -> Cluster:
    namespaces = tuple(_namespace(r, entry) for entry in r.entries(fields["namespaces"]))
    known = {namespace.name for namespace in namespaces}
    nodes = tuple(_host(r, entry, node=True) for entry in r.entries(fields.get("nodes")))
    names = {node.name for node in nodes}
    pods = tuple(
        _pod(r, entry, namespaces=known, nodes=names) for entry in r.entries(fields["pods"])
    )
    hosts = tuple(_host(r, entry) for entry in r.entries(fields.get("hosts")))
    services = tuple(
        _service(r, entry, namespaces=known) for entry in r.entries(fields.get("services"))
    )
    plugin = with_settings(Plugin(), read_settings_of(r, fields.get("plugin")))
    return Cluster(namespaces, pods, hosts + nodes, plugin, services)


def _namespace(r: FieldReader, entry: Entry) -> Namespace:
    r.complain(validate.namespace_name(entry.key), entry.mark)
    return Namespace(entry.key, {**r.labels(entry.value), NAME_LABEL: entry.key})


def _named(r: FieldReader, entry: Entry, what: str, *, namespaces: set[str]) -> tuple[str, str]:
    """The namespace and name that a pod or Service is written under."""
    namespace, slash, name = entry.key.partition("/")
    if not slash or not name:
        r.problem(f"a {what} is named namespace/name, not {quote(entry.key)}", entry.mark)
    elif namespace not in namespaces:
        r.problem(f"no namespace {quote(namespace)} in this scenario", entry.mark)
    return namespace, name


# ── pods, hosts and nodes ──


def _pod(r: FieldReader, entry: Entry, *, namespaces: set[str], nodes: set[str]) -> Pod:
    namespace, name = _named(r, entry, "pod", namespaces=namespaces)
    r.complain(validate.policy_name(name), entry.mark)
    empty = Entry("labels", Mapping((), entry.mark), entry.mark)
    optional = ("labels", "ports", "node", "hostNetwork")
    fields = r.fields(entry.value, required=("ip",), optional=optional) or {}
    node = r.optional_text(fields, "node")
    if node and node not in nodes:
        r.problem(f"no node {quote(node)} in this scenario", fields["node"].mark)
    host_network = fields.get("hostNetwork")
    return Pod(
        namespace,
        name,
        r.labels(fields.get("labels", empty).value),
        r.addresses(fields["ip"]) if "ip" in fields else (),
        _container_ports(r, fields.get("ports")),
        node,
        r.boolean(host_network) if host_network else False,
    )


def _container_ports(r: FieldReader, entry: Entry | None) -> tuple[ContainerPort, ...]:
    """`{http: 80, dns: 53/UDP}`, or a list of ports, some with a name: `[80, {dns: 53/UDP}]`."""
    if entry is None:
        return ()
    if isinstance(entry.value, Sequence):
        named = [
            (part.key, part.value) if part else ("", item)
            for item in entry.value.items
            for part in (item.entries if isinstance(item, Mapping) else (None,))
        ]
    else:
        named = [(item.key, item.value) for item in r.entries(entry)]
    found = []
    for name, node in named:
        if name:
            r.complain(validate.port_name(name), node.mark)
        protocol, number = r.port(node)
        found.append(ContainerPort(number, protocol, name))
    return tuple(found)


def _host(r: FieldReader, entry: Entry, *, node: bool = False) -> ExternalHost:
    addresses = r.addresses(entry)
    if len(addresses) > 1:
        r.problem(
            "a node has one address" if node else "a host outside has one address", entry.mark
        )
    # A node's name is a host name, dots and all.
    r.complain((validate.policy_name if node else validate.namespace_name)(entry.key), entry.mark)
    return ExternalHost(entry.key, addresses[0] if addresses else ip_address("0.0.0.0"), node)


# ── Services ──


def _service(r: FieldReader, entry: Entry, *, namespaces: set[str]) -> Service:
    """`prod/api: {selector: {role: api}, ports: [{port: 80, targetPort: 8080}]}`."""
    namespace, name = _named(r, entry, "Service", namespaces=namespaces)
    r.complain(validate.namespace_name(name), entry.mark)
    optional = ("selector", "type", "clusterIP", "externalTrafficPolicy")
    fields = r.fields(entry.value, required=("ports",), optional=optional) or {}
    address, policy = fields.get("clusterIP"), fields.get("externalTrafficPolicy")
    headless = address is not None and _is_none(address)
    if policy is not None and r.text(policy) not in {"Cluster", "Local"}:
        r.problem("externalTrafficPolicy is Cluster or Local", policy.mark)
    return Service(
        namespace,
        name,
        r.labels(fields["selector"].value) if "selector" in fields else None,
        tuple(_service_port(r, item) for item in r.items(fields.get("ports"))),
        r.choice(fields.get("type"), ServiceType, ServiceType.CLUSTER_IP),
        headless,
        r.addresses(address) if address and not headless else (),
        policy is not None and r.text(policy) == "Local",
    )


def _is_none(entry: Entry) -> bool:
    """`clusterIP: None` makes a Service headless; YAML reads the word as text."""
    return isinstance(entry.value, Scalar) and entry.value.text == "None"


def _service_port(r: FieldReader, node: Node) -> ServicePort:
    optional = ("targetPort", "protocol", "name", "nodePort")
    fields = r.fields(node, required=("port",), optional=optional) or {}
    if "port" not in fields:
        return ServicePort(1, 1)
    number = r.integer(fields["port"].value, 1, 65_535)
    target: int | str = number
    if (entry := fields.get("targetPort")) is not None:
        named = isinstance(entry.value, Scalar) and isinstance(entry.value.value, str)
        target = r.text(entry) if named else r.integer(entry.value, 1, 65_535)
    node_port = fields.get("nodePort")
    return ServicePort(
        number,
        target,
        r.protocol(fields.get("protocol")),
        r.optional_text(fields, "name"),
        r.integer(node_port.value, 1, 65_535) if node_port else None,
    )


# ── arrows ──


def read_probe(r: FieldReader, cluster: Cluster, flow: Flow) -> Probe | Dial | None:
    """The probe that a flow means in a cluster; None, with a problem, where it means none."""
    ends = {endpoint.ref: endpoint for endpoint in cluster.endpoints}
    source = _end(r, ends, flow.source, flow)
    if flow.target in ends or source is None:
        target = _end(r, ends, flow.target, flow)
        if source is None or target is None:
            return None
        return Probe(source, target, flow.protocol, flow.port)
    namespace = source.namespace if isinstance(source, Pod) else ""
    service = find_service(cluster, flow.target, namespace=namespace)
    if service is None:
        _unknown(r, flow.target, [*ends, *(s.ref for s in cluster.services)], flow)
        return None
    return Dial(source, service, flow.target, flow.protocol, flow.port)


def _end(r: FieldReader, ends: MappingType[str, Endpoint], ref: str, flow: Flow) -> Endpoint | None:
    if ref not in ends:
        _unknown(r, ref, list(ends), flow)
    return ends.get(ref)


def _unknown(r: FieldReader, ref: str, known: list[str], flow: Flow) -> None:
    close = nearest(ref, known)
    hint = f"Did you mean {close}?" if close else ""
    r.problem(f"no pod, host or Service {quote(ref)} in this scenario", flow.mark, hint)
