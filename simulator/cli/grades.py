"""A grade in words and as JSON."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simulator.check import Difference, Fault, Result
from simulator.cli.evidence import Json
from simulator.cli.excerpts import excerpt_lines
from simulator.cli.files import File, all_problem_lines
from simulator.cli.screen import Screen, counted
from simulator.cli.wording import spans_words
from simulator.document import Exercise
from simulator.explain import OUTCOME_WORDS, explain
from simulator.mistakes import CATALOGUE, Recognised
from simulator.model import Probe, Problem
from simulator.parse import Reading
from simulator.phrases import port_text
from simulator.ports import PortSet
from simulator.scenario import Scenario

#: Differences that are told in words; JSON has them all.
MOST_TOLD = 8


@dataclass(frozen=True, slots=True)
class Grade:
    """An answer judged; `result` is None where the API server would refuse it."""

    exercise: Exercise
    scenario: Scenario
    reading: Reading
    result: Result | None
    recognised: tuple[Recognised, ...] = ()

    @property
    def credit(self) -> float:
        """Between 0 and 1; a refused answer has none."""
        return self.result.credit if self.result else 0.0

    @property
    def solved(self) -> bool:
        """Whether it has full marks."""
        return self.result is not None and self.result.solved


# ── In words ─────────────────────────────────────────────────────────────────────────────────


def text_lines(grade: Grade, answer: File, on: Screen) -> Iterator[str]:
    yield from all_problem_lines(answer, grade.reading.problems)
    if grade.result is None:
        yield on.paint("bad", f"✕ {grade.exercise.slug}: 0 %. The API server refuses this.")
    elif grade.solved:
        yield on.paint("good", f"✓ {grade.exercise.slug}: 100 %. It means what the task asks for.")
    else:
        summary = f"✕ {grade.exercise.slug}: {percent(grade)} %. {_summary(grade.result)}"
        yield on.paint("bad", summary)
        yield from _told(grade.result, on)
    for found in grade.recognised:
        yield ""
        yield from _misconception_lines(found, answer, on)


def percent(grade: Grade) -> int:
    """Whole percents, rounded down: only full marks are 100."""
    return math.floor(grade.credit * 100)


def _summary(result: Result) -> str:
    found = [key[2] for key in _by_pair(result.told)]
    counts = [(fault, found.count(fault)) for fault in Fault]
    parts = [f"{counted(n, 'connection')} {fault.value}" for fault, n in counts if n]
    others = "" if result.in_scenario else ", though none between the scenario's own pods and hosts"
    return f"{', '.join(parts)}{others}."


def _by_pair(differences: Sequence[Difference]) -> dict[tuple[str, str, Fault], list[Difference]]:
    """The differences of one pair and one fault together: its protocols are one story."""
    found: dict[tuple[str, str, Fault], list[Difference]] = {}
    for difference in differences:
        probe = difference.probe
        key = (probe.source.ref, probe.target.ref, difference.fault)
        found.setdefault(key, []).append(difference)
    return found


def _told(result: Result, on: Screen) -> Iterator[str]:
    pairs = list(_by_pair(result.told).values())
    for differences in pairs[:MOST_TOLD]:
        first = differences[0]
        yield ""
        yield from on.wrapped(f"{sentence(first)}{_ports(differences)}", first="  - ")
        yield from on.wrapped(_why(first), first="    ")
    if rest := pairs[MOST_TOLD:]:
        yield ""
        yield f"  … and {len(rest):,} more"


def _ports(differences: Sequence[Difference]) -> str:
    """What else differs between the two than the port shown."""
    probe = differences[0].probe
    spans = tuple(
        (d.probe.protocol, others)
        for d in differences
        if d.probe.protocol != "ICMP" and (others := _others(d.ports, probe, d.probe))
    )
    return f" The same holds for {spans_words(spans)}." if spans else ""


def _others(ports: PortSet, shown: Probe, asked: Probe) -> PortSet:
    """The ports without the one shown, where it stands alone; a span is not cut in two for it."""
    alone = shown.protocol == asked.protocol and (shown.port, shown.port) in ports.intervals
    return PortSet(tuple(s for s in ports.intervals if not alone or s != (shown.port,) * 2))


def sentence(difference: Difference) -> str:
    """`staging/api → prod/db : 3306 is allowed; the task wants it denied.`"""
    source, target = difference.names
    got = OUTCOME_WORDS[difference.verdict.outcome]
    wanted = OUTCOME_WORDS[difference.wanted]
    asked = f"{source} → {target} : {port_text(difference.probe)}"
    return f"{asked} is {got}; the task wants it {wanted}."


def _why(difference: Difference) -> str:
    """The gate that decides, with a stranger called as the sentence calls it."""
    verdict = difference.verdict
    gates = explain(verdict).gates
    deciding = [gate for gate in gates if gate.outcome is verdict.outcome and gate.marks]
    gate = (deciding or [gates[-1]])[0]
    text = f"{gate.heading}: {gate.text}"
    if difference.stranger is None:
        return text
    return text.replace(difference.stranger.endpoint.ref, difference.stranger.description)


def _misconception_lines(found: Recognised, answer: File, on: Screen) -> Iterator[str]:
    known = CATALOGUE[found.misconception]
    first = f"  likely misconception {known.id}: "
    yield from on.wrapped(f"{known.title}. {found.sentence}", first=first, rest="    ")
    yield from on.wrapped(f"In fact: {known.right}", first="    ")
    if found.mark is not None:
        yield from (f"    {line}" for line in excerpt_lines(answer, [found.mark], on))


# ── JSON ─────────────────────────────────────────────────────────────────────────────────────


def json_lines(grade: Grade, answer: File, on: Screen) -> Iterator[str]:
    """See docs/simulator.md for the shape."""
    differences = grade.result.differences if grade.result else ()
    document: dict[str, Json] = {
        "version": 1,
        "exercise": grade.exercise.slug,
        "scenario": grade.scenario.slug,
        "accepted": grade.reading.accepted,
        "solved": grade.solved,
        "credit": math.floor(grade.credit * 10_000) / 10_000,
        "problems": [_problem(problem) for problem in grade.reading.problems],
        "differences": [_difference(difference) for difference in differences],
        "misconceptions": [_misconception(found) for found in grade.recognised],
    }
    yield json.dumps(document, indent=2)


def _problem(problem: Problem) -> Json:
    mark = problem.mark
    return {
        "severity": problem.severity.value,
        "message": problem.message,
        "hint": problem.hint,
        "path": problem.path,
        "line": mark.line if mark else None,
        "column": mark.column if mark else None,
    }


def _difference(difference: Difference) -> Json:
    probe = difference.probe
    return {
        "fault": difference.fault.value,
        "from": probe.source.ref,
        "to": probe.target.ref,
        "stranger": difference.stranger.description if difference.stranger else None,
        "protocol": probe.protocol,
        "port": probe.port,
        "ports": [[low, high] for low, high in difference.ports.intervals],
        "outcome": difference.verdict.outcome.value,
        "wanted": difference.wanted.value,
        "sentence": sentence(difference),
    }


def _misconception(found: Recognised) -> Json:
    known = CATALOGUE[found.misconception]
    return {
        "id": known.id,
        "title": known.title,
        "right": known.right,
        "sentence": found.sentence,
        "whole": found.whole,
        "line": found.mark.line if found.mark else None,
        "column": found.mark.column if found.mark else None,
    }
