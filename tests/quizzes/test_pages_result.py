"""The list, the result, what is said of answers, and where the entry test places."""

from fractions import Fraction

import pytest
from django.test import Client

from netpol_lab.quizzes.models import Answer
from netpol_lab.quizzes.placing import placed
from netpol_lab.quizzes.telling import blamed, part_rows
from netpol_lab.quizzes.templatetags.quiz_words import clock_face, duration
from simulator.quiz import Feedback, Level, grade
from simulator.quiz.grades import Part
from tests.quizzes.conftest import begin, url
from tests.simulator.quizbook import QUESTIONS


def marks(*credits: float) -> list[tuple[str, int, Fraction]]:
    """One item of each module, from 1 on."""
    return [(f"module-{n}", 1, Fraction(credit)) for n, credit in enumerate(credits, 1)]


@pytest.mark.parametrize(
    ("credits", "module"),
    [
        ((0, 0, 0, 0, 0, 0), 1),
        ((1, 1, 0, 1, 1, 1), 3),  # the first gap counts, not how much comes after it
        ((1, 1, 1, 1, 1, 0), 6),
        ((1, 1, 1, 1, 1, 1), 6),
        ((1, 0.5, 1, 1, 1, 1), 2),
        ((), 6),
    ],
)
def test_one_begins_with_the_first_module_that_is_not_known(
    credits: tuple[float, ...], module: int
) -> None:
    assert placed(marks(*credits)) == module


def test_a_module_is_known_with_two_thirds_of_its_marks() -> None:
    two_of_three = [("module-1", 2, Fraction(1)), ("module-1", 1, Fraction(0))]
    assert placed([*two_of_three, *marks(1, 0)[1:]]) == 2
    assert placed([("module-1", 1, Fraction(1)), ("module-1", 1, Fraction(0))]) == 1


def test_a_module_without_an_item_is_passed_over() -> None:
    assert placed([("module-4", 1, Fraction(0)), ("", 5, Fraction(0))]) == 4
    others = ("module-9", "modules", "module-12", "module-3x", "my module-2")
    assert placed((pool, 1, Fraction(0)) for pool in others) == 6


def said(id: str, answer: object) -> Feedback:
    return grade(QUESTIONS[id], answer).feedback(Level.EXPLANATION)


class Told:
    """What papers.Told says, for the tests."""

    def __init__(self, parts: tuple[Part, ...]) -> None:
        self.parts = tuple(
            {"id": p.id, "right": p.right, "said": p.said, "wanted": p.wanted} for p in parts
        )
        self.mistakes: tuple[str, ...] = ()
        self.whys: tuple[str, ...] = ()
        self.explanation = ""


def test_parts_speak_of_arrows_and_lines_and_a_wrong_arrow_says_why() -> None:
    rows = part_rows(QUESTIONS["predict"], Told(said("predict", {"1": "denied"}).parts))
    assert rows[0].about == "prod/web → prod/api : 8080"
    assert (rows[0].said, rows[0].wanted) == ("denied", "allowed")
    assert "no policy isolates" in rows[0].why
    assert rows[0].words == "you: denied · in fact: allowed"
    lines = part_rows(QUESTIONS["point"], Told(said("point", ["6"]).parts))
    assert [row.about for row in lines] == [
        "6 <code>  - from:</code>",
        "8 <code>  - ports:</code>",
    ]
    assert lines[1].words == "you left it out, and it is right"


def test_of_a_single_choice_only_what_was_chosen_and_what_is_right_are_told() -> None:
    def words(kind: str, chosen: list[str]) -> list[str]:
        return [row.words for row in part_rows(QUESTIONS[kind], Told(said(kind, chosen).parts))]

    right, wrong = "you chose it, and it is right", "you chose it, and it is wrong"
    missed, spared = "you left it out, and it is right", "you left it out, and rightly"
    told = [words("single", [letter]) for letter in "abc"]
    assert [right] in told
    assert any(sorted(each) == [wrong, missed] for each in told)
    assert spared in words("multiple", ["a"])


def test_the_learners_line_is_blamed_and_the_key_waits_until_the_answer_stands() -> None:
    question = QUESTIONS["fill"]
    found = blamed(question, "- namespaceSelector: {}", stands=False)
    assert found is not None
    assert found.right == ""
    assert any("namespaceSelector: {}" in row.text for row in found.rows)
    stands = blamed(question, "- namespaceSelector: {}", stands=True)
    assert stands is not None
    assert "podSelector" in stands.right
    assert blamed(question, "- podSelector: {matchLabels: {role: api}}", stands=True) is None
    assert blamed(QUESTIONS["fix"], "# nothing", stands=True) is None  # its level is "verdict"


def test_the_list_tells_what_is_under_way_and_what_was_best(ana: Client) -> None:
    assert "Not begun" in ana.get("/quizzes/").content.decode()
    sitting = begin(ana, "short")
    assert "Under way" in ana.get("/quizzes/").content.decode()
    ana.post(url(sitting, what="finish"))
    assert "Best:" in ana.get("/quizzes/").content.decode()


def test_the_list_is_no_error_without_a_quiz(client: Client, db: None) -> None:
    assert "No quiz is here yet" in client.get("/quizzes/").content.decode()


def test_a_result_tells_item_by_item_and_leads_on(ana: Client) -> None:
    sitting = begin(ana, "paper")
    ana.post(
        url(sitting, Answer.objects.get(item="predict").position, "answer"), {"arrow-1": "denied"}
    )
    ana.post(url(sitting, what="finish"))
    page = ana.get(url(sitting, what="result")).content.decode()
    for words in ("Item by item", "Not passed", "Save as JSON", "What to do next", "in fact:"):
        assert words in page
    assert 'name="who"' not in page  # the name on the certificate is nobody's to send


def test_before_the_end_a_result_leads_back(ana: Client) -> None:
    sitting = begin(ana, "paper")
    assert "It is not handed in yet" in ana.get(url(sitting, what="result")).content.decode()


def test_times_read_as_times() -> None:
    assert [duration(n) for n in (0, 45, 300, 125, 5400)] == [
        "0 s", "45 s", "5 min", "2 min 5 s", "1 h 30 min",
    ]  # fmt: skip
    assert [clock_face(n) for n in (5, 245, 5400)] == ["0:05", "4:05", "1:30:00"]


def test_the_documentation_needs_no_sitting(client: Client) -> None:
    page = client.get("/documentation/").content.decode()
    assert "namespaceSelector" in page
    assert "canaryxq" not in page
