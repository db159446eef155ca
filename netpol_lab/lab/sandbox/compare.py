"""What differs between the state that was remembered and the present one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from netpol_lab.lab.answers import Asked
from netpol_lab.lab.sandbox.documents import cluster_text
from netpol_lab.lab.sandbox.kinds import kinds
from netpol_lab.lab.sandbox.world import World, probes
from simulator.diff import Difference, diff, ports_words
from simulator.explain import PASSING
from simulator.model import Cluster, Dial, Endpoint, NetworkPolicy, Outcome, Probe
from simulator.phrases import flow

#: So many differences are told; the rest is counted, and the matrix shows it.
MOST_TOLD = 20
#: So many unlike endpoints are compared in words.
MOST_ENDS = 120
TOO_MANY = (
    "So many pods that policies tell apart are not compared in words: “Only what changed” in the "
    "table below shows each difference."
)


@dataclass(frozen=True, slots=True)
class Earlier:
    """The remembered world, and how to ask it what is asked of the present one."""

    world: World
    ends: dict[str, Endpoint]

    def outcome(self, asked: Asked) -> Outcome | None:
        """What it said; None where one of the ends was not there."""
        source = self.ends.get(asked.source.ref)
        if source is None:
            return None
        if isinstance(asked, Dial):
            known = {service.ref: service for service in self.world.scenario.cluster.services}
            service = known.get(asked.target.ref)
            return (
                self.world.outcome(replace(asked, source=source, target=service))
                if (service)
                else None
            )
        target = self.ends.get(asked.target.ref)
        if target is None:
            return None
        return self.world.outcome(Probe(source, target, asked.protocol, asked.port))


@dataclass(frozen=True, slots=True)
class Told:
    """One change: what it is, and why (empty where nothing more is to be said)."""

    says: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed, and how many changes there are beyond those told."""

    told: tuple[Told, ...]
    more: int = 0

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.told


def earlier(world: World) -> Earlier:
    """Make a remembered world ready to be asked."""
    return Earlier(world, {end.ref: end for end in world.scenario.cluster.endpoints})


def compare(before: Earlier, now: World) -> Comparison:
    """Every difference: exactly, over every port, where the clusters are the same.

    Where they are not: what came and went, and the declared ports of the endpoints that stayed.
    """
    old, new = before.world.scenario, now.scenario
    few = _unlike(new.cluster, (*before.world.policies, *now.policies))
    if len(few.endpoints) > MOST_ENDS:
        return Comparison((Told(TOO_MANY),))
    if old.cluster.plugin == new.cluster.plugin and _same_cluster(old.cluster, new.cluster):
        found = diff(before.world.policies, now.policies, cluster=few)
        told = tuple(_told(each) for each in found.differences[:MOST_TOLD])
        return Comparison(told, found.many - len(told))
    said = [*_came_and_went(old.cluster, new.cluster), *_moved(before, now, few)]
    if not said and cluster_text(old) != cluster_text(new):
        said = [_("The clusters differ, but no connection does.")]
    return Comparison(tuple(map(Told, said[:MOST_TOLD])), max(0, len(said) - MOST_TOLD))


def _unlike(cluster: Cluster, policies: Sequence[NetworkPolicy]) -> Cluster:
    """The cluster with two of each kind of pods: what differs between others, differs there."""
    if len(cluster.endpoints) <= MOST_ENDS // 2:
        return cluster
    kept = {end.ref for kind in kinds(cluster, policies) for end in kind[:2]}
    return replace(cluster, pods=tuple(pod for pod in cluster.pods if pod.ref in kept))


def _same_cluster(one: Cluster, other: Cluster) -> bool:
    return replace(one, services=()) == replace(other, services=())


def _told(each: Difference) -> Told:
    source, target = each.names
    reasons = each.sentence.partition(". Now: ")[2]
    return Told(
        f"{each.change}: {source} → {target} : {ports_words(each.ports)}",
        _("Now: %(reasons)s") % {"reasons": reasons},
    )


def _came_and_went(old: Cluster, new: Cluster) -> Iterator[str]:
    was, now = ({end.ref for end in cluster.endpoints} for cluster in (old, new))
    yield from (_("new: %(name)s") % {"name": ref} for ref in sorted(now - was))
    yield from (_("gone: %(name)s") % {"name": ref} for ref in sorted(was - now))


def _moved(before: Earlier, now: World, few: Cluster) -> Iterator[str]:
    stayed = [end for end in few.endpoints if end.ref in before.ends]
    for source in stayed:
        for target in stayed:
            for asked in probes(source, target, None):
                was, says = before.outcome(asked), now.outcome(asked)
                if was is not None and was is not says:
                    yield f"{_word(was, says)}: {flow(asked)}"


def _word(was: Outcome, now: Outcome) -> str:
    if now in PASSING and was not in PASSING:
        return _("opened")
    if was in PASSING and now is Outcome.DENIED:
        return _("closed")
    return _("now %(now)s, was %(was)s") % {"now": now.value, "was": was.value}
