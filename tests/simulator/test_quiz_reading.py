"""Quiz documents: read whole, or every fault with its place."""

import pytest

from simulator.document import Quiz, read_document
from simulator.papers import fresh_seed, make_paper
from simulator.quiz import ItemKind, Level, Release, Use, public
from simulator.quiz.values import Choice
from tests.simulator import quizbook
from tests.simulator.quizbook import LIBRARY, TEXT

SINGLE = "id: one\nkind: single\nask: Which?\noptions:\n- {text: A, right: true}\n- B\n"


def read(text: str) -> Quiz:
    reading = read_document(text)
    assert isinstance(reading.document, Quiz), reading.problems
    return reading.document


def problems(text: str) -> list[tuple[int, str]]:
    reading = read_document(text)
    return [(p.mark.line if p.mark else 0, p.message) for p in reading.problems]


def test_a_quiz_has_items_of_every_kind() -> None:
    quiz = read(TEXT)
    assert {item.kind for item in quiz.items} == set(ItemKind)
    assert (quiz.use, quiz.seconds, quiz.passing, quiz.shuffled) == (Use.QUIZ, 1200, 60, True)
    assert quiz.release is Release.AT_ONCE
    assert dict(quiz.pick) == {"choices": 2}


def test_an_item_takes_the_quizzes_level_or_its_own() -> None:
    levels = {item.id: item.feedback for item in read(TEXT).items}
    assert levels["write"] is Level.EXPLANATION
    assert levels["fix"] is Level.VERDICT


def test_an_exam_and_an_entry_test_tell_at_the_end() -> None:
    head = quizbook.HEAD.replace("use: quiz", "use: exam\nminutes: 30")
    assert read(quizbook.quiz(SINGLE, head=head)).release is Release.AT_END


def test_a_bare_number_is_an_option_as_it_is_written() -> None:
    body = next(item.body for item in read(TEXT).items if item.id == "numbers")
    assert isinstance(body, Choice)
    assert [option.text for option in body.options] == ["0", "1", "3"]


def test_a_question_knows_every_misconception_that_it_can_show() -> None:
    assert quizbook.QUESTIONS["single"].about == ("M03", "M07")
    assert quizbook.QUESTIONS["write"].about == ("M03",)
    assert quizbook.QUESTIONS["relabel"].about == ("M20",)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("use: quiz", "use: game", "use is one of quiz, drill, exam, entry"),
        ("minutes: 20", "minutes: 20\nseconds: 9", "a whole number from 10"),
        ("minutes: 20", "minutes: 20\nseconds: 90", "say minutes or seconds, not both"),
        ("use: quiz", "use: drill", "a drill runs against the clock: 60 to 300 seconds"),
        ("use: quiz\n", "use: exam\n", None),
        ("pass: 60", "pass: 101", "from 1 to 100"),
        ("pick: {choices: 2}", "pick: {choices: 4}", "from 1 to 3"),
        ("pick: {choices: 2}", "pick: {others: 1}", "no item is in the pool others"),
        ("pick: {choices: 2}", "pick: 3", "with pools, pick is a map"),
        ("- id: single", "- id: multiple", "an item is named multiple already"),
        ("kind: point", "kind: poke", "an item has a kind: one of predict, single"),
        ("right: true, why: canaryxq}", "why: canaryxq}", "exactly one option has right: true"),
        ("mistakes: [M07]", "right: true", "exactly one option has right: true"),
        ("right: true, why", "right: true, mistakes: [M01], why", "a right option shows no misconception"),
        ("mistakes: [M07]", "mistakes: [M99]", "a misconception is one of M01 to M25"),
        ('- {text: "policyTypes: [Ingress]", right: true}\n  - {text: No policyTypes and one ingress rule, right: true}', "- C\n  - D", "some options have right: true"),
        ("{text: The pods that the policy protects, mistakes: [M07]}", "Pods of every namespace", "stands here 2 times"),
        ("  - Write the policy\n", "  - Check each arrow\n", "stands here 2 times"),
        ("steps: [Write the policy, ", "steps: [", "a wrong order holds the same steps"),
        ("    ____\n", "    ____\n    ____\n", "the text has one gap, written ____"),
        ("    ____\n", "", "the text has one gap, written ____"),
        ("lines: [[\"- ports:\", 9]]", "lines: [77]", "from 1 to 9"),
        ("lines: [[\"- ports:\", 9]]", "lines: [nothing]", '"nothing" is no line of the text'),
        ("lines: [[\"- ports:\", 9]]", "lines: []", "lines names the lines to point at"),
        ("lines: [[\"- ports:\", 9]]", "lines: [1, 2, 3, 4, 5, 6, 7, 8, 9]", "some line is wrong to point at"),
        ('{line: "- from:"', '{line: "- ports:"', "line 8 is right and wrong"),
        ("earns: 33", "earns: 100", "from 0 to 99"),
        ("policies: 1}", "policies: {least: 2, most: 1}}", "at least 2 and at most 1 policies is a contradiction"),
        ("policies: 1}", "policies: {most: 1}, keep: [a/b, a/c]}", "2 policies stay, and at most 1 are wanted"),
        ("policies: 1}", "keep: [a/b], only: [a/b]}", "is to stay and to change"),
        ("policies: 1}", "keep: [db-policy]}", "a policy is named namespace/name"),
        ("name: db-policy, policies", "name: DB, policies", "a lowercase RFC 1123 subdomain"),
        ("    labels: {‹ns›/web: {access: granted}}\n", "", "the field labels is missing"),
        ("ask: Which policy makes which picture?", "hint: x", "the field ask is missing"),
        ("weight: 4", "weight: 0", "from 1 to 100"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_quiz_is_told(old: str, new: str, words: str | None) -> None:
    assert old in TEXT
    found = problems(TEXT.replace(old, new, 1))
    if words is None:
        assert found == []
    else:
        assert any(words in message and line for line, message in found), found


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("id: a\nkind: predict\nask: x\nscenario: nowhere\n", "a: no scenario nowhere"),
        ("id: a\nkind: write\nask: x\nexercise: nothing\n", "a: no exercise nothing"),
        ("id: a\nkind: predict\nask: x\nscenario: tiers\narrows: [prod/web -> prod/dv:80]\n", "no pod, host or Service"),
    ],
)  # fmt: skip
def test_what_a_quiz_names_must_exist(item: str, words: str) -> None:
    made = quizbook.making(item)
    assert made.paper is None
    assert [words in p.message and p.mark is not None for p in made.problems] == [True]


def test_a_paper_is_no_paper_of_a_lesson() -> None:
    assert make_paper("kind: Lesson\n", LIBRARY, "1").paper is None
    assert make_paper("", LIBRARY, "1").problems


# ── Papers ───────────────────────────────────────────────────────────────────────────────────


def ids(seed: str) -> list[str]:
    paper = make_paper(TEXT, LIBRARY, seed).paper
    assert paper is not None
    return [question.item.id for question in paper.questions]


def test_a_sitting_draws_from_the_pool_and_shuffles() -> None:
    found = [ids(str(seed)) for seed in range(20)]
    assert all(len(each) == 10 for each in found)
    assert all(sum(i in {"single", "multiple", "numbers"} for i in each) == 2 for each in found)
    assert len({tuple(sorted(each)) for each in found}) == 3
    assert len({tuple(each) for each in found}) > 15


def test_the_same_seed_gives_the_same_paper() -> None:
    assert ids("a") == ids("a")


def test_a_retry_gives_another_paper() -> None:
    taken = ["0"]
    for _ in range(5):
        seed = fresh_seed(TEXT, LIBRARY, "r", taken=taken)
        assert seed not in taken
        taken.append(seed)
    substances = []
    for seed in taken:
        paper = make_paper(TEXT, LIBRARY, seed).paper
        assert paper is not None
        substances.append(frozenset((q.item.id, q.texts) for q in paper.questions))
    assert len(set(substances)) == len(taken)


def test_where_only_the_order_differs_a_retry_gives_another_order() -> None:
    text = quizbook.quiz(SINGLE.replace("- B\n", "- B\n- C\n- D\n"))
    for first in ("0", "1", "2"):
        seed = fresh_seed(text, LIBRARY, "r", taken=[first])
        papers = [make_paper(text, LIBRARY, each).paper for each in (first, seed)]
        shown = [public(paper.questions[0]) for paper in papers if paper]
        assert shown[0] != shown[1]


def test_where_there_is_no_other_paper_a_retry_still_gets_a_seed() -> None:
    text = quizbook.quiz(SINGLE)
    seed = fresh_seed(text, LIBRARY, "r", taken=["r-1", "0"])
    assert seed.startswith("r-")
    assert seed != "r-1"
