"""Reads of the lab: a learner's own attempts."""

from dataclasses import dataclass

from django.db.models import Count, Sum

from netpol_lab.accounts.models import Learner
from netpol_lab.content.models import Document
from netpol_lab.lab.models import Attempt, HintUse, Prediction


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
