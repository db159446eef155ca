"""Reads of quizzes: what one may open, and one's own sittings; no stranger's is found."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import Max, QuerySet
from django.http import Http404

from netpol_lab.accounts.models import Learner
from netpol_lab.content.models import Document, Kind, Revision
from netpol_lab.content.queries import Reader, current_revisions, visible_quizzes
from netpol_lab.quizzes import clock
from netpol_lab.quizzes.models import Answer, Purpose, Sitting
from netpol_lab.quizzes.papers import Bundle, Desk, is_late, named_in, paper
from simulator.document import read_document
from simulator.exercise import Exercise
from simulator.papers import Library
from simulator.quiz import Paper, Quiz
from simulator.variants import fill, outline


def quiz_for(reader: Reader, slug: str) -> Bundle:
    """The quiz of this slug with all that it names, if this reader may open it; else Http404."""
    document = visible_quizzes(reader).filter(slug=slug).first()
    if document is None:
        raise Http404("no such quiz")
    return bundle_of(reader, document)


def bundle_of(reader: Reader, document: Document) -> Bundle:
    """A quiz's document with the current revisions of what its items name."""
    assert document.current is not None
    quiz = quiz_in(document.current.text)
    scenarios, exercises = named_in(quiz)
    tasks = current_revisions(reader, Kind.EXERCISE, exercises)
    worlds = scenarios | {_scenario_of(revision.text) for revision in tasks.values()}
    clusters = current_revisions(reader, Kind.SCENARIO, worlds)
    library = Library(
        {slug: revision.text for slug, revision in clusters.items()},
        {slug: revision.text for slug, revision in tasks.items()},
    )
    sources = (*clusters.values(), *tasks.values())
    return Bundle(quiz, document, document.current, sources, library)


@lru_cache(maxsize=256)
def quiz_in(text: str) -> Quiz:
    """The quiz that a stored text holds, in its first variant."""
    document = read_document(_first(text)).document
    if not isinstance(document, Quiz):  # it was read without a problem when it was loaded
        raise RuntimeError("a stored quiz does not parse: run load_content")
    return document


@lru_cache(maxsize=256)
def _scenario_of(text: str) -> str:
    document = read_document(_first(text)).document
    return document.scenario if isinstance(document, Exercise) else ""


def _first(text: str) -> str:
    return fill(text, outline(text).vary.at(0))


# ── Sittings ──


def sitting_for(learner: Learner | None, id: UUID) -> Sitting:
    """The sitting of this id, if it is this learner's own; Http404 otherwise."""
    mine = Sitting.objects.filter(learner=learner, pk=id) if learner else Sitting.objects.none()
    found = mine.select_related("quiz", "quiz_revision").first()
    if found is None:
        raise Http404("no such sitting")
    return found


def desk_of(sitting: Sitting) -> Desk:
    """A sitting with its paper and answers, and how late it is in it."""
    answers = tuple(Answer.objects.filter(sitting=sitting))
    seen = max((a.saved for a in answers if a.saved), default=None)
    return Desk(sitting, paper_of(sitting), answers, clock.time_in(sitting, seen))


def paper_of(sitting: Sitting) -> Paper:
    """The paper that the sitting's own revisions and seed make, whatever has changed since."""
    texts: dict[str, dict[str, str]] = {Kind.SCENARIO: {}, Kind.EXERCISE: {}}
    for revision in Revision.objects.filter(pk__in=sitting.sources).select_related("document"):
        texts[revision.document.kind][revision.document.slug] = revision.text
    library = Library(texts[Kind.SCENARIO], texts[Kind.EXERCISE])
    whole = sitting.kind == Purpose.REVIEW
    return paper(sitting.quiz_revision.text, library, sitting.seed, whole=whole)


def answer_at(desk: Desk, number: int) -> Answer:
    """The answer at a place of the paper, counted from 1; Http404 where there is none."""
    for answer in desk.answers:
        if answer.position == number:
            return answer
    raise Http404("no such item")


def last_seen(sitting: Sitting) -> datetime | None:
    """The latest time that a sitting has on record."""
    seen: datetime | None = sitting.answers.aggregate(last=Max("saved"))["last"]
    return seen


def sittings_of(learner: Learner | None, quiz: Document) -> QuerySet[Sitting]:
    """The learner's sittings of a quiz, newest first; its reviews are no sittings of it."""
    found = Sitting.objects.filter(learner=learner) if learner else Sitting.objects.none()
    return found.filter(quiz=quiz).exclude(kind=Purpose.REVIEW).order_by("-started", "-pk")


def open_sitting(learner: Learner | None, quiz: Document) -> Sitting | None:
    """The one to go on with: not finished, and its time not over."""
    for sitting in sittings_of(learner, quiz).filter(finished=None)[:5]:
        if not is_late(sitting, clock.time_in(sitting, last_seen(sitting))):
            return sitting
    return None


@dataclass(frozen=True, slots=True)
class Best:
    """The best of a learner's sittings of a quiz: the highest score, of those the shortest time."""

    sitting: Sitting
    percent: int
    seconds: int


def best_of(learner: Learner | None, quiz: Document) -> Best | None:
    """A drill's best time, a quiz's best mark; None before the first is released."""
    told = sittings_of(learner, quiz).filter(released__isnull=False, max_score__gt=0)
    made = [Best(s, _percent(s), _seconds(s)) for s in told]
    return min(made, key=lambda best: (-best.percent, best.seconds), default=None)


def _percent(sitting: Sitting) -> int:
    return int((sitting.score or 0) * 100 / (sitting.max_score or 1))


def _seconds(sitting: Sitting) -> int:
    end = sitting.finished or sitting.started
    return max(0, round((end - sitting.started).total_seconds()))
