"""Predict, then reveal: what a learner expects of a lesson's opening picture, and what comes of it.

Until they have said it, the page holds a picture without outcomes (`locked`). What is predicted is
the picture under the starter; one that is empty or refused leaves the cluster without a policy.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from netpol_lab.lab.answers import SIGNS, Answer, answer, arrows_of, explained
from netpol_lab.lab.goal import passes
from netpol_lab.lab.parts import Picture
from netpol_lab.lab.probes import probe_ids
from netpol_lab.lab.shapes import drawings, half_arrow, scene
from netpol_lab.lab.table import Table
from netpol_lab.lab.texts import read_text
from netpol_lab.lab.workbench import Bench
from simulator.connect import backends
from simulator.document import Exercise
from simulator.draw import Drawing
from simulator.explain import OUTCOME_WORDS
from simulator.model import Connection, Dial, Outcome
from simulator.phrases import flow, port_text
from simulator.scenario import Scenario

#: What can be said of an arrow. The last two are offered only where they can come about.
WORDS = {
    Outcome.ALLOWED: gettext_noop("allowed"),
    Outcome.DENIED: gettext_noop("denied"),
    Outcome.MIXED: gettext_noop("mixed: some pods behind it admit, some refuse"),
    Outcome.UNDEFINED: gettext_noop("undefined by the API"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be said of an arrow."""

    value: str
    sign: str
    word: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """An arrow with its choices; `missing` where a posted form left it out."""

    id: str
    flow: str
    port: str
    choices: tuple[Choice, ...]
    missing: bool


@dataclass(frozen=True, slots=True)
class Questions:
    """The form: every arrow of the picture, and what is missing after a vain try.

    `again` says that the first try is made: this one is for practice and is not kept.
    """

    asked: tuple[Asked, ...]
    missing: int = 0
    again: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """What was said of an arrow, what is so, and why."""

    id: str
    flow: str
    right: bool
    said: str
    outcome: str
    word: str
    why: str


@dataclass(frozen=True, slots=True)
class Reveal:
    """The marks of a prediction; `fresh` right after it was made, `kept` where it is the first."""

    marks: tuple[Mark, ...]
    right: int
    fresh: bool = False
    kept: bool = True

    @property
    def sentence(self) -> str:
        """`You said 3 of 4 arrows right.`"""
        told = ngettext(
            "You said %(right)s of %(all)s arrow right.",
            "You said %(right)s of %(all)s arrows right.",
            len(self.marks),
        )
        return told % {"right": self.right, "all": len(self.marks)}


@dataclass(frozen=True, slots=True)
class Panel:
    """The prediction's place on the page: the form while the picture is locked, then the marks.

    Neither where the picture was looked at without a prediction.
    """

    questions: Questions | None = None
    reveal: Reveal | None = None


def panel(
    exercise: Exercise,
    scenario: Scenario,
    kept: Mapping[str, object] | None,
    *,
    seen: bool = False,
    again: bool = False,
) -> Panel:
    """What a page shows of a prediction: `kept` is the first one (None where none was made, empty
    where it was skipped), `seen` whether the picture is open without one, `again` whether the
    learner wants to predict once more."""
    if again or (kept is None and not seen):
        return Panel(questions(exercise, scenario, again=again))
    known = known_choices(exercise, scenario, kept or {})
    return Panel(reveal=reveal(exercise, scenario, known) if known else None)


# ── Asking ───────────────────────────────────────────────────────────────────────────────────


def questions(
    exercise: Exercise,
    scenario: Scenario,
    said: Mapping[str, str] | None = None,
    *,
    again: bool = False,
) -> Questions:
    """The form, with what was said so far; None where nothing was posted yet."""
    ids, options = probe_ids(scenario), _options(exercise, scenario)
    asked = []
    for arrow, values in zip(arrows_of(scenario), options, strict=True):
        chosen = (said or {}).get(ids.of(arrow), "")
        choices = tuple(Choice(v.value, SIGNS[v], _(WORDS[v]), v.value == chosen) for v in values)
        missing = said is not None and not chosen
        asked.append(Asked(ids.of(arrow), flow(arrow), port_text(arrow), choices, missing))
    return Questions(tuple(asked), sum(one.missing for one in asked), again)


def known_choices(
    exercise: Exercise, scenario: Scenario, said: Mapping[str, object]
) -> dict[str, str]:
    """The part of what was posted, or stored, that the form of today offers."""
    ids, options = probe_ids(scenario), _options(exercise, scenario)
    found = {}
    for arrow, values in zip(arrows_of(scenario), options, strict=True):
        value = said.get(ids.of(arrow))
        if value in values:
            found[ids.of(arrow)] = str(value)
    return found


def stored_choices(text: str) -> Mapping[str, object]:
    """What was stored of a prediction. Never raises: a progress file may hold anything."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _options(exercise: Exercise, scenario: Scenario) -> Iterator[tuple[Outcome, ...]]:
    """What can be said of each arrow.

    `undefined` stands with all of them or with none: with some, it would tell which.
    """
    answers = _opening(exercise.starter, scenario)
    pings = any(arrow.protocol == "ICMP" for arrow in scenario.arrows)
    open_ones = pings or any(given.outcome is Outcome.UNDEFINED for given in answers)
    for asked in arrows_of(scenario):
        several = isinstance(asked, Dial) and len(backends(scenario.cluster, asked.target)) > 1
        mixed = (Outcome.MIXED,) if several else ()
        undefined = (Outcome.UNDEFINED,) if open_ones else ()
        yield (Outcome.ALLOWED, Outcome.DENIED, *mixed, *undefined)


@lru_cache(maxsize=256)
def _opening(starter: str, scenario: Scenario) -> tuple[Answer, ...]:
    """The answers under the starter; there are few starters, and none changes."""
    reading = read_text(starter, scenario)
    policies = reading.policies if reading.accepted else ()
    return tuple(answer(scenario.cluster, policies, asked) for asked in arrows_of(scenario))


# ── Revealing ────────────────────────────────────────────────────────────────────────────────


def reveal(exercise: Exercise, scenario: Scenario, said: Mapping[str, str]) -> Reveal:
    """Mark what was said; arrows of which nothing was said are left out."""
    ids, given = probe_ids(scenario), _opening(exercise.starter, scenario)
    marks = tuple(
        _mark(ids.of(one.probe), one, said[ids.of(one.probe)])
        for one in given
        if ids.of(one.probe) in said
    )
    return Reveal(marks, sum(mark.right for mark in marks))


def _mark(id: str, given: Answer, said: str) -> Mark:
    return Mark(
        id,
        flow(given.probe),
        said == passes(given).value,
        _(WORDS[Outcome(said)]).partition(":")[0],
        given.outcome.value,
        OUTCOME_WORDS[given.outcome],
        _why(given),
    )


def _why(given: Answer) -> str:
    """Both gates; of a Service the look-up alone where it fails, else also its first endpoints."""
    steps = explained(given).gates
    if isinstance(given, Connection):
        steps = steps[:1] if given.outcome is Outcome.NOT_RESOLVED else steps[:3]
    # Without the lead it reads as if a refusal were the reason that the connection passes.
    lead = [_("If anything enforced them:")] if given.outcome is Outcome.NOT_ENFORCED else []
    return " ".join([*lead, *(f"{step.heading}: {step.text}" for step in steps)])


# ── The locked page ──────────────────────────────────────────────────────────────────────────


def locked(bench: Bench, scenario: Scenario) -> Bench:
    """The same page without what the prediction is about: none of it reaches a template."""
    return replace(
        bench,
        pictures=locked_pictures(scenario),
        outcomes=(),
        table=Table((), ()),
        sentences=(),
        aloud=None,
        goal=None,
        why=None,
        live="",
    )


def locked_pictures(scenario: Scenario) -> tuple[Picture, ...]:
    """A scenario's pictures without outcomes, the wide one first."""
    return _locked_pictures(scenario, get_language())


@lru_cache(maxsize=256)
def _locked_pictures(scenario: Scenario, language: str | None) -> tuple[Picture, ...]:
    """They hold words: a set for each language."""
    ids = probe_ids(scenario)
    asked = [(ids.of(arrow), flow(arrow), port_text(arrow)) for arrow in arrows_of(scenario)]
    return tuple(_locked_picture(drawing, asked, prefix) for prefix, drawing in drawings(scenario))


def _locked_picture(
    drawing: Drawing, asked: Sequence[tuple[str, str, str]], prefix: str
) -> Picture:
    rows = zip(drawing.routes, asked, strict=True)
    arrows = (
        half_arrow(
            route, f"? {port}", id=id, aria=_("%(flow)s: what do you expect?") % {"flow": flow}
        )
        for route, (id, flow, port) in rows
    )
    return scene(drawing, arrows, prefix=prefix, classes="locked")
