"""`grade`: how good is an answer to an exercise, and what is wrong with it."""

import argparse
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.check import Difference, Fault, Result, check, steps
from simulator.cli.evidence import Json
from simulator.cli.excerpts import excerpt_lines
from simulator.cli.files import File, all_problem_lines, one
from simulator.cli.helping import Command, Commands
from simulator.cli.screen import Screen, counted, say, screen
from simulator.cli.stop import EXIT_FAILED, EXIT_OK, Stop
from simulator.cli.wording import spans_words
from simulator.cli.world import read_scenario
from simulator.document import Exercise, read_document
from simulator.explain import OUTCOME_WORDS, explain
from simulator.limits import SUBMISSION
from simulator.mistakes import CATALOGUE, Attempt, Recognised, recognise
from simulator.model import NetworkPolicy, Problem
from simulator.parse import Reading, read_policies
from simulator.phrases import port_text
from simulator.scenario import Scenario

#: Comparisons that one answer may cost; a hostile one asks for more.
MOST_STEPS = 200_000_000
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


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = Command(
        "grade",
        "how good is an answer to an exercise, and what is wrong with it",
        "Does this answer mean what the exercise asks for? It is compared by its meaning with the "
        "solution, over the scenario's cluster and over strangers that tell right from almost "
        "right. Prints the credit, the connections that differ, and the likely misconception.",
        (
            (
                "One answer:",
                "python -m simulator grade fixtures/exercises/api-to-db.yaml answer.yaml",
            ),
            (
                "A folder of them, for a spreadsheet:",
                "for a in answers/*.yaml; do python -m simulator grade exercise.yaml $a "
                "--format json; done",
            ),
        ),
        (
            (0, "full marks"),
            (1, "less than full marks, or an answer that the API server refuses"),
            (2, "wrong use, or an exercise that cannot be read"),
        ),
        run,
    ).add(commands)
    parser.add_argument("exercise", metavar="EXERCISE.yaml")
    parser.add_argument("answer", metavar="ANSWER.yaml", help="- is standard input")
    parser.add_argument(
        "--scenario", metavar="FILE", help="default: ../scenarios/SLUG.yaml, seen from the exercise"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace) -> int:
    """Print the grade; 0 only for full marks."""
    exercise = _exercise(one(options.exercise))
    scenario = read_scenario(one(options.scenario or _beside(options.exercise, exercise)))
    answer = one(options.answer)
    grade = _grade(exercise, scenario, answer)
    show = _json_lines if options.format == "json" else _text_lines
    say(show(grade, answer, screen()), screen())
    return EXIT_OK if grade.solved else EXIT_FAILED


def _exercise(file: File) -> Exercise:
    reading = read_document(file.data)
    if not isinstance(reading.document, Exercise):
        lines = list(all_problem_lines(file, reading.problems))
        raise Stop("\n".join(lines or [f"{file.name}: this is no exercise"]))
    return reading.document


def _beside(name: str, exercise: Exercise) -> str:
    if name == "-":
        raise Stop("an exercise from standard input needs --scenario FILE")
    return str(Path(name).parent / ".." / "scenarios" / f"{exercise.scenario}.yaml")


def _grade(exercise: Exercise, scenario: Scenario, answer: File) -> Grade:
    cluster = scenario.cluster
    solution = _solution(exercise, scenario)
    reading = read_policies(answer.data, limits=SUBMISSION, namespaces=cluster.namespace_names)
    attempt = Attempt(cluster, solution, reading.policies, reading.problems, exercise.scope)
    if not reading.accepted:
        return Grade(exercise, scenario, reading, None, recognise(attempt))
    given, strangers = reading.policies, exercise.strangers
    if steps(cluster, given, solution, strangers=strangers) > MOST_STEPS:
        raise Stop(f"{answer.name}: it takes more than {MOST_STEPS:,} comparisons to judge this")
    result = check(cluster, given, solution, exercise.scope, scenario.arrows, strangers=strangers)
    recognised = () if result.solved else recognise(attempt)
    return Grade(exercise, scenario, reading, result, recognised)


def _solution(exercise: Exercise, scenario: Scenario) -> tuple[NetworkPolicy, ...]:
    reading = read_policies(exercise.solution, namespaces=scenario.cluster.namespace_names)
    if not reading.accepted:
        raise Stop(f"the solution of {exercise.slug} is refused: {reading.errors[0].message}")
    return reading.policies


# ── In words ─────────────────────────────────────────────────────────────────────────────────


def _text_lines(grade: Grade, answer: File, on: Screen) -> Iterator[str]:
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
    spans = tuple((d.probe.protocol, d.ports) for d in differences if d.probe.protocol != "ICMP")
    if len(spans) == 1 and spans[0][1].intervals == ((probe.port, probe.port),):
        return ""
    return f" The same holds for {spans_words(spans)}."


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


def _json_lines(grade: Grade, answer: File, on: Screen) -> Iterator[str]:
    """See docs/simulator.md for the shape."""
    differences = grade.result.differences if grade.result else ()
    document: dict[str, Json] = {
        "version": 1,
        "exercise": grade.exercise.slug,
        "scenario": grade.scenario.slug,
        "accepted": grade.reading.accepted,
        "solved": grade.solved,
        "credit": round(grade.credit, 4),
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
