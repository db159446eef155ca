"""Quizzes in the progress file and in what is erased: sittings, answers, reviews, extra time."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from netpol_lab.accounts.models import Learner
from netpol_lab.content.models import Revision
from netpol_lab.home import progress_quizzes
from netpol_lab.home.progress import work_of
from netpol_lab.home.progress_file import Progress, write
from netpol_lab.quizzes.actions import allow, finish_sitting
from netpol_lab.quizzes.models import Allowance, Answer, Card, Sitting, Submission
from netpol_lab.quizzes.queries import desk_of
from netpol_lab.quizzes.reviewing import fresh
from simulator.quiz import right_answer
from tests.accounts.people import sign_in, sign_out, sign_up
from tests.home.test_erase import ERASE, tables_that_hold
from tests.home.test_progress_file import saved, upload
from tests.quizzes.conftest import begin, url

pytestmark = pytest.mark.django_db
MARKS = {"seed", "score", "most", "passed", "credit", "feedback", "mistakes"}


def sit(client: Client, slug: str = "peers") -> Sitting:
    """Begin, answer the first item rightly and draft the second."""
    sitting = begin(client, slug)
    desk = desk_of(sitting)
    right = right_answer(desk.question(desk.answers[0]))
    client.post(url(sitting, 1, "answer"), {"payload": json.dumps(right), "key": str(uuid4())})
    client.post(url(sitting, 2, "save"), {"payload": json.dumps("canary-draft")})
    return sitting


def busy(client: Client) -> Learner:
    """A learner with a sitting that is over, one that is not, a card and extra time."""
    finish_sitting(sit(client))
    sit(client, "exam-paper-1")
    learner = Learner.objects.latest("pk")
    now = timezone.now()
    Card.objects.create(learner=learner, misconception="M03", **{**fresh(now), "last": now})
    allow(learner, percent=25)
    return learner


def names_in(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(names_in, value))
    if isinstance(value, dict):
        return set(value).union(*map(names_in, value.values()))
    return set()


def test_it_works(ana: Client, otto: Client) -> None:
    before = work_of(busy(ana))
    assert (len(before.sittings), len(before.reviews), before.extra_time) == (
        2, 1, ({"percent": 25, "seconds": 0},),
    )  # fmt: skip
    assert "2 entries are added." in upload(otto, saved(ana))
    after = work_of(Learner.objects.latest("pk"))
    assert after.sittings == before.sittings[:1]
    assert after.reviews == before.reviews
    taken = Sitting.objects.latest("pk") if after.sittings else None
    for sitting in Sitting.objects.filter(learner=Learner.objects.latest("pk")):
        assert otto.get(url(sitting, what="result")).status_code == 200
        assert otto.get(url(sitting, 1)).status_code == 200
        taken = sitting
    assert taken is not None
    assert "Best:" in otto.get("/quizzes/").content.decode()


def test_taking_it_twice_changes_nothing_and_a_running_clock_stays_where_it_is(
    ana: Client, otto: Client
) -> None:
    before = work_of(busy(ana))
    file = saved(ana)
    assert "Nothing in this file was new." in upload(ana, file)
    for said in ("2 entries are added.", "Nothing in this file was new."):
        assert said in upload(otto, file)
    assert work_of(Learner.objects.earliest("pk")) == before
    assert Sitting.objects.filter(finished=None).count() == 1
    assert Allowance.objects.count() == 1  # extra time is given, not taken along


def test_a_file_of_both_and_then_an_account_is_one_sitting(ana: Client, otto: Client) -> None:
    busy(ana)
    upload(otto, saved(ana))
    sign_up(ana, "ana")
    sign_out(ana)
    sign_in(otto, "ana")
    assert Sitting.objects.count() == 2
    assert Card.objects.count() == 1
    assert Submission.objects.filter(answer__sitting__finished__isnull=False).count() == 1


def test_before_its_release_no_mark_and_no_seed_is_in_the_file(ana: Client) -> None:
    sitting = sit(ana)
    for state in ("under way", "held back"):
        [entry] = json.loads(saved(ana))["sittings"]
        assert not MARKS & names_in(entry), state
        assert entry["answers"][1]["said"] == "canary-draft"
        finish_sitting(sitting, release=False)
    Sitting.objects.update(released=timezone.now())
    [entry] = json.loads(saved(ana))["sittings"]
    assert {"seed", "score", "credit", "feedback"} <= names_in(entry)


def test_a_quiz_whose_text_is_not_here_is_left_out_and_said(ana: Client, otto: Client) -> None:
    """Its paper could not be made again."""
    finish_sitting(sit(ana))
    file = saved(ana)
    for pks in ([Sitting.objects.get().quiz_revision_id], Sitting.objects.get().sources[:1]):
        texts = Revision.objects.filter(pk__in=pks)
        kept = texts.get().text
        texts.update(text=kept + "# another\n")
        page = upload(otto, file)
        assert "1 is about an exercise or a quiz that is not here." in page
        texts.update(text=kept)
    assert "1 entry is added." in upload(otto, file)


def test_of_two_cards_the_one_that_was_reviewed_last_stands(ana: Client, otto: Client) -> None:
    busy(ana)
    file = saved(ana)
    upload(otto, file)
    Card.objects.filter(learner=Learner.objects.latest("pk")).update(last=timezone.now())
    newer = Card.objects.latest("pk").last
    assert "Nothing in this file was new." in upload(otto, file)
    Card.objects.update(last=None)
    assert "1 entry is added." in upload(otto, file)
    assert newer != Card.objects.latest("pk").last is not None


def test_of_one_item_the_latest_that_was_handed_in_is_in_the_file(
    ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress_quizzes, "MOST_HANDED_IN", 2)
    sitting = begin(ana, "exam-paper-1")
    for text in ("one", "two", "three"):
        body = {"payload": json.dumps(text), "key": str(uuid4())}
        ana.post(url(sitting, 1, "answer"), body)
    [entry] = json.loads(saved(ana))["sittings"]
    assert [each["said"] for each in entry["answers"][0]["handed in"]] == ["two", "three"]


def test_a_file_from_before_the_quizzes_is_taken(
    ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netpol_lab.home.progress_file.VERSION", 1)
    monkeypatch.setattr("netpol_lab.home.progress_file.PARTS", ("attempts", "hints", "predictions"))
    file = write(Progress(), "now")
    monkeypatch.undo()
    assert '"version": 1' in file
    assert "Nothing in this file was new." in upload(ana, file)


def test_many_sittings_take_few_queries(
    ana: Client, otto: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    finish_sitting(sit(ana))
    entry = work_of(Learner.objects.get()).sittings[0]
    many = tuple({**entry, "seed": f"{number}"} for number in range(200))
    with django_assert_max_num_queries(100):
        page = upload(otto, write(Progress(sittings=many), "now"))
    assert "200 entries are added." in page
    with django_assert_max_num_queries(20):
        assert len(json.loads(saved(otto))["sittings"]) == 200


def test_all_that_is_kept_of_a_sitting_is_in_the_file() -> None:
    """A new column fails here until it is saved and taken back, or is listed as of no use there."""

    def columns(model: Any) -> set[str]:
        return {field.name for field in model._meta.get_fields()}

    assert columns(Sitting) - {"id", "learner", "answers", "boot", "ticks"} == {
        "quiz", "quiz_revision", "sources", "kind", "misconception", "started", "deadline",
        "extra_seconds", "finished", "released", "seed", "score", "max_score", "passed",
    }  # fmt: skip
    # `mistakes` beyond those of the feedback are never told.
    assert columns(Answer) - {"id", "sitting", "submissions", "mistakes"} == {
        "item", "position", "payload", "saved", "submitted", "answered", "flagged", "hinted",
        "credit", "feedback",
    }  # fmt: skip
    assert columns(Submission) - {"id", "answer"} == {"key", "payload", "received"}
    assert columns(Card) - {"id", "learner"} == {"misconception", "state", "due", "last"}
    assert columns(Allowance) - {"id", "learner"} == {"percent", "seconds"}


def test_erasing_leaves_no_word_of_an_answer_anywhere(ana: Client, otto: Client) -> None:
    busy(ana)
    begin(otto, "peers")
    body = {"payload": json.dumps("canary-answer"), "key": str(uuid4())}
    ana.post(url(Sitting.objects.get(quiz__slug="exam-paper-1"), 2, "answer"), body)
    assert tables_that_hold("canary") == {"quizzes_answer", "quizzes_submission"}
    page = ana.get(ERASE).content.decode()
    assert "2 quizzes that you sat" in page
    ana.post(ERASE, {"sure": "on"})
    assert tables_that_hold("canary") == set()
    for model in (Card, Allowance, Submission):
        assert not model._default_manager.exists()
    assert Sitting.objects.count() == 1  # otto's


def test_what_is_erased_takes_no_answer_any_more(ana: Client) -> None:
    """Whoever erases in one tab and answers in another gets 404, not an error."""
    sitting = sit(ana)
    ana.post(ERASE, {"sure": "on"})
    assert ana.post(url(sitting, 2, "save"), {"payload": '"x"'}).status_code == 404
    assert ana.post(url(sitting, what="finish")).status_code == 404
