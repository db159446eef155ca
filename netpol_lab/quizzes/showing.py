"""An item as its page prints it, with what the learner has said of it so far.

Pure, and made from `simulator.quiz.public` wherever that says a thing: no key, explanation, hint or
solution passes through here. What a cluster would show of the learner's own policies comes from the
workbench, without the goal and the whys.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from netpol_lab.common.markdown import render_markdown
from netpol_lab.lab.answers import SIGNS
from netpol_lab.lab.parts import Picture
from netpol_lab.lab.predicting import WORDS, Choice
from netpol_lab.lab.terminal import DEFAULT_NAMESPACE, Turn
from netpol_lab.lab.texts import Line
from netpol_lab.lab.workbench import Bench, State, set_up
from netpol_lab.lab.workbench import Question as Asking
from netpol_lab.quizzes.pictures import Drawn, drawn, pictures
from simulator.exercise import Changeable
from simulator.model import Outcome
from simulator.quiz import ItemKind, Question, public
from simulator.quiz.arrows import shown_pictures
from simulator.quiz.payload import labels, one, pairs, several, text
from simulator.quiz.values import GAP, Match, Predict
from simulator.scenario import Scenario


@dataclass(frozen=True, slots=True)
class ArrowAsked:
    """An arrow to predict, with what can be said of it."""

    drawn: Drawn
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose, or a step in an order; `place` counts from 1."""

    id: str
    body: SafeString
    chosen: bool
    place: int = 0
    first: bool = False
    last: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A numbered line of YAML; `gap` where a part of it is to be filled in, after `text`."""

    number: int
    text: str
    gap: bool = False
    after: str = ""
    pointed: bool = False


@dataclass(frozen=True, slots=True)
class Matching:
    """A policy to match, with the picture that was chosen for it."""

    id: str
    rows: tuple[Line, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Small:
    """One of the pictures to match with, and its arrows in words."""

    id: str
    pictures: tuple[Picture, ...]
    arrows: tuple[Drawn, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """An item on its page; which fields hold something, its kind tells.

    `template` prints it. `title` is a few words for lists.
    """

    id: str
    kind: str
    template: str
    title: str
    ask: SafeString
    weight: int
    hint: bool
    scenario: Scenario | None = None
    pictures: tuple[Picture, ...] = ()
    arrows: tuple[ArrowAsked, ...] = ()
    rows: tuple[Row | Line, ...] = ()
    options: tuple[Option, ...] = ()
    filled: str = ""
    matches: tuple[Matching, ...] = ()
    smalls: tuple[Small, ...] = ()
    bench: Bench | None = None
    turn: Turn | None = None
    relabelling: bool = False
    revealed: bool = False  # the picture shows what is so
    task: SafeString | str = ""
    starter: str = ""
    requirements: tuple[str, ...] = ()
    height: int = 0  # of the editor, in rows

    @property
    def works(self) -> bool:
        """Whether it is done with an editor and a terminal."""
        return self.bench is not None


#: What an item asks for, in a few words.
KIND_WORDS = {
    ItemKind.PREDICT: gettext_noop("Predict the arrows"),
    ItemKind.SINGLE: gettext_noop("Choose one"),
    ItemKind.MULTIPLE: gettext_noop("Choose every right one"),
    ItemKind.ORDER: gettext_noop("Put in order"),
    ItemKind.FILL: gettext_noop("Fill in the line"),
    ItemKind.POINT: gettext_noop("Point at the line"),
    ItemKind.MATCH: gettext_noop("Match policies and pictures"),
    ItemKind.WRITE: gettext_noop("Write a policy"),
    ItemKind.RELABEL: gettext_noop("Change labels"),
}


@dataclass(frozen=True, slots=True)
class Trying:
    """A state that is not stored yet, the one shown before it, and the turn of the terminal."""

    state: State
    before: State | None = None
    turn: Turn | None = None


def shown(
    question: Question,
    answer: object,
    trying: Trying | None = None,
    *,
    facts: Mapping[str, str] | None = None,
) -> Shown:
    """A question with an answer (as stored; None for none), or with what is being tried.

    `facts` say of each arrow to predict what becomes of it, once that is released: a picture must
    not go on showing a wrong guess as if it were so.
    """
    said: dict[str, Any] = dict(public(question))
    common = {
        "id": said["id"],
        "kind": said["kind"],
        "template": f"quizzes/_item_{said['kind']}.html",
        "title": item_title(question),
        "ask": render_markdown(said["ask"]),
        "weight": said["weight"],
        "hint": said["hint"],
    }
    parts = _of_kind(question, said, answer, trying)
    if facts and question.item.kind is ItemKind.PREDICT:
        parts = {**parts, **_revealed(question, facts)}
    return Shown(**common, **parts)


def item_title(question: Question) -> str:
    """A few words for the rail: what is to be done; `Fix` where there is something to mend."""
    exercise = question.exercise
    if question.item.kind is ItemKind.WRITE and exercise and "kind:" in exercise.starter:
        return _("Fix a policy")
    return _(KIND_WORDS[question.item.kind])


def state_of(question: Question, answer: object) -> State:
    """The text and labels that an answer to write or relabel holds; the starter where none is."""
    assert question.exercise is not None
    starter = question.exercise.starter
    if question.exercise.changes is Changeable.LABELS:
        return State(starter, labels(answer))
    return State(text(answer) or starter)


# ── Kinds ────────────────────────────────────────────────────────────────────────────────────


def _of_kind(
    question: Question, said: dict[str, Any], answer: object, trying: Trying | None
) -> Mapping[str, Any]:
    match question.item.kind:
        case ItemKind.PREDICT:
            return _predict(question, said, answer)
        case ItemKind.SINGLE:
            return {"options": _options(said["options"], (one(answer),))}
        case ItemKind.MULTIPLE:
            return {"options": _options(said["options"], several(answer))}
        case ItemKind.ORDER:
            return {"options": _steps(said["steps"], several(answer))}
        case ItemKind.FILL:
            rows = _gapped(said["before"], said["after"])
            return {"rows": rows, "filled": text(answer), **_cluster(question)}
        case ItemKind.POINT:
            chosen = several(answer)
            return {"rows": tuple(_pointable(line, chosen) for line in said["lines"])}
        case ItemKind.MATCH:
            return _match(question, said, answer)
        case _:
            return _work(question, said, trying or Trying(state_of(question, answer)))


def _predict(question: Question, said: dict[str, Any], answer: object) -> Mapping[str, Any]:
    body, chosen = cast(Predict, question.item.body), pairs(answer)
    arrows = drawn(question.probes)
    asked = tuple(
        ArrowAsked(arrow, _choices(said["outcomes"], chosen.get(arrow.id, ""))) for arrow in arrows
    )
    scenario = question.scenario
    assert scenario is not None
    drawings = pictures(scenario, question.probes, arrows, numbered=True)
    return {
        "scenario": scenario,
        "pictures": drawings,
        "arrows": asked,
        "rows": _lines(body.policies),
    }


def _revealed(question: Question, facts: Mapping[str, str]) -> Mapping[str, Any]:
    """The picture with what becomes of each arrow; nothing unless that is known of all."""
    known = {outcome.value for outcome in Outcome}
    said = [facts.get(str(number), "") for number, _ in enumerate(question.probes, 1)]
    if question.scenario is None or not known.issuperset(said):
        return {}
    arrows = drawn(question.probes, tuple(Outcome(value) for value in said))
    drawings = pictures(question.scenario, question.probes, arrows, numbered=True)
    return {"pictures": drawings, "revealed": True}


def _choices(outcomes: Sequence[str], chosen: str) -> tuple[Choice, ...]:
    found = (Outcome(value) for value in outcomes)
    return tuple(Choice(o.value, SIGNS[o], _(WORDS[o]), o.value == chosen) for o in found)


def _options(options: Sequence[Mapping[str, str]], chosen: Sequence[str]) -> tuple[Option, ...]:
    return tuple(
        Option(each["id"], render_markdown(each["text"]), each["id"] in chosen) for each in options
    )


def _steps(steps: Sequence[Mapping[str, str]], order: Sequence[str]) -> tuple[Option, ...]:
    """The steps as the learner has put them; those left out at the end, as they came."""
    texts = {each["id"]: each["text"] for each in steps}
    ids = list(dict.fromkeys([*(id for id in order if id in texts), *texts]))
    return tuple(
        Option(id, render_markdown(texts[id]), bool(order), n, n == 1, n == len(ids))
        for n, id in enumerate(ids, 1)
    )


def _gapped(before: str, after: str) -> tuple[Row, ...]:
    rows = (before + GAP + after).rstrip("\n").split("\n")
    parted = ((n, row.partition(GAP)) for n, row in enumerate(rows, 1))
    return tuple(Row(n, start, bool(gap), end) for n, (start, gap, end) in parted)


def _pointable(line: Mapping[str, Any], chosen: Sequence[str]) -> Row:
    return Row(line["number"], line["text"], pointed=str(line["number"]) in chosen)


def _match(question: Question, said: dict[str, Any], answer: object) -> Mapping[str, Any]:
    body, chosen, scenario = cast(Match, question.item.body), pairs(answer), question.scenario
    assert scenario is not None
    smalls = []
    for id, outcomes in shown_pictures(question, body).items():
        arrows = drawn(question.probes, outcomes)
        drawings = pictures(scenario, question.probes, arrows, name=f"picture-{id}")
        smalls.append(Small(id, drawings, arrows))
    matches = tuple(
        Matching(each["id"], _lines(each["text"]), chosen.get(each["id"], ""))
        for each in said["policies"]
    )
    return {"scenario": scenario, "matches": matches, "smalls": tuple(smalls)}


def _cluster(question: Question) -> Mapping[str, Any]:
    """The scenario's picture without any arrow."""
    assert question.scenario is not None
    return {"scenario": question.scenario, "pictures": pictures(question.scenario, (), ())}


def _work(question: Question, said: dict[str, Any], trying: Trying) -> Mapping[str, Any]:
    assert question.exercise is not None
    assert question.scenario is not None
    before = trying.before or State(question.exercise.starter)
    bench = set_up(question.exercise, question.scenario, Asking(trying.state, before))
    task = said["task"] if said["task"] != said["ask"] else ""
    return {
        "scenario": question.scenario,
        "bench": bench,
        "turn": trying.turn or Turn(State(bench.text, bench.labels), DEFAULT_NAMESPACE),
        "relabelling": said["changes"] == "labels",
        "task": render_markdown(task) if task else "",
        "starter": said["starter"],
        "requirements": tuple(said["requirements"]),
        "height": min(max(len(bench.listing) + 2, 14), 30),
    }


def _lines(text: str) -> tuple[Line, ...]:
    rows = text.rstrip("\n").split("\n") if text.strip() else ()
    return tuple(Line(n, row) for n, row in enumerate(rows, 1))
