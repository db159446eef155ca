"""The paper of a sitting, how its answers count, and what of it a page may show now. Reads no row.

Everything that a template or a script is given is made here, field by field; what is not released
is never put in.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.conf import settings

from netpol_lab.content.models import Document, Revision
from netpol_lab.quizzes.models import Answer, Purpose, Sitting
from netpol_lab.quizzes.showing import item_title
from simulator.exercise import Exercise
from simulator.papers import Library, make_paper
from simulator.quiz import Grade, ItemKind, Level, Paper, Question, Quiz, Release, grade, public
from simulator.quiz.values import Fill, Match, Predict, Task

#: Answers that are worked on bit by bit, and judged by what they mean.
POLICY_KINDS = frozenset({ItemKind.WRITE, ItemKind.RELABEL, ItemKind.FILL})
#: In these nothing helps, and hidden checks tell only in which way an answer fails.
GRADED = frozenset({Purpose.EXAM, Purpose.ENTRY})


@dataclass(frozen=True, slots=True)
class Bundle:
    """A quiz as it stands now, with the revisions of all that it names."""

    quiz: Quiz
    document: Document
    revision: Revision
    sources: tuple[Revision, ...]
    library: Library


def named_in(quiz: Quiz) -> tuple[frozenset[str], frozenset[str]]:
    """The slugs of the scenarios and of the exercises that a quiz's items name."""
    scenarios, exercises = set(), set()
    for item in quiz.items:
        body = item.body
        if isinstance(body, Predict | Fill | Match):
            scenarios.add(body.scenario)
        elif isinstance(body, Task) and isinstance(body.exercise, Exercise):
            scenarios.add(body.exercise.scenario)
        elif isinstance(body, Task):
            exercises.add(str(body.exercise))
    return frozenset(scenarios), frozenset(exercises)


def item_count(quiz: Quiz) -> int:
    """How many items a sitting of a quiz has."""
    most = dict(quiz.pick)
    pools = Counter(item.pool for item in quiz.items)
    return sum(min(number, most.get(pool, number)) for pool, number in pools.items())


@lru_cache(maxsize=128)  # texts never change, and a sitting's paper is asked for at every answer
def _made(
    text: str,
    scenarios: tuple[tuple[str, str], ...],
    exercises: tuple[tuple[str, str], ...],
    seed: str,
    whole: bool,
) -> Paper:
    making = make_paper(text, Library(dict(scenarios), dict(exercises)), seed, whole=whole)
    if making.paper is None:  # it was rehearsed when it was loaded
        raise RuntimeError(f"a stored quiz makes no paper: {making.problems[:1]}")
    return making.paper


def paper(text: str, library: Library, seed: str, *, whole: bool = False) -> Paper:
    """The paper that a quiz's text makes for a seed; `whole` takes every item of it."""
    scenarios, exercises = (
        tuple(sorted(texts.items())) for texts in (library.scenarios, library.exercises)
    )
    return _made(text, scenarios, exercises, seed, whole)


# ── The desk: a sitting with all that belongs to it ──────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Desk:
    """A sitting with its paper and answers, and how late it is in it."""

    sitting: Sitting
    paper: Paper
    answers: tuple[Answer, ...]
    now: datetime

    @property
    def graded(self) -> bool:
        """Whether nothing helps here."""
        return self.sitting.kind in GRADED

    @property
    def at_once(self) -> bool:
        """Whether each answer is judged when it is handed in."""
        review = self.sitting.kind == Purpose.REVIEW
        return review or self.paper.quiz.release is Release.AT_ONCE

    @property
    def over(self) -> bool:
        """Whether nothing more is taken: it is finished, or its time and the grace are."""
        return self.sitting.finished is not None or is_late(self.sitting, self.now)

    def question(self, answer: Answer) -> Question:
        """The question that an answer belongs to."""
        found = self.paper.question(answer.item)
        assert found is not None
        return found

    def is_final(self, answer: Answer) -> bool:
        """Whether this answer stands: it was judged, and there is nothing to go on with.

        A policy can be mended until it is right; of a choice the feedback would be the answer.
        """
        if not self.at_once or answer.credit is None:
            return False
        mendable = self.question(answer).item.kind in POLICY_KINDS and answer.credit < 1
        return not mendable or self.sitting.kind == Purpose.REVIEW


def is_late(sitting: Sitting, now: datetime) -> bool:
    """Whether the time is over, and the grace for what was on its way too."""
    if sitting.deadline is None:
        return False
    return now > sitting.deadline + timedelta(seconds=settings.EXAM_GRACE_SECONDS)


# ── Marks ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Marks:
    """What is stored of a judged answer; `feedback` holds what the item's level may say."""

    credit: Decimal
    exact: Fraction
    feedback: dict[str, Any]
    mistakes: tuple[str, ...]


def marks(desk: Desk, answer: Answer, payload: object) -> Marks:
    """What a payload earns as the answer to a question."""
    question = desk.question(answer)
    return _marks(desk, question, grade(question, payload))


def final_marks(desk: Desk, answer: Answer) -> Marks:
    """What an answer earns in the end.

    What was submitted counts. A draft saved after it (or without one) counts too, as the page said
    that it is saved: of a choice the last word, of a policy the better one, for a draft that was
    left half way is no failure.
    """
    question = desk.question(answer)
    if answer.submitted is None or answer.payload == answer.submitted:
        found = grade(question, answer.payload)
    elif question.item.kind in POLICY_KINDS:
        both = [grade(question, each) for each in (answer.submitted, answer.payload)]
        found = max(both, key=lambda each: each.credit)
    else:
        found = grade(question, answer.payload)
    return _marks(desk, question, found)


def _marks(desk: Desk, question: Question, found: Grade) -> Marks:
    exact = Fraction(found.credit)
    told = _told(found, question.item.feedback, graded=desk.graded)
    return Marks(decimal(exact, 6), exact, told, found.mistakes)


def decimal(number: Fraction, places: int) -> Decimal:
    """A fraction to so many places; less than all is never rounded up to all."""
    scaled = number * 10**places
    return Decimal(scaled.numerator // scaled.denominator).scaleb(-places)


def _told(found: Grade, level: Level, *, graded: bool) -> dict[str, Any]:
    said = found.feedback(level, graded=graded)
    return {
        "answered": said.answered,
        "standing": said.standing.value if said.standing else None,
        "credit": float(said.credit) if said.credit is not None else None,
        "checks": said.checks,
        "problems": [_problem(problem) for problem in said.problems],
        "broken": list(said.broken),
        "parts": [
            {"id": part.id, "right": part.right, "said": part.said, "wanted": part.wanted}
            for part in said.parts
        ],
        "mistakes": list(said.mistakes),
        "whys": list(said.whys),
    }


def _problem(problem: Any) -> dict[str, Any]:
    mark = problem.mark
    return {
        "message": problem.message,
        "line": mark.line if mark else None,
        "column": mark.column if mark else None,
        "hint": problem.hint,
    }


# ── What a page is given ─────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Clock:
    """The time of a sitting. `remaining` are whole seconds, None where no clock runs."""

    deadline: datetime | None
    remaining: int | None
    extra_seconds: int
    over: bool


@dataclass(frozen=True, slots=True)
class RailEntry:
    """An item in the rail. `state` is `open`, `draft` or `answered`; `standing` only once told."""

    number: int
    title: str
    kind: str
    weight: int
    state: str
    flagged: bool
    standing: str


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of an answer, released and within the level of its item; all of it finished."""

    standing: str
    credit: float | None
    checks: str
    problems: tuple[Mapping[str, Any], ...]
    broken: tuple[str, ...]
    parts: tuple[Mapping[str, Any], ...]
    mistakes: tuple[str, ...]
    whys: tuple[str, ...]  # Markdown
    explanation: str  # Markdown


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item as it may be seen now. `shown` is the pure public view, `payload` what was said.

    `base` says when `payload` was saved, for a draft that is written over it.
    `hint` is the text once it was asked for, `can_hint` whether it may be. `open` says whether an
    answer is taken. `told` is None until feedback is released.
    """

    number: int
    id: str
    kind: str
    weight: int
    shown: Mapping[str, Any]
    payload: Any
    state: str
    saved: datetime | None
    base: str
    answered: datetime | None
    flagged: bool
    open: bool
    hint: str
    can_hint: bool
    told: Told | None


@dataclass(frozen=True, slots=True)
class SittingView:
    """A sitting as its own learner may see it now."""

    id: str
    slug: str
    title: str
    kind: str
    graded: bool
    at_once: bool
    misconception: str
    started: datetime
    finished: datetime | None
    released: bool
    clock: Clock
    rail: tuple[RailEntry, ...]
    answered: int
    number: int


def clock_view(desk: Desk) -> Clock:
    """The time as the page shows it: at the deadline 0, whatever the grace."""
    sitting = desk.sitting
    left = None
    if sitting.deadline is not None:
        gone = desk.over or desk.now >= sitting.deadline
        left = 0 if gone else -(-(sitting.deadline - desk.now) // timedelta(seconds=1))
    return Clock(sitting.deadline, left, sitting.extra_seconds, desk.over)


def sitting_view(desk: Desk) -> SittingView:
    """What the head and the rail of every page of a sitting show."""
    sitting, quiz = desk.sitting, desk.paper.quiz
    rail = tuple(_rail(desk, answer) for answer in desk.answers)
    return SittingView(
        id=str(sitting.pk),
        slug=quiz.slug,
        title=quiz.title,
        kind=sitting.kind,
        graded=desk.graded,
        at_once=desk.at_once,
        misconception=sitting.misconception,
        started=sitting.started,
        finished=sitting.finished,
        released=sitting.released is not None,
        clock=clock_view(desk),
        rail=rail,
        answered=sum(entry.state == "answered" for entry in rail),
        number=len(rail),
    )


def _rail(desk: Desk, answer: Answer) -> RailEntry:
    item, told = desk.question(answer).item, told_of(desk, answer)
    standing = told.standing if told else ""
    title = item_title(desk.question(answer))
    return RailEntry(
        answer.position,
        title,
        item.kind.value,
        item.weight,
        state_of(answer),
        answer.flagged,
        standing,
    )


def item_view(desk: Desk, answer: Answer) -> ItemView:
    """An item as it may be seen now."""
    question = desk.question(answer)
    item = question.item
    helps = bool(item.hint) and not desk.graded
    taken = helps and (answer.hinted or desk.sitting.released is not None)
    is_open = not desk.over and not desk.is_final(answer)
    return ItemView(
        number=answer.position,
        id=item.id,
        kind=item.kind.value,
        weight=item.weight,
        # Whether there is a hint is said here only where one can be had.
        shown=dict(public(question)) | {"hint": helps},
        payload=answer.payload,
        state=state_of(answer),
        saved=answer.saved,
        base=answer.saved.isoformat() if answer.saved else "",
        answered=answer.answered,
        flagged=answer.flagged,
        open=is_open,
        hint=item.hint if taken else "",
        can_hint=helps and not taken and is_open,
        told=told_of(desk, answer),
    )


def state_of(answer: Answer) -> str:
    """`answered` while what the page shows is what was handed in, `draft`, or `open`."""
    if answer.submitted is not None and answer.payload == answer.submitted:
        return "answered"
    return "open" if answer.payload is None else "draft"


def told_of(desk: Desk, answer: Answer) -> Told | None:
    """What may be said of an answer now; None before its release.

    Where each answer is told at once, that is after it was judged; an explanation is the key of an
    answer that may still be mended, so it waits until it stands.
    """
    released = desk.sitting.released is not None
    if not released and not (desk.at_once and answer.credit is not None):
        return None
    said, item = answer.feedback, desk.question(answer).item
    if said is None:
        return None
    stands = released or desk.is_final(answer)
    explained = stands and item.feedback is Level.EXPLANATION
    told = _as_told(said, item.explanation if explained else "")
    return told if stands else replace(told, parts=())


def _as_told(said: dict[str, Any], explanation: str) -> Told:
    return Told(
        standing=said["standing"] or "",
        credit=said["credit"],
        checks=said["checks"],
        problems=tuple(said["problems"]),
        broken=tuple(said["broken"]),
        parts=tuple(said["parts"]),
        mistakes=tuple(said["mistakes"]),
        whys=tuple(said["whys"]),
        explanation=explanation,
    )


def told_at_once(question: Question, found: Grade) -> Told:
    """All that can be said of an answer, where nothing is withheld: to a lesson's question."""
    said = _told(found, Level.EXPLANATION, graded=False)
    return _as_told(said, question.item.explanation)


@dataclass(frozen=True, slots=True)
class Line:
    """An item in the result: what it earned, as far as its level tells."""

    item: ItemView
    earned: Decimal | None


@dataclass(frozen=True, slots=True)
class ResultView:
    """A finished sitting whose feedback is released."""

    score: Decimal
    max_score: int
    percent: int
    passing: int
    passed: bool
    seconds: int
    lines: tuple[Line, ...]
    mistakes: tuple[str, ...]


def result_view(desk: Desk) -> ResultView | None:
    """The result; None before it is released."""
    sitting = desk.sitting
    if sitting.released is None or sitting.score is None or not sitting.max_score:
        return None
    lines = tuple(_line(desk, answer) for answer in desk.answers)
    shown = [code for line in lines if line.item.told for code in line.item.told.mistakes]
    assert sitting.finished is not None
    return ResultView(
        score=sitting.score,
        max_score=sitting.max_score,
        percent=int(sitting.score * 100 / sitting.max_score),
        passing=desk.paper.quiz.passing,
        passed=bool(sitting.passed),
        seconds=max(0, round((sitting.finished - sitting.started).total_seconds())),
        lines=lines,
        mistakes=tuple(dict.fromkeys(shown)),
    )


def _line(desk: Desk, answer: Answer) -> Line:
    view = item_view(desk, answer)
    told = view.told is not None and view.told.credit is not None and answer.credit is not None
    earned = (answer.credit or Decimal(0)) * view.weight
    return Line(view, earned.quantize(Decimal("0.01")) if told else None)


def result_json(desk: Desk) -> dict[str, Any]:
    """The machine-readable result; before the release it says no more than that."""
    sitting, result = desk.sitting, result_view(desk)
    head: dict[str, Any] = {
        "sitting": str(sitting.pk),
        "quiz": {
            "slug": desk.paper.quiz.slug,
            "title": desk.paper.quiz.title,
            "revision": sitting.quiz_revision.number,
        },
        "kind": sitting.kind,
        "started": sitting.started.isoformat(),
        "deadline": sitting.deadline.isoformat() if sitting.deadline else None,
        "extra_seconds": sitting.extra_seconds,
        "finished": sitting.finished.isoformat() if sitting.finished else None,
        "released": result is not None,
    }
    return head | _scores(result) if result else head


def _scores(result: ResultView) -> dict[str, Any]:
    return {
        "seconds": result.seconds,
        "score": float(result.score),
        "max_score": result.max_score,
        "percent": result.percent,
        "passing": result.passing,
        "passed": result.passed,
        "mistakes": list(result.mistakes),
        "items": [_item_json(line) for line in result.lines],
    }


def _item_json(line: Line) -> dict[str, Any]:
    item, told = line.item, line.item.told
    return {
        "number": item.number,
        "id": item.id,
        "kind": item.kind,
        "weight": item.weight,
        "state": item.state,
        "standing": told.standing if told else "",
        "earned": float(line.earned) if line.earned is not None else None,
        "mistakes": list(told.mistakes) if told else [],
    }


def total(desk: Desk, found: Sequence[tuple[Answer, Fraction]]) -> tuple[Fraction, int]:
    """What answers earn together by their weights, and what all would."""
    weights = [(desk.question(answer).item.weight, exact) for answer, exact in found]
    return sum((w * exact for w, exact in weights), Fraction(0)), sum(w for w, _ in weights)
