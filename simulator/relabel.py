"""Labels that a learner changes: on the pods and namespaces of a scenario, never in its document.

A change is written as `kubectl label` would leave it: for each object the keys with their new
values, None for a key that is taken off. Some exercises want traffic mended by labels alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from simulator import validate
from simulator.check import Difference, Result, Scope, faults, pairs, shown_port
from simulator.credit import Tally
from simulator.handed import read_object, write_object
from simulator.matrix import Matrix
from simulator.model import Cluster, Dial, Endpoint, NetworkPolicy, Probe
from simulator.scenario import Scenario
from simulator.selectors import NAME_LABEL

#: Object (`prod/web` for a pod, `prod` for a namespace) → key → value, None where it is taken off.
Changes = Mapping[str, Mapping[str, str | None]]


def relabelled(cluster: Cluster, changes: Changes) -> Cluster:
    """The cluster with these labels; what names no object of it is left out."""
    if not changes:
        return cluster
    namespaces = tuple(
        replace(each, labels=_changed(each.labels, changes.get(each.name, {})))
        for each in cluster.namespaces
    )
    pods = tuple(
        replace(pod, labels=_changed(pod.labels, changes.get(pod.ref, {}))) for pod in cluster.pods
    )
    return replace(cluster, namespaces=namespaces, pods=pods)


def _changed(labels: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    found = {key: value for key, value in {**labels, **changes}.items() if value is not None}
    if NAME_LABEL in labels:  # the API server puts a namespace's own name back
        found[NAME_LABEL] = labels[NAME_LABEL]
    return found


# Kept, so that what is kept for a scenario is kept for its relabelled likeness too.
@lru_cache(maxsize=64)
def relabelled_scenario(scenario: Scenario, changes: str) -> Scenario:
    """The scenario with the changes that a text holds; itself where it holds none."""
    found = read_changes(changes, scenario.cluster)
    if not found:
        return scenario
    cluster = relabelled(scenario.cluster, found)
    ends = {end.ref: end for end in cluster.endpoints}
    return replace(
        scenario,
        cluster=cluster,
        arrows=tuple(_moved(probe, ends) for probe in scenario.arrows),
        dials=tuple(replace(dial, source=ends[dial.source.ref]) for dial in scenario.dials),
    )


def _moved(probe: Probe, ends: Mapping[str, Endpoint]) -> Probe:
    return replace(probe, source=ends[probe.source.ref], target=ends[probe.target.ref])


# ── As text, for a form's hidden field ───────────────────────────────────────────────────────


def write_changes(changes: Changes) -> str:
    """The changes as JSON; empty where there are none."""
    kept = {ref: dict(sorted(keys.items())) for ref, keys in sorted(changes.items()) if keys}
    return write_object(kept)


def read_changes(text: str, cluster: Cluster) -> Changes:
    """The changes of such a text, as far as this cluster could have them. Never raises.

    Our own pages write it: whoever mangles it gets the labels that the scenario has.
    """
    found = read_object(text)
    known = {pod.ref for pod in cluster.pods}.union(cluster.namespace_names)
    return {
        ref: good for ref, keys in found.items() if ref in known and (good := dict(_good(keys)))
    }


def _good(keys: object) -> Iterator[tuple[str, str | None]]:
    for key, value in keys.items() if isinstance(keys, dict) else ():
        if not (value is None or isinstance(value, str)) or key == NAME_LABEL:
            continue
        if not validate.label_key(key) and not validate.label_value(value or ""):
            yield key, value


# ── An exercise that is solved by labels ─────────────────────────────────────────────────────


def check_relabelled(
    given: Cluster,
    wanted: Cluster,
    policies: Sequence[NetworkPolicy],
    scope: Scope | None = None,
    arrows: Sequence[Probe | Dial] = (),
) -> Result:
    """Compare two labellings of one cluster under the same policies, every pair of its endpoints.

    There are no strangers: labels say nothing about pods that the scenario does not have.
    """
    got, want = Matrix(given, policies), Matrix(wanted, policies)
    return compared(got, want, policies, scope, arrows)


def compared(
    got: Matrix,
    want: Matrix,
    policies: Sequence[NetworkPolicy],
    scope: Scope | None = None,
    arrows: Sequence[Probe | Dial] = (),
) -> Result:
    """Compare two states of one cluster, whose policies are `policies`."""
    given, wanted = got.cluster, want.cluster
    tally, ends = Tally(wanted, policies), {end.ref: end for end in given.endpoints}
    probes = [arrow for arrow in arrows if isinstance(arrow, Probe)]
    found: list[Difference] = []
    for source, target in pairs(wanted):
        near, far = ends[source.ref], ends[target.ref]
        for protocol, ports in (scope or Scope()).ports:
            has, should = got.reach(near, far, protocol), want.reach(source, target, protocol)
            tally.count(Probe(source, target, protocol), has, should, ports)
            for fault, differing in faults(has, should).items():
                if shown := differing & ports:
                    port = shown_port(Probe(near, far, protocol), shown, probes)
                    probe, outcome = Probe(near, far, protocol, port), should.outcome(port)
                    found.append(
                        Difference(fault, probe, shown, outcome, cluster=given, answer=policies)
                    )
    return Result(tuple(found), tally.credit(solved=not found))
