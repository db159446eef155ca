"""An item: GET /sittings/<uuid>/<n>/, and POST save, answer, flag and hint below it"""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from netpol_lab.quizzes import actions
from netpol_lab.quizzes.models import Answer, Card, Sitting, Submission
from netpol_lab.quizzes.queries import desk_of
from simulator.quiz import right_answer
from tests.quizzes.conftest import begin, url

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


def post(client: Client, address: str, **fields: Any) -> Any:
    """What a script is told; `payload` goes as JSON."""
    if "payload" in fields:
        fields["payload"] = json.dumps(fields["payload"])
    return client.post(address, fields, headers=JSON)


def place(sitting: Sitting, item: str) -> int:
    return sitting.answers.get(item=item).position


def keys(sitting: Sitting) -> dict[int, Any]:
    """The right answers, by place."""
    desk = desk_of(sitting)
    return {answer.position: right_answer(desk.question(answer)) for answer in desk.answers}


def test_it_works(ana: Client) -> None:
    sitting = begin(ana, "every-kind")
    for number, right in keys(sitting).items():
        assert ana.get(url(sitting, number)).status_code == 200
        told = post(ana, url(sitting, number, "answer"), payload=right, key=uuid4())
        assert (told.status_code, told.json()["taken"]) == (200, True), told.json()
        assert ana.get(url(sitting, number)).context["item"].told.standing == "right"
    sitting.refresh_from_db()
    assert {a.credit for a in sitting.answers.all()} == {1}


@pytest.mark.parametrize("what", ["", "save", "answer", "flag", "hint"])
def test_a_stranger_finds_nothing(ana: Client, otto: Client, what: str) -> None:
    sitting = begin(ana, "every-kind")
    begin(otto, "every-kind")
    for client in (otto, Client()):
        assert client.get(url(sitting, 1, what)).status_code == 404
        assert client.post(url(sitting, 1, what or "save")).status_code == 404
    assert not sitting.answers.filter(saved__isnull=False).exists()


@pytest.mark.parametrize("what", ["save", "answer", "flag", "hint"])
def test_it_needs_the_csrf_token(ana: Client, what: str) -> None:
    sitting = begin(ana, "every-kind")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = ana.cookies
    for headers in ({}, {"HX-Request": "true"}, JSON):
        assert strict.post(url(sitting, 1, what), headers=headers).status_code == 403


@pytest.mark.parametrize("what", ["save", "answer", "flag", "hint"])
def test_looking_writes_nothing(ana: Client, what: str) -> None:
    sitting = begin(ana, "every-kind")
    before = list(Answer.objects.values())
    response = ana.get(url(sitting, 1, what))
    assert (response.status_code, response["Location"]) == (302, url(sitting, 1))
    ana.get(url(sitting, 1))
    assert list(Answer.objects.values()) == before


def test_a_place_that_the_paper_lacks_is_not_there(ana: Client) -> None:
    sitting = begin(ana, "every-kind")
    assert ana.get(url(sitting, 99)).status_code == 404
    assert ana.post(url(sitting, 99, "save")).status_code == 404


# ── Drafts ──


def test_a_draft_overwrites_and_is_not_judged(ana: Client) -> None:
    sitting = begin(ana, "every-kind")
    number = place(sitting, "fill")
    for text in ("- a", "- namespaceSelector: {}"):
        told = post(ana, url(sitting, number, "save"), payload=text).json()
        assert (told["taken"], told["state"]) == (True, "draft")
    answer = sitting.answers.get(position=number)
    assert (answer.payload, answer.credit, answer.answered) == (text, None, None)
    assert not Submission.objects.exists()
    assert not Card.objects.exists()
    page = ana.get(url(sitting, number))
    assert "namespaceSelector: {}" in page.content.decode()
    assert page.context["item"].base == told["saved"]  # goes with the next draft


def test_a_draft_does_not_overwrite_a_newer_one(ana: Client) -> None:
    sitting = begin(ana, "every-kind")
    number = place(sitting, "fill")
    first = post(ana, url(sitting, number, "save"), payload="one", base="").json()
    second = post(ana, url(sitting, number, "save"), payload="two", base=first["saved"])
    stale = post(ana, url(sitting, number, "save"), payload="old", base=first["saved"])
    assert (second.status_code, stale.status_code) == (200, 409)
    assert stale.json()["refusal"] == "newer"
    assert sitting.answers.get(position=number).payload == "two"
    post(ana, url(sitting, number, "save"), payload="old", base=first["saved"], force="1")
    assert sitting.answers.get(position=number).payload == "old"


def test_the_form_works_without_a_script(ana: Client) -> None:
    sitting = begin(ana, "every-kind")
    number = next(n for n, right in keys(sitting).items() if isinstance(right, str))
    item = sitting.answers.get(position=number).item
    fields = {"choice": "a", "text": "- x", "policy": "- x"}
    saved = ana.post(url(sitting, number, "save"), fields)
    assert (saved.status_code, saved["Location"]) == (302, url(sitting, number))
    answered = ana.post(url(sitting, number, "answer"), {**fields, "key": uuid4()})
    assert answered.status_code == 302
    assert sitting.answers.get(item=item).credit is not None


def test_over_the_limit_is_413_and_stores_nothing(ana: Client) -> None:
    sitting = begin(ana, "every-kind")
    for what in ("save", "answer"):
        told = post(ana, url(sitting, 1, what), payload="#" * 65_537)
        assert told.status_code == 413
    assert sitting.answers.get(position=1).payload is None


HOSTILE = ["\0", '"\\ud800"', "[" * 10_000, '{"a":' * 900, "1e999", "NaN", "9" * 5000, '{"1": {"2": ["\\u0000"]}}', "true", "null", "[[[[[[[[[[1]]]]]]]]]]"]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_mangled_answer_is_a_wrong_one_and_never_an_error(ana: Client, text: str) -> None:
    sitting = begin(ana, "every-kind")
    for number in keys(sitting):
        body = {"payload": text, "key": str(uuid4())}
        told = ana.post(url(sitting, number, "answer"), body, headers=JSON)
        assert told.status_code == 200, number
    assert ana.get(url(sitting, 1)).status_code == 200
    assert ana.post(url(sitting, what="finish"), follow=True).status_code == 200
    assert not sitting.answers.filter(credit=1).exists()


# ── Answers ──


def test_one_key_makes_one_submission(ana: Client) -> None:
    sitting = begin(ana, "paper")
    key = uuid4()
    for _ in range(3):
        told = post(ana, url(sitting, 1, "answer"), payload=["a"], key=key)
        assert told.json()["taken"] is True
    assert Submission.objects.count() == 1


def test_something_else_under_a_used_key_is_a_submission_of_its_own(ana: Client) -> None:
    sitting = begin(ana, "paper")
    key = uuid4()
    for answer in ("a", "b"):
        post(ana, url(sitting, 1, "answer"), payload=answer, key=key)
    assert Submission.objects.count() == 2
    assert sitting.answers.get(position=1).submitted == "b"


@pytest.mark.parametrize("key", ["", "x", "0" * 40])
def test_a_mangled_key_loses_no_answer(ana: Client, key: str) -> None:
    sitting = begin(ana, "paper")
    assert post(ana, url(sitting, 1, "answer"), payload="a", key=key).json()["taken"] is True


def test_of_a_choice_the_first_answer_stands_where_feedback_comes_at_once(ana: Client) -> None:
    sitting = begin(ana, "short")
    right = keys(sitting)[1]
    wrong = "b" if right == "a" else "a"
    post(ana, url(sitting, 1, "answer"), payload=wrong, key=uuid4())
    told = post(ana, url(sitting, 1, "answer"), payload=right, key=uuid4())
    assert (told.status_code, told.json()["refusal"]) == (403, "final")
    drafted = post(ana, url(sitting, 1, "save"), payload=right)
    assert drafted.json()["refusal"] == "final"
    assert sitting.answers.get().credit == 0


def test_a_policy_may_be_mended_until_it_is_right(ana: Client) -> None:
    sitting = begin(ana, "every-kind")
    number = place(sitting, "fill")
    told = post(ana, url(sitting, number, "answer"), payload="- namespaceSelector: {}", key=uuid4())
    assert told.json()["open"] is True
    assert "too permissive" in ana.get(url(sitting, number)).content.decode()
    told = post(ana, url(sitting, number, "answer"), payload=keys(sitting)[number], key=uuid4())
    assert told.json()["open"] is False
    assert sitting.answers.get(position=number).credit == 1
    assert Submission.objects.count() == 2


def test_an_exam_lets_one_change_ones_mind_and_says_nothing(ana: Client) -> None:
    sitting = begin(ana, "paper")
    number = place(sitting, "point")
    for line in ("1", "2"):
        told = post(ana, url(sitting, number, "answer"), payload=[line], key=uuid4())
        assert (told.json()["taken"], told.json()["state"]) == (True, "answered")
    answer = sitting.answers.get(position=number)
    assert (answer.submitted, answer.credit, answer.feedback) == (["2"], None, None)


def test_too_many_answers_within_a_minute_are_429(
    ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_A_MINUTE", 2)
    sitting = begin(ana, "paper")
    codes = [
        post(ana, url(sitting, 1, "answer"), payload=["a"], key=uuid4()).status_code
        for _ in range(3)
    ]
    assert codes == [200, 200, 429]
    assert Submission.objects.count() == 2


def test_a_flood_is_refused_before_it_is_judged(
    ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = begin(ana, "short")
    monkeypatch.setattr(actions, "MOST_A_MINUTE", 0)
    monkeypatch.setattr(actions, "marks", lambda *_: pytest.fail("it was judged"))
    answered = post(ana, url(sitting, 1, "answer"), payload="a", key=uuid4())
    assert answered.status_code == 429


def test_extra_fields_change_no_mark(ana: Client) -> None:
    sitting = begin(ana, "short")
    wrong = "b" if keys(sitting)[1] == "a" else "a"
    more = {"credit": "1", "score": "100", "passed": "true", "finished": "1"}
    post(ana, url(sitting, 1, "answer"), payload=wrong, key=uuid4(), **more)
    assert sitting.answers.get().credit == 0


# ── Flag and hint ──


def test_a_flag_goes_on_and_off(ana: Client) -> None:
    sitting = begin(ana, "paper")
    assert post(ana, url(sitting, 2, "flag"), on="1").json()["flagged"] is True
    rail = ana.get(url(sitting)).context["sitting"].rail
    assert [entry.number for entry in rail if entry.flagged] == [2]
    assert post(ana, url(sitting, 2, "flag"), on="0").json()["flagged"] is False


def test_a_hint_is_given_when_it_is_asked_for(ana: Client) -> None:
    sitting = begin(ana, "short")
    assert "Count." not in ana.get(url(sitting, 1)).content.decode()
    assert ana.post(url(sitting, 1, "hint")).status_code == 302
    assert "Count." in ana.get(url(sitting, 1)).content.decode()
    assert sitting.answers.get().hinted


def test_an_exam_has_no_hints(ana: Client) -> None:
    sitting = begin(ana, "paper")
    assert ana.post(url(sitting, place(sitting, "predict"), "hint")).status_code == 404


def test_htmx_gets_the_item_alone(ana: Client) -> None:
    sitting = begin(ana, "paper")
    page = ana.get(url(sitting, 1), headers={"HX-Request": "true"})
    assert "<html" not in page.content.decode()
    assert "HX-Request" in page["Vary"]


@pytest.mark.parametrize("what", ["save", "answer"])
def test_of_a_kubeconfig_nothing_is_kept(ana: Client, what: str) -> None:
    sitting = begin(ana, "every-kind")
    secret = "apiVersion: v1\nkind: Config\nusers: [{name: me, user: {token: sesame}}]\n"
    number = next(
        a.position
        for a in sitting.answers.all()
        if desk_of(sitting).question(a).item.kind == "write"
    )
    for payload in (secret, {"text": secret}):
        told = post(ana, url(sitting, number, what), payload=payload, key=uuid4())
        assert (told.status_code, told.json()["refusal"]) == (403, "kubeconfig")
    kept = Answer.objects.get(sitting=sitting, position=number)
    assert "sesame" not in json.dumps(kept.payload)
    assert not Submission.objects.filter(answer=kept).exists()
