"""What a drawing shows: every pod and host of a cluster, and the Services that arrows go to."""

from collections.abc import Sequence

from simulator.connect import backends
from simulator.draw.drawing import ArrowSpec
from simulator.model import Cluster, ExternalHost, Pod, Service

Member = Pod | Service  # what stands in a namespace
Shown = Member | ExternalHost


def named_services(cluster: Cluster, arrows: Sequence[ArrowSpec]) -> tuple[Service, ...]:
    """The Services that an arrow names, in the cluster's order; the others are not drawn."""
    refs = {ref for arrow in arrows for ref in (arrow.source, arrow.target)}
    return tuple(service for service in cluster.services if service.ref in refs)


def members(cluster: Cluster, services: Sequence[Service]) -> dict[str, list[Member]]:
    """What stands in each namespace that has something, in the order of the namespaces.

    A Service stands right before the first pod behind it, as traffic meets them in that order;
    one with nobody behind stands last.
    """
    groups: dict[str, list[Member]] = {namespace.name: [] for namespace in cluster.namespaces}
    for pod in cluster.pods:
        groups.setdefault(pod.namespace, []).append(pod)
    for service in services:
        group = groups.setdefault(service.namespace, [])
        pods = behind(cluster, [service])
        at = next((i for i, member in enumerate(group) if member.ref in pods), len(group))
        group.insert(at, service)
    return {name: group for name, group in groups.items() if group}


def behind(cluster: Cluster, services: Sequence[Service]) -> frozenset[str]:
    """The refs of the pods that stand behind any of these Services."""
    return frozenset(pod.ref for service in services for pod in backends(cluster, service))


def shown(cluster: Cluster, services: Sequence[Service]) -> tuple[Shown, ...]:
    """Everything that gets a card: all pods, then the Services, then the hosts."""
    return (*cluster.pods, *services, *cluster.hosts)
