"""Pods and pod templates: labels, addresses and the ports that their containers declare."""

from dataclasses import dataclass
from functools import lru_cache

from simulator.model import Address, ContainerPort, ExternalHost, Labels, Pod, Protocol
from simulator.nodes import Mapping
from simulator.snapshot.fields import Fields

FINISHED = frozenset({"Succeeded", "Failed"})


@dataclass(frozen=True, slots=True)
class ListedPod:
    """A pod as listed; a finished one has no traffic, but shows that its workload's are listed."""

    pod: Pod
    finished: bool
    node_address: Address | None = None

    @property
    def host(self) -> ExternalHost | None:
        """The node that it runs on, as far as the pod tells."""
        if not self.pod.node or self.node_address is None:
            return None
        return ExternalHost(self.pod.node, self.node_address, node=True)


def pod(fields: Fields, node: Mapping, *, namespace: str, name: str) -> ListedPod:
    """A Pod object (API: core/v1 Pod)."""
    metadata = fields.map(node.get("metadata"), "metadata")
    spec = fields.map(node.get("spec"), "spec")
    status = fields.map(node.get("status"), "status")
    made = Pod(
        namespace,
        name,
        labels(fields, metadata, "metadata"),
        _addresses(fields, status) if status else (),
        container_ports(fields, spec, "spec") if spec else (),
        fields.text(spec.get("nodeName"), "spec.nodeName") if spec else "",
        fields.truth(spec.get("hostNetwork"), "spec.hostNetwork") if spec else False,
        owner(fields, metadata),
    )
    if status is None:
        return ListedPod(made, finished=False)
    phase = fields.text(status.get("phase"), "status.phase")
    host = fields.address(status.get("hostIP"), "status.hostIP") if made.node else None
    return ListedPod(made, phase in FINISHED, host)


def labels(fields: Fields, metadata: Mapping | None, path: str) -> Labels:
    """The labels of an object's or a template's metadata."""
    return fields.labels(metadata.get("labels"), f"{path}.labels") if metadata else {}


def owner(fields: Fields, metadata: Mapping | None) -> str:
    """The object that controls this one, as `Kind/name`; empty where there is none."""
    path = "metadata.ownerReferences"
    for reference in fields.maps(metadata.get("ownerReferences") if metadata else None, path):
        if fields.truth(reference.get("controller"), f"{path}.controller"):
            kind = fields.text(reference.get("kind"), f"{path}.kind")
            return f"{kind}/{fields.text(reference.get('name'), f'{path}.name')}"
    return ""


def _addresses(fields: Fields, status: Mapping) -> tuple[Address, ...]:
    """status.podIPs, or status.podIP where only the old field is there."""
    listed = [
        fields.address(item.get("ip"), "status.podIPs.ip")
        for item in fields.maps(status.get("podIPs"), "status.podIPs")
    ]
    if not listed:
        listed = [fields.address(status.get("podIP"), "status.podIP")]
    return tuple(dict.fromkeys(address for address in listed if address is not None))


def container_ports(fields: Fields, spec: Mapping, path: str) -> tuple[ContainerPort, ...]:
    """The ports of a pod's containers and sidecars; other init containers have ended by then."""
    found: list[ContainerPort] = []
    for container in fields.maps(spec.get("containers"), f"{path}.containers"):
        found += _ports(fields, container, f"{path}.containers.ports")
    here = f"{path}.initContainers"
    for container in fields.maps(spec.get("initContainers"), here):
        if fields.text(container.get("restartPolicy"), f"{here}.restartPolicy") == "Always":
            found += _ports(fields, container, f"{here}.ports")
    return tuple(found)


def _ports(fields: Fields, container: Mapping, path: str) -> list[ContainerPort]:
    found = []
    for item in fields.maps(container.get("ports"), path):
        number = fields.port(item.get("containerPort"), f"{path}.containerPort")
        protocol = fields.protocol(item.get("protocol"), f"{path}.protocol")
        name = fields.text(item.get("name"), f"{path}.name")
        if number is not None and protocol is not None:
            found.append(container_port(number, protocol, name))
    return found


def container_port(number: int, protocol: Protocol, name: str) -> ContainerPort:
    """One value for all pods that declare the same port."""
    return _container_port(number, protocol, name[:_LONGEST_NAME])


_LONGEST_NAME = 63


@lru_cache(maxsize=4096)
def _container_port(number: int, protocol: Protocol, name: str) -> ContainerPort:
    return ContainerPort(number, protocol, name)
