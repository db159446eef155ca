"""The one panel that is open: a small form for a namespace, pod, Service or host.

A panel is named as `pod:prod/web`, a new one as `pod:`; its fields carry texts only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from django.utils.translation import gettext as _

from netpol_lab.lab.sandbox import changes
from netpol_lab.lab.sandbox.changes import Change
from netpol_lab.lab.sandbox.words import (
    Slip,
    addresses_text,
    labels_text,
    ports_text,
    read_address,
    read_addresses,
    read_labels,
    read_ports,
    read_service_ports,
    service_ports_text,
)
from simulator.model import (
    Cluster,
    ExternalHost,
    Namespace,
    Pod,
    Service,
    ServicePort,
    ServiceType,
)
from simulator.scenario import Scenario
from simulator.selectors import NAME_LABEL

Kind = Literal["namespace", "pod", "service", "host", "import", "start"]
KINDS: tuple[Kind, ...] = ("namespace", "pod", "service", "host", "import", "start")
Thing = Namespace | Pod | Service | ExternalHost


@dataclass(frozen=True, slots=True)
class Panel:
    """An open panel: what it is about (`name` is empty for a new thing), its fields' texts, and
    what was wrong with them."""

    kind: Kind
    name: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """How forms name it."""
        return f"{self.kind}:{self.name}"

    @property
    def new(self) -> bool:
        """Whether it makes a new thing."""
        return not self.name


def read_panel(text: str) -> Panel | None:
    """The panel of a name; None for anything else."""
    kind, colon, name = text[:400].partition(":")
    known = next((each for each in KINDS if each == kind), None)
    return Panel(known, name) if known and colon else None


def find(cluster: Cluster, panel: Panel) -> Thing | None:
    """What the panel is about; None where it is new, or not there any more."""
    if panel.new:
        return None
    things: dict[str, Mapping[str, Thing]] = {
        "namespace": {space.name: space for space in cluster.namespaces},
        "pod": {pod.ref: pod for pod in cluster.pods},
        "service": {service.ref: service for service in cluster.services},
        "host": {host.ref: host for host in cluster.hosts},
    }
    return things.get(panel.kind, {}).get(panel.name)


# ── A thing → fields ─────────────────────────────────────────────────────────────────────────


def opened(cluster: Cluster, panel: Panel, *, space: str = "") -> Panel | None:
    """The panel with its fields filled in; None where what it is about is not there."""
    thing = find(cluster, panel)
    if thing is None and not panel.new:
        return None
    if thing is None:
        return replace(panel, fields=_fresh(cluster, panel.kind, space))
    return replace(panel, fields=_fields(thing))


def _fresh(cluster: Cluster, kind: Kind, space: str) -> dict[str, str]:
    spaces = cluster.namespace_names
    home = space if space in spaces else spaces[0] if spaces else ""
    if kind == "pod":
        return {"space": home, "ports": "http=80", "ip": str(changes.free_address(cluster))}
    if kind == "service":
        ip = str(changes.free_service_address(cluster))
        return {"space": home, "ports": "80", "type": "ClusterIP", "ip": ip}
    if kind == "host":
        return {"ip": str(changes.free_host_address(cluster))}
    return {}


def _fields(thing: Thing) -> dict[str, str]:
    if isinstance(thing, Namespace):
        own = {key: value for key, value in thing.labels.items() if key != NAME_LABEL}
        return {"name": thing.name, "labels": labels_text(own)}
    if isinstance(thing, Pod):
        return {
            "space": thing.namespace,
            "name": thing.name,
            "labels": labels_text(thing.labels),
            "ports": ports_text(thing.ports),
            "ip": addresses_text(thing.addresses),
            "hostnetwork": "on" if thing.host_network else "",
            "node": thing.node,
        }
    if isinstance(thing, Service):
        return {
            "space": thing.namespace,
            "name": thing.name,
            "selector": labels_text(thing.selector or {}),
            "ports": service_ports_text(thing.ports),
            "type": thing.type.value,
            "ip": "None" if thing.headless else addresses_text(thing.addresses),
            "local": "on" if thing.local else "",
        }
    return {"name": thing.name, "ip": str(thing.address), "isnode": "on" if thing.node else ""}


# ── Fields → a change ────────────────────────────────────────────────────────────────────────


def saved(scenario: Scenario, panel: Panel) -> Change:
    """What saving the panel's fields does. Raises Slip where one cannot be read."""
    old, get = find(scenario.cluster, panel), panel.fields.get
    if old is None and not panel.new:
        raise Slip(_("what this form is about is not there any more"))

    def text(name: str) -> str:
        return get(name, "").strip()

    if panel.kind == "namespace":
        space = old if isinstance(old, Namespace) else None
        labels = read_labels(text("labels"))
        return changes.put_namespace(scenario, space, name=text("name"), labels=labels)
    if panel.kind == "pod":
        return changes.put_pod(scenario, old if isinstance(old, Pod) else None, _pod(old, text))
    if panel.kind == "service":
        service = _service(old, text)
        return changes.put_service(scenario, old if isinstance(old, Service) else None, service)
    was = old if isinstance(old, ExternalHost) else None
    host = ExternalHost(text("name"), read_address(text("ip")), bool(text("isnode")))
    return changes.put_host(scenario, was, host)


Text = Callable[[str], str]


def _pod(old: Thing | None, text: Text) -> Pod:
    ports = read_ports(text("ports"))
    if isinstance(old, Pod) and ports_text(old.ports) == text("ports"):
        ports = old.ports
    return Pod(
        text("space"),
        text("name"),
        read_labels(text("labels")),
        read_addresses(text("ip")),
        ports,
        text("node"),
        bool(text("hostnetwork")),
    )


def _service(old: Thing | None, text: Text) -> Service:
    headless = text("ip").lower() == "none"
    selector = read_labels(text("selector"))
    made = Service(
        text("space"),
        text("name"),
        selector or None,
        _service_ports(old, text),
        next((kind for kind in ServiceType if kind.value == text("type")), ServiceType.CLUSTER_IP),
        headless,
        () if headless else read_addresses(text("ip")),
        bool(text("local")),
    )
    if not made.ports and made.type is not ServiceType.EXTERNAL_NAME:
        raise Slip(_("a Service has a port: write 80, or 80 -> 8080"))
    return made


def _service_ports(old: Thing | None, text: Text) -> tuple[ServicePort, ...]:
    """The ports that were written; those of the old Service, node ports and all, if unchanged."""
    if isinstance(old, Service) and service_ports_text(old.ports) == text("ports"):
        return old.ports
    return read_service_ports(text("ports"))


def removed(scenario: Scenario, panel: Panel) -> Change | None:
    """What taking the panel's thing out does; None where it is not there."""
    match find(scenario.cluster, panel):
        case Namespace() as space:
            return changes.remove_namespace(scenario, space)
        case Pod() as pod:
            return changes.remove_pod(scenario, pod)
        case Service() as service:
            return changes.remove_service(scenario, service)
        case ExternalHost() as host:
            return changes.remove_host(scenario, host)
    return None
