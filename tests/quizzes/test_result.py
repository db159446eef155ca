"""POST /sittings/<uuid>/finish, and the result as a page and as JSON"""

import re
from decimal import Decimal
from fractions import Fraction
from uuid import uuid4

import pytest
from django.test import Client

from netpol_lab.content.actions import load
from netpol_lab.content.models import Kind
from netpol_lab.quizzes.actions import finish_sitting, release_sitting
from netpol_lab.quizzes.models import Card, Sitting
from netpol_lab.quizzes.papers import decimal
from netpol_lab.quizzes.queries import best_of
from simulator.mistakes import CATALOGUE
from tests.quizzes.conftest import SHORT, Clocks, begin, file, url
from tests.quizzes.test_item import keys, place, post

pytestmark = pytest.mark.django_db
WRONG_LINE = "- namespaceSelector: {}"


def known_wrong(right: str) -> str:
    """A solution with a slip that has a name: the pods of every namespace."""
    return re.sub(r"( *)- podSelector:", r"\1- namespaceSelector: {}\n\1  podSelector:", right)


def answer_all(client: Client, sitting: Sitting, *, but: tuple[str, ...] = ()) -> None:
    for number, right in keys(sitting).items():
        if sitting.answers.get(position=number).item not in but:
            post(client, url(sitting, number, "answer"), payload=right, key=uuid4())


def test_it_works(ana: Client, clocks: Clocks) -> None:
    sitting = begin(ana, "paper")
    answer_all(ana, sitting, but=("write",))
    clocks.go(90)
    handed_in = ana.post(url(sitting, what="finish"))
    assert (handed_in.status_code, handed_in["Location"]) == (302, url(sitting, what="result"))
    told = ana.get(url(sitting, what="result.json")).json()
    assert told["quiz"] == {"slug": "paper", "title": "Every kind of item", "revision": 1}
    most = told["max_score"]
    assert (told["score"], told["seconds"], told["released"]) == (most - 4, 90, True)
    assert told["percent"] == (most - 4) * 100 // most
    assert told["passed"] is True
    lines = {line["id"]: line for line in told["items"]}
    assert (lines["write"]["state"], lines["write"]["earned"]) == ("open", 0.0)
    assert (lines["predict"]["standing"], lines["predict"]["earned"]) == ("right", 2.0)
    result = ana.get(url(sitting, what="result")).context["result"]
    assert (result.score, result.max_score, result.passed) == (most - 4, most, True)
    assert ana.get(url(sitting))["Location"] == url(sitting, what="result")


@pytest.mark.parametrize("what", ["", "result", "result.json", "state.json", "finish"])
def test_a_stranger_finds_nothing(ana: Client, otto: Client, what: str) -> None:
    sitting = begin(ana, "paper")
    begin(otto, "paper")
    for client in (otto, Client()):
        assert client.get(url(sitting, what=what)).status_code == 404
    assert otto.post(url(sitting, what="finish")).status_code == 404
    sitting.refresh_from_db()
    assert sitting.finished is None


def test_it_needs_the_csrf_token(ana: Client) -> None:
    sitting = begin(ana, "paper")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = ana.cookies
    assert strict.post(url(sitting, what="finish")).status_code == 403


def test_finishing_twice_changes_nothing(ana: Client, clocks: Clocks) -> None:
    sitting = begin(ana, "paper")
    ana.post(url(sitting, what="finish"))
    first = Sitting.objects.values().get()
    clocks.go(5)
    ana.post(url(sitting, what="finish"))
    assert Sitting.objects.values().get() == first


def test_nothing_is_taken_after_it(ana: Client) -> None:
    sitting = begin(ana, "paper")
    ana.post(url(sitting, what="finish"))
    for what in ("save", "answer"):
        told = post(ana, url(sitting, 1, what), payload="a", key=uuid4())
        assert (told.status_code, told.json()["refusal"]) == (403, "finished")
        assert told.json()["next"] == url(sitting, what="result")
    assert sitting.answers.get(position=1).payload is None


def test_before_it_the_file_says_no_more_than_that(ana: Client) -> None:
    sitting = begin(ana, "paper")
    told = ana.get(url(sitting, what="result.json")).json()
    assert (told["released"], told["finished"]) == (False, None)
    assert not {"score", "items", "passed", "seed"} & set(told)


# ── What counts ──


def test_a_draft_that_was_not_handed_in_counts(ana: Client) -> None:
    sitting = begin(ana, "paper")
    number = place(sitting, "predict")
    post(ana, url(sitting, number, "save"), payload=keys(sitting)[number])
    ana.post(url(sitting, what="finish"))
    assert sitting.answers.get(position=number).credit == 1


def test_a_policy_that_was_being_mended_does_not_lose_what_was_handed_in(ana: Client) -> None:
    sitting = begin(ana, "paper")
    number = place(sitting, "fill")
    post(ana, url(sitting, number, "answer"), payload=keys(sitting)[number], key=uuid4())
    post(ana, url(sitting, number, "save"), payload="- podSel")
    ana.post(url(sitting, what="finish"))
    assert sitting.answers.get(position=number).credit == 1


def test_of_a_choice_the_last_word_counts(ana: Client) -> None:
    sitting = begin(ana, "paper")
    number = place(sitting, "predict")
    right = keys(sitting)[number]
    post(ana, url(sitting, number, "answer"), payload=right, key=uuid4())
    post(ana, url(sitting, number, "save"), payload=dict.fromkeys(right, "allowed"))
    ana.post(url(sitting, what="finish"))
    assert sitting.answers.get(position=number).credit == 0


def test_a_draft_shows_no_misconception(ana: Client) -> None:
    sitting = begin(ana, "paper")
    number = place(sitting, "fill")
    post(ana, url(sitting, number, "save"), payload=WRONG_LINE)
    ana.post(url(sitting, what="finish"))
    assert not Card.objects.exists()


def test_less_than_all_is_never_rounded_up_to_all(ana: Client) -> None:
    assert decimal(Fraction(9_999_999, 10_000_000), 6) == Decimal("0.999999")
    assert decimal(Fraction(1), 6) == 1


# ── Release ──


def test_of_sittings_the_best_is_of_the_highest_mark_and_then_the_quickest(
    ana: Client, clocks: Clocks
) -> None:
    made = []
    for right, seconds, release in ((0, 5, True), (1, 60, True), (1, 30, True), (1, 10, False)):
        sitting = begin(ana, "short")
        key = keys(sitting)[1]
        answer = key if right else "ab".replace(key, "")
        post(ana, url(sitting, 1, "answer"), payload=answer, key=uuid4())
        clocks.go(seconds)
        made.append(finish_sitting(sitting, release=release))
    best = best_of(made[0].learner, made[0].quiz)
    assert best is not None
    assert (best.sitting, best.percent, best.seconds) == (made[2], 100, 30)


@pytest.mark.parametrize(("passing", "passed"), [(49, True), (50, True), (51, False)])
def test_what_is_asked_for_is_enough(ana: Client, passing: int, passed: bool) -> None:
    two = SHORT.replace("position: 9", f"position: 9\npass: {passing}") + SHORT.partition(
        "items:\n"
    )[2].replace("id: one", "id: two")
    load([file(Kind.QUIZ, two)])
    sitting = begin(ana, "short")
    post(ana, url(sitting, 1, "answer"), payload=keys(sitting)[1], key=uuid4())
    assert finish_sitting(sitting).passed is passed


def test_a_result_can_be_held_back(ana: Client) -> None:
    sitting = begin(ana, "paper")
    finish_sitting(sitting, release=False)
    assert ana.get(url(sitting, what="result")).context["result"] is None
    assert ana.get(url(sitting, what="result.json")).json()["released"] is False
    release_sitting(sitting)
    assert ana.get(url(sitting, what="result.json")).json()["released"] is True
    first = Sitting.objects.get().released
    release_sitting(sitting)
    assert Sitting.objects.get().released == first


def test_what_is_held_back_or_withheld_makes_no_card(ana: Client) -> None:
    """/reviews/ names what cards stand for, so a card says as much as the feedback may."""
    sitting = begin(ana, "paper")
    fix = known_wrong(keys(sitting)[place(sitting, "fix")])
    for item, answer in (("fill", WRONG_LINE), ("fix", fix)):
        post(ana, url(sitting, place(sitting, item), "answer"), payload=answer, key=uuid4())
    finish_sitting(sitting, release=False)
    assert not Card.objects.exists()
    assert sitting.answers.get(item="fix").mistakes  # recognised, and its level is verdict
    release_sitting(sitting)
    fill = sitting.answers.get(item="fill")
    assert {card.misconception for card in Card.objects.all()} == set(fill.mistakes.split())
    assert set(fill.mistakes.split()) >= {"M23"}


@pytest.mark.parametrize("what", ["look", "terminal", "save", "answer", "flag"])
def test_graded_work_names_no_mistake_before_its_release(ana: Client, what: str) -> None:
    """An answer that the recogniser knows by name, at an item's desk and in each way to post it."""
    sitting = begin(ana, "paper")
    number = place(sitting, "write")
    text = known_wrong(keys(sitting)[number]).replace("canaryxq", "")
    shown = ""
    for headers in ({}, {"HX-Request": "true"}, {"Accept": "application/json"}):
        body = {"policy": text, "shown": "", "line": "kubectl get netpol -A", "key": str(uuid4())}
        shown += ana.post(
            url(sitting, number, what), body, headers=headers, follow=True
        ).content.decode()
    for word in (CATALOGUE["M03"].title, "too permissive", 'id="_goal"', "smallest"):
        assert word not in shown, word
    named = re.compile(r"\bM03\b")  # a token of a form may hold the letters
    assert not named.search(shown)
    assert not Card.objects.exists()
    assert not named.search(ana.get("/reviews/").content.decode())
    ana.post(url(sitting, number, "answer"), {"policy": text, "key": str(uuid4())})
    ana.post(url(sitting, what="finish"))
    assert "M03" in sitting.answers.get(item="write").mistakes


def test_in_graded_work_a_hidden_check_tells_its_kind_alone(ana: Client) -> None:
    for slug, words in (("every-kind", "1 too permissive"), ("paper", "too permissive")):
        sitting = begin(ana, slug)
        number = place(sitting, "fix")
        starter = ana.get(url(sitting, number)).context["item"].shown["starter"]
        text = starter + "# not the starter\n---\n" + starter.split("---\n")[1].replace("name: db-policy", "name: other")  # fmt: skip
        post(ana, url(sitting, number, "answer"), payload=text, key=uuid4())
        ana.post(url(sitting, what="finish"))
        told = ana.get(url(sitting, number)).context["item"].told
        assert told.checks.startswith(words), told
        assert told.parts == told.mistakes == told.whys == ()  # its level is verdict
