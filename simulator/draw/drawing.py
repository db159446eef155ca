"""What a drawing is made of, and the arrows that one asks for."""

from dataclasses import dataclass

from simulator.draw.shapes import Box, Point, Segment


@dataclass(frozen=True, slots=True)
class ArrowSpec:
    """An arrow to draw, from ref to ref: of a pod, a host or a Service.

    `label` is the widest text that its label can ever have.
    """

    source: str
    target: str
    label: str


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text; x, y is the left end of its baseline, `full` what it was shortened from."""

    text: str
    x: float
    y: float
    full: str


@dataclass(frozen=True, slots=True)
class Card:
    """A pod, or (outside) a host, or a Service."""

    ref: str
    title: TextLine
    lines: tuple[TextLine, ...]
    outside: bool
    box: Box
    service: bool = False


@dataclass(frozen=True, slots=True)
class Fence:
    """A namespace's box, with its name and label text in the corner (covering `title_box`)."""

    name: str
    title: TextLine
    labels: TextLine | None
    title_box: Box
    box: Box


@dataclass(frozen=True, slots=True)
class Route:
    """The way of one arrow. The `…path`, `…half`, `…stub` and `reply` texts are SVG path data.

    The egress half runs from the source to the middle of the label, the ingress half from there
    to the base of the head. A bar is a line (x1, y1, x2, y2) across the way: right after the
    source, where `source_stub` ends, or at the target's edge. A head is a triangle, tip first;
    an open one is a line with the tip in its middle.
    """

    points: tuple[Point, ...]
    path: str
    egress_half: str
    ingress_half: str
    source_stub: str
    label: Box
    middle: Point  # where the label sits on the line
    source_bar: Segment
    target_bar: Segment
    head: tuple[Point, Point, Point]
    open_head: tuple[Point, Point, Point]
    reply: str
    reply_head: tuple[Point, Point, Point]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A laid-out cluster; `routes` stand in the order of the arrows asked for."""

    width: float
    height: float
    upright: bool
    namespaces: tuple[Fence, ...]
    cards: tuple[Card, ...]
    routes: tuple[Route, ...]
