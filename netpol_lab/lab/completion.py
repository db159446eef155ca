"""The scenario's words for the editor's completion: what a learner can see on the page anyway.

Labels, namespaces, the ports that pods declare and the addresses of outside hosts; nothing of an
exercise, so neither its solution nor its checks.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypedDict

from simulator.model import Cluster, Labels

#: Of how many pods a word tells the names before it counts the rest.
NAMED = 3


class Word(TypedDict):
    """A value to offer, and whose it is."""

    value: str
    on: str


class Words(TypedDict):
    """All that static/js/policy-completion.js offers of one scenario."""

    namespaces: list[Word]
    podLabels: dict[str, list[Word]]
    namespaceLabels: dict[str, list[Word]]
    ports: list[Word]
    addresses: list[Word]


def completion_words(cluster: Cluster) -> Words:
    """The words of a cluster, ready for JSON."""
    spaces = {space.name: space.labels for space in cluster.namespaces}
    hosts = {host.name: host.address for host in cluster.hosts}
    return Words(
        namespaces=[Word(value=name, on=_told(_pods_of(cluster, name))) for name in spaces],
        podLabels=_labels({pod.ref: pod.labels for pod in cluster.pods}),
        namespaceLabels=_labels(spaces),
        ports=_words(_ports(cluster)),
        addresses=_words((f"{ip}/{ip.max_prefixlen}", name) for name, ip in hosts.items()),
    )


def _pods_of(cluster: Cluster, namespace: str) -> list[str]:
    return [pod.name for pod in cluster.pods if pod.namespace == namespace]


def _ports(cluster: Cluster) -> Iterator[tuple[str, str]]:
    """A port's name, or its number where it has none, and the pod that declares it."""
    for pod in cluster.pods:
        for port in pod.ports:
            yield (
                (port.name, f"{port.port} of {pod.ref}") if port.name else (str(port.port), pod.ref)
            )


def _labels(labelled: Mapping[str, Labels]) -> dict[str, list[Word]]:
    """Each label's values, and on whom they are found."""
    keys = dict.fromkeys(key for labels in labelled.values() for key in labels)
    return {
        key: _words((labels[key], name) for name, labels in labelled.items() if key in labels)
        for key in keys
    }


def _words(pairs: Iterable[tuple[str, str]]) -> list[Word]:
    """One word for each value, in the order met, with the names that go with it."""
    names: dict[str, list[str]] = {}
    for value, name in pairs:
        names.setdefault(value, []).append(name)
    return [Word(value=value, on=_told(told)) for value, told in names.items()]


def _told(names: Iterable[str]) -> str:
    """The first few names, and how many more there are."""
    known = list(dict.fromkeys(names))
    more = len(known) - NAMED
    return ", ".join(known[:NAMED]) + (f" and {more} more" if more > 0 else "")
