"""From a drawing and its verdicts to the finished words and numbers that the template prints.

It reads each verdict's outcome and its gates' outcomes, and decides nothing about reachability.
Numbers are texts here, so that no locale puts a comma into them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulator.draw import (
    Box,
    Card,
    Drawing,
    Fence,
    Point,
    Route,
    Segment,
    TextLine,
    label_width,
)
from simulator.gates import GATE_WORDS
from simulator.model import Outcome, Probe, Verdict
from simulator.phrases import port_text

SIGNS = {
    Outcome.ALLOWED: "✓",
    Outcome.DENIED: "✕",
    Outcome.UNDEFINED: "?",
    Outcome.NOT_ENFORCED: "~",
}
SENTENCES = {
    Outcome.ALLOWED: "is allowed",
    Outcome.UNDEFINED: "is left undefined by the API",
    Outcome.NOT_ENFORCED: "is open: policies are not enforced",
}
AT_GATES = {"": "", "egress": " at egress", "ingress": " at ingress", "both": " at both gates"}
BROAD = 800  # units; a wider drawing needs more room before its text is legible


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text; `full` is set when the text was shortened."""

    text: str
    x: str
    y: str
    full: str = ""


@dataclass(frozen=True, slots=True)
class NamespaceView:
    """A namespace's box and its texts."""

    name: str
    frame: Frame
    title: Text
    labels: Text | None


@dataclass(frozen=True, slots=True)
class CardView:
    """A pod or an outside host."""

    ref: str
    classes: str
    frame: Frame
    title: Text
    lines: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A path with its classes."""

    classes: str
    path: str


@dataclass(frozen=True, slots=True)
class Bar:
    """The line across an arrow at a gate that refuses."""

    classes: str
    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True, slots=True)
class ArrowView:
    """One arrow. `head` is empty when it has none; `head_classes` tells filled from open."""

    id: str
    classes: str
    aria: str
    path: str
    strokes: tuple[Stroke, ...]
    bars: tuple[Bar, ...]
    head: str
    head_classes: str
    label: Text
    label_frame: Frame
    reply: str
    reply_head: str
    reply_label: Text | None  # takes the label's place while the reply is shown
    reply_frame: Frame | None


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that `lab/_topology.svg` prints."""

    prefix: str
    classes: str
    width: str
    height: str
    aria: str
    namespaces: tuple[NamespaceView, ...]
    cards: tuple[CardView, ...]
    arrows: tuple[ArrowView, ...]


def picture(
    drawing: Drawing,
    verdicts: Sequence[Verdict],
    *,
    ids: Sequence[str],
    prefix: str,
    selected: str = "",
    changed: frozenset[str] = frozenset(),
) -> Picture:
    """The drawing with a verdict on each of its routes, in the routes' order."""
    rows = zip(drawing.routes, verdicts, ids, strict=True)
    arrows = (
        _arrow(route, verdict, arrow, _state(arrow, selected, changed))
        for route, verdict, arrow in rows
    )
    return Picture(
        prefix,
        _picture_classes(drawing, has_selection=selected != "" and selected in ids),
        _number(drawing.width),
        _number(drawing.height),
        f"Topology: {_count(verdicts)} between {len(drawing.cards)} endpoints",
        tuple(_namespace(fence) for fence in drawing.namespaces),
        tuple(_card(card) for card in drawing.cards),
        # In the order of the scenario always: a pick must not change where Tab goes next.
        tuple(arrows),
    )


def label_space(probe: Probe) -> str:
    """The widest text that the arrow of a probe can ever bear."""
    texts = (f"✕ {port_text(probe)} ingress", "~ not enforced")
    return max(texts, key=label_width)


def label_text(verdict: Verdict) -> str:
    """The word on an arrow: sign, port and, when denied, the gates that refuse."""
    sign = SIGNS[verdict.outcome]
    if verdict.outcome is Outcome.NOT_ENFORCED:
        return f"{sign} not enforced"
    return " ".join(filter(None, (sign, port_text(verdict.probe), refusing(verdict))))


def aria_text(verdict: Verdict) -> str:
    """The arrow as a sentence with its question."""
    probe = verdict.probe
    denied = f"is denied{AT_GATES[refusing(verdict)]}"
    says = SENTENCES.get(verdict.outcome, denied)
    return f"{probe.source.ref} → {probe.target.ref} : {port_text(probe)} {says}. Why?"


def refusing(verdict: Verdict) -> str:
    """Which gates refuse a denied probe: `egress`, `ingress`, `both`, or nothing."""
    if verdict.outcome is not Outcome.DENIED:
        return ""
    shut = [gate.direction.lower() for gate in verdict.gates if gate.outcome is Outcome.DENIED]
    return "both" if len(shut) == 2 else "".join(shut)


# ── Parts ────────────────────────────────────────────────────────────────────────────────────


def _arrow(route: Route, verdict: Verdict, arrow: str, state: str) -> ArrowView:
    head, head_classes = _head(route, verdict.outcome)
    label, frame = _label(route, label_text(verdict))
    reply_label, reply_frame = _reply_label(route, verdict)
    return ArrowView(
        arrow,
        f"arrow arrow-{verdict.outcome}{state}",
        aria_text(verdict),
        route.path,
        tuple(_strokes(route, verdict)),
        tuple(_bars(route, refusing(verdict))),
        head,
        head_classes,
        label,
        frame,
        route.reply,
        _points(route.reply_head),
        reply_label,
        reply_frame,
    )


def _state(arrow: str, selected: str, changed: frozenset[str]) -> str:
    words = (" selected" if arrow == selected else "", " changed" if arrow in changed else "")
    return "".join(words)


def _strokes(route: Route, verdict: Verdict) -> Iterable[Stroke]:
    """Both halves; what lies behind a shut egress gate is only a ghost."""
    ghost = " ghost" if refusing(verdict) in ("egress", "both") else ""
    egress, ingress = (GATE_WORDS[gate.outcome] for gate in verdict.gates)
    yield Stroke(f"half egress {egress}{ghost}", route.egress_half)
    yield Stroke(f"half ingress {ingress}{ghost}", route.ingress_half)
    if ghost:
        yield Stroke("stub", route.source_stub)
    if verdict.outcome is Outcome.NOT_ENFORCED:
        yield Stroke("core", route.path)


def _bars(route: Route, gates: str) -> Iterable[Bar]:
    if gates in ("egress", "both"):
        yield _bar("bar egress", route.source_bar)
    if gates in ("ingress", "both"):
        yield _bar("bar ingress", route.target_bar)


def _bar(classes: str, segment: Segment) -> Bar:
    x1, y1, x2, y2 = map(_number, segment)
    return Bar(classes, x1, y1, x2, y2)


def _head(route: Route, outcome: Outcome) -> tuple[str, str]:
    """The points and classes of the head; a denied arrow does not arrive."""
    if outcome is Outcome.DENIED:
        return "", ""
    if outcome is Outcome.UNDEFINED:
        return _points(route.open_head), "head head-open"
    return _points(route.head), "head head-filled"


def _label(route: Route, text: str) -> tuple[Text, Frame]:
    """The label over its line, within the space kept for the widest one."""
    space, width = route.label, min(label_width(text), route.label.width)
    x = min(max(route.middle[0] - width / 2, space.x), space.right - width)
    middle = _number(x + width / 2)
    return (
        Text(text, middle, _number(space.y + space.height / 2 + 4.2)),
        _frame(Box(x, space.y, width, space.height)),
    )


def _reply_label(route: Route, verdict: Verdict) -> tuple[Text | None, Frame | None]:
    """The label that names the reply too, where one comes back and the space kept is enough."""
    text = f"{label_text(verdict)} · reply"
    if verdict.outcome is not Outcome.ALLOWED or label_width(text) > route.label.width:
        return None, None
    return _label(route, text)


def _namespace(fence: Fence) -> NamespaceView:
    labels = _text(fence.labels) if fence.labels else None
    return NamespaceView(fence.name, _frame(fence.box), _text(fence.title), labels)


def _card(card: Card) -> CardView:
    classes = "card outside" if card.outside else "card pod"
    lines = tuple(_text(line) for line in card.lines)
    return CardView(card.ref, classes, _frame(card.box), _text(card.title), lines)


def _picture_classes(drawing: Drawing, *, has_selection: bool) -> str:
    shape = "topology-upright" if drawing.upright else "topology-wide"
    broad = not drawing.upright and drawing.width > BROAD
    words = ("topology", shape, broad and "topology-broad", has_selection and "has-selection")
    return " ".join(word for word in words if word)


def _count(verdicts: Sequence[Verdict]) -> str:
    return f"{len(verdicts)} connection{'' if len(verdicts) == 1 else 's'}"


def _text(line: TextLine) -> Text:
    full = "" if line.text == line.full else line.full
    return Text(line.text, _number(line.x), _number(line.y), full)


def _frame(box: Box) -> Frame:
    return Frame(*map(_number, (box.x, box.y, box.width, box.height)))


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
