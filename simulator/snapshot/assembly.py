"""What all texts hold together → the cluster: the last of each name, and what nobody listed."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from simulator.model import (
    Cluster,
    ExternalHost,
    Labels,
    Namespace,
    NetworkPolicy,
    Pod,
    Problem,
    Service,
    Severity,
)
from simulator.selectors import NAME_LABEL
from simulator.snapshot.objects import Found
from simulator.snapshot.pods import ListedPod
from simulator.snapshot.workloads import Workload, missing_pods

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Origin:
    """A policy, and the name of its text."""

    policy: NetworkPolicy
    file: str


@dataclass(slots=True)
class Assembly:
    """Collects what the texts hold."""

    namespaces: dict[str, Namespace] = field(default_factory=dict)
    pods: dict[Key, ListedPod] = field(default_factory=dict)
    nodes: dict[str, ExternalHost] = field(default_factory=dict)
    services: dict[Key, Service] = field(default_factory=dict)
    workloads: dict[tuple[str, str], Workload] = field(default_factory=dict)
    policies: dict[Key, Origin] = field(default_factory=dict)
    repeats: list[tuple[str, Problem]] = field(default_factory=list)
    objects: int = 0
    _labels: dict[tuple[tuple[str, str], ...], Labels] = field(default_factory=dict)

    def add(self, file: str, found: Found) -> None:
        """Take over what one text holds."""
        self.objects += found.objects
        self.namespaces.update((each.name, each) for each in found.namespaces)
        self.nodes.update((each.name, each) for each in found.nodes)
        self.pods.update(((p.pod.namespace, p.pod.name), p) for p in found.pods)
        self.services.update(((each.namespace, each.name), each) for each in found.services)
        self.workloads.update(((w.template.namespace, w.ref), w) for w in found.workloads)
        for policy in found.policies:
            self._add_policy(file, policy)

    def _add_policy(self, file: str, policy: NetworkPolicy) -> None:
        key = (policy.namespace, policy.name)
        if key in self.policies:
            message = f"{policy.namespace}/{policy.name} is given twice; the last one counts"
            problem = Problem(message, policy.mark, severity=Severity.WARNING)
            self.repeats.append((file, problem))
        self.policies[key] = Origin(policy, file)

    def cluster(self) -> Cluster:
        """The cluster that the texts describe together."""
        listed = self.pods.values()
        made = missing_pods(self.workloads.values(), (each.pod for each in listed))
        pods = (*(each.pod for each in listed if not each.finished), *made)
        spaces = self.namespaces | {
            name: Namespace(name, {NAME_LABEL: name})
            for name in dict.fromkeys(self._mentioned(pods))
            if name not in self.namespaces
        }
        services = tuple(self.services.values())
        return Cluster(tuple(spaces.values()), pods, self._hosts(), services=services)

    def _mentioned(self, pods: tuple[Pod, ...]) -> Iterator[str]:
        yield from (pod.namespace for pod in pods)
        yield from (space for space, _ in self.services)
        yield from (space for space, _ in self.policies)

    def _hosts(self) -> tuple[ExternalHost, ...]:
        """Node objects, and nodes that only the pods on them tell of."""
        hosts = dict(self.nodes)
        for each in self.pods.values():
            if (host := each.host) is not None:
                hosts.setdefault(host.name, host)
        return tuple(hosts.values())
