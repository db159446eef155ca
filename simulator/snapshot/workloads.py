"""Workloads whose pods nobody listed: their pods are made of the template."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from simulator.model import Labels, Pod
from simulator.nodes import Mapping
from simulator.snapshot.fields import Fields
from simulator.snapshot.pods import container_ports, labels, owner

#: Replicas are alike to every policy, so that a few stand for thousands.
MOST_REPLICAS = 10
#: Kind → the field that says how many pods it wants; a DaemonSet has one on each node.
WORKLOADS = {
    "Deployment": "replicas",
    "ReplicaSet": "replicas",
    "StatefulSet": "replicas",
    "DaemonSet": "",
    "Job": "parallelism",
}


@dataclass(frozen=True, slots=True)
class Workload:
    """What makes pods: its ref (`Deployment/web`), who owns it, and its first pod's likeness."""

    ref: str
    owner: str
    selector: Labels
    replicas: int
    template: Pod

    def pods(self) -> Iterator[Pod]:
        """The pods that it makes, without addresses: nobody has said them."""
        like = self.template
        for number in range(1, min(self.replicas, MOST_REPLICAS) + 1):
            name = f"{like.name}-{number}"
            yield Pod(
                like.namespace, name, like.labels, (), like.ports, like.node,
                like.host_network, self.ref,
            )  # fmt: skip


def workload(fields: Fields, node: Mapping, *, kind: str, namespace: str, name: str) -> Workload:
    """A Deployment, ReplicaSet, StatefulSet, DaemonSet or Job (API: apps/v1, batch/v1)."""
    empty = Mapping((), node.mark)
    spec = fields.map(node.get("spec"), "spec") or empty
    template = fields.map(spec.get("template"), "spec.template") or empty
    metadata = fields.map(template.get("metadata"), "spec.template.metadata")
    inner = fields.map(template.get("spec"), "spec.template.spec") or empty
    found = labels(fields, metadata, "spec.template.metadata")
    path = "spec.template.spec"
    likeness = Pod(
        namespace,
        name,
        found,
        (),
        container_ports(fields, inner, path),
        fields.text(inner.get("nodeName"), f"{path}.nodeName"),
        fields.truth(inner.get("hostNetwork"), f"{path}.hostNetwork"),
    )
    above = owner(fields, fields.map(node.get("metadata"), "metadata"))
    selector = _selector(fields, spec) or found
    return Workload(
        f"{kind}/{name}", above, selector, _replicas(fields, node, spec, kind), likeness
    )


def _selector(fields: Fields, spec: Mapping) -> Labels:
    selector = fields.map(spec.get("selector"), "spec.selector")
    path = "spec.selector.matchLabels"
    return fields.labels(selector.get("matchLabels"), path) if selector else {}


def _replicas(fields: Fields, node: Mapping, spec: Mapping, kind: str) -> int:
    """How many pods it wants; none for a Job that has ended."""
    status = fields.map(node.get("status"), "status")
    if kind == "Job" and status is not None and status.get("completionTime") is not None:
        return 0
    name = WORKLOADS[kind]
    wanted = fields.number(spec.get(name), f"spec.{name}") if name else None
    return 1 if wanted is None else max(wanted, 0)


def missing_pods(workloads: Iterable[Workload], listed: Iterable[Pod]) -> Iterator[Pod]:
    """The pods of every workload that has none among the listed ones.

    A workload of a listed workload is left to that one (a Deployment's ReplicaSets).
    """
    everything = tuple(workloads)
    if not everything:
        return
    refs = {(each.template.namespace, each.ref) for each in everything}
    there = _Listed()
    for pod in listed:
        there.add(pod)
    for each in everything:
        space = each.template.namespace
        if (space, each.owner) not in refs and not there.holds(each):
            yield from each.pods()


@dataclass(slots=True)
class _Listed:
    """The listed pods by owner and by label."""

    owners: set[tuple[str, str]] = field(default_factory=set)
    by_label: dict[tuple[str, str, str], list[Labels]] = field(default_factory=dict)

    def add(self, pod: Pod) -> None:
        self.owners.add((pod.namespace, pod.owner))
        for key, value in pod.labels.items():
            self.by_label.setdefault((pod.namespace, key, value), []).append(pod.labels)

    def holds(self, workload: Workload) -> bool:
        """Whether a listed pod is one of this workload's."""
        space, wanted = workload.template.namespace, workload.selector
        if (space, workload.ref) in self.owners:
            return True
        found = [self.by_label.get((space, key, value), []) for key, value in wanted.items()]
        fewest = min(found, key=len, default=[])
        return any(all(one.get(key) == wanted[key] for key in wanted) for one in fewest)
