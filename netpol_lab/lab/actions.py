"""Writes of the lab: recording an attempt."""

from uuid import UUID, uuid4

from django.db import transaction

from netpol_lab.accounts.models import Learner
from netpol_lab.content.queries import LessonBundle
from netpol_lab.lab.models import Attempt
from simulator.check import Fault, Result


def record_attempt(
    learner: Learner, bundle: LessonBundle, *, key: UUID, text: str, result: Result | None
) -> Attempt:
    """Store a submission with its result; None for a text that was refused.

    The same key with the same text again returns the attempt that is already there. Another text
    under a used key (the Back button brings old keys back) is an attempt of its own.
    """
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
        "text": text.replace("\0", "\ufffd"),
        "accepted": result is not None,
        "solved": bool(result and result.solved),
        **counts,
    }
    with transaction.atomic():
        known = Attempt.objects.filter(learner=learner, key=key).first()
        if known is None:
            return Attempt.objects.create(key=key, **values)
        if known.text == text:
            return known
        return Attempt.objects.create(key=uuid4(), **values)
