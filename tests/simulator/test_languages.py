"""Prose of documents in other languages, beside the English."""

import pytest

from simulator.document import Document, read_document
from simulator.languages import in_language
from tests.simulator import test_document, test_notes
from tests.simulator.test_document import problems

SCENARIO = test_document.SCENARIO + "languages: {de: {title: Ein Paar, story: Es war einmal.}}\n"
EXERCISE = test_document.EXERCISE + (
    "hints: [Look., Think.]\n"
    "languages:\n  de:\n    title: Zu\n    hints: [Schau., Denk.]\n  pt-br: {task: Feche b.}\n"
)
LESSON = test_notes.LESSON + "languages:\n  de: {summary: Kurz., body: Lang.}\n"


def said(text: str) -> Document:
    document = read_document(text).document
    assert document is not None
    return document


def words(text: str, language: str) -> dict[str, object]:
    names = ("title", "story", "task", "hints", "summary", "body")
    found = in_language(said(text), language)
    return {name: getattr(found, name) for name in names if hasattr(found, name)}


def test_a_document_is_said_in_the_language_asked_for() -> None:
    assert words(SCENARIO, "de") == {"title": "Ein Paar", "story": "Es war einmal."}
    assert words(LESSON, "de") == {"title": "X", "summary": "Kurz.", "body": "Lang."}


def test_what_a_language_leaves_out_is_said_in_english() -> None:
    assert words(EXERCISE, "de") == {"title": "Zu", "task": "Shut b.", "hints": ("Schau.", "Denk.")}
    assert words(EXERCISE, "pt-br")["title"] == "Shut"


@pytest.mark.parametrize(
    ("language", "task"),
    [("pt-br", "Feche b."), ("pt-BR", "Feche b."), ("pt-br-x", "Feche b."), ("pt", "Shut b."), ("", "Shut b.")],
)  # fmt: skip
def test_a_language_serves_its_kinds_and_no_others(language: str, task: str) -> None:
    assert words(EXERCISE, language)["task"] == task


@pytest.mark.parametrize("text", [SCENARIO, EXERCISE, LESSON])
def test_in_english_a_document_is_itself(text: str) -> None:
    document = said(text)
    for language in ("en", "en-gb", "fr", ""):
        assert in_language(document, language) is document
    assert in_language(said(test_notes.NOTES), "de") == said(test_notes.NOTES)


def test_what_is_judged_is_the_same_in_every_language() -> None:
    english, german = said(EXERCISE), in_language(said(EXERCISE), "de")
    for name in ("slug", "starter", "solution", "wrong", "strangers", "scope"):
        assert getattr(english, name) == getattr(german, name)


@pytest.mark.parametrize(
    ("text", "old", "new", "message"),
    [
        (LESSON, "de: {", "en: {", '"en" is no other language'),
        (LESSON, "de: {", "German: {", '"German" is no other language'),
        (LESSON, "summary: Kurz.", "question: Kurz.", 'unknown field "question"'),
        (LESSON, "summary: Kurz.", "summary: 7", "summary is a text"),
        (EXERCISE, "[Schau., Denk.]", "[Schau.]", "the exercise has 2 hints, and this language 1"),
        (EXERCISE, "title: Zu", "solution: Zu", 'unknown field "solution"'),
        (SCENARIO, "{de: {title: Ein Paar, story: Es war einmal.}}", "[de]", "languages is a map"),
    ],
)
def test_a_fault_in_a_language_is_told_with_its_line(
    text: str, old: str, new: str, message: str
) -> None:
    line = text[: text.index(old)].count("\n") + 1
    assert (line, message) in problems(text.replace(old, new))
