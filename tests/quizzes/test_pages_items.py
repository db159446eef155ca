"""The pages of a paper: what each kind of item shows, takes and gives back, by forms alone."""

import re

import pytest
from django.test import Client

from netpol_lab.lab.shapes import _drawing
from netpol_lab.quizzes.models import Answer
from netpol_lab.quizzes.showing import item_title, shown
from simulator.quiz import Question
from tests.quizzes.conftest import begin, url
from tests.simulator.quizbook import QUESTIONS

NEVER = ("canaryxq", "right: true", "tooOpen", "M03")


def page(question: Question, answer: object = None) -> str:
    """All that an item's values hold, as text."""
    return repr(shown(question, answer))


@pytest.mark.parametrize("id", QUESTIONS)
def test_what_an_item_shows_holds_no_key(id: str) -> None:
    text = page(QUESTIONS[id])
    for word in NEVER:
        assert word not in text


@pytest.mark.parametrize("kind", ["write", "fix", "relabel"])
def test_a_cluster_that_is_looked_at_says_nothing_of_the_task(kind: str) -> None:
    bench = shown(QUESTIONS[kind], None).bench
    assert bench is not None
    assert (bench.check, bench.why, bench.mistakes, bench.result) == (None, None, (), None)


def test_what_was_said_stands_in_the_page() -> None:
    predict = shown(QUESTIONS["predict"], {"2": "denied", "9": "allowed", "1": "mixed"})
    chosen = [[c.value for c in one.choices if c.chosen] for one in predict.arrows]
    assert chosen == [[], ["denied"], [], []]
    order = shown(QUESTIONS["order"], ["c", "a", "zz", "c"])
    assert [one.id for one in order.options][:2] == ["c", "a"]
    assert len(order.options) == 5
    assert shown(QUESTIONS["fill"], "- podSelector: {}").filled == "- podSelector: {}"
    pointed = shown(QUESTIONS["point"], ["8", 9])
    assert [row.number for row in pointed.rows if getattr(row, "pointed", False)] == [8, 9]
    matched = shown(QUESTIONS["match"], {"a": "2"})
    assert [one.chosen for one in matched.matches] == ["2", "", ""]


@pytest.mark.parametrize("answer", [None, 7, "", "{", [[]], {"x": 1}, {"labels": 3}, True])
@pytest.mark.parametrize("id", QUESTIONS)
def test_no_answer_breaks_a_page(id: str, answer: object) -> None:
    assert shown(QUESTIONS[id], answer).template.endswith(".html")


def test_arrows_to_predict_bear_their_number_and_no_outcome() -> None:
    picture = shown(QUESTIONS["predict"], None).pictures[0]
    assert {arrow.label.text[:4] for arrow in picture.arrows} == {"1: ?", "2: ?", "3: ?", "4: ?"}
    assert {arrow.classes for arrow in picture.arrows} == {"arrow arrow-asked"}


@pytest.mark.parametrize("id", ["predict", "match", "fill"])
def test_an_items_picture_is_laid_out_once(id: str) -> None:
    page(QUESTIONS[id])
    before = _drawing.cache_info().misses
    page(QUESTIONS[id])
    assert _drawing.cache_info().misses == before


def test_a_picture_shows_what_is_so_once_that_is_told_of_every_arrow() -> None:
    question = QUESTIONS["predict"]
    number = len(question.probes)
    facts = {str(n): "denied" if n == 1 else "allowed" for n in range(1, number + 1)}
    told = shown(question, {"1": "allowed"}, facts=facts)
    assert told.revealed
    first, second = sorted(told.pictures[0].arrows, key=lambda arrow: arrow.id)[:2]
    assert (first.classes, second.classes) == ("arrow arrow-denied", "arrow arrow-allowed")
    assert "is denied" in first.aria
    for part in ({}, {"1": "denied"}, facts | {"1": "?"}):
        asked = shown(question, {"1": "allowed"}, facts=part)
        assert not asked.revealed
        assert {a.classes for a in asked.pictures[0].arrows} == {"arrow arrow-asked"}


def test_a_small_picture_shows_how_arrows_end_and_not_which_gate_refuses() -> None:
    for small in shown(QUESTIONS["match"], None).smalls:
        for arrow in small.pictures[0].arrows:
            assert arrow.bars == ()
            assert re.fullmatch("[✓✕] 3306", arrow.label.text)


def test_a_starter_with_policies_is_to_be_fixed() -> None:
    assert item_title(QUESTIONS["fix"]) == "Fix a policy"
    assert item_title(QUESTIONS["write"]) == "Write a policy"


# ── by forms ──


def number_of(item: str) -> int:
    return Answer.objects.get(item=item).position


def test_a_step_moves_and_the_order_is_a_draft(ana: Client) -> None:
    sitting = begin(ana, "paper")
    place = url(sitting, number_of("order"))
    before = re.findall(r'name="step" value="(\w)"', ana.get(place).content.decode())
    ana.post(f"{place}save", {"step": before, "move": f"up-{before[1]}"})
    after = re.findall(r'name="step" value="(\w)"', ana.get(place).content.decode())
    assert after == [before[1], before[0], *before[2:]]
    assert Answer.objects.get(item="order").submitted is None


def test_looking_by_a_form_saves_and_by_a_script_writes_nothing(ana: Client) -> None:
    sitting = begin(ana, "paper")
    place = url(sitting, number_of("write"))
    text = "kind: NetworkPolicy\r\n"
    fragment = ana.post(f"{place}look", {"policy": text}, headers={"HX-Request": "true"})
    assert b'id="result"' in fragment.content
    assert b"apiVersion" in fragment.content  # what kubectl apply would say
    assert Answer.objects.get(item="write").payload is None
    assert ana.post(f"{place}look", {"policy": text})["Location"] == place
    assert Answer.objects.get(item="write").payload == "kind: NetworkPolicy\n"


def test_the_terminal_works_in_the_items_cluster(ana: Client) -> None:
    sitting = begin(ana, "paper")
    place = url(sitting, number_of("write"))
    answer = ana.post(
        f"{place}terminal", {"policy": "", "line": "k get ns"}, headers={"HX-Request": "true"}
    )
    assert b"NAME" in answer.content
    words = ana.post(f"{place}complete", {"policy": "", "line": "k get po", "cursor": "8"}).json()
    assert "pods" in words["words"]


@pytest.mark.parametrize("what", ["look", "terminal", "complete"])
def test_a_desk_is_its_owners_and_stands_only_where_one_works(
    ana: Client, otto: Client, what: str
) -> None:
    sitting = begin(ana, "paper")
    work, order = (url(sitting, number_of(item), what) for item in ("write", "order"))
    assert ana.post(order).status_code == 404
    assert otto.post(work, {"policy": ""}).status_code == 404
    assert ana.get(work).status_code == 302
    ana.post(url(sitting, what="finish"))
    assert ana.post(work, {"policy": ""}).status_code == 302


def test_a_flag_in_the_items_own_form_keeps_what_is_in_it(ana: Client) -> None:
    sitting = begin(ana, "paper")
    place = url(sitting, number_of("fill"))
    ana.post(f"{place}flag", {"on": "1", "text": "- podSelector: {}", "base": ""})
    answer = Answer.objects.get(item="fill")
    assert answer.flagged
    assert answer.payload == "- podSelector: {}"


def test_start_over_shows_the_starter_and_changes_nothing(ana: Client) -> None:
    sitting = begin(ana, "paper")
    place = url(sitting, number_of("write"))
    ana.post(f"{place}save", {"policy": "# mine"})
    assert "# Write a policy" in ana.get(f"{place}?start=over").content.decode()
    assert Answer.objects.get(item="write").payload == "# mine"
