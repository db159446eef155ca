"""Notes, what documents say that they teach, a lesson's question and what it gives to read."""

from textwrap import dedent

import pytest

from simulator.document import Exercise, Lesson, Notes, Quiz, read_document
from simulator.papers import Library, make_question
from simulator.quiz import ItemKind, grade, public, right_answer
from simulator.quiz_rehearsal import rehearse_question
from simulator.topics import SITE, TOPICS
from tests.simulator.test_document import EXERCISE, SCENARIO, problems

NOTES = dedent("""\
    kind: Notes
    slug: notes
    title: Notes
    about: Short.
    modules:
    - module: 1
      statements:
      - {id: first, text: One.}
      - {id: second, text: Two.}
    - module: 3
      statements:
      - {id: third, text: Three.}
    errata:
    - {id: e1, about: [second], notes: So., kubernetes: Otherwise.}
    """)
LESSON = dedent("""\
    kind: Lesson
    slug: x
    title: X
    module: 3
    position: 2
    summary: S
    body: B
    exercise: shut
    teaches: [first, e1]
    read: [network-policies, dns]
    question:
      kind: predict
      ask: Which of these pass?
      teaches: [second]
      mistakes: [M15]
      explanation: b is shut.
      scenario: pair
      policies: |
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: p, namespace: one}
        spec: {podSelector: {matchLabels: {app: b}}}
      arrows: ["one/a -> one/b:80", "one/b -> one/a:80"]
    """)
SINGLE = dedent("""\
    question:
      kind: single
      ask: Why?
      options:
      - {text: So, right: true}
      - {text: Otherwise, why: No., mistakes: [M03]}
    """)
ENFORCED = SCENARIO.replace("enforces: false", "enforces: true")


def lesson(text: str = LESSON) -> Lesson:
    reading = read_document(text)
    assert isinstance(reading.document, Lesson), reading.problems
    return reading.document


def test_notes_are_statements_by_module_and_errata() -> None:
    notes = read_document(NOTES).document
    assert isinstance(notes, Notes)
    assert [(each.id, each.module) for each in notes.statements] == [
        ("first", 1),
        ("second", 1),
        ("third", 3),
    ]
    assert notes.ids == ("first", "second", "third", "e1")
    assert notes.errata[0].about == ("second",)
    assert notes.statements[2].mark is not None
    assert notes.statements[2].mark.line == 12


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("id: third", "id: first", 8, "first is here twice"),
        ("id: e1", "id: first", 14, "first is here twice"),
        ("about: [second]", "about: [fourth]", 14, "e1 is about fourth, and no statement has this id"),
        ("id: second", "id: The second", 9, '"The second" is no slug'),
        ("module: 3", "module: 0", 10, "a whole number from 1 to 99 is wanted here"),
        ("text: Three.", "says: Three.", 12, "the field text is missing"),
    ],
)  # fmt: skip
def test_a_fault_of_notes_is_told_with_its_line(
    old: str, new: str, line: int, message: str
) -> None:
    assert (line, message) in problems(NOTES.replace(old, new))


def test_documents_say_what_they_teach_and_where() -> None:
    found = lesson()
    assert [each.id for each in found.teaches] == ["first", "e1"]
    assert found.question is not None
    assert [each.id for each in found.question.teaches] == ["second"]
    assert found.teaches[1].mark is not None
    assert (found.teaches[1].mark.line, found.teaches[1].mark.column) == (9, 18)
    exercise = read_document(EXERCISE + "teaches: [third]\n").document
    assert isinstance(exercise, Exercise)
    assert [each.id for each in exercise.teaches] == ["third"]


def test_a_quiz_s_items_say_what_they_teach() -> None:
    head = "kind: Quiz\nslug: q\ntitle: Q\nuse: quiz\nmodule: 1\nposition: 1\nsummary: S\nitems:\n"
    text = head + SINGLE.replace("question:\n  kind", "- id: a\n  teaches: [first]\n  kind")
    quiz = read_document(text).document
    assert isinstance(quiz, Quiz)
    assert [each.id for each in quiz.items[0].teaches] == ["first"]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("teaches: [first, e1]", "teaches: first", 9, "teaches is a list"),
        ("teaches: [first, e1]", "teaches: [first, first]", 9, "first is here twice"),
        ("teaches: [first, e1]", "teaches: [First]", 9, '"First" is no slug'),
        ("read: [network-policies, dns]", "read: [network-policy]", 10, '"network-policy" is no topic'),
        ("read: [network-policies, dns]", "read: [dns, dns]", 10, "a topic is here twice"),
        ("kind: predict", "kind: write", 12, "an item has a kind: one of predict, single, multiple, order, fill, point, match"),
        ("  ask: Which of these pass?\n", "", 12, "the field ask is missing"),
        ("  mistakes: [M15]", "  weight: 2", 15, 'unknown field "weight"'),
        ("  mistakes: [M15]", "  mistakes: [M99]", 15, "a misconception is one of M01 to M25"),
    ],
)  # fmt: skip
def test_a_fault_of_a_lesson_s_extras_is_told_with_its_line(
    old: str, new: str, line: int, message: str
) -> None:
    assert (line, message) in problems(LESSON.replace(old, new))


def test_a_lesson_s_question_is_asked_and_graded_as_a_quiz_s_item_is() -> None:
    item = lesson().question
    assert item is not None
    assert (item.id, item.weight) == ("question", 1)
    question = make_question(item, Library({"pair": ENFORCED}), "seed")
    assert question is not None
    assert question.item.kind is ItemKind.PREDICT
    assert "explanation" not in public(question)
    assert grade(question, right_answer(question)).right
    wrong = grade(question, {"1": "allowed", "2": "denied"})
    assert wrong.credit == 0
    assert wrong.mistakes == ("M15",)


def test_a_question_s_options_stand_in_an_order_that_hangs_on_the_seed() -> None:
    item = lesson(LESSON.partition("question:")[0] + SINGLE).question
    assert item is not None
    orders = {
        str(public(question)["options"])
        for seed in range(20)
        if (question := make_question(item, Library(), str(seed)))
    }
    assert len(orders) == 2


def test_a_question_is_rehearsed() -> None:
    assert rehearse_question(LESSON, Library({"pair": ENFORCED})) == ()
    assert rehearse_question(LESSON.partition("question:")[0], Library()) == ()
    assert rehearse_question(LESSON.partition("question:")[0] + SINGLE, Library()) == ()


@pytest.mark.parametrize(
    ("text", "library", "message"),
    [
        (LESSON, Library(), "question: no scenario pair"),
        (LESSON, Library({"pair": SCENARIO}), "question: arrows to predict hold both outcomes: one is allowed, one denied"),
        (LESSON.replace("one/b -> one/a:80", "one/a -> one/c:80"), Library({"pair": ENFORCED}), 'no pod, host or Service "one/c" in this scenario'),
    ],
)  # fmt: skip
def test_a_question_that_breaks_its_promise_is_told_with_its_place(
    text: str, library: Library, message: str
) -> None:
    found = rehearse_question(text, library)
    assert [problem.message for problem in found] == [message]
    assert found[0].mark is not None
    assert found[0].mark.line >= 12


def test_topics_are_pages_of_the_documentation_that_the_exam_allows() -> None:
    assert [key for key, topic in TOPICS.items() if topic.key != key] == []
    assert all(topic.url.startswith(SITE) for topic in TOPICS.values())
    assert len({topic.url for topic in TOPICS.values()}) == len(TOPICS)
    assert lesson().read == ("network-policies", "dns")
