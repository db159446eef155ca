"""Does a question keep what it promises? Its key is its test.

The key earns everything and no answer nothing; what the author lists as wrong does not earn all,
and earns what they say; saying the same of everything earns nothing.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from simulator.exercise import Changeable
from simulator.model import Outcome, Problem
from simulator.quiz.arrows import drawn, offered, predicted, read_for, scenario_of
from simulator.quiz.choices import shown_options, shown_steps
from simulator.quiz.constraints import Constraints, broken
from simulator.quiz.grades import Grade
from simulator.quiz.grading import grade, right_answer
from simulator.quiz.policies import asked_by, exercise_of, starting
from simulator.quiz.values import (
    Choice,
    Fill,
    ItemKind,
    Match,
    Note,
    Order,
    Point,
    Predict,
    Question,
    Task,
)
from simulator.rehearsal import rehearse
from simulator.words import quote


def promises(question: Question) -> tuple[Problem, ...]:
    """Everything in which a question breaks its promises, located at its item."""
    found = list(_of_kind(question))
    # A key that cannot be read is told in its own words.
    if not found:
        found = list(_of_key(question))
    name, mark = question.item.id, question.item.mark
    return tuple(
        replace(p, message=f"{name}: {p.message}", mark=p.mark or mark, path="") for p in found
    )


def _of_key(question: Question) -> Iterator[Problem]:
    earned = grade(question, right_answer(question))
    if not earned.right:
        yield Problem(f"the key earns {_percent(earned.credit)} %", hint=_reason(earned))
    nothing = grade(question, None)
    if nothing.answered or nothing.credit:
        yield Problem("no answer at all counts for one")


def _of_kind(question: Question) -> Iterator[Problem]:
    match question.item.body:
        case Predict() as body:
            yield from _predict(question, body)
        case Choice() as body:
            yield from _choice(question, body)
        case Order() as body:
            yield from _order(question, body)
        case Fill() as body:
            yield from _fill(question, body)
        case Point() as body:
            for number, note in body.wrong:
                yield from _wrong(question, [number], note, f"line {number}")
        case Match() as body:
            yield from _match(question, body)
        case Task() as body:
            yield from _task(question, body)


def _wrong(question: Question, answer: object, note: Note, name: str) -> Iterator[Problem]:
    """What is listed as wrong earns less than all, and what its author says."""
    earned = grade(question, answer)
    if earned.right:
        yield Problem(f"{name} earns everything")
    elif note.earns is not None and _percent(earned.credit) != note.earns:
        yield Problem(f"{name} earns {_percent(earned.credit)} %, not {note.earns} %")


def _percent(credit: Fraction) -> int:
    """Rounded half up, as people do."""
    return int(credit * 100 + Fraction(1, 2))


def _reason(earned: Grade) -> str:
    problems = [problem.message for problem in earned.problems]
    return " ".join((*problems, *(each.sentence for each in earned.broken)))


# ── Arrows ──


def _predict(question: Question, body: Predict) -> Iterator[Problem]:
    yield from _refused(question, body.policies, "policies")
    if len(set(question.probes)) < len(question.probes):
        yield Problem("an arrow is here twice")
    key = predicted(question, body)
    if not {Outcome.ALLOWED, Outcome.DENIED} <= set(key.values()):
        yield Problem("arrows to predict hold both outcomes: one is allowed, one denied")
        return
    for outcome in offered(key):
        if grade(question, dict.fromkeys(key, outcome.value)).credit:
            yield Problem(f"{outcome.value} said of every arrow earns something")


def _match(question: Question, body: Match) -> Iterator[Problem]:
    for policy in body.policies:
        yield from _refused(question, policy.text, "a policy")
    pictures = drawn(question, body)
    if len(set(pictures.values())) < len(pictures):
        yield Problem("two of the policies make the same picture: nobody could tell them apart")


def _refused(question: Question, text: str, name: str) -> Iterator[Problem]:
    for problem in read_for(text, scenario_of(question)).errors:
        yield Problem(f"{name}: {problem.message}")


# ── Choices ──


def _choice(question: Question, body: Choice) -> Iterator[Problem]:
    options = shown_options(question, body)
    for letter, option in options.items():
        if not option.right:
            yield from _wrong(question, [letter], option.note, f"the option {quote(option.text)}")
    several = question.item.kind is ItemKind.MULTIPLE
    if several and grade(question, list(options)).credit:
        yield Problem("choosing everything earns something")


def _order(question: Question, body: Order) -> Iterator[Problem]:
    letters = {text: letter for letter, text in shown_steps(question, body).items()}
    if grade(question, [letters[step] for step in reversed(body.steps)]).credit:
        yield Problem("the reverse order earns something")
    for wrong in body.wrong:
        answer = [letters[step] for step in wrong.steps]
        yield from _wrong(question, answer, wrong.note, "a wrong order")


# ── Policies ──


def _fill(question: Question, body: Fill) -> Iterator[Problem]:
    yield from _refused(question, body.filled(body.answer), "the text with its answer")
    nothing = starting(asked_by(question, body))
    if nothing is not None and nothing.solved:
        yield Problem("the text is right with nothing in its gap")
    for wrong in body.wrong:
        yield from _wrong(question, wrong.line, wrong.note, f"the line {quote(wrong.line)}")


def _task(question: Question, body: Task) -> Iterator[Problem]:
    exercise, scenario = exercise_of(question), scenario_of(question)
    relabel = question.item.kind is ItemKind.RELABEL
    wanted = Changeable.LABELS if relabel else Changeable.POLICIES
    if exercise.changes is not wanted:
        yield Problem(f"the exercise {exercise.slug} is not solved by {wanted.value}")
        return
    if exercise.takes_away:  # an empty answer would be the right one, and no answer as well
        yield Problem(f"the exercise {exercise.slug} takes policies away: it suits lessons alone")
        return
    # Each wrong answer differs by a flow there, so it cannot earn all: it is not graded again.
    yield from rehearse(exercise, scenario)
    yield from _contradictions(question, body.constraints)


def _contradictions(question: Question, asked: Constraints) -> Iterator[Problem]:
    """Constraints that cannot be met, or that the solution does not meet."""
    exercise, scenario = exercise_of(question), scenario_of(question)
    if asked == Constraints():
        return
    given = read_for(exercise.starter, scenario).policies
    refs = {f"{policy.namespace}/{policy.name}" for policy in given}
    for ref in asked.keep:
        if ref not in refs:
            yield Problem(f"{ref} is to stay, and the starter has no such policy")
    if asked.namespace and asked.namespace not in scenario.cluster.namespace_names:
        yield Problem(f"the scenario has no namespace {quote(asked.namespace)}")
    solution = read_for(exercise.solution, scenario).policies
    for each in broken(asked, given, solution):
        yield Problem(f"the solution breaks a constraint: {each.sentence}")
