"""A lesson's own question: asked once its exercise is solved, judged as an item of a quiz is.

Nothing of it is given before that. Any answer is told at once with all that there is to say, for
the question may be answered again as often as one likes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from netpol_lab.accounts.models import Learner
from netpol_lab.content.models import Kind, Revision
from netpol_lab.content.queries import Reader, current_revisions, lessons_about
from netpol_lab.lab.actions import record_question_answer
from netpol_lab.lab.models import QuestionAnswer
from netpol_lab.lab.queries import last_question_answer, solved_exercises
from netpol_lab.quizzes.papers import Told, told_at_once
from netpol_lab.quizzes.reviewing import meet
from netpol_lab.quizzes.showing import Shown, shown
from netpol_lab.quizzes.telling import Said, said_of
from simulator.document import Lesson
from simulator.papers import Library, make_question
from simulator.quiz import ItemKind, Question, grade
from simulator.quiz.payload import several
from simulator.quiz.values import scenario_slug


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on its page; `told` and `said` are of the answer that was given last."""

    page: Shown
    told: Told | None
    said: Said | None


def is_open(lesson: Lesson, learner: Learner | None) -> bool:
    """Whether the lesson asks something of this learner already."""
    return lesson.question is not None and lesson.exercise in solved_exercises(learner)


def question_of(reader: Reader, lesson: Lesson) -> Question | None:
    """The lesson's question, in the same order for everybody; None where it has none."""
    if lesson.question is None:
        return None
    slug = scenario_slug(lesson.question.body)
    found = current_revisions(reader, Kind.SCENARIO, [slug] if slug else [])
    library = Library({slug: revision.text for slug, revision in found.items()})
    return make_question(lesson.question, library, lesson.slug)


def asked(
    reader: Reader, lesson: Lesson, learner: Learner | None, *, order: str = ""
) -> Asked | None:
    """The question as this learner may see it; None while it waits, or where there is none.

    `order` are the steps as they were just moved, which is no answer yet.
    """
    question = question_of(reader, lesson) if is_open(lesson, learner) else None
    if question is None:
        return None
    if order and question.item.kind is ItemKind.ORDER:
        return Asked(shown(question, order.split(",")[:100]), None, None)
    row = last_question_answer(learner, lesson.slug)
    # What was said to other words is no answer to these.
    if row is None or row.revision_id != revision_of(reader, lesson).pk:
        return Asked(shown(question, None), None, None)
    return _answered(reader, question, json.loads(row.said))


def _answered(reader: Reader, question: Question, said: Any) -> Asked:
    told = told_at_once(question, grade(question, said))
    facts = {part["id"]: part["wanted"] for part in told.parts}
    lessons = lessons_about(reader, set(told.mistakes))
    return Asked(
        shown(question, said, facts=facts),
        told,
        said_of(question, said, told, lessons, stands=True),
    )


def revision_of(reader: Reader, lesson: Lesson) -> Revision:
    """What the lesson says now."""
    return current_revisions(reader, Kind.LESSON, [lesson.slug])[lesson.slug]


def answer_question(
    learner: Learner, reader: Reader, lesson: Lesson, *, said: object, key: UUID
) -> QuestionAnswer | None:
    """Judge and keep an answer, and make review cards of its mistakes as a quiz does.

    None where there is no answer in it: nothing is kept then.
    """
    question = question_of(reader, lesson)
    found = grade(question, said) if question else None
    if found is None or not found.answered:
        return None
    values: Mapping[str, Any] = {
        "revision": revision_of(reader, lesson),
        "said": said,
        "credit": found.credit,
        "mistakes": found.mistakes,
    }
    with transaction.atomic():
        row = record_question_answer(learner, key=key, **values)
        meet(row.learner, found.mistakes, timezone.now())
    return row


def moved(payload: object) -> str:
    """The steps as a form without a script has moved one of them, for an address."""
    return ",".join(several(payload))
