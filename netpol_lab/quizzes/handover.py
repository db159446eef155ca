"""Whose the sittings and reviews are: from one learner to another, as lab/handover.py does it."""

from netpol_lab.accounts.models import Learner
from netpol_lab.quizzes.models import Allowance, Card, Sitting


def hand_over(giver: Learner, taker: Learner) -> None:
    """Give the taker all that the giver sat; call it in a transaction that has locked both."""
    _sittings(giver, taker)
    _cards(giver, taker)
    _allowance(giver, taker)


def _sittings(giver: Learner, taker: Learner) -> None:
    """One that the taker has too, by a progress file, is one: by its seed and start it is known."""
    known = set(Sitting.objects.filter(learner=taker).values_list("quiz_id", "seed", "started"))
    for sitting in Sitting.objects.filter(learner=giver) if known else ():
        if (sitting.quiz_id, sitting.seed, sitting.started) in known:
            sitting.delete()
    Sitting.objects.filter(learner=giver).update(learner=taker)


def _cards(giver: Learner, taker: Learner) -> None:
    """Of two cards the one that was reviewed last stands."""
    known = {card.misconception: card for card in Card.objects.filter(learner=taker)}
    for card in Card.objects.filter(learner=giver, misconception__in=known):
        own = known[card.misconception]
        newer = card.last is not None and (own.last is None or own.last < card.last)
        (own if newer else card).delete()
    Card.objects.filter(learner=giver).update(learner=taker)


def _allowance(giver: Learner, taker: Learner) -> None:
    """What was granted to either is granted."""
    given = Allowance.objects.filter(learner=giver).first()
    if given is None:
        return
    own, _ = Allowance.objects.get_or_create(learner=taker)
    own.percent = max(own.percent, given.percent)
    own.seconds = max(own.seconds, given.seconds)
    own.save()
    given.delete()
