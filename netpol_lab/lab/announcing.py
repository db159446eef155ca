"""What the live region says after an answer: what changed, and why."""

from collections.abc import Sequence
from enum import Enum, auto

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from netpol_lab.lab.answers import AT_GATES, Answer, explained, label_text, refusing
from netpol_lab.lab.naming import Named
from simulator.explain import OUTCOME_WORDS
from simulator.model import Outcome
from simulator.parse import Reading
from simulator.phrases import flow


class Telling(Enum):
    """What an answer is to: a question why, typing, or a submission."""

    WHY = auto()
    TYPING = auto()
    SUBMISSION = auto()


def changes(before: Sequence[Answer], answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """The answers that look otherwise on the picture than the same ones did before."""
    pairs = zip(before, answers, strict=True)
    return tuple(given for old, given in pairs if _signature(old) != _signature(given))


def _signature(given: Answer) -> tuple[Outcome, str]:
    """What an arrow shows: its outcome, and the word for it, which names gates and shares."""
    return given.outcome, label_text(given)


def announcement(
    reading: Reading,
    refused: bool,
    changed: Sequence[Answer],
    why: str,
    *,
    telling: Telling,
    solved: bool = False,
    judged: str = "",
    mistakes: Sequence[Named] = (),
) -> str:
    """The sentence for the live region: faults, what changed, or `why`, the picked arrow's reason.

    While one types, half a policy is no news: only what changed is told. A wrong submission begins
    with `judged`, how many connections are wrong, and ends with the misconception that it looks
    like most.
    """
    if telling is Telling.WHY:
        return why
    if telling is Telling.TYPING:
        return _changes_sentence(changed) if changed else ""
    looks = "".join(f" {one.sentence}" for one in mistakes[:1])
    if refused:
        number = len(reading.errors)
        told = ngettext(
            "%(number)s problem. %(first)s%(looks)s The picture stays as it was.",
            "%(number)s problems. %(first)s%(looks)s The picture stays as it was.",
            number,
        )
        return told % {"number": number, "first": _first_problem(reading), "looks": looks}
    outcome = _("Solved.") if solved else judged
    return f"{outcome} {_changes_sentence(changed)}{looks}"


def _first_problem(reading: Reading) -> str:
    problem = reading.errors[0]
    place = _("Line %(line)s: ") % {"line": problem.mark.line} if problem.mark else ""
    # A regular expression read aloud helps nobody.
    message = problem.message.partition(" (e.g.")[0]
    return f"{place}{message}."


def _changes_sentence(changed: Sequence[Answer]) -> str:
    if not changed:
        return _("No arrow changed.")
    if len(changed) == 1:
        short = OUTCOME_WORDS[changed[0].outcome].partition(":")[0]  # the reason follows at once
        return f"{_now(changed[0], short)}: {_deciding_step(changed[0])}"
    said = "; ".join(_now(given, OUTCOME_WORDS[given.outcome]) for given in changed)
    told = ngettext(
        "%(number)s arrow changed: %(said)s.", "%(number)s arrows changed: %(said)s.", len(changed)
    )
    return told % {"number": len(changed), "said": said}


def _now(given: Answer, outcome: str) -> str:
    told = {"flow": flow(given.probe), "outcome": outcome, "where": _(AT_GATES[refusing(given)])}
    return _("%(flow)s is now %(outcome)s%(where)s") % told


def _deciding_step(given: Answer) -> str:
    """The text of the gate or step that settles the outcome: the shut one, or one with a rule."""
    steps = explained(given).gates
    settles = {given.outcome}
    if given.outcome in {Outcome.MIXED, Outcome.NOT_RESOLVED}:
        settles = {Outcome.DENIED}
    decisive = next((step for step in steps if step.outcome in settles and step.marks), None)
    return (decisive or steps[-1]).text
