"""The values that the sandbox's templates print, besides the bench's."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from netpol_lab.lab.completion import completion_words
from netpol_lab.lab.sandbox.bench import Bench
from netpol_lab.lab.sandbox.desk import Desk
from netpol_lab.lab.sandbox.documents import MOST
from netpol_lab.lab.sandbox.look import OUTSIDE
from netpol_lab.lab.sandbox.switches import Choice, choices
from netpol_lab.lab.sandbox.words import labels_text, ports_text, service_ports_text
from simulator.model import Cluster, Namespace, ServiceType
from simulator.selectors import NAME_LABEL


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in the list of the cluster: its name, what is said of it, the panel it opens."""

    name: str
    detail: str
    panel: str
    open: bool


@dataclass(frozen=True, slots=True)
class Space:
    """A namespace with its pods and Services."""

    entry: Entry
    pods: tuple[Entry, ...]
    services: tuple[Entry, ...]
    open: bool  # whether its list is unfolded


def page(desk: Desk, bench: Bench) -> dict[str, object]:
    """The context of every template of the sandbox."""
    cluster = desk.state.now.scenario.cluster
    opened = desk.panel.id if desk.panel else ""
    return {
        "desk": desk,
        "bench": bench,
        "scenario": desk.state.now.scenario,
        "spaces": tuple(_spaces(cluster, opened)),
        "hosts": tuple(_hosts(cluster, opened)),
        "space_names": cluster.namespace_names,
        "filter_spaces": tuple(_filter_spaces(cluster)),
        "outside": OUTSIDE,
        "choices": choices(cluster.plugin),
        "set_choices": sum(_is_set(choice) for choice in choices(cluster.plugin)),
        "plugin": cluster.plugin,
        "service_types": [kind.value for kind in ServiceType],
        "completion": json.dumps(completion_words(cluster)),
        "live": " ".join(_said(desk)) or bench.live,
        "rows": min(max(len(bench.listing) + 2, 14), 36),
        "most_pods": MOST["pods"],
    }


def _said(desk: Desk) -> Iterator[str]:
    """What a press has to say, for the live region; problems of a form speak for themselves."""
    yield from (fault.message for fault in desk.faults)
    yield from desk.notes


def _is_set(choice: Choice) -> bool:
    return not choice.options[0][2]


def _spaces(cluster: Cluster, opened: str) -> Iterator[Space]:
    many = len(cluster.pods) > 24
    for space in cluster.namespaces:
        pods = tuple(
            Entry(
                pod.name,
                " · ".join(filter(None, (labels_text(pod.labels), ports_text(pod.ports)))),
                f"pod:{pod.ref}",
                opened == f"pod:{pod.ref}",
            )
            for pod in cluster.pods
            if pod.namespace == space.name
        )
        services = tuple(
            Entry(
                service.name,
                f"Service {service_ports_text(service.ports)}",
                f"service:{service.ref}",
                opened == f"service:{service.ref}",
            )
            for service in cluster.services
            if service.namespace == space.name
        )
        here = any(entry.open for entry in pods + services)
        yield Space(_space_entry(space, opened), pods, services, here or not many)


def _space_entry(space: Namespace, opened: str) -> Entry:
    own = {key: value for key, value in space.labels.items() if key != NAME_LABEL}
    panel = f"namespace:{space.name}"
    return Entry(space.name, labels_text(own), panel, opened == panel)


def _hosts(cluster: Cluster, opened: str) -> Iterator[Entry]:
    for host in cluster.hosts:
        kind = "node " if host.node else ""
        panel = f"host:{host.ref}"
        yield Entry(host.name, f"{kind}{host.address}", panel, opened == panel)


def _filter_spaces(cluster: Cluster) -> Iterator[tuple[str, str]]:
    yield from ((name, name) for name in cluster.namespace_names)
    if cluster.hosts:
        yield OUTSIDE, _("outside")
