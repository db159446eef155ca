"""Reviews: when a misconception is due again. The schedule is the fsrs library's, by default."""

from collections.abc import Collection
from datetime import datetime, timedelta

from fsrs import Card as Schedule
from fsrs import Rating, Scheduler

from netpol_lab.accounts.models import Learner
from netpol_lab.quizzes.models import Answer, Card
from netpol_lab.quizzes.papers import POLICY_KINDS, Desk
from simulator.mistakes import CATALOGUE
from simulator.quiz import ItemKind

# Its default parameters. Without its fuzz, which would have a card's day hang on chance.
_SCHEDULER = Scheduler(enable_fuzzing=False)

#: A right answer within so long is an easy one.
FAST, FAST_POLICY = timedelta(seconds=20), timedelta(seconds=90)
#: What a review takes, for "5 due, 4 minutes".
SECONDS_EACH = 45


def rating(*, right: bool, hinted: bool, took: timedelta, kind: ItemKind) -> Rating:
    """How well it went, as the answer shows it; nobody rates themselves."""
    if not right:
        return Rating.Again
    if hinted:
        return Rating.Hard
    fast = FAST_POLICY if kind in POLICY_KINDS else FAST
    return Rating.Easy if took <= fast else Rating.Good


def minutes(due: int) -> int:
    """About how long so many reviews take; at least a minute where there is one."""
    return -(-due * SECONDS_EACH // 60)


def meet(owner: Learner, mistakes: Collection[str], now: datetime) -> None:
    """Make a card, due at once, for each misconception that was recognised for the first time."""
    for code in sorted(set(mistakes) & set(CATALOGUE)):
        Card.objects.get_or_create(learner=owner, misconception=code, defaults=fresh(now))


def fresh(now: datetime) -> dict[str, object]:
    """A new card's columns."""
    return {"state": dict(Schedule(card_id=0, due=now).to_dict()), "due": now}


def review(owner: Learner, desk: Desk, answer: Answer) -> Card:
    """Set when the misconception of a review is due again, by how the answer went."""
    card, _ = Card.objects.get_or_create(
        learner=owner, misconception=desk.sitting.misconception, defaults=fresh(desk.now)
    )
    rated = rating(
        right=answer.credit == 1,
        hinted=answer.hinted,
        took=desk.now - desk.sitting.started,
        kind=desk.question(answer).item.kind,
    )
    schedule, _ = _SCHEDULER.review_card(Schedule.from_dict(card.state), rated, desk.now)
    card.state, card.due, card.last = dict(schedule.to_dict()), schedule.due, desk.now
    card.save()
    return card
