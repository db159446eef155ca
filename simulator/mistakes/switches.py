"""Mistakes that no edit of a policy undoes.

The plugin (M05), the rules of the task (M20), running connections (M24), and what NetworkPolicy
cannot say (M25).
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from simulator.manifest import manifests
from simulator.matrix import PROTOCOLS, Matrix
from simulator.mistakes.places import line, put_policy, selector_places
from simulator.mistakes.values import Attempt, MadeMistake, Policies, Recognised, Right
from simulator.model import Cluster, Problem, RunningConnections
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
    if refuses(attempt.wanted_cluster or attempt.cluster, attempt.reference):
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


# ── M25: what no rule can say ──


def make_unsayable(right: Right) -> Iterator[MadeMistake]:
    """ICMP for a protocol, a name for an address, a rule that denies."""
    text = manifests(right.policies)
    if not right.policies:
        return
    for pattern, new in _UNSAYABLE:
        changed = re.sub(pattern, new, text, count=1, flags=re.MULTILINE)
        if changed != text:
            yield MadeMistake(
                "M25",
                right.cluster,
                (),
                f"refused: {new.split(chr(10))[-1].strip()}",
                "say it with what NetworkPolicy has",
                right.constraints,
                changed,
            )


_UNSAYABLE = (
    (r"protocol: (TCP|UDP|SCTP)$", "protocol: ICMP"),
    (r"cidr: \S+$", "cidr: backup.example.com"),
    (r"^spec:$", "spec:\n  action: Deny"),
)
_WISHES = {
    "icmp": "a rule can speak of TCP, UDP and SCTP only. Ping is ICMP, and no rule can name it",
    "name": "an ipBlock holds a range of addresses. NetworkPolicy knows no host names",
    "deny": "there is no such thing as a rule that denies, logs or ranks. Rules only allow",
    "path": "rules look at addresses and ports, not at paths, methods or names in the traffic",
}
_FIELDS = {
    "deny": ("action", "deny", "log", "priority", "order", "reject", "drop"),
    "path": ("path", "paths", "host", "hosts", "http", "methods", "fqdn", "fqdns", "dns", "domain"),
}
_UNKNOWN = re.compile(r'unknown field "([^"]*)"')
_HOST_NAME = re.compile(r'"(?=[^"/]*[g-zG-Z])[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\.?(/\d+)?"')


def find_unsayable(attempt: Attempt) -> Iterator[Recognised]:
    """The text was refused for something that NetworkPolicy has no words for."""
    for problem in attempt.problems:
        if wish := _wish(problem):
            said = f"{line(problem.mark, 'The text')}: {_WISHES[wish]}."
            yield Recognised("M25", said, problem.mark)
            return


def _wish(problem: Problem) -> str:
    field, message = problem.path.rpartition(".")[2], problem.message
    if field == "protocol" and "icmp" in message.lower():
        return "icmp"
    if (field == "cidr" or field.startswith("except")) and _HOST_NAME.search(message):
        return "name"
    if found := _UNKNOWN.search(message):
        asked = found[1].rpartition(".")[2].lower()
        return next((wish for wish, fields in _FIELDS.items() if asked in fields), "")
    return ""


def find_in_refusal(attempt: Attempt) -> Iterator[Recognised]:
    """Other misconceptions that already the API server stumbles over."""
    for problem in attempt.problems:
        where = line(problem.mark, "The text")
        field = problem.path.rpartition(".")[2]
        if "matchLabels" in problem.path and "cannot unmarshal bool" in problem.message:
            said = (
                f"{where}: without quotes YAML reads this value as true or false, and a label's "
                "value is text."
            )
            yield Recognised("M18", said, problem.mark)
        elif field in ("ingress", "egress") and _is_map_for_list(problem):
            said = (
                f"{where}: {field} is a list, in square brackets or with dashes. Braces make a "
                "map, which is something else."
            )
            yield Recognised("M08", said, problem.mark)


def _is_map_for_list(problem: Problem) -> bool:
    return "cannot unmarshal object" in problem.message
