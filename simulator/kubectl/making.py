"""Pods, namespaces, Services, endpoints and nodes of a scenario as JSON of the API."""

import uuid
from collections.abc import Iterator
from typing import Any

from simulator.connect import backends
from simulator.evaluate import named_ports
from simulator.kubectl.resources import ENDPOINTS, NAMESPACES, NODES, PODS, SERVICES, Resource
from simulator.kubectl.state import State
from simulator.model import Namespace, Pod, Service, ServiceType
from simulator.selectors import NAME_LABEL

#: An object as the API gives it: plain JSON.
Json = dict[str, Any]

#: Namespaces that every cluster has.
ALWAYS_THERE = ("default", "kube-node-lease", "kube-public", "kube-system")
IMAGE = "nginx:1.29"


def namespace_names(state: State) -> tuple[str, ...]:
    """The namespaces that exist: the scenario's, and those that every cluster has."""
    return tuple(sorted({*state.cluster.namespace_names, *ALWAYS_THERE}))


def made(state: State, resource: Resource, metadata: Json, **fields: Any) -> Json:
    """One object: its type, its metadata with what a server adds, its other fields."""
    ref = f"{resource.name}/{metadata.get('namespace', '')}/{metadata['name']}"
    uid = uuid.uuid5(uuid.NAMESPACE_URL, ref)
    kept = {key: value for key, value in metadata.items() if value != {} and value != []}
    added = {
        "creationTimestamp": state.created,
        "resourceVersion": str(1000 + uid.int % 9000),
        "uid": str(uid),
    }
    head = {"apiVersion": resource.api_version, "kind": resource.kind}
    return {**head, "metadata": {**kept, **added}, **fields}


def _pods(state: State) -> Iterator[Json]:
    for pod in state.cluster.pods:
        yield _pod(state, pod)


def _pod(state: State, pod: Pod) -> Json:
    ports = [
        {"name": p.name, "containerPort": p.port, "protocol": p.protocol} if p.name
        else {"containerPort": p.port, "protocol": p.protocol}
        for p in pod.ports
    ]  # fmt: skip
    container: Json = {"image": IMAGE, "name": "main", "resources": {}}
    spec: Json = {"containers": [{**container, "ports": ports} if ports else container]}
    if pod.node:
        spec["nodeName"] = pod.node
    if pod.host_network:
        spec["hostNetwork"] = True
    metadata: Json = {"labels": dict(pod.labels), "name": pod.name, "namespace": pod.namespace}
    if pod.owner:
        kind, _, owner = pod.owner.partition("/")
        metadata["ownerReferences"] = [{"apiVersion": "apps/v1", "kind": kind, "name": owner}]
    return made(state, PODS, metadata, spec=spec, status=_pod_status(state, pod))


def _pod_status(state: State, pod: Pod) -> Json:
    addresses = [str(address) for address in pod.addresses]
    kinds = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")
    found: Json = {
        "conditions": [{"status": "True", "type": kind} for kind in kinds],
        "phase": "Running",
        "qosClass": "BestEffort",
        "startTime": state.created,
    }
    if addresses:
        found["podIP"] = addresses[0]
        found["podIPs"] = [{"ip": each} for each in addresses]
    return found


def _namespaces(state: State) -> Iterator[Json]:
    known = {each.name: each for each in state.cluster.namespaces}
    for name in namespace_names(state):
        one = known.get(name) or Namespace(name, {})
        metadata = {"labels": {NAME_LABEL: name, **one.labels}, "name": name}
        status = {"phase": "Active"}
        yield made(state, NAMESPACES, metadata, spec={"finalizers": ["kubernetes"]}, status=status)


def _services(state: State) -> Iterator[Json]:
    for one in state.cluster.services:
        metadata = {"name": one.name, "namespace": one.namespace}
        yield made(state, SERVICES, metadata, spec=_service_spec(one), status={"loadBalancer": {}})


def _service_spec(one: Service) -> Json:
    addresses = [str(each) for each in one.addresses]
    spec: Json = {"type": one.type.value}
    if one.headless:
        spec |= {"clusterIP": "None", "clusterIPs": ["None"]}
    elif addresses:
        spec |= {"clusterIP": addresses[0], "clusterIPs": addresses}
    if one.published:
        spec["externalIPs"] = [str(each) for each in one.published]
    if one.selector:
        spec["selector"] = dict(one.selector)
    spec["ports"] = [_service_port(port) for port in one.ports]
    return {key: value for key, value in spec.items() if value != []}


def _service_port(port: Any) -> Json:
    found: Json = {"port": port.port, "protocol": port.protocol, "targetPort": port.target}
    if port.name:
        found["name"] = port.name
    if port.node_port:
        found["nodePort"] = port.node_port
    return found


def _endpoints(state: State) -> Iterator[Json]:
    for one in state.cluster.services:
        if one.type is ServiceType.EXTERNAL_NAME:
            continue
        pods = backends(state.cluster, one)
        metadata = {"name": one.name, "namespace": one.namespace}
        subsets = [
            {"addresses": [{"ip": str(pod.addresses[0])}], "ports": [{"port": number}]}
            for pod in pods if pod.addresses
            for number in _target_ports(one, pod)
        ]  # fmt: skip
        yield made(state, ENDPOINTS, metadata, **({"subsets": subsets} if subsets else {}))


def _target_ports(service: Service, pod: Pod) -> Iterator[int]:
    for port in service.ports:
        if isinstance(port.target, int):
            yield port.target
        else:
            yield from named_ports(port.target, port.protocol, pod)[:1]


def _nodes(state: State) -> Iterator[Json]:
    for host in state.cluster.hosts:
        if host.node:
            status = {"addresses": [{"address": str(host.address), "type": "InternalIP"}]}
            yield made(state, NODES, {"name": host.name}, spec={}, status=status)


#: What makes the objects of each type.
MAKERS = {
    PODS: _pods,
    NAMESPACES: _namespaces,
    SERVICES: _services,
    ENDPOINTS: _endpoints,
    NODES: _nodes,
}
