"""What a picture is made of when `lab/_topology.svg` prints it.

Numbers are texts here, so that no locale puts a comma into them.
"""

from dataclasses import dataclass


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
    """A pod, a Service or an outside host; a Service has a second line inside its frame."""

    ref: str
    classes: str
    frame: Frame
    round: str
    inner: Frame | None
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
    """One arrow. `head` is empty when it has none; `head_classes` tells filled from open.

    `half_head` is the filled half of a head that is filled by half.
    """

    id: str
    classes: str
    aria: str
    path: str
    strokes: tuple[Stroke, ...]
    bars: tuple[Bar, ...]
    head: str
    head_classes: str
    half_head: str
    label: Text
    label_frame: Frame
    reply: str
    reply_head: str
    reply_label: Text | None  # takes the label's place while the reply is shown
    reply_frame: Frame | None
    href: str  # where it leads without JavaScript


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
