"""Mistakes that no edit of a policy undoes.

The plugin (M05), the rules of the task (M20), running connections (M24).
"""

from collections.abc import Iterator
from dataclasses import replace

from simulator.matrix import PROTOCOLS, Matrix
from simulator.mistakes.places import line, put_policy, selector_places
from simulator.mistakes.values import Attempt, MadeMistake, Policies, Recognised, Right
from simulator.model import Cluster, RunningConnections
from simulator.ports import EVERY_PORT
from simulator.words import clip

# ── M05: it works on any cluster ──


def make_unenforced(right: Right) -> Iterator[MadeMistake]:
    """The right policies on a plugin that enforces none."""
    if right.cluster.plugin.enforces and refuses(right.cluster, right.policies):
        plugin = replace(right.cluster.plugin, enforces=False)
        yield MadeMistake(
            "M05",
            replace(right.cluster, plugin=plugin),
            right.policies,
            "the network plugin enforces nothing",
            "a plugin that enforces policies",
            right.constraints,
        )


def find_unenforced(attempt: Attempt) -> Iterator[Recognised]:
    """Policies are there, something is to be refused, and the plugin lets everything through."""
    if attempt.cluster.plugin.enforces or not attempt.answer:
        return
    if refuses(attempt.cluster, attempt.reference):
        said = (
            "The policies are stored, and every connection still passes: this cluster's network "
            "plugin enforces no NetworkPolicy. The API server takes them on any cluster."
        )
        yield Recognised("M05", said)


def refuses(cluster: Cluster, policies: Policies) -> bool:
    """Whether the policies would shut anything, were they enforced."""
    matrix = Matrix(cluster, policies)
    return any(
        matrix.reach(source, target, protocol).possible != EVERY_PORT
        for source in cluster.endpoints
        for target in cluster.endpoints
        for protocol in PROTOCOLS
    )


# ── M20: only labels may change ──


def make_touched(right: Right) -> Iterator[MadeMistake]:
    """A policy edited, or deleted, where the task allows labels alone to change."""
    if right.constraints.given is None:
        return
    for place in selector_places(right.policies):
        if place.selector.requirements:
            fewer = replace(place.selector, requirements=place.selector.requirements[1:])
            yield _touched(right, place.put(fewer), "a selector was loosened")
    for index in range(len(right.policies)):
        yield _touched(right, put_policy(right.policies, index), "a policy was deleted")


def _touched(right: Right, policies: Policies, what: str) -> MadeMistake:
    undone = "leave the policies, label the pods"
    return MadeMistake("M20", right.cluster, policies, what, undone, right.constraints)


def find_touched(attempt: Attempt) -> Iterator[Recognised]:
    """The policies are no longer those of the task."""
    given = attempt.constraints.given
    if given is None or attempt.problems or set(given) == set(attempt.answer):
        return
    changed = [policy for policy in attempt.answer if policy not in given]
    mark = changed[0].mark if changed else None
    names = {policy.name for policy in attempt.answer}
    gone = [policy.name for policy in given if policy.name not in names]
    name = clip(changed[0].name if changed else gone[0] if gone else given[0].name)
    where = line(mark, "The policies have changed")
    said = (
        f"{where}: {name} is not as it was given. In this task the policies stay, and only the "
        "labels of pods may change."
    )
    yield Recognised("M20", said, mark)


# ── M24: running connections ──


def make_cut_at_once(right: Right) -> Iterator[MadeMistake]:
    """The policies are right, and a running connection is believed to end with them."""
    if right.cluster.plugin.running is RunningConnections.CUT:
        return
    if refuses(right.cluster, right.policies):
        yield MadeMistake(
            "M24",
            right.cluster,
            right.policies,
            "a running connection is believed cut",
            "rely on new connections only",
            replace(right.constraints, relies_on=RunningConnections.CUT),
        )


def find_cut_at_once(attempt: Attempt) -> Iterator[Recognised]:
    """The learner relies on something about running connections that nobody promises."""
    relied, plugin = attempt.constraints.relies_on, attempt.cluster.plugin.running
    if relied in (None, RunningConnections.UNDEFINED, plugin):
        return
    if plugin is RunningConnections.UNDEFINED:
        said = (
            "You count on what a running connection does when a policy starts to refuse it. The "
            "API leaves that open: only connections opened later are sure."
        )
    else:
        said = (
            f"You count on running connections being {relied}. This cluster's plugin does "
            "otherwise, and the API leaves it open."
        )
    yield Recognised("M24", said)
