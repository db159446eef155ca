"""The picture of a sandbox: which arrows it has, and when it gives way to the matrix."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from netpol_lab.lab.answers import Answer, Asked, label_space
from netpol_lab.lab.parts import Picture
from netpol_lab.lab.picture import picture
from netpol_lab.lab.probes import probe_ids
from netpol_lab.lab.sandbox.compare import Earlier
from netpol_lab.lab.sandbox.documents import Flow, arrow_flow
from netpol_lab.lab.sandbox.look import Look
from netpol_lab.lab.sandbox.world import World, probes
from simulator.connect import backends
from simulator.draw import ArrowSpec, Drawing, lay_out
from simulator.model import Cluster, Dial, Endpoint, ExternalHost, Pod

#: Pods and hosts in a picture, arrows drawn, and arrows chosen where nobody has chosen any.
MOST_ENDS = 12
MOST_ARROWS = 14
CHOSEN_ARROWS = 10


@dataclass(frozen=True, slots=True)
class Drawn:
    """The pictures (wide and upright), the answers on them, and what is said of those left out."""

    pictures: tuple[Picture, ...] = ()
    answers: tuple[Answer, ...] = ()
    outcomes: tuple[str, ...] = ()
    note: str = ""


def drawn(world: World, look: Look, earlier: Earlier | None) -> Drawn:
    """Draw the part of the cluster that the filters leave, if it is small enough."""
    cluster = world.scenario.cluster
    ends = _in_sight(cluster, look)
    if not cluster.endpoints:
        return Drawn()
    if len(ends) > MOST_ENDS:
        return Drawn(
            note=_(
                "A picture holds %(most)s pods and hosts, and %(number)s are in sight. The table "
                "below has them all. Narrow its filters to a namespace, or by a few letters, and "
                "the picture comes back."
            )
            % {"most": MOST_ENDS, "number": len(ends)}
        )
    asked = arrows(world, ends)
    few = asked[:MOST_ARROWS]
    answers = tuple(map(world.answer, few))
    left = len(asked) - len(few)
    more = ngettext(
        "%(number)s more arrows are left out of the picture.",
        "%(number)s more arrows are left out of the picture.",
        left,
    )
    note = more % {"number": left} if left else ""
    return Drawn(
        _pictures(world, ends, answers, look, earlier),
        answers,
        tuple(sorted({given.outcome.value for given in answers})),
        note,
    )


def _in_sight(cluster: Cluster, look: Look) -> tuple[Endpoint, ...]:
    if not (look.source_space or look.source_text or look.target_space or look.target_text):
        return cluster.endpoints
    wanted = {end.ref for end in (*look.sources(cluster), *look.targets(cluster))}
    return tuple(end for end in cluster.endpoints if end.ref in wanted)


# ── Arrows ───────────────────────────────────────────────────────────────────────────────────


def arrows(world: World, ends: Sequence[Endpoint]) -> tuple[Asked, ...]:
    """The arrows between these ends: the scenario's own, or some that say much.

    Chosen by the cluster alone, never by its policies, so that no edit of a policy moves anything.
    """
    scenario = world.scenario
    refs = {end.ref for end in ends}
    own: tuple[Asked, ...] = (*scenario.arrows, *scenario.dials)
    if not own:
        return _chosen(ends)
    return tuple(
        asked for asked in own if asked.source.ref in refs and _in(refs, asked, scenario.cluster)
    )


def _in(refs: set[str], asked: Asked, cluster: Cluster) -> bool:
    """Whether the target is in sight: of a Service, a pod behind it."""
    if isinstance(asked, Dial):
        return not refs.isdisjoint(pod.ref for pod in backends(cluster, asked.target))
    return asked.target.ref in refs


def _chosen(ends: Sequence[Endpoint]) -> tuple[Asked, ...]:
    """One arrow to each target in turn, from another source every round."""
    pods = [end for end in ends if isinstance(end, Pod)]
    hosts = [end for end in ends if isinstance(end, ExternalHost)]
    targets: list[Endpoint] = [*sorted(pods, key=lambda pod: not pod.ports), *hosts]
    found: list[Asked] = []
    for step in range(1, len(ends)):
        for target in targets:
            source = ends[(ends.index(target) + step) % len(ends)]
            found += probes(source, target, None)[:1]
            if len(found) == CHOSEN_ARROWS:
                return tuple(found)
    return tuple(found)


def drawn_flows(world: World) -> tuple[Flow, ...]:
    """The arrows that the whole picture has now, by names."""
    return tuple(map(arrow_flow, arrows(world, world.scenario.cluster.endpoints)))


# ── Pictures ─────────────────────────────────────────────────────────────────────────────────


def _pictures(
    world: World,
    ends: Sequence[Endpoint],
    answers: Sequence[Answer],
    look: Look,
    earlier: Earlier | None,
) -> tuple[Picture, ...]:
    id_of = probe_ids(world.scenario).of
    ids = [id_of(given.probe) for given in answers]
    moved = frozenset(
        id_of(given.probe)
        for given in answers
        if earlier and earlier.outcome(given.probe) is not given.outcome
    )
    part = _part(world.scenario.cluster, ends, answers)
    specs = tuple(
        ArrowSpec(g.probe.source.ref, g.probe.target.ref, label_space(g.probe, part))
        for g in answers
    )
    return tuple(
        picture(
            _laid_out(part, specs, upright), answers, ids=ids, prefix=prefix,
            selected=look.why, changed=moved,
        )
        for prefix, upright in (("wide", False), ("upright", True))
    )  # fmt: skip


def _part(cluster: Cluster, ends: Sequence[Endpoint], answers: Sequence[Answer]) -> Cluster:
    """The cluster less what is out of sight."""
    pods = tuple(end for end in ends if isinstance(end, Pod))
    hosts = tuple(end for end in ends if isinstance(end, ExternalHost))
    shown = {given.probe.target.ref for given in answers}
    services = tuple(service for service in cluster.services if service.ref in shown)
    used = {pod.namespace for pod in pods} | {service.namespace for service in services}
    whole = len(pods) == len(cluster.pods)
    spaces = tuple(space for space in cluster.namespaces if whole or space.name in used)
    return replace(cluster, namespaces=spaces, pods=pods, hosts=hosts, services=services)


# Placing cards is the dearest part of an answer, and typing changes none of it. The last few
# drawings stay in this process's memory; nothing is written anywhere.
@lru_cache(maxsize=32)
def _laid_out(cluster: Cluster, arrows: tuple[ArrowSpec, ...], upright: bool) -> Drawing:
    return lay_out(cluster, arrows, upright=upright)
