"""What a learner said to lessons' questions, as entries of a progress file and back."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from netpol_lab.accounts.models import Learner
from netpol_lab.content.models import SEED, Document, Kind, Revision
from netpol_lab.home.progress_file import Entry
from netpol_lab.lab.models import QuestionAnswer


def question_entries(learner: Learner) -> tuple[Entry, ...]:
    """All answers, oldest first."""
    found = learner.question_answers.select_related("lesson", "revision")
    return tuple(_entry(each) for each in found.order_by("created", "id"))


def _entry(answer: QuestionAnswer) -> Entry:
    return {
        "lesson": answer.lesson.slug,
        "lesson revision": answer.revision.number,
        "answered": answer.created.isoformat(),
        "key": str(answer.key),
        "said": answer.said,
        "credit": answer.credit,
        "mistakes": answer.mistakes.split(),
    }


def take_questions(owner: Learner, entries: Iterable[Entry]) -> tuple[int, int]:
    """Add the answers that are not here yet; so many were new, so many about no lesson of here."""
    rows = list(entries)
    slugs = {entry["lesson"] for entry in rows}
    lessons = Document.objects.filter(
        origin=SEED, kind=Kind.LESSON, slug__in=slugs, current__isnull=False
    ).select_related("current")
    known = {document.slug: document for document in lessons}
    here = [entry for entry in rows if entry["lesson"] in known]
    keys = set(owner.question_answers.values_list("key", flat=True))
    new = [entry for entry in here if UUID(entry["key"]) not in keys]
    for entry in new:
        _store(owner, known[entry["lesson"]], entry)
    return len(new), len(rows) - len(here)


def _store(owner: Learner, lesson: Document, entry: Entry) -> None:
    """Create it, then date it back."""
    number = entry["lesson revision"]
    revision = Revision.objects.filter(document=lesson, number=number).first() or lesson.current
    assert revision is not None
    made = QuestionAnswer.objects.create(
        learner=owner,
        lesson=lesson,
        revision=revision,
        key=UUID(entry["key"]),
        said=entry["said"],
        credit=entry["credit"],
        mistakes=" ".join(entry["mistakes"]),
    )
    at = datetime.fromisoformat(entry["answered"])
    QuestionAnswer.objects.filter(pk=made.pk).update(created=at)
