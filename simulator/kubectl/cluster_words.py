"""Pods, namespaces and Services as `kubectl describe` puts them."""

from collections.abc import Iterator

from simulator.kubectl.layout import annotated, date, head, line, mapped
from simulator.kubectl.making import Json
from simulator.kubectl.objects import labels_of, name_of, objects, space_of
from simulator.kubectl.resources import ENDPOINTS
from simulator.kubectl.state import State
from simulator.kubectl.tables import NONE, pairs


def pod_words(state: State, each: Json) -> Iterator[str]:
    """The lines of a pod's description."""
    spec, status = each["spec"], each["status"]
    started = date(state).strftime("%a, %d %b %Y %H:%M:%S +0000")
    yield line("Name", name_of(each), 14)
    yield line("Namespace", space_of(each), 14)
    yield line("Priority", "0", 14)
    yield line("Node", _node(state, spec), 14)
    yield line("Start Time", started, 14)
    yield from mapped("Labels", labels_of(each), 14)
    yield from annotated(each, 14)
    yield line("Status", "Running", 14)
    yield line("IP", status.get("podIP", ""), 14)
    yield "IPs:" if "podIPs" in status else "IPs:          <none>"
    yield from (f"  IP:  {address['ip']}" for address in status.get("podIPs", []))
    for owner in each["metadata"].get("ownerReferences", []):
        yield f"Controlled By:  {owner['kind']}/{owner['name']}"
    yield "Containers:"
    for container in spec["containers"]:
        yield from _container(container, started)
    yield from _POD_END


def _node(state: State, spec: Json) -> str:
    name = spec.get("nodeName", "")
    known = (str(host.address) for host in state.cluster.hosts if host.node and host.name == name)
    return f"{name}/{next(known, '')}" if name else NONE


def _container(container: Json, started: str) -> Iterator[str]:
    ports = container.get("ports", [])
    shown = [f"{port['containerPort']}/{port['protocol']}{_named(port)}" for port in ports]
    hosts = [f"0/{port['protocol']}{_named(port)}" for port in ports]
    plural = "s" if len(ports) > 1 else ""
    yield f"  {container['name']}:"
    for name, value in (
        ("Container ID", ""), ("Image", container["image"]), ("Image ID", ""),
        (f"Port{plural}", ", ".join(shown) or NONE),
        (f"Host Port{plural}", ", ".join(hosts) or NONE), ("State", "Running"),
        ("  Started", started), ("Ready", "True"), ("Restart Count", "0"),
        ("Environment", NONE), ("Mounts", NONE),
    ):  # fmt: skip
        yield f"    {name + ':':<16}{value}"


def _named(port: Json) -> str:
    return f" ({port['name']})" if "name" in port else ""


_POD_END = (
    "Conditions:",
    "  Type                        Status",
    "  PodReadyToStartContainers   True ",
    "  Initialized                 True ",
    "  Ready                       True ",
    "  ContainersReady             True ",
    "  PodScheduled                True ",
    "Volumes:                      <none>",
    "QoS Class:                    BestEffort",
    "Node-Selectors:               <none>",
    "Tolerations:                  node.kubernetes.io/not-ready:NoExecute op=Exists for 300s",
    "                              node.kubernetes.io/unreachable:NoExecute op=Exists for 300s",
    "Events:                       <none>",
)


# ── Namespace, Service ──


def namespace_words(_: State, each: Json) -> Iterator[str]:
    """The lines of a namespace's description."""
    yield from head(each, 14)
    yield line("Status", "Active", 14)
    yield from ("", "No resource quota.", "", "No LimitRange resource.")


def service_words(state: State, each: Json) -> Iterator[str]:
    """The lines of a Service's description."""
    spec, width = each["spec"], 26
    addresses = spec.get("clusterIPs", [])
    yield from head(each, width)
    yield line("Selector", pairs(spec.get("selector", {})), width)
    yield line("Type", spec["type"], width)
    yield line("IP Family Policy", "SingleStack", width)
    yield line("IP Families", "IPv6" if ":" in "".join(addresses) else "IPv4", width)
    yield line("IP", spec.get("clusterIP", ""), width)
    yield line("IPs", ",".join(addresses), width)
    if "externalIPs" in spec:
        yield line("External IPs", ",".join(spec["externalIPs"]), width)
    for number, port in enumerate(spec.get("ports", [])):
        yield from _service_port(port, _behind(state, each, number), width)
    yield line("Session Affinity", "None", width)
    yield line("Internal Traffic Policy", "Cluster", width)
    yield line("Events", NONE, width)


def _service_port(port: Json, behind: str, width: int) -> Iterator[str]:
    name = port.get("name", "<unset>")
    yield line("Port", f"{name}  {port['port']}/{port['protocol']}", width)
    yield line("TargetPort", f"{port['targetPort']}/{port['protocol']}", width)
    if "nodePort" in port:
        yield line("NodePort", f"{name}  {port['nodePort']}/{port['protocol']}", width)
    yield line("Endpoints", behind, width)


def _behind(state: State, each: Json, number: int) -> str:
    for one in objects(state, ENDPOINTS):
        if name_of(one) == name_of(each) and space_of(one) == space_of(each):
            ports = max(len(each["spec"].get("ports", [])), 1)
            found = one.get("subsets", [])[number::ports]
            shown = [f"{s['addresses'][0]['ip']}:{s['ports'][0]['port']}" for s in found]
            return ",".join(shown)
    return ""
