"""Ways: through which channels an arrow may go from cell to cell."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from simulator.draw.grid import Axis, Cell, Channel, Side, axis_of, channel_at
from simulator.draw.shapes import Point

_SIDES: tuple[Side, ...] = ("right", "left", "bottom", "top")
_OPPOSITE: Mapping[Side, Side] = {
    "right": "left",
    "left": "right",
    "bottom": "top",
    "top": "bottom",
}


@dataclass(frozen=True, slots=True)
class Way:
    """The sides that an arrow leaves and enters by, and the channels it follows in between.

    Without channels it is straight or, if the sides stand square to each other, has one corner.
    """

    leave: Side
    enter: Side
    channels: tuple[Channel, ...] = ()

    @property
    def straight(self) -> bool:
        """Whether it has no corner."""
        return not self.channels and axis_of(self.leave) == axis_of(self.enter)

    @property
    def corners(self) -> int:
        """How many corners it has."""
        return 0 if self.straight else 1 + len(self.channels)


def ways(source: Cell, target: Cell, taken: Set[Cell]) -> Iterator[Way]:
    """Every way from cell to cell, free of other cards by its making."""
    yield from _short_ways(source, target, taken)
    for leave, enter in product(_SIDES, repeat=2):
        first, last = channel_at(source, leave), channel_at(target, enter)
        if first == last:
            if leave == enter or not _in_line(source, target, first[0]):
                yield Way(leave, enter, (first,))
        elif first[0] != last[0]:
            yield Way(leave, enter, (first, last))
        else:
            for third in _across(source, target, first[0]):
                yield Way(leave, enter, (first, third, last))


def _in_line(a: Cell, b: Cell, channel: Axis) -> bool:
    """Whether a way between two cells crosses a channel between them without a bend."""
    return a[1] == b[1] if channel == "H" else a[0] == b[0]


def _across(source: Cell, target: Cell, axis: Axis) -> Iterator[Channel]:
    """The channels by which a way may change between two others that run along an axis."""
    across: Axis = "V" if axis == "H" else "H"
    i = 1 if across == "V" else 0
    low, high = sorted((source[i], target[i]))
    return ((across, k) for k in range(low, high + 2))


def _short_ways(source: Cell, target: Cell, taken: Set[Cell]) -> Iterator[Way]:
    """The ways without a channel: straight, or round one corner, over empty cells only."""
    (r1, c1), (r2, c2) = source, target
    across: Side = "right" if c2 > c1 else "left"
    down: Side = "bottom" if r2 > r1 else "top"
    if r1 == r2 or c1 == c2:
        side = across if r1 == r2 else down
        if not _between(source, target) & taken:
            yield Way(side, _OPPOSITE[side])
        return
    for first, corner, second in ((across, (r1, c2), down), (down, (r2, c1), across)):
        if not (_between(source, corner) | {corner} | _between(corner, target)) & taken:
            yield Way(first, _OPPOSITE[second])


def _between(a: Cell, b: Cell) -> set[Cell]:
    """The cells strictly between two cells of one row or column."""
    (r1, c1), (r2, c2) = sorted((a, b))
    if r1 == r2:
        return {(r1, column) for column in range(c1 + 1, c2)}
    return {(row, c1) for row in range(r1 + 1, r2)}


@lru_cache(maxsize=4096)
def stops(way: Way, source: Cell, target: Cell) -> tuple[Point, ...]:
    """The way's points from card to card in cell units: cell i at 2i + 1, channel k at 2k."""
    x, y = start = _centre(source)
    end = _centre(target)
    points = [start]
    for axis, k in way.channels:
        x, y = (x, 2.0 * k) if axis == "H" else (2.0 * k, y)
        points.append((x, y))
    corner = (end[0], y) if axis_of(way.enter) == "H" else (x, end[1])
    return (*points, corner, end)


def _centre(cell: Cell) -> Point:
    return (2.0 * cell[1] + 1, 2.0 * cell[0] + 1)
