"""Signing in takes sittings, reviews and extra time along."""

from datetime import UTC, datetime

import pytest

from netpol_lab.accounts.models import Learner
from netpol_lab.content.models import Document, Kind
from netpol_lab.quizzes.handover import hand_over
from netpol_lab.quizzes.models import Allowance, Card, Sitting

pytestmark = pytest.mark.django_db


@pytest.fixture
def giver() -> Learner:
    return Learner.objects.create()


@pytest.fixture
def taker() -> Learner:
    return Learner.objects.create()


def card(learner: Learner, code: str, *, day: int) -> None:
    at = datetime(2026, 1, day, tzinfo=UTC)
    Card.objects.create(learner=learner, misconception=code, state={"day": day}, due=at, last=at)


def test_sittings_go_along(giver: Learner, taker: Learner, quizzes: None) -> None:
    document = Document.objects.filter(kind=Kind.QUIZ)[0]
    Sitting.objects.create(
        learner=giver, quiz=document, quiz_revision=document.revisions.get(), seed="s",
        kind="quiz", started=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    hand_over(giver, taker)
    assert Sitting.objects.get().learner == taker


@pytest.mark.parametrize(("theirs", "own"), [(1, 2), (2, 1)])
def test_of_two_cards_the_one_that_was_reviewed_last_stands(
    giver: Learner, taker: Learner, theirs: int, own: int
) -> None:
    card(giver, "M01", day=theirs)
    card(taker, "M01", day=own)
    card(giver, "M02", day=3)
    hand_over(giver, taker)
    states = dict(taker.cards.values_list("misconception", "state"))
    assert states == {"M01": {"day": 2}, "M02": {"day": 3}}
    assert not giver.cards.exists()


def test_what_was_granted_to_either_is_granted(giver: Learner, taker: Learner) -> None:
    Allowance.objects.create(learner=giver, percent=25, seconds=0)
    Allowance.objects.create(learner=taker, percent=10, seconds=60)
    hand_over(giver, taker)
    granted = Allowance.objects.get()
    assert (granted.learner, granted.percent, granted.seconds) == (taker, 25, 60)


def test_nothing_is_made_where_nothing_was(giver: Learner, taker: Learner) -> None:
    hand_over(giver, taker)
    assert not Allowance.objects.exists()
