"""Reads of the lab: a learner's own attempts."""

from netpol_lab.accounts.models import Learner
from netpol_lab.content.models import Document
from netpol_lab.lab.models import Attempt


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
