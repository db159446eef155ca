"""`grade`: how good is an answer to an exercise, and what is wrong with it."""

import argparse
from pathlib import Path

from simulator.check import check, steps
from simulator.cli.files import File, one
from simulator.cli.grades import Grade, json_lines, text_lines
from simulator.cli.helping import Command, Commands
from simulator.cli.screen import say, screen
from simulator.cli.stop import EXIT_FAILED, EXIT_OK, Stop
from simulator.cli.world import document, read_scenario
from simulator.document import Changeable, Exercise
from simulator.limits import SUBMISSION
from simulator.mistakes import Attempt, recognise
from simulator.model import NetworkPolicy
from simulator.parse import Reading, read_policies
from simulator.scenario import Scenario
from simulator.words import is_blank

#: Comparisons that one answer may cost; a hostile one asks for more.
MOST_STEPS = 200_000_000
_CHANGED = {Changeable.LABELS: "labels", Changeable.PLUGIN: "the network plugin"}


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
    exercise = document(one(options.exercise), Exercise)
    if exercise.changes is not Changeable.POLICIES:
        changed = _CHANGED[exercise.changes]
        raise Stop(f"{exercise.slug} is solved by changing {changed}, and grade takes policies")
    scenario = read_scenario(one(options.scenario or _beside(options.exercise, exercise)))
    answer = one(options.answer)
    grade = _grade(exercise, scenario, answer)
    show = json_lines if options.format == "json" else text_lines
    say(show(grade, answer, screen()), screen())
    return EXIT_OK if grade.solved else EXIT_FAILED


def _beside(name: str, exercise: Exercise) -> str:
    if name == "-":
        raise Stop("an exercise from standard input needs --scenario FILE")
    return str(Path(name).parent / ".." / "scenarios" / f"{exercise.scenario}.yaml")


def _grade(exercise: Exercise, scenario: Scenario, answer: File) -> Grade:
    cluster = scenario.cluster
    solution = _solution(exercise, scenario)
    reading = _read(exercise, scenario, answer)
    attempt = Attempt(
        cluster,
        solution,
        reading.policies,
        reading.problems,
        exercise.scope,
        strangers=exercise.strangers,
    )
    if not reading.accepted:
        return Grade(exercise, scenario, reading, None, recognise(attempt))
    given, strangers = reading.policies, exercise.strangers
    if steps(cluster, given, solution, strangers=strangers) > MOST_STEPS:
        raise Stop(f"{answer.name}: it takes more than {MOST_STEPS:,} comparisons to judge this")
    result = check(cluster, given, solution, exercise.scope, scenario.arrows, strangers=strangers)
    recognised = () if result.solved else recognise(attempt)
    return Grade(exercise, scenario, reading, result, recognised)


def _read(exercise: Exercise, scenario: Scenario, answer: File) -> Reading:
    """The answer's policies; where they are to be taken away, a text without any is one too."""
    if exercise.takes_away and is_blank(answer.data.decode("utf-8", "replace")):
        return Reading()
    return read_policies(
        answer.data,
        limits=SUBMISSION,
        namespaces=scenario.cluster.namespace_names,
        version=scenario.kubernetes,
    )


def _solution(exercise: Exercise, scenario: Scenario) -> tuple[NetworkPolicy, ...]:
    if exercise.takes_away:
        return ()
    reading = read_policies(
        exercise.solution,
        namespaces=scenario.cluster.namespace_names,
        version=scenario.kubernetes,
    )
    if not reading.accepted:
        raise Stop(f"the solution of {exercise.slug} is refused: {reading.errors[0].message}")
    return reading.policies
