"""Answers that are policies or labels: judged by their meaning over the witness set.

What the starter has right already earns nothing: of the credit (simulator.credit) the starter's own
is taken off, and the rest is spread from 0 to 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from simulator.check import Result, Scope, check, steps
from simulator.exercise import Exercise
from simulator.mistakes import Attempt, Recognised, recognise
from simulator.mistakes import Constraints as Forbidden
from simulator.model import Mark, NetworkPolicy, Problem
from simulator.parse import Reading
from simulator.quiz import payload
from simulator.quiz.arrows import read_for, scenario_of
from simulator.quiz.constraints import Broken, Constraints, broken
from simulator.quiz.grades import Grade
from simulator.quiz.values import Fill, Question, Task
from simulator.relabel import check_relabelled, read_changes, relabelled, write_changes
from simulator.scenario import Scenario
from simulator.witness import Strangers

#: What one answer may cost, in comparisons (../shared/trust.md, section 7), and what naming its
#: mistake may cost on top.
MOST_STEPS = 5_000_000
MOST_NAMING = 2_000_000
_EXACT = 1_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer is held against: all that the judging of policies needs."""

    scenario: Scenario
    solution: str
    starter: str
    scope: Scope
    strangers: Strangers


# ── Write and fix ────────────────────────────────────────────────────────────────────────────


def grade_write(question: Question, task: Task, answer: object) -> Grade:
    """By the flows; a broken constraint halves it, and what was to stay and did not earns none."""
    exercise, text = exercise_of(question), payload.text(answer)
    if not text.strip() or text.strip() == exercise.starter.strip():
        return Grade(answered=False)
    asked = asked_of(question)
    reading, given = (read_for(each, asked.scenario) for each in (text, exercise.starter))
    grade = judged(asked, reading)
    if grade.problems:
        return _tagged(question, grade, ())
    found = broken(task.constraints, given.policies, reading.policies)
    foreseen = _foreseen(exercise, asked, reading.policies)
    return _tagged(question, _constrained(grade, found), foreseen)


def asked_of(question: Question) -> Asked:
    """What a question's exercise asks."""
    exercise = exercise_of(question)
    return Asked(
        scenario_of(question),
        exercise.solution,
        exercise.starter,
        exercise.scope,
        exercise.strangers,
    )


def exercise_of(question: Question) -> Exercise:
    """The exercise of a question that is one."""
    assert question.exercise is not None
    return question.exercise


def _constrained(grade: Grade, found: tuple[Broken, ...]) -> Grade:
    share = Fraction(0) if any(each.spoils for each in found) else Fraction(1, 2 if found else 1)
    return replace(grade, credit=grade.credit * share, broken=found)


def _foreseen(exercise: Exercise, asked: Asked, answer: Sequence[NetworkPolicy]) -> tuple[str, ...]:
    """The misconceptions of the listed wrong answer that says the same."""
    for wrong in exercise.wrong:
        if wrong.mistakes and _same(read_for(wrong.answer, asked.scenario).policies, answer):
            return wrong.mistakes
    return ()


def _same(one: Sequence[NetworkPolicy], other: Sequence[NetworkPolicy]) -> bool:
    """The same policies, whatever they are called and wherever they stand in the text."""
    return _contents(one) == _contents(other)


def _contents(policies: Sequence[NetworkPolicy]) -> frozenset[object]:
    return frozenset(
        (p.namespace, p.pod_selector, p.policy_types, p.ingress, p.egress) for p in policies
    )


# ── Fill a line ──────────────────────────────────────────────────────────────────────────────


def grade_fill(question: Question, fill: Fill, answer: object) -> Grade:
    """By what the text means with the line in its gap."""
    line = payload.text(answer).strip()
    if not line:
        return Grade(answered=False)
    asked = asked_by(question, fill)
    reading = read_for(fill.filled(line), asked.scenario)
    grade = judged(asked, reading)
    for wrong in fill.wrong if not grade.right else ():
        known = read_for(fill.filled(wrong.line), asked.scenario)
        alike = known.accepted and reading.accepted and _same(known.policies, reading.policies)
        if alike or wrong.line == line:
            return _tagged(question, grade, wrong.note.mistakes, wrong.note.why)
    return _tagged(question, grade, ())


def asked_by(question: Question, fill: Fill) -> Asked:
    """What a text with a gap asks."""
    solution, starter = fill.filled(fill.answer), fill.filled("")
    return Asked(scenario_of(question), solution, starter, fill.scope, fill.strangers)


# ── Labels ───────────────────────────────────────────────────────────────────────────────────


def grade_relabel(question: Question, answer: object) -> Grade:
    """By the flows under the changed labels; policies that did not stay as they are spoil it."""
    exercise, scenario = exercise_of(question), scenario_of(question)
    text, cluster = payload.text(answer), scenario.cluster
    changes = read_changes(payload.labels(answer), cluster)
    given = read_for(exercise.starter, scenario).policies
    touched = _touched(exercise, scenario, answer)
    if not write_changes(changes) and not touched:
        return Grade(answered=False)
    wanted, got = (relabelled(cluster, each) for each in (exercise.labels, changes))
    result = check_relabelled(got, wanted, given, exercise.scope)
    nothing = check_relabelled(cluster, wanted, given, exercise.scope)
    grade = Grade(_above(result, nothing), result=result)
    if touched:
        found = _named(
            Attempt(cluster, given, read_for(text, scenario).policies,
                    constraints=Forbidden(given=given))
        )  # fmt: skip
        spoilt = Broken("The policies were to stay as they are.", spoils=True)
        grade = _constrained(Grade(grade.credit, recognised=found, result=result), (spoilt,))
    foreseen = [wrong.mistakes for wrong in exercise.wrong if wrong.labels == changes]
    return _tagged(question, grade, foreseen[0] if foreseen else ())


def _touched(exercise: Exercise, scenario: Scenario, answer: object) -> bool:
    """Whether policies came along and are not stored as the starter has them."""
    # Labels alone may come as JSON text; then no policies came along.
    text = "" if isinstance(answer, str) else payload.text(answer)
    if not text.strip():
        return False
    reading, given = read_for(text, scenario), read_for(exercise.starter, scenario).policies
    refs = {f"{policy.namespace}/{policy.name}" for policy in (*given, *reading.policies)}
    return bool(broken(Constraints(keep=tuple(sorted(refs))), given, reading.policies))


# ── Judging ──────────────────────────────────────────────────────────────────────────────────


def judged(asked: Asked, reading: Reading) -> Grade:
    """What policies earn by their flows; a text that the API server refuses earns nothing."""
    cluster, solution = asked.scenario.cluster, read_for(asked.solution, asked.scenario).policies
    if not reading.accepted:
        attempt = Attempt(cluster, solution, (), reading.errors, asked.scope)
        return Grade(problems=reading.errors, recognised=_named(attempt))
    arrows = asked.scenario.arrows
    cost = steps(cluster, reading.policies, solution, strangers=asked.strangers)
    if cost > MOST_STEPS:
        return Grade(problems=(_too_dear(cost),))
    result = check(
        cluster, reading.policies, solution, asked.scope, arrows, strangers=asked.strangers
    )
    credit = _above(result, starting(asked))
    if result.solved:
        return Grade(credit, result=result)
    attempt = Attempt(
        cluster, solution, reading.policies, (), asked.scope, strangers=asked.strangers
    )
    return Grade(credit, recognised=_named(attempt), result=result)


@lru_cache(maxsize=256)  # starters and solutions are few, and never change
def starting(asked: Asked) -> Result | None:
    """What the starter gets right by itself; None where the API server refuses it."""
    reading = read_for(asked.starter, asked.scenario)
    solution = read_for(asked.solution, asked.scenario).policies
    if not reading.accepted:
        return None
    cluster = asked.scenario.cluster
    return check(cluster, reading.policies, solution, asked.scope, strangers=asked.strangers)


def _above(result: Result, starter: Result | None) -> Fraction:
    """The credit over the starter's, from 0 to 1."""
    if result.solved:
        return Fraction(1)
    got, given = (
        Fraction(each.credit).limit_denominator(_EXACT) if each else Fraction(0)
        for each in (result, starter)
    )
    return max(Fraction(0), (got - given) / (1 - given)) if given < 1 else Fraction(0)


def _named(attempt: Attempt) -> tuple[Recognised, ...]:
    return recognise(attempt, most_steps=MOST_NAMING)


def _too_dear(cost: int) -> Problem:
    message = f"these policies take {cost:,} steps to check; at most {MOST_STEPS:,} are taken"
    hint = "kubectl would take them; this lab's limit keeps everybody's answers quick."
    return Problem(message, Mark(1, 1), hint=hint, limit="steps")


def _tagged(question: Question, grade: Grade, foreseen: tuple[str, ...], why: str = "") -> Grade:
    """The grade with its misconceptions: the author's, those recognised, else the item's."""
    known = (*foreseen, *(each.misconception for each in grade.recognised))
    # Flows that are right under a wrong name show no misconception.
    solved = grade.result is not None and grade.result.solved
    mistakes = tuple(dict.fromkeys(known if known or solved else question.item.mistakes))
    return replace(grade, mistakes=mistakes, whys=(why,) if why else ())
