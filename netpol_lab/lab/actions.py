"""Writes of the lab: recording attempts and predictions."""

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from netpol_lab.accounts.actions import settled
from netpol_lab.accounts.models import Learner
from netpol_lab.content.models import Revision
from netpol_lab.content.queries import LessonBundle
from netpol_lab.lab.hints import last_step
from netpol_lab.lab.models import Attempt, HintUse, Prediction, QuestionAnswer
from netpol_lab.lab.queries import hint_steps
from netpol_lab.lab.workbench import Bench
from simulator.check import Fault


def record_attempt(learner: Learner, bundle: LessonBundle, *, key: UUID, bench: Bench) -> Attempt:
    """Store a submission with its result; None for a text that was refused.

    The same key with the same state again returns the attempt that is already there.
    Something else under a used key (the Back button brings old keys back) is an attempt of its own.
    """
    result = bench.result
    counts = {
        "too_open": result.count(Fault.TOO_OPEN) if result else 0,
        "too_strict": result.count(Fault.TOO_STRICT) if result else 0,
        "undefined": result.count(Fault.UNDEFINED) if result else 0,
    }
    values = {
        "learner": learner,
        "exercise": bundle.document,
        "exercise_revision": bundle.exercise_revision,
        "scenario_revision": bundle.scenario_revision,
        # PostgreSQL takes no NUL in a text; the reader has refused it already.
        "text": bench.text.replace("\0", "\ufffd"),
        "labels": bench.labels,
        "plugin": bench.plugin,
        "accepted": result is not None,
        "solved": bool(result and result.solved),
        "mistakes": " ".join(one.code for one in bench.mistakes),
        "hints": hint_steps(learner, bundle.document),
        **counts,
    }
    with transaction.atomic():
        # A sign-in in another tab may have claimed the learner meanwhile.
        values["learner"] = learner = settled(learner)
        known = Attempt.objects.filter(learner=learner, key=key).first()
        if known is None:
            return Attempt.objects.create(key=key, **values)
        if all(getattr(known, part) == values[part] for part in ("text", "labels", "plugin")):
            return known
        return Attempt.objects.create(key=uuid4(), **values)


def open_hint(learner: Learner, bundle: LessonBundle, *, step: int) -> None:
    """Note that the learner asked for this step, if it is the next one.

    Asked again, or before its turn, it changes nothing: no step is skipped, none is counted twice.
    """
    if not 1 <= step <= last_step(bundle.exercise):
        return
    with transaction.atomic():
        use, _ = HintUse.objects.get_or_create(learner=settled(learner), exercise=bundle.document)
        HintUse.objects.filter(pk=use.pk, steps=step - 1).update(steps=step, updated=timezone.now())


def record_prediction(
    learner: Learner, bundle: LessonBundle, said: Mapping[str, str], *, right: int
) -> Prediction:
    """Keep what a learner expected, arrow by arrow; without any, that they looked at once.

    The first one stands: another returns the one that is already there.
    """
    values = {
        "scenario_revision": bundle.scenario_revision,
        "said": json.dumps(dict(said)),
        "right": right,
        "asked": len(said),
    }
    with transaction.atomic():
        found, _ = Prediction.objects.get_or_create(
            learner=settled(learner), exercise=bundle.document, defaults=values
        )
    return found


def record_question_answer(
    learner: Learner,
    *,
    key: UUID,
    revision: Revision,
    said: object,
    credit: Fraction,
    mistakes: Sequence[str],
) -> QuestionAnswer:
    """Keep what a learner said to a lesson's question; an answer that is sent twice is one."""
    values = {
        "lesson": revision.document,
        "revision": revision,
        # PostgreSQL takes no NUL in a text; JSON writes it so that it can.
        "said": json.dumps(said),
        "credit": int(credit * QuestionAnswer.WHOLE),
        "mistakes": " ".join(mistakes[:12]),
    }
    with transaction.atomic():
        owner = settled(learner)
        known = QuestionAnswer.objects.filter(learner=owner, key=key).first()
        if known is not None and known.said == values["said"]:
            return known
        fresh = key if known is None else uuid4()
        return QuestionAnswer.objects.create(learner=owner, key=fresh, **values)
