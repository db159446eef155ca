"""Writes of quizzes: every change of a sitting goes through here, under the lock of its row.

Locks are taken in one order, the learner before the sitting, as claiming a browser's work does.
Marks are worked out before a lock is taken: a policy takes its time, and SQLite has one writer.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from uuid import UUID, uuid4

from django.db import transaction
from django.http import Http404

from netpol_lab.accounts.actions import settled
from netpol_lab.accounts.models import Learner
from netpol_lab.lab.kubeconfig import holds_kubeconfig
from netpol_lab.quizzes import clock
from netpol_lab.quizzes.models import Allowance, Answer, Purpose, Sitting, Submission
from netpol_lab.quizzes.papers import (
    Bundle,
    Desk,
    Marks,
    decimal,
    final_marks,
    is_late,
    marks,
    paper,
    total,
)
from netpol_lab.quizzes.queries import answer_at, desk_of, open_sitting, sittings_of
from netpol_lab.quizzes.reviewing import meet, review
from simulator.papers import fresh_seed

#: So many earlier papers a new one differs from.
_REMEMBERED = 3
#: What one sitting may hand in within a minute; more is no person answering.
MOST_A_MINUTE = 30
#: What one learner may start within an hour.
MOST_AN_HOUR = 120


class Refusal(StrEnum):
    """Why something was not taken."""

    LATE = "late"
    FINISHED = "finished"
    FINAL = "final"
    TOO_MANY = "too many"
    NEWER = "newer"
    KUBECONFIG = "kubeconfig"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer as it now stands, and why nothing was changed, where that is so."""

    answer: Answer
    refusal: Refusal | None = None


# ── Start ────────────────────────────────────────────────────────────────────────────────────


def start_sitting(learner: Learner, bundle: Bundle) -> Sitting | Refusal:
    """Begin a quiz; where one is under way, that one: pressing Start twice starts one clock."""
    taken = sittings_of(learner, bundle.document).values_list("seed", flat=True)[:_REMEMBERED]
    base = secrets.token_hex(8)
    seed = fresh_seed(bundle.revision.text, bundle.library, base, taken=taken)
    items = [q.item.id for q in paper(bundle.revision.text, bundle.library, seed).questions]
    with transaction.atomic():
        owner = settled(learner)
        known = open_sitting(owner, bundle.document)
        if known is not None:
            return known
        if too_many_started(owner):
            return Refusal.TOO_MANY
        return new_sitting(owner, bundle, seed, items, kind=Purpose(bundle.quiz.use.value))


def new_sitting(
    owner: Learner,
    bundle: Bundle,
    seed: str,
    items: list[str],
    *,
    kind: Purpose,
    misconception: str = "",
) -> Sitting:
    """A sitting's rows, with its clock set; call it in a transaction that has locked the owner."""
    seconds = 0 if kind is Purpose.REVIEW else bundle.quiz.seconds
    extra = extra_for(owner, seconds)
    reading = clock.read()
    sitting = Sitting.objects.create(
        learner=owner,
        quiz=bundle.document,
        quiz_revision=bundle.revision,
        sources=sorted(revision.pk for revision in bundle.sources),
        seed=seed,
        kind=kind,
        misconception=misconception,
        started=reading.wall,
        boot=reading.boot,
        ticks=reading.ticks,
        deadline=reading.wall + timedelta(seconds=seconds + extra) if seconds else None,
        extra_seconds=extra,
    )
    Answer.objects.bulk_create(
        Answer(sitting=sitting, item=item, position=number) for number, item in enumerate(items, 1)
    )
    return sitting


def extra_for(learner: Learner, seconds: int) -> int:
    """A learner's extra time for a time of so many seconds."""
    allowance = Allowance.objects.filter(learner=learner).first()
    return allowance.extra(seconds) if allowance else 0


def too_many_started(learner: Learner) -> bool:
    """Whether a learner has started more within the hour than a person would."""
    since = clock.now() - timedelta(hours=1)
    return Sitting.objects.filter(learner=learner, started__gt=since).count() >= MOST_AN_HOUR


# ── Answer ───────────────────────────────────────────────────────────────────────────────────


def save_draft(
    sitting: Sitting, number: int, payload: object, *, base: str | None = None
) -> Outcome:
    """Keep what is on the page; it overwrites, is never judged and never counts as a failure.

    `base` says when the draft below it was saved, as the page knew it ("" for never): one that was
    saved since, elsewhere, is not overwritten. None overwrites whatever is there.
    """

    def change(desk: Desk, answer: Answer) -> Refusal | None:
        if desk.is_final(answer):
            return Refusal.FINAL
        if _holds_kubeconfig(payload):
            return Refusal.KUBECONFIG
        known = answer.saved.isoformat() if answer.saved else ""
        if base is not None and base != known and payload != answer.payload:
            return Refusal.NEWER
        answer.payload, answer.saved = payload, desk.now
        answer.save(update_fields=["payload", "saved"])
        return None

    return _changed(sitting, number, change)


def flag(sitting: Sitting, number: int, *, on: bool) -> Outcome:
    """Mark an item to come back to, or take the mark off."""

    def change(desk: Desk, answer: Answer) -> None:
        answer.flagged = on
        answer.save(update_fields=["flagged"])

    return _changed(sitting, number, change)


def take_hint(sitting: Sitting, number: int) -> Outcome:
    """Note that the learner asked for the hint; Http404 where there is none to have."""

    def change(desk: Desk, answer: Answer) -> None:
        if desk.graded or not desk.question(answer).item.hint:
            raise Http404("no hint here")
        answer.hinted = True
        answer.save(update_fields=["hinted"])

    return _changed(sitting, number, change)


def submit_answer(sitting: Sitting, number: int, payload: object, *, key: UUID) -> Outcome:
    """Hand in an answer. The same key again changes nothing and gives what is there.

    Something else under a used key (the Back button brings old keys back) is an answer of its own.
    """
    judged = _judged_before(sitting, number, payload)
    refused_late = False
    with transaction.atomic():
        owner = settled(sitting.learner)
        desk = _locked(sitting)
        answer = answer_at(desk, number)
        known = Submission.objects.filter(answer=answer, key=key).first()
        if known is not None and known.payload == payload:
            return Outcome(answer)
        refusal = _refusal(desk) or (Refusal.FINAL if desk.is_final(answer) else None)
        if refusal is None and _too_many_submitted(desk):
            refusal = Refusal.TOO_MANY
        if refusal is None and _holds_kubeconfig(payload):
            refusal = Refusal.KUBECONFIG
        refused_late = refusal is Refusal.LATE
        if refusal is None:
            _hand_in(desk, answer, payload, key=uuid4() if known else key)
            if desk.at_once:
                found = judged or marks(desk, answer, payload)
                _mark(answer, found)
                meet(owner, _told_mistakes(answer), desk.now)
                if desk.sitting.kind == Purpose.REVIEW:
                    review(owner, desk, answer)
                    _close(replace(desk, answers=(answer,)), [(answer, found.exact)], release=True)
    if refused_late:
        finish_sitting(sitting)
    return Outcome(answer, refusal)


def _holds_kubeconfig(payload: object) -> bool:
    """Whether a text of the answer is one: of that, nothing is kept."""
    texts = payload.values() if isinstance(payload, dict) else (payload,)
    return any(holds_kubeconfig(text) for text in texts if isinstance(text, str))


def _judged_before(sitting: Sitting, number: int, payload: object) -> Marks | None:
    """The marks where they will be wanted, without holding a lock meanwhile."""
    desk = desk_of(sitting)
    answer = answer_at(desk, number)
    wanted = desk.at_once and not desk.over and not desk.is_final(answer)
    wanted = wanted and not _too_many_submitted(desk)  # a flood is refused before it costs work
    return marks(desk, answer, payload) if wanted else None


def _hand_in(desk: Desk, answer: Answer, payload: object, *, key: UUID) -> None:
    Submission.objects.create(answer=answer, key=key, payload=payload, received=desk.now)
    answer.payload = answer.submitted = payload
    answer.saved = answer.answered = desk.now
    answer.save(update_fields=["payload", "submitted", "saved", "answered"])


def _too_many_submitted(desk: Desk) -> bool:
    since = desk.now - timedelta(minutes=1)
    mine = Submission.objects.filter(answer__sitting=desk.sitting, received__gt=since)
    return mine.count() >= MOST_A_MINUTE


def _changed(
    sitting: Sitting, number: int, change: Callable[[Desk, Answer], Refusal | None]
) -> Outcome:
    with transaction.atomic():
        desk = _locked(sitting)
        answer = answer_at(desk, number)
        refusal = _refusal(desk) or change(desk, answer)
    if refusal is Refusal.LATE:
        finish_sitting(sitting)
    return Outcome(answer, refusal)


def _locked(sitting: Sitting) -> Desk:
    """The sitting as it is now, nobody else's to change until the transaction ends."""
    rows = Sitting.objects.select_for_update(of=("self",)).select_related("quiz_revision")
    found = rows.filter(pk=sitting.pk).first()
    if found is None:  # its learner erased it meanwhile
        raise Http404("no such sitting")
    return desk_of(found)


def _refusal(desk: Desk) -> Refusal | None:
    if desk.sitting.finished is not None:
        return Refusal.FINISHED
    return Refusal.LATE if is_late(desk.sitting, desk.now) else None


# ── Finish ───────────────────────────────────────────────────────────────────────────────────


def finish_sitting(sitting: Sitting, *, release: bool = True) -> Sitting:
    """Hand everything in and mark it; once finished, it changes nothing more.

    `release` says whether feedback may be read from now on.
    """
    known = desk_of(sitting)
    found = (
        {}
        if known.sitting.finished
        else {a.pk: (_said(a), _final(known, a)) for a in known.answers}
    )
    with transaction.atomic():
        owner = settled(sitting.learner)
        desk = _locked(sitting)
        if desk.sitting.finished is not None:
            return desk.sitting
        earned: list[tuple[Answer, Fraction]] = []
        for answer in desk.answers:
            said, judged = found.get(answer.pk, (None, None))
            # What was saved while the lock was awaited is judged anew.
            result = judged if judged and said == _said(answer) else _final(desk, answer)
            _mark(answer, result)
            earned.append((answer, result.exact))
        _close(desk, earned, release=release)
        if release:
            _meet_all(owner, desk)
        return desk.sitting


def _said(answer: Answer) -> tuple[object, object]:
    return answer.payload, answer.submitted


def _final(desk: Desk, answer: Answer) -> Marks:
    return final_marks(desk, answer)


def _mark(answer: Answer, found: Marks) -> None:
    answer.credit, answer.feedback = found.credit, found.feedback
    answer.mistakes = " ".join(found.mistakes[:12])
    answer.save(update_fields=["credit", "feedback", "mistakes"])


def _meet_all(owner: Learner, desk: Desk) -> None:
    """Make the cards of what was told; a draft shows no misconception."""
    for answer in desk.answers:
        if answer.submitted is not None:
            meet(owner, _told_mistakes(answer), desk.now)


def _told_mistakes(answer: Answer) -> list[str]:
    """What its level lets be named: a card for anything else would name it."""
    return list((answer.feedback or {}).get("mistakes", ()))


def _close(desk: Desk, earned: list[tuple[Answer, Fraction]], *, release: bool) -> None:
    """Set the end, which is never after the deadline, and the score."""
    sitting, (score, most) = desk.sitting, total(desk, earned)
    deadline = sitting.deadline
    sitting.finished = min(desk.now, deadline) if deadline else desk.now
    sitting.released = desk.now if release else None
    sitting.score, sitting.max_score = decimal(score, 4), most
    sitting.passed = bool(most) and score * 100 >= desk.paper.quiz.passing * most
    sitting.save(update_fields=["finished", "released", "score", "max_score", "passed"])


def release_sitting(sitting: Sitting) -> Sitting:
    """Let the feedback of a finished sitting be read from now on."""
    with transaction.atomic():
        owner = settled(sitting.learner)
        desk = _locked(sitting)
        if desk.sitting.finished is not None and desk.sitting.released is None:
            desk.sitting.released = desk.now
            desk.sitting.save(update_fields=["released"])
            _meet_all(owner, desk)
        return desk.sitting


# ── Extra time ───────────────────────────────────────────────────────────────────────────────


def allow(learner: Learner, *, percent: int = 0, seconds: int = 0) -> Allowance:
    """Give a person extra time from now on; sittings under way gain what is missing, none loses."""
    values = {"percent": percent, "seconds": seconds}
    with transaction.atomic():
        owner = settled(learner)
        allowance, _ = Allowance.objects.update_or_create(learner=owner, defaults=values)
        running = Sitting.objects.filter(learner=owner, finished=None, deadline__isnull=False)
        pks = list(running.values_list("pk", flat=True))
    for pk in pks:
        _raise_to(pk, allowance)
    return allowance


def disallow(learner: Learner) -> None:
    """Take extra time back, for sittings to come: those under way keep what they have."""
    with transaction.atomic():
        Allowance.objects.filter(learner=settled(learner)).delete()


def _raise_to(pk: UUID, allowance: Allowance) -> None:
    with transaction.atomic():
        sitting = Sitting.objects.select_for_update().filter(pk=pk).first()
        if sitting is None or sitting.deadline is None:
            return
        own = sitting.deadline - sitting.started - timedelta(seconds=sitting.extra_seconds)
        missing = allowance.extra(round(own.total_seconds())) - sitting.extra_seconds
        if missing > 0:
            _lengthen(sitting, missing)


def grant_seconds(sitting: Sitting, seconds: int) -> Sitting:
    """Raise the deadline of a sitting under way; one that is over stays over."""
    with transaction.atomic():
        desk = _locked(sitting)
        if seconds > 0 and desk.sitting.deadline is not None and _refusal(desk) is None:
            _lengthen(desk.sitting, seconds)
        return desk.sitting


def _lengthen(sitting: Sitting, seconds: int) -> None:
    assert sitting.deadline is not None
    sitting.deadline += timedelta(seconds=seconds)
    sitting.extra_seconds += seconds
    sitting.save(update_fields=["deadline", "extra_seconds"])
