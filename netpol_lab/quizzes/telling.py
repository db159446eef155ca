"""What may be said of an answer, in words for its page: parts, misconceptions, blamed lines.

It takes what was released (`papers.Told`) and adds nothing that its item's level withholds: an item
that is told at the level "verdict" has no parts and no mistakes there, and so none here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from netpol_lab.common.markdown import render_markdown
from netpol_lab.content.models import Document
from netpol_lab.lab.answers import answer, explained
from netpol_lab.lab.naming import Named, named
from netpol_lab.lab.texts import Line
from simulator.mistakes import CATALOGUE
from simulator.mistakes.catalogue import Misconception
from simulator.phrases import flow
from simulator.quiz import ItemKind, Level, Question, grade, right_answer
from simulator.quiz.arrows import read_for, scenario_of
from simulator.quiz.choices import rows, shown_options, shown_steps
from simulator.quiz.payload import text
from simulator.quiz.values import Choice, Fill, Order, Point, Predict

_POLICY = {ItemKind.WRITE, ItemKind.FILL}
#: What was said of an option or line and what is so, where the two together read badly.
_TOGETHER = {
    ("chosen", "right"): gettext_noop("you chose it, and it is right"),
    ("chosen", "wrong"): gettext_noop("you chose it, and it is wrong"),
    ("left", "right"): gettext_noop("you left it out, and it is right"),
    ("left", "wrong"): gettext_noop("you left it out, and rightly"),
    ("pointed at", "right"): gettext_noop("you pointed at it, and it is meant"),
    ("pointed at", "wrong"): gettext_noop("you pointed at it, and it is not meant"),
}


class Released(Protocol):
    """The part of `papers.Told` that is read here."""

    @property
    def parts(self) -> tuple[Mapping[str, Any], ...]: ...
    @property
    def mistakes(self) -> tuple[str, ...]: ...
    @property
    def whys(self) -> tuple[str, ...]: ...
    @property
    def explanation(self) -> str: ...


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part of an answer: an arrow, option, step, line or policy, and what is so."""

    about: SafeString | str
    right: bool
    said: str
    wanted: str
    why: str = ""

    @property
    def words(self) -> str:
        """What was said of it, and what is so where that is something else."""
        if together := _TOGETHER.get((self.said, self.wanted)):
            return _(together)
        nothing = self.said == "left"
        said = _("you: nothing") if nothing else _("you: %(said)s") % {"said": self.said}
        if self.right:
            return said
        return _("%(said)s · in fact: %(wanted)s") % {"said": said, "wanted": self.wanted}


@dataclass(frozen=True, slots=True)
class Mistake:
    """A misconception that an answer shows, and the first lesson that clears it up."""

    misconception: Misconception
    lesson: Document | None


@dataclass(frozen=True, slots=True)
class Blamed:
    """The learner's own text with the lines that go wrong, and an answer that is right."""

    rows: tuple[Line, ...]
    named: tuple[Named, ...]
    right: str


@dataclass(frozen=True, slots=True)
class Said:
    """All that a page says of an answer besides its verdict."""

    parts: tuple[PartRow, ...]
    whys: tuple[SafeString, ...]
    blamed: Blamed | None
    misconceptions: tuple[Mistake, ...]
    explanation: SafeString | str


def said_of(
    question: Question,
    payload: object,
    told: Released,
    lessons: Mapping[str, Document],
    *,
    stands: bool,
) -> Said:
    """What is said of a payload; `stands` where it can no longer be changed."""
    return Said(
        part_rows(question, told),
        tuple(render_markdown(why) for why in told.whys),
        blamed(question, payload, stands=stands),
        mistake_rows(told.mistakes, lessons),
        render_markdown(told.explanation) if told.explanation else "",
    )


def part_rows(question: Question, told: Released) -> tuple[PartRow, ...]:
    """The parts of an answer in words, in the order of the page.

    Where one option was to be chosen, only that one and the chosen one: a tick before a wrong
    option that nobody chose reads as if the option were right.
    """
    abouts, whys = _abouts(question), _whys(question) if told.parts else {}
    return tuple(
        PartRow(
            abouts.get(part["id"], part["id"]),
            part["right"],
            part["said"],
            part["wanted"],
            "" if part["right"] else whys.get(part["id"], ""),
        )
        for part in told.parts
        if (part["said"], part["wanted"]) != ("left", "wrong")
        or question.item.kind is not ItemKind.SINGLE
    )


def mistake_rows(mistakes: tuple[str, ...], lessons: Mapping[str, Document]) -> tuple[Mistake, ...]:
    """The misconceptions by name; `lessons` are the first about each, by its code."""
    known = [CATALOGUE[code] for code in mistakes if code in CATALOGUE]
    return tuple(Mistake(one, lessons.get(one.id)) for one in known)


def blamed(question: Question, payload: object, *, stands: bool) -> Blamed | None:
    """What goes wrong in which line of a policy; None for other kinds, or where nothing is told.

    The right answer is a key: only where this one stands.
    """
    if question.item.feedback is not Level.EXPLANATION:
        return None
    if question.item.kind not in _POLICY:
        return None
    given, found = _whole(question, payload), grade(question, payload)
    if found.right or not found.answered:
        return None
    policies = read_for(given, scenario_of(question)).policies
    names = tuple(named(found.recognised, policies, given))
    marks = {one.line.number for one in names if one.line}
    marks |= {problem.mark.line for problem in found.problems if problem.mark}
    listed = tuple(
        Line(n, row, "error" if n in marks else "")
        for n, row in enumerate(given.rstrip("\n").split("\n"), 1)
    )
    return Blamed(listed, names, text(right_answer(question)).rstrip("\n") if stands else "")


# ── Words for ids ────────────────────────────────────────────────────────────────────────────


def _abouts(question: Question) -> Mapping[str, SafeString | str]:
    match question.item.body:
        case Predict():
            return {str(n): flow(probe) for n, probe in enumerate(question.probes, 1)}
        case Choice() as body:
            options = shown_options(question, body).items()
            return {id: render_markdown(option.text) for id, option in options}
        case Order() as body:
            return {id: render_markdown(step) for id, step in shown_steps(question, body).items()}
        case Point() as body:
            return {
                str(n): SafeString(f"{n} <code>{escape(row)}</code>")
                for n, row in enumerate(rows(body), 1)
            }
        case _:
            return {
                letter: _("Policy %(letter)s") % {"letter": letter.upper()}
                for letter in "abcdefghijklmnopqrstuvwxyz"
            }


def _whys(question: Question) -> Mapping[str, str]:
    """Why each arrow of a prediction ends as it does."""
    body = question.item.body
    if not isinstance(body, Predict):
        return {}
    scenario = scenario_of(question)
    policies = read_for(body.policies, scenario).policies
    found = (answer(scenario.cluster, policies, probe) for probe in question.probes)
    return {
        str(n): " ".join(f"{gate.heading}: {gate.text}" for gate in explained(one).gates[:3])
        for n, one in enumerate(found, 1)
    }


def _whole(question: Question, payload: object) -> str:
    """The text that an answer stands for: of a gap the whole policy."""
    said, body = text(payload), question.item.body
    return body.filled(said.strip()) if isinstance(body, Fill) else said
