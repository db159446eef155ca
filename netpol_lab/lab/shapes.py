"""The numbers and words of a drawing's parts, as a template prints them.

What every picture of a scenario has in common: its frame, namespaces, cards, lines and labels.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from netpol_lab.lab.answers import arrows_of, label_space
from netpol_lab.lab.parts import ArrowView, CardView, Frame, NamespaceView, Picture, Stroke, Text
from simulator.draw import (
    NAME_SIZE,
    ArrowSpec,
    Box,
    Card,
    Drawing,
    Fence,
    Point,
    Route,
    TextLine,
    label_width,
    lay_out,
    shorten,
)
from simulator.model import Outcome
from simulator.scenario import Scenario

BROAD = 800  # units; a wider drawing needs more room before its text is legible
CARD_CORNERS, SERVICE_CORNERS = 8.0, 18.0
SERVICE_LINES = 3.5  # between the two lines that frame a Service


def scene(
    drawing: Drawing, arrows: Iterable[ArrowView], *, prefix: str, classes: str, aria: str = ""
) -> Picture:
    """A drawing with these arrows on it, under a name (by default what it counts)."""
    shape = "topology-upright" if drawing.upright else "topology-wide"
    broad = "topology-broad" if not drawing.upright and drawing.width > BROAD else ""
    return Picture(
        prefix,
        " ".join(filter(None, ("topology", shape, broad, classes))),
        number_text(drawing.width),
        number_text(drawing.height),
        aria or _("Topology: %(counted)s") % {"counted": _counted(drawing)},
        tuple(_namespace(fence) for fence in drawing.namespaces),
        tuple(_card(card) for card in drawing.cards),
        tuple(arrows),
    )


def half_arrow(
    route: Route, words: str, *, id: str, aria: str, outcome: Outcome | None = None
) -> ArrowView:
    """An arrow that says at most how it ends, and not where it is stopped; it leads to the question
    that it is asked in."""
    label, frame = label_view(route, words)
    head, head_classes = _half_head(route, outcome)
    return ArrowView(
        id=id,
        classes=f"arrow arrow-{outcome.value if outcome else 'asked'}",
        aria=aria,
        path=route.path,
        strokes=(Stroke("half", route.egress_half), Stroke("half", route.ingress_half)),
        bars=(),
        head=head,
        head_classes=head_classes,
        half_head="",
        label=label,
        label_frame=frame,
        reply="",
        reply_head="",
        reply_label=None,
        reply_frame=None,
        href=f"#said-{id}",
    )


def _half_head(route: Route, outcome: Outcome | None) -> tuple[str, str]:
    """A denied arrow does not arrive; one that is asked ends in an empty head."""
    if outcome is Outcome.DENIED:
        return "", ""
    if outcome is Outcome.ALLOWED:
        return points_text(route.head), "head head-filled"
    if outcome is Outcome.UNDEFINED:
        return points_text(route.open_head), "head head-open"
    return points_text((*route.head, route.head[0])), "head head-half"


def label_view(route: Route, text: str) -> tuple[Text, Frame]:
    """The label over its line, within the space kept for the widest one."""
    space, width = route.label, min(label_width(text), route.label.width)
    x = min(max(route.middle[0] - width / 2, space.x), space.right - width)
    middle = number_text(x + width / 2)
    return (
        Text(text, middle, number_text(space.y + space.height / 2 + 4.2)),
        frame_view(Box(x, space.y, width, space.height)),
    )


def frame_view(box: Box) -> Frame:
    """A box in texts."""
    return Frame(*map(number_text, (box.x, box.y, box.width, box.height)))


def points_text(points: Iterable[Point]) -> str:
    """The points of a polygon or a polyline."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def number_text(value: float) -> str:
    """`12.5`, `12`: no locale puts a comma into it."""
    return f"{value:.1f}".removesuffix(".0")


def _namespace(fence: Fence) -> NamespaceView:
    labels = _text(fence.labels) if fence.labels else None
    return NamespaceView(fence.name, frame_view(fence.box), _text(fence.title), labels)


def _card(card: Card) -> CardView:
    kind = "service" if card.service else "outside" if card.outside else "pod"
    lines = tuple(_text(line) for line in card.lines)
    inner = frame_view(_within(card.box, SERVICE_LINES)) if card.service else None
    corners = number_text(SERVICE_CORNERS if card.service else CARD_CORNERS)
    title = _text(card.title)
    return CardView(card.ref, f"card {kind}", frame_view(card.box), corners, inner, title, lines)


def short_namespace(fence: Fence, size: float) -> NamespaceView:
    """A namespace's box and name alone, in letters of another size."""
    room = fence.box.right - fence.title.x - 4
    return NamespaceView(fence.name, frame_view(fence.box), _resized(fence.title, size, room), None)


def short_card(card: Card, size: float) -> CardView:
    """A card with its name alone, in the middle, in letters of another size."""
    view = _card(card)
    text = shorten(card.title.full, size, card.box.width - 8, bold=True)
    x, y = card.box.x + card.box.width / 2, card.box.y + card.box.height / 2 + size * 0.36
    title = Text(text, number_text(x), number_text(y), card.ref if text != card.ref else "")
    return replace(view, title=title, lines=())


def _resized(line: TextLine, size: float, room: float) -> Text:
    text = shorten(line.full, size, room, bold=True)
    lower = line.y + (size - NAME_SIZE) / 2
    return Text(
        text, number_text(line.x), number_text(lower), line.full if text != line.full else ""
    )


def _within(box: Box, gap: float) -> Box:
    return Box(box.x + gap, box.y + gap, box.width - 2 * gap, box.height - 2 * gap)


def _text(line: TextLine) -> Text:
    full = "" if line.text == line.full else line.full
    return Text(line.text, number_text(line.x), number_text(line.y), full)


def _counted(drawing: Drawing) -> str:
    services = sum(card.service for card in drawing.cards)
    others, routes = len(drawing.cards) - services, len(drawing.routes)
    told = {
        "connections": ngettext("%(number)s connection", "%(number)s connections", routes)
        % {"number": routes},
        "endpoints": ngettext("%(number)s endpoints", "%(number)s endpoints", others)
        % {"number": others},
        "services": ngettext("%(number)s Service", "%(number)s Services", services)
        % {"number": services},
    }
    if services:
        return _("%(connections)s between %(endpoints)s and %(services)s") % told
    return _("%(connections)s between %(endpoints)s") % told


# ── Layouts ──────────────────────────────────────────────────────────────────────────────────


def drawings(scenario: Scenario, before: Scenario | None = None) -> tuple[tuple[str, Drawing], ...]:
    """The scenario laid out wide and upright (for a phone), each with a prefix for its ids.

    `before` is the same one before its labels were changed, where a learner may change them.
    """
    language = get_language()
    return ("wide", _drawing(scenario, False, before, language)), (
        "upright",
        _drawing(scenario, True, before, language),
    )


@lru_cache(maxsize=256)
def _drawing(
    scenario: Scenario, upright: bool, before: Scenario | None, language: str | None
) -> Drawing:
    """The layout depends on the scenario alone, so an edit moves nothing; each is made once (for
    each language, whose labels have widths of their own)."""
    arrows = tuple(
        ArrowSpec(asked.source.ref, asked.target.ref, label_space(asked, scenario.cluster))
        for asked in arrows_of(scenario)
    )
    plain = before.cluster if before else None
    return lay_out(scenario.cluster, arrows, upright=upright, before=plain)
