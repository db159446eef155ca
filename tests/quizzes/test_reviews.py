"""GET /reviews/, POST /reviews/start, and when a misconception is due again"""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from fsrs import Rating

from netpol_lab.accounts.models import Learner
from netpol_lab.content.models import Document, Kind
from netpol_lab.lab.models import Attempt
from netpol_lab.quizzes.models import Card, Purpose, Sitting
from netpol_lab.quizzes.queries import desk_of, open_sitting, sittings_of
from netpol_lab.quizzes.reviewing import meet, minutes, rating, review
from netpol_lab.quizzes.reviews import _places
from simulator.quiz import ItemKind, public
from tests.quizzes.conftest import Clocks, begin, url
from tests.quizzes.test_item import keys, post

pytestmark = pytest.mark.django_db


def wrong_at_short(client: Client) -> Sitting:
    """An answer that shows M03."""
    sitting = begin(client, "short")
    right = keys(sitting)[1]
    post(client, url(sitting, 1, "answer"), payload="ab".replace(right, ""), key=uuid4())
    return sitting


def begin_review(client: Client) -> Sitting:
    response = client.post("/reviews/start")
    assert response.status_code == 302
    return Sitting.objects.get(pk=response["Location"].split("/")[2])


def answer(client: Client, sitting: Sitting, *, right: bool) -> Card:
    key = keys(sitting)[1]
    payload = key if right else "zz"
    if not right and key in {"a", "b"}:
        payload = "b" if key == "a" else "a"
    told = post(client, url(sitting, 1, "answer"), payload=payload, key=uuid4())
    assert told.json()["taken"] is True
    return Card.objects.get(misconception="M03")


def test_it_works(ana: Client, clocks: Clocks) -> None:
    wrong_at_short(ana)
    listed = ana.get("/reviews/").context["reviews"]
    assert [card.misconception.id for card in listed.cards] == ["M03"]
    assert (listed.due, listed.minutes) == (1, 1)
    assert "1 due, 1 minute" in ana.get("/me/").content.decode()
    sitting = begin_review(ana)
    assert (sitting.kind, sitting.misconception, sitting.deadline) == (Purpose.REVIEW, "M03", None)
    clocks.go(60)
    card = answer(ana, sitting, right=True)
    assert card.last == clocks.wall
    assert card.due > clocks.wall
    assert "Nothing is due now" in ana.get("/me/").content.decode()
    assert ana.get("/reviews/").context["reviews"].due == 0
    sitting.refresh_from_db()
    assert sitting.finished == sitting.released == clocks.wall


def test_nothing_to_review_is_said(ana: Client) -> None:
    assert ana.get("/reviews/").context["reviews"].cards == ()
    assert ana.post("/reviews/start").status_code == 404
    begin(ana, "short")
    assert ana.post("/reviews/start").status_code == 302
    assert ana.post("/reviews/start", {"misconception": "M03"}).status_code == 404
    assert ana.post("/reviews/start", {"misconception": "x" * 300}).status_code == 404
    assert not Card.objects.exists()


def test_it_needs_the_csrf_token(ana: Client) -> None:
    wrong_at_short(ana)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = ana.cookies
    assert strict.post("/reviews/start").status_code == 403


def test_what_a_check_recognised_is_due_though_no_card_is_made_yet(ana: Client) -> None:
    begin(ana, "short")
    exercise = Document.objects.get(kind=Kind.EXERCISE)
    assert exercise.current is not None
    Attempt.objects.create(
        learner=Learner.objects.get(), exercise=exercise, exercise_revision=exercise.current,
        scenario_revision=exercise.current, key=uuid4(), text="", accepted=True, solved=False,
        mistakes="M03 M25",
    )  # fmt: skip
    # M25 has no item to practise with here.
    assert ana.get("/reviews/").context["reviews"].due == 1
    assert not Card.objects.exists()
    begin_review(ana)
    assert Card.objects.get().misconception == "M03"


def test_each_review_is_a_fresh_variant(ana: Client, clocks: Clocks) -> None:
    wrong_at_short(ana)
    shown = []
    for _ in range(4):
        sitting = begin_review(ana)
        desk = desk_of(sitting)
        shown.append(public(desk.question(desk.answers[0])))
        answer(ana, sitting, right=False)
        clocks.go(24 * 3600)
    assert all(one != other for one, other in pairwise(shown))


def test_a_review_under_way_goes_on(ana: Client) -> None:
    wrong_at_short(ana)
    assert begin_review(ana) == begin_review(ana)


def test_ratings_follow_from_the_answer() -> None:
    def rated(*, right: bool = True, hinted: bool = False, took: int = 30) -> Rating:
        seconds = timedelta(seconds=took)
        return rating(right=right, hinted=hinted, took=seconds, kind=ItemKind.SINGLE)

    assert rated(right=False, took=1) == Rating.Again
    assert rated(hinted=True, took=1) == Rating.Hard
    assert rated() == Rating.Good
    assert rated(took=20) == Rating.Easy
    assert rated(took=21) == Rating.Good
    policy = [
        rating(right=True, hinted=False, took=timedelta(seconds=n), kind=ItemKind.WRITE)
        for n in (90, 91)
    ]
    assert policy == [Rating.Easy, Rating.Good]


def test_half_right_is_wrong(ana: Client, clocks: Clocks) -> None:
    wrong_at_short(ana)
    desk = desk_of(begin_review(ana))
    given = desk.answers[0]
    given.credit = Decimal("0.9")
    card = review(desk.sitting.learner, desk, given)
    assert card.due - clocks.wall < timedelta(minutes=2)


def test_a_misconception_that_is_met_again_keeps_its_day(ana: Client, clocks: Clocks) -> None:
    wrong_at_short(ana)
    due = answer(ana, begin_review(ana), right=True).due
    clocks.go(60)
    meet(Learner.objects.get(), ["M03", "M99"], clocks.wall)
    assert Card.objects.get().due == due


def test_a_review_has_no_clock_whatever_its_quiz_has_and_finds_its_item(
    ana: Client, clocks: Clocks
) -> None:
    """Of the pool `choices` a paper of the quiz has two of three: a review has the one it is about."""
    begin(ana, "short")
    meet(Learner.objects.get(), ["M10"], clocks.wall)
    for _ in range(4):
        sitting = begin_review(ana)
        assert (sitting.quiz.slug, sitting.deadline) == ("every-kind", None)
        assert ana.get(url(sitting, 1)).status_code == 200
        assert sittings_of(sitting.learner, sitting.quiz).count() == 0
        assert open_sitting(sitting.learner, sitting.quiz) is None
        ana.post(url(sitting, 1, "answer"), {"payload": '["d"]', "key": str(uuid4())})
        clocks.go(24 * 3600)


def test_a_review_is_told_at_once_whenever_its_quiz_tells(ana: Client) -> None:
    desk = desk_of(begin(ana, "paper"))
    assert not desk.at_once
    desk.sitting.kind = Purpose.REVIEW
    assert desk.at_once


@pytest.mark.parametrize(("right", "hint", "seconds"), [(False, False, 5), (True, True, 5), (True, False, 60), (True, False, 5)])  # fmt: skip
def test_the_better_it_went_the_later_it_is_due(
    ana: Client, clocks: Clocks, right: bool, hint: bool, seconds: int
) -> None:
    wrong_at_short(ana)
    sitting = begin_review(ana)
    if hint:
        # Not every item has one; the row is what rates.
        sitting.answers.update(hinted=True)
    clocks.go(seconds)
    due = answer(ana, sitting, right=right).due - clocks.wall
    bounds = {(False, False): (0, 120), (True, True): (60, 600)}
    low, high = bounds.get((right, hint), (600, 3600) if seconds == 60 else (86_400, 10**8))
    assert low <= due.total_seconds() <= high


def test_five_take_four_minutes() -> None:
    assert [minutes(n) for n in (0, 1, 5)] == [0, 1, 4]


def test_an_exam_gives_no_item_for_practice(ana: Client) -> None:

    places = _places(AnonymousUser())
    assert "paper" not in {document.slug for each in places.values() for document, _ in each}
    assert places["M03"]
