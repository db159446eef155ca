"""Where ways meet the sides of cards: sorted, the ends of one side do not cross each other."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from simulator.draw.frame import Frame
from simulator.draw.grid import Cell, Side, axis_of
from simulator.draw.lanes import Lanes, Plan
from simulator.draw.positions import Positions
from simulator.draw.shapes import Box, Point
from simulator.draw.sizes import PORT_PITCH
from simulator.draw.ways import Way, stops

NUDGE = 11.0

Key = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class End:
    """Where an arrow's way meets a card."""

    arrow: int
    way: Way
    at_target: bool

    @property
    def side(self) -> Side:
        """The card's side that it meets."""
        return self.way.enter if self.at_target else self.way.leave


Sides = Mapping[tuple[Cell, Side], Sequence[End]]


def sides_of(frame: Frame, plan: Plan, lanes: Lanes) -> Sides:
    """The ends on each side of each card, from left to right or top to bottom."""
    sides: dict[tuple[Cell, Side], list[tuple[Key, End]]] = defaultdict(list)
    for arrow, (way, (source, target)) in enumerate(zip(plan.ways, frame.ends, strict=True)):
        if way:
            points = stops(way, source, target)
            leaving, entering = End(arrow, way, False), End(arrow, way, True)
            sides[source, way.leave].append((_key(leaving, points, lanes), leaving))
            sides[target, way.enter].append((_key(entering, points[::-1], lanes), entering))
    return {
        place: [end for _, end in sorted(keyed, key=itemgetter(0))]
        for place, keyed in sides.items()
    }


def most_beside(sides: Sides) -> int:
    """How many ends meet the left or right side of a card at most."""
    return max((len(ends) for (_, side), ends in sides.items() if axis_of(side) == "V"), default=0)


def _key(end: End, points: Sequence[Point], lanes: Lanes) -> Key:
    """Sorts the ends of a side: those that turn left in the nearest lane come first."""
    if end.way.straight:
        return (0, 0, end.arrow)
    i = 0 if axis_of(end.side) == "H" else 1
    turn = 1 if points[2][i] > points[0][i] else -1
    return (turn, -turn * _distance(end, lanes), end.arrow)


def _distance(end: End, lanes: Lanes) -> int:
    """How far from the side the way turns, in lanes; only the order counts."""
    if not end.way.channels:
        return 99
    channel = end.way.channels[-1 if end.at_target else 0]
    lane = lanes[channel][end.arrow]
    return -lane if end.side in ("top", "left") else lane


def end_points(frame: Frame, positions: Positions, sides: Sides) -> dict[tuple[int, bool], Point]:
    """The point of each end, by its arrow and whether it is the one at the target."""
    points = {}
    for (cell, side), ends in sides.items():
        box = positions.card(cell)
        offsets = _offsets(frame, positions, cell, side, ends)
        for end, offset in zip(ends, offsets, strict=True):
            points[end.arrow, end.at_target] = _on_side(box, side, offset)
    return points


def _offsets(
    frame: Frame, positions: Positions, cell: Cell, side: Side, ends: Sequence[End]
) -> list[float]:
    """Where along a side its ends meet it, from its middle: straight ones in the middle."""
    length = positions.card_width if axis_of(side) == "H" else positions.card_height
    low, high = shared = frame.reach(cell, side, length)
    straight = [end for end in ends if end.way.straight]
    if not straight:
        return _spread(len(ends), low, high, 0.0)
    if axis_of(side) == "H":  # the reach that a straight way has at both of its ends
        shared = frame.reach(max(frame.ends[straight[0].arrow]), "top", length)
    nudge = _nudge(frame, positions, cell, side, pair=len(straight) > 1)
    middle = _spread(len(straight), *shared, nudge)
    before = ends.index(straight[0])
    after = len(ends) - before - len(straight)
    left = min(PORT_PITCH, (middle[0] - low) / max(before, 1))
    right = min(PORT_PITCH, (high - middle[-1]) / max(after, 1))
    return [
        *(middle[0] - left * i for i in range(before, 0, -1)),
        *middle,
        *(middle[-1] + right * i for i in range(1, after + 1)),
    ]


def _nudge(frame: Frame, positions: Positions, cell: Cell, side: Side, *, pair: bool) -> float:
    """On a phone, straight ways at the rim stand inwards to make room for labels there."""
    if frame.grid.arrangement != "columns" or axis_of(side) == "V":
        return 0.0
    last = frame.grid.columns
    left = cell[1] == 0 and (pair or ("V", 0) in positions.lanes)
    right = cell[1] == last - 1 and (pair or ("V", last) in positions.lanes)
    return NUDGE * (left - right)


def _spread(count: int, low: float, high: float, middle: float) -> list[float]:
    """Offsets around a middle, a pitch apart or as far as the room allows."""
    pitch = max(0.0, min(PORT_PITCH, (high - low) / max(count - 1, 1)))
    span = pitch * (count - 1)
    start = min(max(middle - span / 2, low), high - span)
    return [start + pitch * i for i in range(count)]


def _on_side(box: Box, side: Side, offset: float) -> Point:
    """The point of a box's side at an offset from the side's middle."""
    x, y = box.middle
    if axis_of(side) == "H":
        return (x + offset, box.y if side == "top" else box.bottom)
    return (box.x if side == "left" else box.right, y + offset)
