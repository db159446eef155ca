"""The cards and the fences of namespaces with their texts."""

from simulator.draw.drawing import Card, Fence, TextLine
from simulator.draw.frame import Frame
from simulator.draw.positions import Positions
from simulator.draw.shapes import Box
from simulator.draw.sizes import (
    CARD_PADDING,
    MARGIN,
    NAME_LINE,
    NAME_SIZE,
    TEXT_LINE,
    TEXT_SIZE,
)
from simulator.draw.text import namespace_labels, shorten, title


def cards(frame: Frame, positions: Positions) -> tuple[Card, ...]:
    """The cards of everything that is shown."""
    return tuple(_card(frame, positions, ref) for ref in frame.texts)


def _card(frame: Frame, positions: Positions, ref: str) -> Card:
    cell = frame.grid.cells[ref]
    box = positions.card(cell)
    name, *lines = frame.texts[ref]
    x, y, room = box.x + CARD_PADDING, box.y + CARD_PADDING + 11, box.width - 2 * CARD_PADDING
    return Card(
        ref,
        TextLine(shorten(name, NAME_SIZE, room, bold=True), x, y, name),
        tuple(
            TextLine(shorten(line, TEXT_SIZE, room), x, y + NAME_LINE - 1 + TEXT_LINE * i, line)
            for i, line in enumerate(lines)
        ),
        not frame.grid.holds_pods(cell),
        box,
        ref in frame.services,
    )


def fences(frame: Frame, positions: Positions) -> tuple[Fence, ...]:
    """The fences of all namespaces that have pods."""
    return tuple(_fence(frame, positions, i) for i in range(len(frame.titles)))


def _fence(frame: Frame, positions: Positions, index: int) -> Fence:
    namespace, texts = frame.grid.namespaces[index], frame.titles[index]
    box = _fence_box(frame, positions, index)
    x = max(box.x + frame.pad, min(left for left in positions.lefts if left > box.x))
    y = box.y + 21
    shown = title(texts.name, texts.labels, box.right - x - 6)
    labels = (
        TextLine(shown.labels, x, y + 16, namespace_labels(namespace)) if shown.labels else None
    )
    return Fence(
        namespace.name,
        TextLine(shown.name, x, y, namespace.name),
        labels,
        Box(x, box.y + 8, shown.width, 34.0 if labels else 18.0),
        box,
    )


def _fence_box(frame: Frame, positions: Positions, i: int) -> Box:
    """A namespace's box: round its row, its column or its one card."""
    if frame.grid.arrangement == "rows":
        return _round_row(frame, positions, i)
    if frame.grid.arrangement == "columns":
        return _round_column(frame, positions, i)
    card = positions.card((i, 0) if frame.grid.upright else (0, i))
    return _box(
        card.x - frame.pad, card.y - frame.band, card.right + frame.pad, card.bottom + frame.pad
    )


def _round_row(frame: Frame, positions: Positions, namespace: int) -> Box:
    """The box from the drawing's left edge, with the lanes below its last row."""
    row, last_row = frame.grid.rows_of(namespace)
    last = positions.card((row, frame.grid.inner_columns - 1))
    top = MARGIN if row == 0 else last.y - frame.band
    bottom = positions.lanes_end(("H", last_row + 1)) + frame.pad
    return _box(MARGIN, top, last.right + frame.pad, bottom)


def _round_column(frame: Frame, positions: Positions, column: int) -> Box:
    """The box from the drawing's top, and to its other edges if nothing is beyond."""
    grid = frame.grid
    last = positions.card((grid.inner_rows - 1, column))
    left = MARGIN if column == 0 else last.x - frame.pad
    right = last.right + frame.pad if column < grid.columns - 1 else positions.width - MARGIN
    bottom = positions.height - MARGIN if grid.rows == grid.inner_rows else last.bottom + frame.pad
    return _box(left, MARGIN, right, bottom)


def _box(left: float, top: float, right: float, bottom: float) -> Box:
    return Box(left, top, right - left, bottom - top)
