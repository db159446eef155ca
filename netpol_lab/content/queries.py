"""Reads of content. Every document that a URL names comes through `lesson_for`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import get_language

from netpol_lab.accounts.models import User
from netpol_lab.content.models import SEED, Document, Kind, Revision
from simulator.document import Document as Parsed
from simulator.document import Exercise, Lesson, Notes, read_document
from simulator.languages import in_language
from simulator.scenario import Scenario

Reader = User | AnonymousUser


@dataclass(frozen=True, slots=True)
class LessonBundle:
    """A lesson with its exercise and scenario, and the revisions that an attempt is judged by.

    `graded` work gets no help: no hints, no solution, no smallest edit.
    """

    lesson: Lesson
    exercise: Exercise
    scenario: Scenario
    document: Document  # the exercise's
    exercise_revision: Revision
    scenario_revision: Revision
    graded: bool = False


def visible_lessons(reader: Reader) -> QuerySet[Document]:
    """The lessons that this reader may open, in the order of the course."""
    return _visible(reader).filter(kind=Kind.LESSON)


def lesson_for(reader: Reader, slug: str) -> LessonBundle:
    """The lesson of this slug, if this reader may open it; raises Http404 otherwise."""
    lesson, _ = _current(reader, Kind.LESSON, slug)
    assert isinstance(lesson, Lesson)
    exercise, exercise_document = _current(reader, Kind.EXERCISE, lesson.exercise)
    assert isinstance(exercise, Exercise)
    scenario, scenario_document = _current(reader, Kind.SCENARIO, exercise.scenario)
    assert isinstance(scenario, Scenario)
    return LessonBundle(
        lesson,
        exercise,
        scenario,
        exercise_document,
        _revision(exercise_document),
        _revision(scenario_document),
    )


def lesson_in(document: Document) -> Lesson:
    """The lesson that a lesson's document holds."""
    lesson = _spoken(document)
    assert isinstance(lesson, Lesson)
    return lesson


def hints_by_exercise(reader: Reader) -> Mapping[str, int]:
    """How many hints each exercise has, by slug; the step after them is the solution."""
    documents = _visible(reader).filter(kind=Kind.EXERCISE)
    parsed = [_parsed(_revision(document).text) for document in documents]
    return {each.slug: len(each.hints) for each in parsed if isinstance(each, Exercise)}


def exercise_slug(document: Document) -> str:
    """The slug of the exercise that a lesson's document ends in."""
    return lesson_in(document).exercise


def lessons_about(reader: Reader, mistakes: Collection[str]) -> Mapping[str, Document]:
    """For each misconception the lesson that clears it up, where this reader has one.

    The first that is about nothing else, or else the first that is about it too.
    """
    shelf = visible_lessons(reader) if mistakes else ()
    about = [(document, lesson_in(document).mistakes) for document in shelf]
    found: dict[str, Document] = {}
    for document, named in sorted(about, key=lambda one: len(one[1]) > 1):
        for mistake in set(mistakes).intersection(named):
            found.setdefault(mistake, document)
    return found


def next_lesson(reader: Reader, lesson: Lesson) -> Document | None:
    """The lesson after this one, or None at the end."""
    later = [
        document
        for document in visible_lessons(reader)
        if (document.module, document.position) > (lesson.module, lesson.position)
    ]
    return later[0] if later else None


def previous_lesson(reader: Reader, lesson: Lesson) -> Document | None:
    """The lesson before this one, or None at the beginning."""
    earlier = [
        document
        for document in visible_lessons(reader)
        if (document.module, document.position) < (lesson.module, lesson.position)
    ]
    return earlier[-1] if earlier else None


def visible_scenarios(reader: Reader) -> tuple[Scenario, ...]:
    """The scenarios that this reader may open, by title."""
    documents = _visible(reader).filter(kind=Kind.SCENARIO).order_by("title")
    parsed = (_spoken(document) for document in documents)
    return tuple(document for document in parsed if isinstance(document, Scenario))


def visible_notes(reader: Reader) -> tuple[Notes, ...]:
    """The notes whose statements the documents that this reader may open teach."""
    documents = _visible(reader).filter(kind=Kind.NOTES).order_by("title")
    parsed = (_spoken(document) for document in documents)
    return tuple(document for document in parsed if isinstance(document, Notes))


def visible_quizzes(reader: Reader) -> QuerySet[Document]:
    """The quizzes, drills and papers that this reader may open, in the order of the course."""
    return _visible(reader).filter(kind=Kind.QUIZ)


def current_revisions(reader: Reader, kind: Kind, slugs: Collection[str]) -> dict[str, Revision]:
    """What the documents of these slugs say now, as far as this reader may open them."""
    found = _visible(reader).filter(kind=kind, slug__in=slugs) if slugs else ()
    return {document.slug: _revision(document) for document in found}


def _visible(reader: Reader) -> QuerySet[Document]:
    # So far all content is the seed's, open to everybody; courses will narrow it by the reader.
    return Document.objects.filter(origin=SEED, published=True).select_related("current")


def _current(reader: Reader, kind: Kind, slug: str) -> tuple[Parsed, Document]:
    document = _visible(reader).filter(kind=kind, slug=slug).first()
    if document is None:
        raise Http404("no such lesson")
    return _spoken(document), document


def _revision(document: Document) -> Revision:
    assert document.current is not None
    return document.current


def _spoken(document: Document) -> Parsed:
    """What a document says now, in the language that the reader is answered in."""
    return _in_language(_revision(document).text, get_language() or "")


# One object for a text in a language, for it is the key of what is kept for it.
@lru_cache(maxsize=512)
def _in_language(text: str, language: str) -> Parsed:
    return in_language(_parsed(text), language)


# Texts are immutable and few, so parsing each once per process is enough; the text is the key,
# so that there is nothing to invalidate.
@lru_cache(maxsize=512)
def _parsed(text: str) -> Parsed:
    document = read_document(text).document
    if document is None:  # it was read without a problem when it was loaded
        raise RuntimeError("a stored document does not parse: run load_content")
    return document
