"""Reads of the lab: a learner's own attempts."""

from dataclasses import dataclass

from django.db.models import Count, Sum

from netpol_lab.accounts.models import Learner
from netpol_lab.content.models import Document
from netpol_lab.lab.models import Attempt, Prediction


def last_attempt(learner: Learner | None, exercise: Document) -> Attempt | None:
    """The learner's newest attempt at an exercise."""
    if learner is None:
        return None
    return Attempt.objects.filter(learner=learner, exercise=exercise).order_by("-id").first()


def last_accepted(learner: Learner | None, exercise: Document) -> Attempt | None:
    """The newest attempt whose text the API server would take."""
    if learner is None:
        return None
    accepted = Attempt.objects.filter(learner=learner, exercise=exercise, accepted=True)
    return accepted.order_by("-id").first()


def solved_exercises(learner: Learner | None) -> frozenset[str]:
    """The slugs of the exercises that the learner has solved."""
    if learner is None:
        return frozenset()
    solved = Attempt.objects.filter(learner=learner, solved=True)
    return frozenset(solved.values_list("exercise__slug", flat=True))


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
