"""Whose the work is: from one learner to another. Nothing is lost, no key is there twice."""

from uuid import UUID, uuid5

from netpol_lab.accounts.models import Learner
from netpol_lab.lab.models import Attempt, HintUse, Prediction, QuestionAnswer

#: What is in a submission.
_PARTS = ("text", "labels", "plugin")


def hand_over(giver: Learner, taker: Learner) -> None:
    """Give the taker all work of the giver; call it in a transaction that has locked both."""
    _attempts(giver, taker)
    _hint_uses(giver, taker)
    _predictions(giver, taker)
    _question_answers(giver, taker)


def other_key(attempt: Attempt) -> UUID:
    """A key for an attempt whose own is taken by something else: the same each time one asks."""
    plugin = f"\0{attempt.plugin}" if attempt.plugin else ""
    return uuid5(attempt.key, f"{attempt.text}\0{attempt.labels}{plugin}")


def same_work(one: Attempt, other: Attempt) -> bool:
    """Whether two attempts with one key are one submission, seen twice."""
    return all(getattr(one, part) == getattr(other, part) for part in _PARTS)


def _attempts(giver: Learner, taker: Learner) -> None:
    """A key that both have is one submission (by a progress file), or one of them gets another."""
    own = Attempt.objects.filter(learner=taker)
    for attempt in Attempt.objects.filter(learner=giver, key__in=own.values("key")):
        if not same_work(attempt, own.get(key=attempt.key)):
            attempt.key = other_key(attempt)
        if own.filter(key=attempt.key).exists():
            attempt.delete()
        else:
            attempt.save(update_fields=["key"])
    Attempt.objects.filter(learner=giver).update(learner=taker)


def _hint_uses(giver: Learner, taker: Learner) -> None:
    """The one that went further stands."""
    known = {use.exercise_id: use for use in HintUse.objects.filter(learner=taker)}
    for use in HintUse.objects.filter(learner=giver):
        own = known.get(use.exercise_id)
        if own is None:
            continue
        HintUse.objects.filter(pk=own.pk).update(steps=max(own.steps, use.steps))
        use.delete()
    HintUse.objects.filter(learner=giver).update(learner=taker)


def _predictions(giver: Learner, taker: Learner) -> None:
    """The first one stands, as it does for one learner."""
    known = {said.exercise_id: said for said in Prediction.objects.filter(learner=taker)}
    for said in Prediction.objects.filter(learner=giver):
        own = known.get(said.exercise_id)
        if own is None:
            continue
        later = own if said.created < own.created else said
        later.delete()
    Prediction.objects.filter(learner=giver).update(learner=taker)


def _question_answers(giver: Learner, taker: Learner) -> None:
    """All of them; a key that both have is one answer."""
    known = QuestionAnswer.objects.filter(learner=taker).values("key")
    QuestionAnswer.objects.filter(learner=giver, key__in=known).delete()
    QuestionAnswer.objects.filter(learner=giver).update(learner=taker)
