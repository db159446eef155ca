"""What the small forms change in a cluster: one thing put in, renamed or taken out.

Each function gives the changed cluster and how its arrows follow. Whether the result is a cluster
at all is for the one reader of documents to say (`documents.rebuilt`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, ip_address
from itertools import count
from typing import TypeVar

from django.utils.translation import gettext as _

from netpol_lab.lab.sandbox.documents import Flow, flows_of
from netpol_lab.lab.sandbox.words import Slip
from simulator.model import (
    Address,
    Cluster,
    ExternalHost,
    Labels,
    Namespace,
    Plugin,
    Pod,
    Service,
)
from simulator.scenario import Scenario
from simulator.selectors import NAME_LABEL
from simulator.words import quote

T = TypeVar("T")
Thing = Pod | ExternalHost | Service
#: Where new pods get their addresses: a range that is nobody's in the ready-made clusters.
_FIRST_POD = IPv4Address("10.20.0.10")
_FIRST_HOST = IPv4Address("203.0.113.7")  # RFC 5737: for examples
_FIRST_SERVICE = IPv4Address("10.96.20.10")


@dataclass(frozen=True, slots=True)
class Change:
    """A changed cluster, its arrows, and what was done, for the Undo button."""

    cluster: Cluster
    flows: tuple[Flow, ...]
    what: str


def _put(items: Sequence[T], old: T | None, new: T) -> tuple[T, ...]:
    """The items with a new one in the old one's place, or at the end."""
    return (*items, new) if old is None else tuple(new if i is old else i for i in items)


def _without(items: Sequence[T], old: T) -> tuple[T, ...]:
    return tuple(item for item in items if item is not old)


def _renamed(flows: Sequence[Flow], names: Callable[[str], str]) -> tuple[Flow, ...]:
    return tuple(replace(f, source=names(f.source), target=names(f.target)) for f in flows)


def _done(old: object, what: str, name: str) -> str:
    done = _("Changed %(what)s %(name)s") if old else _("Added %(what)s %(name)s")
    return done % {"what": what, "name": name}


# ── Namespaces ───────────────────────────────────────────────────────────────────────────────


def put_namespace(
    scenario: Scenario, old: Namespace | None, *, name: str, labels: Labels
) -> Change:
    """Add a namespace, or rename and relabel one: what lives in it goes with it."""
    cluster, flows = scenario.cluster, flows_of(scenario)
    _needs_name(name, _("namespace"))
    _new_name(name, old.name if old else "", taken=cluster.namespace_names, what=_("namespace"))
    own = {key: value for key, value in labels.items() if key != NAME_LABEL}
    spaces = _put(cluster.namespaces, old, Namespace(name, {**own, NAME_LABEL: name}))
    cluster = replace(cluster, namespaces=spaces)
    if old is not None and old.name != name:
        cluster, flows = _moved(cluster, flows, old.name, name)
    return Change(cluster, flows, _done(old, _("namespace"), name))


def _moved(
    cluster: Cluster, flows: Sequence[Flow], old: str, new: str
) -> tuple[Cluster, tuple[Flow, ...]]:
    pods = tuple(replace(p, namespace=new) if p.namespace == old else p for p in cluster.pods)
    services = tuple(
        replace(s, namespace=new) if s.namespace == old else s for s in cluster.services
    )

    def name(ref: str) -> str:
        if ref.startswith(f"{old}/"):
            return f"{new}/{ref.partition('/')[2]}"
        first, dot, rest = ref.partition(".")
        space, more, zone = rest.partition(".")
        return f"{first}{dot}{new}{more}{zone}" if space == old and "/" not in ref else ref

    return replace(cluster, pods=pods, services=services), _renamed(flows, name)


def remove_namespace(scenario: Scenario, old: Namespace) -> Change:
    """Take a namespace out, with everything that lives in it."""
    cluster = scenario.cluster
    left = replace(
        cluster,
        namespaces=_without(cluster.namespaces, old),
        pods=tuple(pod for pod in cluster.pods if pod.namespace != old.name),
        services=tuple(s for s in cluster.services if s.namespace != old.name),
    )
    return Change(left, flows_of(scenario), _("Removed namespace %(name)s") % {"name": old.name})


# ── Pods, hosts, Services ────────────────────────────────────────────────────────────────────


def put_pod(scenario: Scenario, old: Pod | None, new: Pod) -> Change:
    """Add a pod, or change one."""
    cluster = scenario.cluster
    _needs_space(cluster, new.namespace)
    _needs_name(new.name, _("pod"))
    refs = [pod.ref for pod in cluster.pods]
    _new_name(new.ref, old.ref if old else "", taken=refs, what=_("pod"))
    if not new.addresses:
        new = replace(new, addresses=(free_address(cluster),))
    flows = _flows_under(scenario, old, new)
    pods = _put(cluster.pods, old, new)
    return Change(replace(cluster, pods=pods), flows, _done(old, _("pod"), new.ref))


def remove_pod(scenario: Scenario, old: Pod) -> Change:
    """Take a pod out."""
    cluster = scenario.cluster
    left = replace(cluster, pods=_without(cluster.pods, old))
    return Change(left, flows_of(scenario), _("Removed pod %(name)s") % {"name": old.ref})


def put_host(scenario: Scenario, old: ExternalHost | None, new: ExternalHost) -> Change:
    """Add a host outside the cluster, or change one."""
    cluster = scenario.cluster
    _needs_name(new.name, _("host"))
    _new_name(new.ref, old.ref if old else "", taken=[h.ref for h in cluster.hosts], what=_("host"))
    flows = _flows_under(scenario, old, new)
    hosts = _put(cluster.hosts, old, new)
    return Change(replace(cluster, hosts=hosts), flows, _done(old, _("host"), new.name))


def remove_host(scenario: Scenario, old: ExternalHost) -> Change:
    """Take a host out."""
    cluster = scenario.cluster
    left = replace(cluster, hosts=_without(cluster.hosts, old))
    return Change(left, flows_of(scenario), _("Removed host %(name)s") % {"name": old.name})


def put_service(scenario: Scenario, old: Service | None, new: Service) -> Change:
    """Add a Service, or change one."""
    cluster = scenario.cluster
    _needs_space(cluster, new.namespace)
    _needs_name(new.name, _("Service"))
    refs = [service.ref for service in cluster.services]
    _new_name(new.ref, old.ref if old else "", taken=refs, what=_("Service"))
    if not new.addresses and not new.headless:
        new = replace(new, addresses=(free_service_address(cluster),))
    flows = _flows_under(scenario, old, new)
    services = _put(cluster.services, old, new)
    return Change(replace(cluster, services=services), flows, _done(old, _("Service"), new.ref))


def remove_service(scenario: Scenario, old: Service) -> Change:
    """Take a Service out; the pods behind it stay."""
    cluster = scenario.cluster
    left = replace(cluster, services=_without(cluster.services, old))
    return Change(left, flows_of(scenario), _("Removed Service %(name)s") % {"name": old.ref})


def with_plugin(scenario: Scenario, plugin: Plugin) -> Scenario:
    """The scenario under another network plugin; nothing else changes, so nothing is checked."""
    if plugin == scenario.cluster.plugin:
        return scenario
    return replace(scenario, cluster=replace(scenario.cluster, plugin=plugin))


# ── Arrows ───────────────────────────────────────────────────────────────────────────────────


def toggled_arrow(scenario: Scenario, drawn: Sequence[Flow], flow: Flow) -> Change:
    """Draw one arrow more, or one less; `drawn` are those that the picture has now."""
    if flow in drawn:
        left = tuple(each for each in drawn if each != flow)
        return Change(scenario.cluster, left, _("Removed an arrow from the picture"))
    return Change(scenario.cluster, (*drawn, flow), _("Added an arrow to the picture"))


# ── Names and addresses ──────────────────────────────────────────────────────────────────────


def _needs_space(cluster: Cluster, name: str) -> None:
    if name not in cluster.namespace_names:
        raise Slip(_("there is no namespace %(name)s: add it first") % {"name": quote(name)})


def _flows_under(scenario: Scenario, old: Thing | None, new: Thing) -> tuple[Flow, ...]:
    """The arrows, by the new name of what has another now."""
    return _renamed(flows_of(scenario), lambda ref: new.ref if old and ref == old.ref else ref)


def _needs_name(name: str, what: str) -> None:
    if not name:
        raise Slip(_("the %(what)s needs a name") % {"what": what})


def _new_name(name: str, old: str, *, taken: Sequence[str], what: str) -> None:
    if name != old and name in taken:
        raise Slip(_("there is a %(what)s %(name)s already") % {"what": what, "name": quote(name)})


def free_address(cluster: Cluster) -> Address:
    """The first address for a pod that nobody has."""
    return _free(_FIRST_POD, {a for end in cluster.endpoints for a in end.addresses})


def free_host_address(cluster: Cluster) -> Address:
    """The first example address for a host outside that nobody has."""
    return _free(_FIRST_HOST, {host.address for host in cluster.hosts})


def free_service_address(cluster: Cluster) -> Address:
    """The first cluster IP that no Service has."""
    return _free(_FIRST_SERVICE, {a for service in cluster.services for a in service.addresses})


def _free(first: IPv4Address, taken: set[Address]) -> Address:
    return next(a for n in count() if (a := ip_address(int(first) + n)) not in taken)
