"""Signing in claims what the browser did without an account; signing out leaves none of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import Client, RequestFactory

from netpol_lab.accounts.actions import ensure_learner, remember, settled
from netpol_lab.accounts.models import Learner, User
from netpol_lab.accounts.queries import learner_of
from netpol_lab.content.models import Document, Kind
from netpol_lab.home.actions import claim, erase_work
from netpol_lab.lab.handover import hand_over
from netpol_lab.lab.models import Attempt, HintUse, Prediction, QuestionAnswer
from netpol_lab.lab.workbench import Bench, set_up
from netpol_lab.quizzes.models import Allowance, Card, Sitting
from tests.accounts.people import learner_of_user, sign_in, sign_out, sign_up
from tests.lab.conftest import SOLUTION

pytestmark = pytest.mark.django_db
LESSON = "/lab/api-to-db/"
MINE = SOLUTION + "# of this browser\n"


def check(client: Client, text: str) -> None:
    assert client.post(f"{LESSON}submit", {"policy": text, "key": str(uuid4())}).status_code == 200


def texts(learner: Learner) -> list[str]:
    return list(learner.attempts.order_by("created", "id").values_list("text", flat=True))


# ── Through the pages ──


def test_signing_up_takes_the_work_along(ana: Client) -> None:
    check(ana, MINE)
    sign_up(ana, "ana")
    assert texts(learner_of_user("ana")) == [MINE]
    assert "# of this browser" in ana.get(LESSON).content.decode()


def test_signing_in_merges_two_browsers(ana: Client) -> None:
    check(ana, SOLUTION)
    sign_up(ana, "ana")
    elsewhere = Client()
    check(elsewhere, MINE)
    sign_in(elsewhere, "ana")
    assert texts(learner_of_user("ana")) == [SOLUTION, MINE]
    # The newest text wins, in both browsers.
    assert "# of this browser" in ana.get(LESSON).content.decode()
    assert "# of this browser" in elsewhere.get(LESSON).content.decode()


def test_signing_out_leaves_the_browser_without_the_work(ana: Client) -> None:
    check(ana, MINE)
    cookie = ana.cookies[settings.LEARNER_COOKIE_NAME].value
    sign_up(ana, "ana")
    assert ana.cookies[settings.LEARNER_COOKIE_NAME].value == ""
    check(ana, MINE)
    assert ana.cookies[settings.LEARNER_COOKIE_NAME].value == ""
    sign_out(ana)
    assert "# of this browser" not in ana.get(LESSON).content.decode()
    assert "Nothing here yet" in ana.get("/me/").content.decode()
    # Nor does the cookie of before, which somebody may have copied, lead back to it.
    ana.cookies[settings.LEARNER_COOKIE_NAME] = cookie
    assert "Nothing here yet" in ana.get("/me/").content.decode()


def test_what_is_done_after_signing_out_is_somebody_elses(ana: Client) -> None:
    sign_up(ana, "ana")
    check(ana, SOLUTION)
    sign_out(ana)
    check(ana, MINE)
    sign_up(ana, "otto")
    assert texts(learner_of_user("ana")) == [SOLUTION]
    assert texts(learner_of_user("otto")) == [MINE]


@pytest.mark.parametrize("signed_in", [False, True])
def test_another_browser_sees_nothing_of_it(ana: Client, otto: Client, signed_in: bool) -> None:
    check(ana, MINE)
    if signed_in:
        sign_up(otto, "otto")
    assert "# of this browser" not in otto.get(LESSON).content.decode()
    assert "Nothing here yet" in otto.get("/me/").content.decode()
    assert "# of this browser" not in otto.get("/me/progress.json").content.decode()


def test_pages_look_at_the_user_and_not_at_a_cookie_that_is_still_there(
    ana: Client, otto: Client
) -> None:
    check(otto, MINE)
    sign_up(ana, "ana")
    ana.cookies[settings.LEARNER_COOKIE_NAME] = otto.cookies[settings.LEARNER_COOKIE_NAME].value
    assert "Nothing here yet" in ana.get("/me/").content.decode()


# ── Of the rows ──


@pytest.fixture
def exercise(course: None) -> Document:
    return Document.objects.get(kind=Kind.EXERCISE, slug="api-to-db")


def attempt(learner: Learner, exercise: Document, *, key: UUID, text: str = "a") -> Attempt:
    revision = exercise.revisions.get()
    return Attempt.objects.create(
        learner=learner, exercise=exercise, exercise_revision=revision,
        scenario_revision=revision, key=key, text=text, accepted=True, solved=True,
    )  # fmt: skip


def prediction(learner: Learner, exercise: Document, *, right: int, day: int) -> Prediction:
    made = Prediction.objects.create(
        learner=learner, exercise=exercise, scenario_revision=exercise.revisions.get(),
        said="{}", right=right, asked=9,
    )  # fmt: skip
    Prediction.objects.filter(pk=made.pk).update(created=datetime(2026, 1, day, tzinfo=UTC))
    return made


def two() -> tuple[Learner, Learner]:
    return Learner.objects.create(), Learner.objects.create()


def test_one_submission_that_both_have_is_one(exercise: Document) -> None:
    giver, taker = two()
    key = uuid4()
    attempt(giver, exercise, key=key)
    attempt(taker, exercise, key=key)
    hand_over(giver, taker)
    assert taker.attempts.count() == 1
    assert not giver.attempts.exists()


def test_another_text_under_the_same_key_is_not_lost_and_not_doubled(exercise: Document) -> None:
    _, taker = two()
    key = uuid4()
    attempt(taker, exercise, key=key)
    for _ in range(2):
        giver = Learner.objects.create()
        attempt(giver, exercise, key=key, text="b")
        hand_over(giver, taker)
    assert texts(taker) == ["a", "b"]


@pytest.mark.parametrize(("theirs", "own"), [(3, 1), (1, 3)])
def test_of_hints_the_one_that_went_further_stands(
    exercise: Document, theirs: int, own: int
) -> None:
    giver, taker = two()
    HintUse.objects.create(learner=giver, exercise=exercise, steps=theirs)
    HintUse.objects.create(learner=taker, exercise=exercise, steps=own)
    hand_over(giver, taker)
    assert taker.hint_uses.get().steps == 3
    assert not giver.hint_uses.exists()


def test_hints_that_only_one_took_go_along(exercise: Document) -> None:
    giver, taker = two()
    HintUse.objects.create(learner=giver, exercise=exercise, steps=2)
    hand_over(giver, taker)
    assert taker.hint_uses.get().steps == 2


@pytest.mark.parametrize(("theirs", "own"), [(1, 2), (2, 1)])
def test_of_predictions_the_first_stands(exercise: Document, theirs: int, own: int) -> None:
    giver, taker = two()
    prediction(giver, exercise, right=theirs, day=theirs)
    prediction(taker, exercise, right=own, day=own)
    hand_over(giver, taker)
    assert taker.predictions.get().right == 1
    assert not giver.predictions.exists()


def test_all_that_a_learner_owns_is_handed_over() -> None:
    """A new kind of work fails here until it is handed over, saved to the file and taken back."""
    kinds = {relation.related_model for relation in Learner._meta.related_objects}
    works = {Attempt, HintUse, Prediction, QuestionAnswer, Sitting, Card, Allowance}
    assert kinds == {*works, Learner}


def test_no_cookie_leads_to_a_claimed_learner_or_to_a_users() -> None:
    """Not even one that holds the token of now, nor is the token the one that a browser has."""
    browser = Learner.objects.create()
    before = browser.token
    claim(browser, User.objects.create_user("ana"))
    browser.refresh_from_db()
    assert browser.token != before
    for learner in (browser, learner_of_user("ana")):
        request = RequestFactory().get("/")
        response = HttpResponse()
        remember(response, Learner(token=learner.token))
        cookie = response.cookies[settings.LEARNER_COOKIE_NAME].value
        request.COOKIES[settings.LEARNER_COOKIE_NAME] = cookie
        assert learner_of(request) is None


# ── At the same time ──


def test_a_second_claim_of_one_browser_finds_nothing(exercise: Document) -> None:
    browser = Learner.objects.create()
    attempt(browser, exercise, key=uuid4())
    ana, otto = User.objects.create_user("ana"), User.objects.create_user("otto")
    claim(browser, ana)
    claim(browser, otto)  # as the second of two tabs has read it
    assert learner_of_user("ana").attempts.count() == 1
    assert not Learner.objects.filter(user=otto).exists()


def test_a_submission_under_way_while_somebody_signs_in_is_theirs(exercise: Document) -> None:
    browser = Learner.objects.create()
    claim(browser, User.objects.create_user("ana"))
    attempt(settled(browser), exercise, key=uuid4())
    assert learner_of_user("ana").attempts.count() == 1


def test_a_submission_under_way_while_all_is_erased_breaks_nothing(exercise: Document) -> None:
    browser = Learner.objects.create()
    stale = Learner.objects.get()
    erase_work(browser)
    attempt(settled(stale), exercise, key=uuid4())
    assert Attempt.objects.get().learner.user is None


def test_a_submission_between_reading_and_claiming_goes_through_the_page(
    ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The view has read the browser's learner; then the sign-in of another tab comes first."""
    check(ana, SOLUTION)
    user = User.objects.create_user("ana")
    monkeypatch.setattr("netpol_lab.lab.views.set_up", claiming(user))
    check(ana, MINE)
    assert texts(learner_of_user("ana")) == [SOLUTION, MINE]


def claiming(user: User) -> Callable[..., Bench]:
    """What sets up a page, and lets the user sign in meanwhile."""

    def during(*args: Any, **more: Any) -> Bench:
        claim(Learner.objects.filter(user=None, merged_into=None).first(), user)
        return set_up(*args, **more)

    return during


# ── Whose a request is ──


def test_a_users_learner_is_made_once() -> None:
    request = RequestFactory().post("/")
    request.user = User.objects.create_user("ana")
    first = ensure_learner(request)
    assert ensure_learner(request) == first == learner_of(request)
    assert first.user == request.user


def test_nobody_signed_in_is_nobody() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert learner_of(request) is None
