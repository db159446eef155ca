"""The objects of one text: what each is, and what it says about reachability."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from simulator.compose import check_keys
from simulator.decode import Decoder, is_null
from simulator.limits import Limits
from simulator.model import (
    ExternalHost,
    Labels,
    Mark,
    Namespace,
    NetworkPolicy,
    Problem,
    Service,
    Severity,
)
from simulator.nodes import Mapping, Node
from simulator.parse import parse_policy
from simulator.parse_metadata import DEFAULT_NAMESPACE
from simulator.parse_plain import plain_policy
from simulator.selectors import NAME_LABEL
from simulator.snapshot.fields import Fields
from simulator.snapshot.plain import plain_pod
from simulator.snapshot.pods import ListedPod, labels, pod
from simulator.snapshot.services import cluster_node, service
from simulator.snapshot.workloads import WORKLOADS, Workload, workload
from simulator.words import clip

_VERSIONS = {
    **dict.fromkeys(("Namespace", "Pod", "Service", "Node"), "v1"),
    **dict.fromkeys(("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"), "apps/v1"),
    "Job": "batch/v1",
}
_POLICY_GROUPS = ("", "networking.k8s.io", "extensions")


@dataclass(slots=True)
class Found:
    """What one text holds, and its problems."""

    limits: Limits
    namespaces: list[Namespace] = field(default_factory=list)
    pods: list[ListedPod] = field(default_factory=list)
    nodes: list[ExternalHost] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    workloads: list[Workload] = field(default_factory=list)
    policies: list[NetworkPolicy] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    objects: int = 0
    fields: Fields = field(default_factory=Fields)
    decoder: Decoder = field(init=False)

    def __post_init__(self) -> None:
        self.decoder = Decoder(self.limits)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems of its text, in the order of the text."""

        def place(problem: Problem) -> tuple[int, int]:
            mark = problem.mark or Mark(1, 1)
            return (mark.line, mark.column)

        return tuple(sorted([*self.fields.problems, *self.decoder.problems], key=place))

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Keep what the reader of the text has told."""
        self.fields.problems += problems

    def take_all(self, nodes: Iterable[Node]) -> None:
        """Take objects one after another, so that each can be dropped before the next.

        Raises compose.NotPlain where a policy of `nodes` is for the builder.
        """
        for node in nodes:
            if (listed := plain_pod(node)) is not None:
                self.objects += 1
                self.pods.append(listed)
            else:
                self._take(node)

    def _take(self, node: Node) -> None:
        if is_null(node):
            return
        if not isinstance(node, Mapping):
            self._warn("this is no manifest: a map with apiVersion and kind is wanted", node)
            return
        kind = self.fields.text(node.get("kind"), "kind")
        if kind.endswith("List") and node.get("items") is not None:
            self._take_list(node, kind)
        elif node.get("kind") is None:
            self._warn("this is no manifest: kind is not set", node)
        else:
            self._take_object(node, kind, self.fields.text(node.get("apiVersion"), "apiVersion"))

    def _take_list(self, node: Mapping, kind: str) -> None:
        """A List's items; those of a PodList may leave out what they are."""
        version = self.fields.text(node.get("apiVersion"), "apiVersion")
        for item in self.fields.maps(node.get("items"), "items"):
            if item.get("kind") is None and kind != "List":
                self._take_object(item, kind.removesuffix("List"), version)
            else:
                self._take(item)

    def _take_object(self, node: Mapping, kind: str, version: str) -> None:
        self.objects += 1
        if not kind:
            return  # told already
        if kind == "NetworkPolicy" and version.rpartition("/")[0] in _POLICY_GROUPS:
            self._take_policy(node)
        elif _VERSIONS.get(kind) != version:
            self.skipped[clip(kind)] += 1
        else:
            self._take_known(node, kind)

    def _take_policy(self, node: Mapping) -> None:
        self.decoder.count("policies", len(self.policies) + 1, node.mark, "policies")
        most = self.limits.policies
        if most is None or len(self.policies) < most:
            policy = plain_policy(node, self.limits, self.decoder.server)
            if policy is None:
                check_keys(node, self.limits)
                policy = parse_policy(self.decoder, node)
            if policy is not None:
                self.policies.append(policy)

    def _take_known(self, node: Mapping, kind: str) -> None:
        fields = self.fields
        metadata = fields.map(node.get("metadata"), "metadata")
        name = fields.text(metadata.get("name"), "metadata.name") if metadata else ""
        if metadata is None or not name:
            fields.tell(f"this {kind} has no metadata.name", node, "metadata.name")
            return
        space = fields.text(metadata.get("namespace"), "metadata.namespace") or DEFAULT_NAMESPACE
        if kind == "Pod":
            self.pods.append(pod(fields, node, namespace=space, name=name))
        elif kind == "Namespace":
            self.namespaces.append(_namespace(name, labels(fields, metadata, "metadata")))
        elif kind == "Service":
            self.services.append(service(fields, node, namespace=space, name=name))
        elif kind == "Node":
            if (host := cluster_node(fields, node, name=name)) is not None:
                self.nodes.append(host)
        else:
            self._take_workload(node, kind, space, name)

    def _take_workload(self, node: Mapping, kind: str, space: str, name: str) -> None:
        assert kind in WORKLOADS
        self.workloads.append(workload(self.fields, node, kind=kind, namespace=space, name=name))

    def _warn(self, message: str, node: Node) -> None:
        problem = Problem(message, node.mark, severity=Severity.WARNING)
        self.fields.keep(problem)


def _namespace(name: str, written: Labels) -> Namespace:
    return Namespace(name, {**written, NAME_LABEL: name})
