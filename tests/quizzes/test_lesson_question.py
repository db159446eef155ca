"""A lesson's question: it waits for the exercise, is judged as a quiz's item, and may be repeated."""

import json
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client

from netpol_lab.accounts.models import Learner
from netpol_lab.home.progress import take, work_of
from netpol_lab.lab.handover import hand_over
from netpol_lab.lab.models import QuestionAnswer
from netpol_lab.quizzes.models import Card
from tests.lab.test_plugin import LESSON, ON, PAGE, SCENARIO, load_lesson

SINGLE = """\
question:
  kind: single
  ask: Who carries a policy out?
  options:
  - text: An agent on each node
    right: true
  - text: The API server
    mistakes: [M05]
    why: It stores the policy and no more.
  explanation: Stored is not enforced, says the canary.
"""
ORDER = """\
question:
  kind: order
  ask: Put it in order.
  steps: [Write a policy, Apply the policy, Look at what it does]
  explanation: First things first.
"""
PREDICT = """\
question:
  kind: predict
  ask: What becomes of the two?
  scenario: obeyed
  policies: |
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: shut, namespace: one}
    spec: {podSelector: {matchLabels: {app: b}}}
  arrows:
  - {flow: "one/a -> one/b:80"}
  - {flow: "one/b -> one/a:80"}
  explanation: Nobody carries it out.
"""
QUESTION = f"{PAGE}question"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def eve(db: None, tmp_path: Path) -> Client:
    """A learner whose lesson asks who carries policies out."""
    return load_lesson(tmp_path, LESSON + SINGLE)


def solve(client: Client, **how: str) -> str:
    return client.post(f"{PAGE}submit", ON, **how).content.decode()  # type: ignore[arg-type]


def choice(client: Client, words: str) -> str:
    """The letter of an option, as the page has it."""
    before = client.get(PAGE).content.decode().rpartition(words)[0]
    return before.rpartition('name="choice" value="')[2][0]


def say(client: Client, words: str, **how: str) -> HttpResponse:
    data = {"choice": choice(client, words)}
    return client.post(QUESTION, data, **how)  # type: ignore[arg-type,return-value]


def steps(page: str) -> list[str]:
    """The steps of the question in the page's order."""
    parts = page.partition('id="question"')[2].split('name="step" value="')
    return [part[0] for part in parts[1:]]


def test_it_waits_until_the_exercise_is_solved(eve: Client) -> None:
    page = eve.get(PAGE).content.decode()
    assert "A question about this waits here." in page
    for words in (
        "Who carries a policy out?",
        "An agent on each node",
        "canary",
        "stores the policy",
    ):
        assert words not in page
    eve.post(f"{PAGE}submit", {"policy": ""})
    assert eve.post(QUESTION, {"choice": "a"})["Location"] == f"{PAGE}#question"
    assert "A question about this waits here." in eve.get(PAGE).content.decode()
    assert not QuestionAnswer.objects.exists()


def test_solving_the_exercise_asks_it_without_its_key(eve: Client) -> None:
    answer = solve(eve, **HTMX)
    assert 'id="question"' in answer
    assert answer.count("Who carries a policy out?") == 1
    # Checked again, a half-given answer on the page must stay as it is.
    assert 'id="question-title"' not in solve(eve, **HTMX)
    page = eve.get(PAGE).content.decode()
    assert "Who carries a policy out?" in page
    assert "canary" not in page
    assert "It stores the policy" not in page


def test_a_wrong_answer_is_told_why_and_makes_a_review(eve: Client) -> None:
    solve(eve)
    card = say(eve, "The API server", **HTMX).content.decode()
    assert "Wrong" in card
    assert "It stores the policy and no more." in card
    assert "says the canary" in card
    row = QuestionAnswer.objects.get()
    assert (row.credit, row.mistakes, row.lesson.slug) == (0, "M05", "switch")
    assert Card.objects.get().misconception == "M05"


def test_it_may_be_answered_again_and_the_last_answer_stays(eve: Client) -> None:
    solve(eve)
    say(eve, "The API server")
    response = say(eve, "An agent on each node")
    assert response["Location"] == f"{PAGE}#question"
    page = eve.get(PAGE).content.decode()
    assert "</span> Right</h3>" in page
    assert "Answer again" in page
    assert [row.credit for row in QuestionAnswer.objects.order_by("id")] == [0, 1_000_000]


def test_the_same_answer_sent_twice_is_one(eve: Client) -> None:
    solve(eve)
    data = {"choice": "a", "key": "6d8c6e0e-2b8f-4b5b-9c2e-0f6a6f0c8a11"}
    for _ in range(2):
        eve.post(QUESTION, data)
    assert QuestionAnswer.objects.count() == 1


def test_nothing_chosen_is_no_answer(eve: Client) -> None:
    solve(eve)
    assert "There is no answer in it yet." in eve.post(QUESTION, {}, **HTMX).content.decode()  # type: ignore[arg-type]
    response = eve.post(QUESTION, {"choice": "zz\0"}, follow=True)
    assert response.status_code == 200
    assert not QuestionAnswer.objects.filter(credit__gt=0).exists()


def test_too_long_an_answer_is_not_taken(eve: Client) -> None:
    solve(eve)
    posted = eve.post(QUESTION, {"payload": json.dumps("x" * 200_000)})
    assert posted.status_code == 413


def test_somebody_else_sees_nothing_of_it(eve: Client) -> None:
    solve(eve)
    say(eve, "The API server")
    assert "A question about this waits here." in Client().get(PAGE).content.decode()


def test_an_address_that_is_loaded_anew_leads_back(eve: Client) -> None:
    assert eve.get(QUESTION)["Location"] == f"{PAGE}#question"
    assert eve.get("/lab/nowhere/question").status_code in {302, 404}


def test_what_was_said_of_an_older_wording_is_not_shown(eve: Client, tmp_path: Path) -> None:
    solve(eve)
    say(eve, "The API server")
    other = tmp_path / "newer"
    other.mkdir()
    load_lesson(other, LESSON + SINGLE.replace("Who carries", "Once more, who carries"))
    page = eve.get(PAGE).content.decode()
    assert "Once more, who carries" in page
    assert "Answer again" not in page


def test_steps_move_without_a_script(db: None, tmp_path: Path) -> None:
    eve = load_lesson(tmp_path, LESSON + ORDER)
    solve(eve)
    ids = steps(eve.get(PAGE).content.decode())
    moved = eve.post(QUESTION, {"step": ids, "move": f"down-{ids[0]}"}, follow=True)
    assert steps(moved.content.decode()) == [ids[1], ids[0], ids[2]]
    assert not QuestionAnswer.objects.exists()


def test_a_prediction_is_drawn_apart_from_the_lessons_picture(db: None, tmp_path: Path) -> None:
    obeyed = SCENARIO.replace("slug: delivered", "slug: obeyed").replace("false", "true")
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios/obeyed.yaml").write_text(obeyed)
    eve = load_lesson(tmp_path, LESSON + PREDICT)
    solve(eve)
    page = eve.get(PAGE).content.decode()
    ids = [part.split('"')[0] for part in page.split(' id="')[1:]]
    assert sorted(ids) == sorted(set(ids))
    told = eve.post(
        QUESTION, {"arrow-1": "allowed", "arrow-2": "allowed"}, follow=True
    ).content.decode()
    assert "What is so:" in told
    assert "in fact: " in told


def test_the_progress_file_and_the_dashboard_know_of_it(eve: Client) -> None:
    solve(eve)
    assert "question open" in eve.get("/me/").content.decode()
    say(eve, "The API server")
    assert "question open" not in eve.get("/me/").content.decode()
    progress = work_of(Learner.objects.get())
    other = Learner.objects.create()
    assert take(other, progress).new == 3  # the check, the answer, the review
    assert take(other, progress).new == 0
    mine, theirs = QuestionAnswer.objects.order_by("id")
    assert (theirs.said, theirs.mistakes, theirs.key) == (mine.said, "M05", mine.key)
    assert theirs.created == mine.created


def test_claiming_takes_the_answers_along(eve: Client) -> None:
    solve(eve)
    say(eve, "The API server")
    giver, taker = Learner.objects.get(), Learner.objects.create()
    hand_over(giver, taker)
    assert QuestionAnswer.objects.get().learner == taker
