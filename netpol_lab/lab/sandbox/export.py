"""The sandbox for a real cluster: manifests that kubectl apply takes, alone or with verify.sh.

Pods run agnhost, the Kubernetes project's own image for such tests, one container for each port.
What would reach into the cluster's own parts or out of it (kube-* namespaces, published Services,
nodes) is left out, and said to be.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from netpol_lab.lab.sandbox.verify import verify_script
from simulator.manifest import Json, block_lines, manifest
from simulator.model import (
    Cluster,
    ContainerPort,
    Namespace,
    NetworkPolicy,
    Pod,
    Protocol,
    Service,
    ServicePort,
    ServiceType,
)
from simulator.scenario import Scenario
from simulator.selectors import NAME_LABEL

#: From memory: any version with `serve-hostname`, `porter`, `pause` and `connect` does.
IMAGE = "registry.k8s.io/e2e-test-images/agnhost:2.53"
RESERVED = "kube-"

README = """\
What a netpol_lab sandbox held, for a cluster of your own to try it on (kind, minikube, …).

    kubectl apply -f sandbox.yaml     # the namespaces first may need a second run
    sh verify.sh                      # asks every pair of pods and compares

verify.sh only reads and executes in the pods of sandbox.yaml. It ends with 0 where the cluster
answers as the simulator does, with 1 where it differs, with 2 where it could not be asked.
A cluster whose network plugin enforces no policies lets everything through: then everything that
should be denied differs.

    kubectl delete -f sandbox.yaml    # when you are done; it takes the namespaces with it
"""


def portable(scenario: Scenario) -> Cluster:
    """The part of the cluster that a real one can be given: no kube-* namespaces, no hosts."""
    cluster = scenario.cluster
    return replace(
        cluster,
        namespaces=tuple(n for n in cluster.namespaces if not _reserved(n.name)),
        pods=tuple(pod for pod in cluster.pods if not _reserved(pod.namespace)),
        services=tuple(s for s in cluster.services if not _reserved(s.namespace)),
        hosts=(),
    )


def _reserved(space: str) -> bool:
    return space.startswith(RESERVED)


def manifests(scenario: Scenario, policies: Sequence[NetworkPolicy]) -> str:
    """Everything as one YAML text: namespaces, policies, pods, Services."""
    cluster = portable(scenario)
    own = [policy for policy in policies if not _reserved(policy.namespace)]
    texts = [
        *map(_yaml, map(_namespace, cluster.namespaces)),
        *map(manifest, own),
        *map(_yaml, map(_pod, cluster.pods)),
        *(_yaml(_service(s)) for s in cluster.services if _can_be(s)),
    ]
    return _preface(scenario, len(policies) - len(own)) + "---\n".join(texts)


def archive(scenario: Scenario, policies: Sequence[NetworkPolicy]) -> bytes:
    """The manifests, verify.sh and a few words, as a ZIP."""
    own = [policy for policy in policies if not _reserved(policy.namespace)]
    files = (
        ("README.txt", README, 0o644),
        ("sandbox.yaml", manifests(scenario, policies), 0o644),
        ("verify.sh", verify_script(portable(scenario), own), 0o755),
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, text, mode in files:
            entry = zipfile.ZipInfo(f"sandbox/{name}")  # no date: the same state, the same bytes
            entry.external_attr = mode << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(entry, text)
    return packed.getvalue()


def _preface(scenario: Scenario, policies_left: int) -> str:
    """Comments: what this is, and what of the sandbox is not in it."""
    lines = [
        "From a netpol_lab sandbox. kubectl apply -f takes it, kubectl delete -f takes it away.",
        f"Pods run {IMAGE} (version from memory: any recent one does).",
        *_left_out(scenario.cluster, policies_left),
    ]
    return "".join(f"# {line}\n" for line in lines)


def _left_out(cluster: Cluster, policies: int) -> Iterator[str]:
    reserved = [n.name for n in cluster.namespaces if _reserved(n.name)]
    if reserved or policies:
        yield "Left out: kube-* namespaces with all that is in them; your cluster has its own."
    if cluster.hosts:
        yield "Left out: hosts outside the cluster, and nodes."
    if any(pod.node for pod in cluster.pods):
        yield "Left out: on which node a pod runs."
    if any(
        s.type not in (ServiceType.CLUSTER_IP, ServiceType.EXTERNAL_NAME) for s in cluster.services
    ):
        yield "NodePort and LoadBalancer Services are plain ones here: nothing is published."
    if any(not _can_be(s) for s in cluster.services):
        yield "Left out: Services of type ExternalName, and those without ports."


def _yaml(fields: dict[str, Json]) -> str:
    return "\n".join(block_lines(fields)) + "\n"


# ── Objects ──────────────────────────────────────────────────────────────────────────────────


def _namespace(space: Namespace) -> dict[str, Json]:
    own: dict[str, Json] = {k: v for k, v in space.labels.items() if k != NAME_LABEL}
    metadata: dict[str, Json] = {"name": space.name}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": _with(metadata, labels=own)}


def _pod(pod: Pod) -> dict[str, Json]:
    metadata: dict[str, Json] = {"name": pod.name, "namespace": pod.namespace}
    spec: dict[str, Json] = {"terminationGracePeriodSeconds": 0}
    if pod.host_network:
        spec["hostNetwork"] = True
    spec["containers"] = [_container("main", ["pause"]), *_listeners(pod.ports)]
    metadata = _with(metadata, labels=dict(pod.labels))
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def _with(fields: dict[str, Json], **more: dict[str, Json]) -> dict[str, Json]:
    return fields | {name: value for name, value in more.items() if value}


def _container(name: str, arguments: list[Json]) -> dict[str, Json]:
    return {"name": name, "image": IMAGE, "command": ["/agnhost", *arguments]}


def _listeners(ports: Iterable[ContainerPort]) -> Iterator[Json]:
    """One container for each port and protocol; a port with two names has both of them."""
    by_number: dict[tuple[Protocol, int], list[str]] = {}
    for port in ports:
        by_number.setdefault((port.protocol, port.port), []).append(port.name)
    taken: set[str] = set()
    for (protocol, number), names in by_number.items():
        container = _container(f"p{number}-{protocol.lower()}", _listening(protocol, number))
        if protocol == "SCTP":
            container["env"] = [{"name": f"SERVE_SCTP_PORT_{number}", "value": "yes"}]
        listed: list[Json] = []
        for name in dict.fromkeys(names):
            entry: dict[str, Json] = {"containerPort": number, "protocol": protocol}
            if name and name not in taken:
                entry["name"] = name
                taken.add(name)
            listed.append(entry)
        container["ports"] = listed[:1] if len(names) == 1 else listed
        yield container


def _listening(protocol: Protocol, number: int) -> list[Json]:
    if protocol == "SCTP":
        return ["porter"]
    return ["serve-hostname", f"--{protocol.lower()}", "--http=false", "--port", str(number)]


def _can_be(service: Service) -> bool:
    """Whether a Service can be made: an alias leads to a name that nobody told us."""
    return service.type is not ServiceType.EXTERNAL_NAME and bool(service.ports)


def _service(service: Service) -> dict[str, Json]:
    spec: dict[str, Json] = {}
    if service.headless:
        spec["clusterIP"] = "None"
    if service.selector:
        spec["selector"] = dict[str, Json](service.selector)
    spec["ports"] = [_service_port(port, len(service.ports) > 1) for port in service.ports]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": service.name, "namespace": service.namespace},
        "spec": spec,
    }


def _service_port(port: ServicePort, several: bool) -> Json:
    name = port.name or (f"{port.protocol.lower()}-{port.port}" if several else "")
    fields: dict[str, Json] = {"name": name} if name else {}
    fields |= {"port": port.port, "protocol": port.protocol, "targetPort": port.target}
    return fields
