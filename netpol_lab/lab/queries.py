"""Reads of the lab: a learner's own attempts."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404

from netpol_lab.accounts.models import Learner
from netpol_lab.content.models import Document, Kind
from netpol_lab.lab.models import Attempt, HintUse, Prediction, QuestionAnswer
from netpol_lab.lab.workbench import State


def state_in(attempt: Attempt) -> State:
    """What a learner had made of the exercise when they checked it."""
    return State(attempt.text, attempt.labels, attempt.plugin)


def last_attempt(learner: Learner | None, exercise: Document) -> Attempt | None:
    """The learner's newest attempt at an exercise."""
    if learner is None:
        return None
    return (
        Attempt.objects.filter(learner=learner, exercise=exercise)
        .order_by("-created", "-id")
        .first()
    )


def last_accepted(learner: Learner | None, exercise: Document) -> Attempt | None:
    """The newest attempt whose text the API server would take."""
    if learner is None:
        return None
    accepted = Attempt.objects.filter(learner=learner, exercise=exercise, accepted=True)
    return accepted.order_by("-created", "-id").first()


def attempts_at(
    learner: Learner | None, exercise: Document, *, until: Attempt | None = None
) -> QuerySet[Attempt]:
    """The learner's attempts at an exercise, newest first; `until` leaves out what came later."""
    found = Attempt.objects.filter(learner=learner, exercise=exercise) if learner else None
    if found is None:
        return Attempt.objects.none()
    if until is not None:
        found = found.filter(_not_after(until) | Q(pk=until.pk))
    return found.order_by("-created", "-id")


def attempt_for(learner: Learner | None, exercise: Document, number: int | str) -> Attempt:
    """The attempt of this id, if it is the learner's own at this exercise; Http404 otherwise."""
    mine = attempts_at(learner, exercise)
    # No id has more digits, and int() refuses thousands of them with an error.
    plain = str(number).isdecimal() and len(str(number)) < 20
    found = mine.filter(pk=number).first() if plain else None
    if found is None:
        raise Http404("no such attempt")
    return found


def accepted_before(attempt: Attempt) -> Attempt | None:
    """The newest accepted attempt of the same learner at the same exercise before this one."""
    mine = attempts_at(attempt.learner, attempt.exercise)
    return mine.filter(_not_after(attempt), accepted=True).first()


def _not_after(attempt: Attempt) -> Q:
    """Made before this one; an imported one may have an id that is larger than its age."""
    same_time = Q(created=attempt.created, pk__lt=attempt.pk)
    return Q(created__lt=attempt.created) | same_time


def solved_exercises(learner: Learner | None) -> frozenset[str]:
    """The slugs of the exercises that the learner has solved."""
    if learner is None:
        return frozenset()
    solved = Attempt.objects.filter(learner=learner, solved=True)
    return frozenset(solved.values_list("exercise__slug", flat=True))


def hint_steps(learner: Learner | None, exercise: Document) -> int:
    """How far the learner has gone in an exercise's hints; the last step is the solution."""
    used = HintUse.objects.filter(learner=learner, exercise=exercise) if learner else None
    return (used.values_list("steps", flat=True).first() or 0) if used is not None else 0


def hints_when_solved(learner: Learner | None, exercise: Document) -> int | None:
    """How far that was when the learner first solved the exercise; None where they have not."""
    if learner is None:
        return None
    solved = Attempt.objects.filter(learner=learner, exercise=exercise, solved=True)
    return solved.order_by("created", "id").values_list("hints", flat=True).first()


def prediction_of(learner: Learner | None, exercise: Document) -> Prediction | None:
    """What the learner first expected of an exercise's arrows; of one that was skipped, nothing."""
    if learner is None:
        return None
    return Prediction.objects.filter(learner=learner, exercise=exercise).first()


def last_question_answer(learner: Learner | None, lesson: str) -> QuestionAnswer | None:
    """What the learner said last to the question of the lesson of this slug."""
    if learner is None:
        return None
    said = QuestionAnswer.objects.filter(learner=learner, lesson__slug=lesson)
    return said.filter(lesson__kind=Kind.LESSON).order_by("-created", "-id").first()


def questions_answered(learner: Learner | None) -> frozenset[str]:
    """The slugs of the lessons whose question the learner has answered, rightly or not."""
    said = QuestionAnswer.objects.filter(learner=learner) if learner else None
    return (
        frozenset(said.values_list("lesson__slug", flat=True)) if said is not None else frozenset()
    )


@dataclass(frozen=True, slots=True)
class PredictionTotals:
    """Over all lessons: so many of the arrows that a learner was asked about were said right."""

    lessons: int
    right: int
    asked: int


def prediction_totals(learner: Learner | None) -> PredictionTotals:
    """A learner's predictions together; those that were skipped count for nothing."""
    made = Prediction.objects.filter(learner=learner, asked__gt=0)
    found = made.aggregate(Count("id"), Sum("right"), Sum("asked"))
    return PredictionTotals(found["id__count"], found["right__sum"] or 0, found["asked__sum"] or 0)
