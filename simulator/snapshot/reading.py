"""Texts → one cluster and its policies; of each text only what was found stays in memory."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from simulator.chunks import clean
from simulator.compose import NotPlain, TooMany, composed_objects
from simulator.limits import COMMAND_LINE, Limits, Refusal, passed
from simulator.model import Cluster, NetworkPolicy, Problem
from simulator.snapshot.assembly import Assembly
from simulator.snapshot.objects import Found
from simulator.source import build


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A problem, and the name of the text that it is in."""

    file: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A cluster as its objects describe it.

    `policies` are those that the API server would take, `origins` the name of each one's text, in
    the same order. What could not be read is told in `problems`; `skipped` counts the objects of
    kinds that say nothing about reachability.
    """

    cluster: Cluster
    policies: tuple[NetworkPolicy, ...] = ()
    problems: tuple[FileProblem, ...] = ()
    origins: tuple[str, ...] = ()
    skipped: tuple[tuple[str, int], ...] = ()


def read_snapshot(
    texts: Iterable[tuple[str, str | bytes]],
    *,
    limits: Limits = COMMAND_LINE,
    progress: Callable[[str, int], None] | None = None,
) -> Snapshot:
    """Read named texts of manifests, in YAML or JSON, with any number of documents and Lists.

    Takes what `kubectl get ns,pods,svc,netpol,deploy -A -o yaml` prints and what people keep in
    folders: Namespaces, Pods, Services, Nodes, NetworkPolicies, and workloads, whose pods are made
    of their templates where none are listed. Of an object given twice, the last one counts.
    `progress` is called after each text with its name and the number of objects so far. Never
    raises on any input; a text that is no YAML, or past a limit, adds a problem and nothing else.
    """
    assembly, problems = Assembly(), list[FileProblem]()
    skipped: Counter[str] = Counter()
    for name, text in texts:
        found = _read(text, limits)
        assembly.add(name, found)
        problems += [FileProblem(name, problem) for problem in found.problems]
        skipped.update(found.skipped)
        if progress is not None:
            progress(name, assembly.objects)
    problems += [FileProblem(name, problem) for name, problem in assembly.repeats]
    cluster = assembly.cluster()
    policies = assembly.policies.values()
    return Snapshot(
        cluster,
        tuple(each.policy for each in policies),
        tuple(problems),
        tuple(each.file for each in policies),
        tuple(sorted(skipped.items())),
    )


def _read(text: str | bytes, limits: Limits) -> Found:
    found = Found(limits)
    try:
        cleaned = clean(text, limits)
    except Refusal as refusal:
        found.refuse((refusal.problem,))
        return found
    try:
        found.take_all(composed_objects(cleaned, limits))
    except TooMany as many:  # no need to read it again to know that
        found, most = Found(limits), limits.nodes or 0
        found.refuse((passed("nodes", most, "values, aliases expanded", many.mark),))
    except NotPlain:  # what was found so far is found again, more slowly
        return _build(cleaned, limits)
    return found


def _build(cleaned: str, limits: Limits) -> Found:
    found, source = Found(limits), build(cleaned, limits)
    found.refuse(source.problems)
    found.take_all(source.documents)
    return found
