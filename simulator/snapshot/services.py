"""Services, and the cluster's nodes."""

from collections.abc import Iterator

from simulator.model import Address, ExternalHost, Service, ServicePort, ServiceType
from simulator.nodes import Mapping, Node, Scalar
from simulator.snapshot.fields import Fields
from simulator.words import quote

_TYPES = {kind.value: kind for kind in ServiceType}


def service(fields: Fields, node: Mapping, *, namespace: str, name: str) -> Service:
    """A Service object (API: core/v1 Service)."""
    spec = fields.map(node.get("spec"), "spec") or Mapping((), node.mark)
    selector = fields.map(spec.get("selector"), "spec.selector")
    written = _cluster_addresses(fields, spec)
    policy = fields.text(spec.get("externalTrafficPolicy"), "spec.externalTrafficPolicy")
    return Service(
        namespace,
        name,
        fields.labels(selector, "spec.selector") if selector and selector.entries else None,
        _ports(fields, spec),
        _type(fields, spec.get("type")),
        headless=written == ["None"],
        addresses=_addresses(fields, spec) if written != ["None"] else (),
        local=policy == "Local",
        published=tuple(_published(fields, node, spec)),
    )


def _published(fields: Fields, node: Mapping, spec: Mapping) -> Iterator[Address]:
    """The load balancer's addresses (those that are no names), and spec.externalIPs."""
    status = fields.map(node.get("status"), "status")
    balancer = fields.map(status.get("loadBalancer"), "status.loadBalancer") if status else None
    path = "status.loadBalancer.ingress"
    for item in fields.maps(balancer.get("ingress") if balancer else None, path):
        if (address := fields.address(item.get("ip"), f"{path}.ip")) is not None:
            yield address
    for entry in fields.items(spec.get("externalIPs"), "spec.externalIPs"):
        if (address := fields.address(entry, "spec.externalIPs")) is not None:
            yield address


def _type(fields: Fields, node: Node | None) -> ServiceType:
    written = fields.text(node, "spec.type") or "ClusterIP"
    if written not in _TYPES and node is not None:
        fields.tell(f"spec.type is {quote(written)}: no Service is of this type", node, "spec.type")
    return _TYPES.get(written, ServiceType.CLUSTER_IP)


def _cluster_addresses(fields: Fields, spec: Mapping) -> list[str]:
    """spec.clusterIPs, or spec.clusterIP where only the old field is there."""
    path = "spec.clusterIPs"
    listed = [fields.text(item, path) for item in fields.items(spec.get("clusterIPs"), path)]
    return listed or [fields.text(spec.get("clusterIP"), "spec.clusterIP")]


def _addresses(fields: Fields, spec: Mapping) -> tuple[Address, ...]:
    path = "spec.clusterIPs"
    nodes = fields.items(spec.get("clusterIPs"), path)
    if not nodes and (one := spec.get("clusterIP")) is not None:
        path, nodes = "spec.clusterIP", (one,)
    found = (fields.address(node, path) for node in nodes)
    return tuple(address for address in found if address is not None)


def _ports(fields: Fields, spec: Mapping) -> tuple[ServicePort, ...]:
    path, found = "spec.ports", []
    for item in fields.maps(spec.get("ports"), path):
        number = fields.port(item.get("port"), f"{path}.port")
        protocol = fields.protocol(item.get("protocol"), f"{path}.protocol")
        if number is None or protocol is None:
            continue
        target = _target(fields, item.get("targetPort"), f"{path}.targetPort")
        name = fields.text(item.get("name"), f"{path}.name")
        published = fields.port(item.get("nodePort"), f"{path}.nodePort")
        found.append(ServicePort(number, target or number, protocol, name, published))
    return tuple(found)


def _target(fields: Fields, node: Node | None, path: str) -> int | str | None:
    """A number or a container port's name; None where it is left out (then it is the port)."""
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return node.value
    number = fields.number(node, path)
    return number if number is None or number == 0 else fields.port(node, path)


def cluster_node(fields: Fields, node: Mapping, *, name: str) -> ExternalHost | None:
    """A Node object's first internal address, else its first address of any kind but a name."""
    status = fields.map(node.get("status"), "status")
    path = "status.addresses"
    found: dict[str, Address] = {}
    for item in fields.maps(status.get("addresses") if status else None, path):
        kind = fields.text(item.get("type"), f"{path}.type")
        if kind in {"InternalIP", "ExternalIP"} and kind not in found:
            address = fields.address(item.get("address"), f"{path}.address")
            if address is not None:
                found[kind] = address
    chosen = found.get("InternalIP") or found.get("ExternalIP")
    return None if chosen is None else ExternalHost(name, chosen, node=True)
