"""`explain --edit`: the smallest edit that turns an answer round, in words, YAML and JSON."""

from collections.abc import Iterator
from dataclasses import replace

from simulator.cli.ends import workload
from simulator.cli.evidence import Json
from simulator.cli.outside import strangers
from simulator.cli.screen import Screen
from simulator.cli.world import World
from simulator.edits import Edit, NoEdit, smallest_edit
from simulator.model import Cluster, Endpoint, ExternalHost, NetworkPolicy, Pod, Verdict

#: Labels that controllers write on the pods they make. Nobody should write policies about them:
#: they change with every roll-out, or hold for one replica alone.
_MADE = (
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-completion-index",
    "controller-revision-hash",
    "controller-uid",
    "pod-template-generation",
    "pod-template-hash",
    "statefulset.kubernetes.io/pod-name",
)


def edit_of(world: World, verdict: Verdict) -> Edit | NoEdit:
    """The smallest edit for a verdict's connection; replicas of its ends may turn round with it."""
    made = frozenset(_MADE) - _selected_by(world.policies)
    probe = verdict.probe
    source, target = (_plain(end, made) for end in (probe.source, probe.target))
    cluster = _shown(world, (source, target), made)
    return smallest_edit(cluster, world.policies, replace(probe, source=source, target=target))


def _selected_by(policies: tuple[NetworkPolicy, ...]) -> frozenset[str]:
    """The keys of pod labels that policies speak of."""
    peers = (peer for p in policies for rule in p.ingress + p.egress for peer in rule.peers)
    selectors = [policy.pod_selector for policy in policies]
    selectors += [peer.pod_selector for peer in peers if peer.pod_selector]
    return frozenset(each.key for selector in selectors for each in selector.requirements)


def _plain(end: Endpoint, made: frozenset[str]) -> Endpoint:
    if isinstance(end, ExternalHost):
        return end
    kept = {key: value for key, value in end.labels.items() if key not in made}
    return replace(end, labels=kept)


def _shown(world: World, ends: tuple[Endpoint, Endpoint], made: frozenset[str]) -> Cluster:
    """The cluster with addresses outside, and without the ends' replicas."""
    cluster = world.cluster
    workloads = {_kind(end) for end in ends if isinstance(end, Pod) and end.owner}
    pods = (_plain(pod, made) for pod in cluster.pods)
    kept = tuple(
        pod
        for pod in pods
        if isinstance(pod, Pod) and (pod in ends or not pod.owner or _kind(pod) not in workloads)
    )
    hosts = (*cluster.hosts, *strangers(cluster, world.policies))
    asked = (end for end in ends if isinstance(end, ExternalHost))
    return replace(cluster, pods=kept, hosts=tuple(dict.fromkeys((*hosts, *asked))))


def _kind(pod: Pod) -> tuple[str, frozenset[tuple[str, str]]]:
    """Replicas have it in common: their workload, and labels of their own choosing."""
    return workload(pod), frozenset(pod.labels.items())


# ── Formats ──────────────────────────────────────────────────────────────────────────────────


def edit_lines(world: World, edit: Edit | NoEdit, on: Screen) -> Iterator[str]:
    """Each change with its file, and the YAML lines to write."""
    if isinstance(edit, NoEdit):
        yield from on.wrapped(edit.reason, first="no edit: ", rest="  ")
        return
    yield on.paint(
        "strong", "smallest edit that turns this round, and nothing else in this cluster:"
    )
    for change in edit.changes:
        source = world.source_of(change.before) if change.before else None
        if source and change.mark:
            yield f"  {on.paint('quiet', f'{source.name}:{change.mark.line}:{change.mark.column}')}"
        yield from on.wrapped(change.sentence, first="  ")
        yield from (f"      {on.paint('good', line)}" for line in change.lines)


def edit_json(world: World, edit: Edit | NoEdit) -> Json:
    """`changes` (none where there is no edit) and `reason` (empty where there is one)."""
    if isinstance(edit, NoEdit):
        return {"changes": [], "reason": edit.reason}
    return {
        "changes": [
            {
                "kind": change.kind.value,
                "sentence": change.sentence,
                "policy": f"{policy.namespace}/{policy.name}",
                "file": source.name if (source := world.source_of(policy)) else None,
                "line": change.mark.line if change.mark else None,
                "column": change.mark.column if change.mark else None,
                "lines": list(change.lines),
            }
            for change in edit.changes
            if (policy := change.before or change.after) is not None
        ],
        "reason": "",
    }
