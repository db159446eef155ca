"""Sittings, reviews and extra time as entries of a progress file, and such entries as rows.

What is not released yet is not in a file: of such a sitting it holds what the learner said, no
mark and no seed. Only what was handed in and released is taken back: a clock runs in one place.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from netpol_lab.accounts.models import Learner
from netpol_lab.content.models import SEED, Document, Kind, Revision
from netpol_lab.home.progress_file import Entry
from netpol_lab.quizzes.models import Allowance, Answer, Card, Sitting, Submission

#: So many of what was handed in for one item are in a file, the latest.
MOST_HANDED_IN = 10

# ── Out ──────────────────────────────────────────────────────────────────────────────────────


def sitting_entries(learner: Learner) -> tuple[Entry, ...]:
    """All that a learner sat, oldest first."""
    found = learner.sittings.select_related("quiz", "quiz_revision").order_by("started", "pk")
    sittings = list(found.prefetch_related("answers__submissions"))
    wanted = {pk for sitting in sittings for pk in sitting.sources}
    revisions = Revision.objects.select_related("document").in_bulk(list(wanted))
    return tuple(_sitting_entry(each, revisions) for each in sittings)


def _sitting_entry(sitting: Sitting, revisions: Mapping[int, Revision]) -> Entry:
    told = sitting.released is not None
    sources = [revisions[pk] for pk in sitting.sources if pk in revisions]
    marks = {
        "seed": sitting.seed,
        "score": str(sitting.score),
        "most": sitting.max_score,
        "passed": sitting.passed,
    }
    return {
        "quiz": sitting.quiz.slug,
        "quiz revision": sitting.quiz_revision.number,
        "quiz digest": _digest(sitting.quiz_revision),
        "made from": [
            {"kind": each.document.kind, "slug": each.document.slug, "digest": _digest(each)}
            for each in sources
        ],
        "kind": sitting.kind,
        "misconception": sitting.misconception,
        "started": sitting.started.isoformat(),
        "deadline": _time(sitting.deadline),
        "extra seconds": sitting.extra_seconds,
        "finished": _time(sitting.finished),
        "released": _time(sitting.released),
        **(marks if told else {}),
        "answers": [_answer_entry(answer, told=told) for answer in sitting.answers.all()],
    }


def _answer_entry(answer: Answer, *, told: bool) -> Entry:
    handed_in = sorted(answer.submissions.all(), key=lambda each: (each.received, each.pk))
    marks = {"credit": _text(answer.credit), "feedback": answer.feedback}
    return {
        "item": answer.item,
        "position": answer.position,
        "said": answer.payload,
        "saved": _time(answer.saved),
        "answer": answer.submitted,
        "answered": _time(answer.answered),
        "flagged": answer.flagged,
        "hinted": answer.hinted,
        **(marks if told else {}),
        "handed in": [
            {"at": each.received.isoformat(), "key": str(each.key), "said": each.payload}
            for each in handed_in[-MOST_HANDED_IN:]
        ],
    }


def review_entries(learner: Learner) -> tuple[Entry, ...]:
    """The misconceptions that a learner reviews."""
    return tuple(
        {
            "misconception": card.misconception,
            "due": card.due.isoformat(),
            "last": _time(card.last),
            "state": card.state,
        }
        for card in learner.cards.order_by("misconception")
    )


def extra_time_entries(learner: Learner) -> tuple[Entry, ...]:
    """A learner's extra time; it is not taken back from a file."""
    found = Allowance.objects.filter(learner=learner)
    return tuple({"percent": each.percent, "seconds": each.seconds} for each in found)


def _time(time: datetime | None) -> str | None:
    return time.isoformat() if time else None


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _digest(revision: Revision) -> str:
    """What tells a text from any other, in every database."""
    return hashlib.sha256(revision.text.encode()).hexdigest()[:32]


# ── In ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Sat:
    """How many sittings were new, and how many are of quizzes, or texts, that are not here."""

    new: int
    strange: int


def take_sittings(owner: Learner, entries: Iterable[Entry]) -> Sat:
    """Add what is over and released, and not here yet. A sitting is known by its seed and start."""
    over = [entry for entry in entries if entry["released"]]
    texts = _texts(over)
    made = [_sitting(owner, entry, texts) for entry in over]
    known = set(owner.sittings.values_list("quiz_id", "seed", "started"))
    new: dict[tuple[int, str, datetime], tuple[Sitting, Entry]] = {}
    for sitting, entry in zip(made, over, strict=True):
        if sitting is not None:
            new.setdefault((sitting.quiz_id, sitting.seed, sitting.started), (sitting, entry))
    _store([pair for place, pair in new.items() if place not in known])
    return Sat(len(new.keys() - known), made.count(None))


_Texts = Mapping[tuple[str, str, str], Revision]  # by kind, slug and digest


def _texts(entries: Sequence[Entry]) -> _Texts:
    """The revisions that are here of all documents that entries name."""
    slugs = {entry["quiz"] for entry in entries}
    slugs |= {source["slug"] for entry in entries for source in entry["made from"]}
    documents = Document.objects.filter(origin=SEED, slug__in=slugs)
    found = Revision.objects.filter(document__in=documents).select_related("document")
    return {(r.document.kind, r.document.slug, _digest(r)): r for r in found}


def _sitting(owner: Learner, entry: Entry, texts: _Texts) -> Sitting | None:
    """The sitting of an entry; None where a text that its paper was made from is not here."""
    quiz = texts.get((Kind.QUIZ.value, entry["quiz"], entry["quiz digest"]))
    names = [(source["kind"], source["slug"], source["digest"]) for source in entry["made from"]]
    if quiz is None or not all(name in texts for name in names):
        return None
    return Sitting(
        learner=owner,
        quiz=quiz.document,
        quiz_revision=quiz,
        sources=sorted(texts[name].pk for name in names),
        seed=entry["seed"],
        kind=entry["kind"],
        misconception=entry["misconception"],
        started=datetime.fromisoformat(entry["started"]),
        deadline=_when(entry["deadline"]),
        extra_seconds=entry["extra seconds"],
        finished=_when(entry["finished"]),
        released=_when(entry["released"]),
        score=Decimal(entry["score"]),
        max_score=entry["most"],
        passed=entry["passed"],
    )


def _store(made: Sequence[tuple[Sitting, Entry]]) -> None:
    Sitting.objects.bulk_create([sitting for sitting, _ in made], batch_size=200)
    pairs = [
        (_answer(sitting, said), said["handed in"])
        for sitting, entry in made
        for said in entry["answers"]
    ]
    Answer.objects.bulk_create([answer for answer, _ in pairs], batch_size=200)
    handed_in = [
        Submission(
            answer=answer,
            key=UUID(each["key"]),
            payload=each["said"],
            received=datetime.fromisoformat(each["at"]),
        )
        for answer, submissions in pairs
        for each in submissions
    ]
    Submission.objects.bulk_create(handed_in, batch_size=200)


def _answer(sitting: Sitting, said: Mapping[str, Any]) -> Answer:
    return Answer(
        sitting=sitting,
        item=said["item"],
        position=said["position"],
        payload=said["said"],
        saved=_when(said["saved"]),
        submitted=said["answer"],
        answered=_when(said["answered"]),
        flagged=said["flagged"],
        hinted=said["hinted"],
        credit=Decimal(said["credit"]) if said["credit"] is not None else None,
        feedback=said["feedback"],
        mistakes=" ".join((said["feedback"] or {}).get("mistakes", ())),
    )


def take_reviews(owner: Learner, entries: Iterable[Entry]) -> int:
    """Of two cards the one that was reviewed last stands, as it does when a browser is claimed."""
    known = {card.misconception: card for card in owner.cards.all()}
    new = 0
    for entry in entries:
        own, last = known.get(entry["misconception"]), _when(entry["last"])
        if own is not None and (last is None or (own.last is not None and last <= own.last)):
            continue
        card = own or Card(learner=owner, misconception=entry["misconception"])
        card.state, card.last = entry["state"], last
        card.due = datetime.fromisoformat(entry["due"])
        card.save()
        known[card.misconception] = card
        new += 1
    return new


def _when(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
