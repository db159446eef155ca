"""The goal beside the present picture: which of its arrows the task wants allowed, which denied.

It tells the wanted outcomes of the arrows that are drawn, as a check does. Of the solution nothing
else is in it: no policy, no gate, no line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from netpol_lab.lab.answers import SIGNS, Answer, answer, arrows_of
from netpol_lab.lab.parts import CardView, Frame, NamespaceView, Text
from netpol_lab.lab.probes import probe_ids
from netpol_lab.lab.shapes import (
    drawings,
    frame_view,
    number_text,
    points_text,
    scene,
    short_card,
    short_namespace,
)
from netpol_lab.lab.switching import changed_scenario
from netpol_lab.lab.texts import read_text
from simulator.check import Scope
from simulator.document import Changeable, Exercise
from simulator.draw import Box, Drawing, Route, text_width
from simulator.model import Connection, Outcome, Probe
from simulator.phrases import flow
from simulator.relabel import write_changes
from simulator.scenario import Scenario
from simulator.switching import write_settings

#: What an arrow comes down to for who asks "does it pass?", in whatever way it is refused.
PASSES = {
    Outcome.NOT_ENFORCED: Outcome.ALLOWED,
    Outcome.NOT_RESOLVED: Outcome.DENIED,
    Outcome.UNREACHABLE: Outcome.DENIED,
}
WORDS = {
    Outcome.ALLOWED: gettext_noop("allowed"),
    Outcome.DENIED: gettext_noop("denied"),
    Outcome.MIXED: gettext_noop("mixed"),
    Outcome.UNDEFINED: gettext_noop("left open by the API"),
}
#: The picture is shown at about half its size, so its words are twice as large.
TEXT, BOX_HEIGHT, PADDING = 20.0, 27.0, 8.0


@dataclass(frozen=True, slots=True)
class GoalArrow:
    """What the task wants of one arrow; `now` is set where the present picture differs."""

    id: str
    flow: str
    wanted: str  # allowed, denied, mixed, undefined
    sign: str
    word: str
    now: str = ""
    compared: bool = True


@dataclass(frozen=True, slots=True)
class GoalStroke:
    """An arrow of the goal's picture: its line, its head (none where it is denied) and its sign."""

    classes: str
    path: str
    head: str
    label: Text
    frame: Frame
    ring: Frame | None


@dataclass(frozen=True, slots=True)
class GoalPicture:
    """The goal's picture, one of two: `prefix` is wide or upright."""

    prefix: str
    width: str
    height: str
    namespaces: tuple[NamespaceView, ...]
    cards: tuple[CardView, ...]
    arrows: tuple[GoalStroke, ...]


@dataclass(frozen=True, slots=True)
class Goal:
    """The goal as pictures, as a list, and as a sentence that says how far away it is."""

    pictures: tuple[GoalPicture, ...]
    arrows: tuple[GoalArrow, ...]
    differing: int
    sentence: str


def goal_view(
    exercise: Exercise, plain: Scenario, scenario: Scenario, answers: Sequence[Answer]
) -> Goal:
    """The goal of an exercise beside the answers that the present picture shows.

    `plain` is the scenario as its author labelled it, `scenario` as the learner did.
    """
    changes = write_changes(exercise.labels), write_settings(exercise.plugin)
    wanted = _wanted(exercise.solution, *changes, plain)
    ids = probe_ids(scenario)
    arrows = tuple(
        _arrow(ids.of(now.probe), want, now, exercise.scope)
        for want, now in zip(wanted, answers, strict=True)
    )
    before = plain if exercise.changes is Changeable.LABELS else None
    laid_out = drawings(scenario, before)
    pictures = tuple(_picture(prefix, drawing, arrows) for prefix, drawing in laid_out)
    differing = sum(bool(arrow.now) for arrow in arrows)
    return Goal(pictures, arrows, differing, _sentence(arrows, differing))


@lru_cache(maxsize=256)
def _wanted(solution: str, labels: str, plugin: str, plain: Scenario) -> tuple[Answer, ...]:
    """What the reference makes of each arrow; there are few references, and none changes."""
    scenario = changed_scenario(plain, labels, plugin)
    policies = read_text(solution, scenario).policies
    return tuple(answer(scenario.cluster, policies, asked) for asked in arrows_of(scenario))


# ── Comparing ────────────────────────────────────────────────────────────────────────────────


def passes(given: Answer) -> Outcome:
    """Allowed, denied, mixed or undefined: an outcome without how it comes about."""
    return PASSES.get(given.outcome, given.outcome)


def _arrow(id: str, want: Answer, now: Answer, scope: Scope) -> GoalArrow:
    wanted, has = passes(want), passes(now)
    compared = _compared(want, scope)
    differs = compared and (wanted is not has or _shares(want) != _shares(now))
    return GoalArrow(
        id,
        flow(now.probe),
        wanted.value,
        SIGNS[wanted],
        _(WORDS[wanted]),
        (_(WORDS[has]) if wanted is not has else _("mixed in another way")) if differs else "",
        compared,
    )


def _shares(given: Answer) -> dict[str, Outcome]:
    """Of a connection that is mixed: what becomes of each endpoint behind the Service."""
    if not isinstance(given, Connection) or given.outcome is not Outcome.MIXED:
        return {}
    return {verdict.probe.target.ref: passes(verdict) for verdict in given.verdicts}


def _compared(want: Answer, scope: Scope) -> bool:
    """Whether a check compares this arrow: no pings, nothing that the reference leaves open, no
    port out of the task's scope. Of a Service, all that the connection is made of must be."""
    if passes(want) is Outcome.UNDEFINED:
        return False
    if isinstance(want, Connection):
        asked = [verdict.probe for verdict in want.verdicts]
        asked += [verdict.probe for verdict in (want.look_up.verdicts if want.look_up else ())]
        return all(_in_scope(probe, scope) for probe in asked)
    return _in_scope(want.probe, scope)


def _in_scope(probe: Probe, scope: Scope) -> bool:
    return any(
        protocol == probe.protocol and probe.port is not None and probe.port in ports
        for protocol, ports in scope.ports
    )


def _sentence(arrows: Sequence[GoalArrow], differing: int) -> str:
    compared = sum(arrow.compared for arrow in arrows)
    if differing:
        told = ngettext(
            "%(differing)s of %(compared)s arrows still differs from the goal.",
            "%(differing)s of %(compared)s arrows still differ from the goal.",
            differing,
        )
        return told % {"differing": differing, "compared": compared}
    return _("Every arrow is as the task wants it. Check asks about every pair and every port.")


# ── The picture ──────────────────────────────────────────────────────────────────────────────


def _picture(prefix: str, drawing: Drawing, arrows: Sequence[GoalArrow]) -> GoalPicture:
    frame = scene(drawing, (), prefix=prefix, classes="")
    return GoalPicture(
        prefix,
        frame.width,
        frame.height,
        tuple(short_namespace(fence, TEXT) for fence in drawing.namespaces),
        tuple(short_card(card, TEXT) for card in drawing.cards),
        tuple(_stroke(*row) for row in zip(drawing.routes, arrows, strict=True)),
    )


def _stroke(route: Route, arrow: GoalArrow) -> GoalStroke:
    text = _("%(sign)s differs") % {"sign": arrow.sign} if arrow.now else arrow.sign
    box = _box(route, text)
    head = points_text(route.open_head if arrow.wanted != "allowed" else route.head)
    x, y = box.x + box.width / 2, box.y + box.height / 2 + TEXT * 0.36
    return GoalStroke(
        f"wanted wanted-{arrow.wanted}",
        route.path,
        head,
        Text(text, number_text(x), number_text(y)),
        frame_view(box),
        frame_view(_around(box)) if arrow.now else None,
    )


def _box(route: Route, text: str) -> Box:
    """Around the middle of the way, within the space that is kept for labels where it fits."""
    width = text_width(text, TEXT, bold=True) + 2 * PADDING
    space = route.label
    x = min(max(route.middle[0] - width / 2, space.x), max(space.right - width, space.x))
    return Box(x, space.y + space.height / 2 - BOX_HEIGHT / 2, width, BOX_HEIGHT)


def _around(box: Box) -> Box:
    return Box(box.x - 2, box.y - 2, box.width + 4, box.height + 4)
