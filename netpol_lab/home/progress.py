"""A learner's whole work as entries of a progress file, and entries as a learner's work."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from netpol_lab.accounts.actions import settled
from netpol_lab.accounts.models import Learner
from netpol_lab.content.models import SEED, Document, Kind, Revision
from netpol_lab.home.progress_file import Entry, Progress
from netpol_lab.home.progress_questions import question_entries, take_questions
from netpol_lab.home.progress_quizzes import (
    extra_time_entries,
    review_entries,
    sitting_entries,
    take_reviews,
    take_sittings,
)
from netpol_lab.lab.handover import other_key, same_work
from netpol_lab.lab.models import Attempt, HintUse, Prediction


@dataclass(frozen=True, slots=True)
class Taken:
    """How many entries of a file were new, and how many are about what is not here."""

    new: int
    strange: int


# ── Out ──────────────────────────────────────────────────────────────────────────────────────


def work_of(learner: Learner | None) -> Progress:
    """All that the site keeps of a learner's work."""
    if learner is None:
        return Progress()
    attempts = learner.attempts.select_related(
        "exercise", "exercise_revision", "scenario_revision__document"
    )
    predictions = learner.predictions.select_related("exercise", "scenario_revision__document")
    return Progress(
        tuple(_attempt_entry(each) for each in attempts.order_by("created", "id")),
        tuple(
            {"exercise": each.exercise.slug, "steps": each.steps}
            for each in learner.hint_uses.select_related("exercise").order_by("id")
        ),
        tuple(_prediction_entry(each) for each in predictions.order_by("id")),
        sitting_entries(learner),
        review_entries(learner),
        extra_time_entries(learner),
        question_entries(learner),
    )


def _attempt_entry(attempt: Attempt) -> Entry:
    return {
        "exercise": attempt.exercise.slug,
        "exercise revision": attempt.exercise_revision.number,
        "scenario": attempt.scenario_revision.document.slug,
        "scenario revision": attempt.scenario_revision.number,
        "checked": attempt.created.isoformat(),
        "key": str(attempt.key),
        "accepted": attempt.accepted,
        "solved": attempt.solved,
        "too open": attempt.too_open,
        "too strict": attempt.too_strict,
        "undefined": attempt.undefined,
        "mistakes": attempt.mistakes.split(),
        "hints": attempt.hints,
        "labels": attempt.labels,
        "plugin": attempt.plugin,
        "policies": attempt.text,
    }


def _prediction_entry(prediction: Prediction) -> Entry:
    return {
        "exercise": prediction.exercise.slug,
        "scenario": prediction.scenario_revision.document.slug,
        "scenario revision": prediction.scenario_revision.number,
        "said at": prediction.created.isoformat(),
        "right": prediction.right,
        "asked": prediction.asked,
        "said": prediction.said,
    }


# ── In ───────────────────────────────────────────────────────────────────────────────────────


def take(learner: Learner, progress: Progress) -> Taken:
    """Add what the learner does not have yet. Taking a file twice changes nothing."""
    with transaction.atomic():
        owner = settled(learner)
        shelf = _Shelf.of(progress)
        parts = (progress.attempts, progress.hints, progress.predictions)
        known = [[entry for entry in part if shelf.has(entry)] for part in parts]
        sat = take_sittings(owner, progress.sittings)
        asked, unasked = take_questions(owner, progress.questions)
        new = (
            _take_attempts(owner, shelf, known[0])
            + _take_hints(owner, shelf, known[1])
            + _take_predictions(owner, shelf, known[2])
            + sat.new
            + asked
            + take_reviews(owner, progress.reviews)
        )
    strange = sum(len(part) for part in parts) - sum(len(part) for part in known)
    return Taken(new, strange + sat.strange + unasked)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The documents and revisions that a file speaks of, as far as they are here."""

    documents: dict[tuple[str, str], Document]
    revisions: dict[tuple[int, int], Revision]

    @classmethod
    def of(cls, progress: Progress) -> "_Shelf":
        entries = [*progress.attempts, *progress.hints, *progress.predictions]
        slugs = {entry["exercise"] for entry in entries} | {
            entry["scenario"] for entry in entries if "scenario" in entry
        }
        documents = Document.objects.filter(origin=SEED, slug__in=slugs, current__isnull=False)
        revisions = Revision.objects.filter(document__in=documents)
        return cls(
            {(each.kind, each.slug): each for each in documents.select_related("current")},
            {(each.document_id, each.number): each for each in revisions},
        )

    def has(self, entry: Entry) -> bool:
        here = (Kind.EXERCISE.value, entry["exercise"]) in self.documents
        scenario = entry.get("scenario")
        return here and (scenario is None or (Kind.SCENARIO.value, scenario) in self.documents)

    def exercise(self, entry: Entry) -> Document:
        return self.documents[Kind.EXERCISE.value, entry["exercise"]]

    def revision(self, kind: Kind, entry: Entry) -> Revision:
        """The revision that the entry names; today's where a restored database lacks it."""
        document = self.documents[kind.value, entry[kind.value]]
        found = self.revisions.get((document.pk, entry[f"{kind.value} revision"]))
        found = found or document.current
        assert found is not None
        return found


def _take_attempts(owner: Learner, shelf: _Shelf, entries: Iterable[Entry]) -> int:
    here = {attempt.key: attempt for attempt in owner.attempts.all()}
    new: dict[UUID, tuple[Attempt, datetime]] = {}
    for entry in entries:
        attempt = _attempt(owner, shelf, entry)
        if attempt.key in here and not same_work(attempt, here[attempt.key]):
            attempt.key = other_key(attempt)
        if attempt.key not in here:
            new[attempt.key] = attempt, datetime.fromisoformat(entry["checked"])
    _store(list(new.values()))
    return len(new)


def _attempt(owner: Learner, shelf: _Shelf, entry: Entry) -> Attempt:
    return Attempt(
        learner=owner,
        exercise=shelf.exercise(entry),
        exercise_revision=shelf.revision(Kind.EXERCISE, entry),
        scenario_revision=shelf.revision(Kind.SCENARIO, entry),
        key=UUID(entry["key"]),
        text=entry["policies"],
        labels=entry["labels"],
        plugin=entry.get("plugin", ""),
        accepted=entry["accepted"],
        solved=entry["solved"],
        too_open=entry["too open"],
        too_strict=entry["too strict"],
        undefined=entry["undefined"],
        mistakes=" ".join(entry["mistakes"]),
        hints=entry["hints"],
    )


def _store(made: Sequence[tuple[Attempt, datetime]]) -> None:
    """Create them, then date them back: a new row always says that it is of now."""
    attempts = Attempt.objects.bulk_create([attempt for attempt, _ in made], batch_size=500)
    for attempt, (_, checked) in zip(attempts, made, strict=True):
        attempt.created = checked
    Attempt.objects.bulk_update(attempts, ["created"], batch_size=200)


def _take_hints(owner: Learner, shelf: _Shelf, entries: Iterable[Entry]) -> int:
    """The one that went further stands."""
    new = 0
    for entry in entries:
        use, _ = HintUse.objects.get_or_create(learner=owner, exercise=shelf.exercise(entry))
        if use.steps < entry["steps"]:
            use.steps = entry["steps"]
            use.save()
            new += 1
    return new


def _take_predictions(owner: Learner, shelf: _Shelf, entries: Iterable[Entry]) -> int:
    """The first one stands."""
    new = 0
    for entry in entries:
        said_at = datetime.fromisoformat(entry["said at"])
        mine = Prediction.objects.filter(learner=owner, exercise=shelf.exercise(entry))
        if mine.filter(created__lte=said_at).exists():
            continue
        mine.delete()
        made = Prediction.objects.create(
            learner=owner,
            exercise=shelf.exercise(entry),
            scenario_revision=shelf.revision(Kind.SCENARIO, entry),
            said=entry["said"],
            right=entry["right"],
            asked=entry["asked"],
        )
        Prediction.objects.filter(pk=made.pk).update(created=said_at)
        new += 1
    return new
