"""From a plan to the coordinates of its arrows."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.draw.channels import channel_breadths
from simulator.draw.ends import end_points, most_beside, sides_of
from simulator.draw.frame import Frame
from simulator.draw.grid import axis_of
from simulator.draw.lanes import Plan, lanes_of
from simulator.draw.positions import Positions, positions_of
from simulator.draw.shapes import Point
from simulator.draw.ways import Way


@dataclass(frozen=True, slots=True)
class Measured:
    """Coordinates of everything for one plan."""

    positions: Positions
    points: Sequence[tuple[Point, ...]]  # each arrow's way, from edge to edge; () if it has none


def measure(frame: Frame, plan: Plan, *, spare: float = 0.0) -> Measured:
    """The coordinates of a plan, with spare room between rows."""
    lanes = lanes_of(plan, frame.ends)
    sides = sides_of(frame, plan, lanes)
    breadths = channel_breadths(frame, plan, lanes, spare)
    positions = positions_of(frame, lanes, breadths, most_beside(sides))
    ends = end_points(frame, positions, sides)
    return Measured(
        positions,
        [
            _corners(positions, arrow, way, ends[arrow, False], ends[arrow, True]) if way else ()
            for arrow, way in enumerate(plan.ways)
        ],
    )


def _corners(
    positions: Positions, arrow: int, way: Way, start: Point, end: Point
) -> tuple[Point, ...]:
    """The points of a way between its two ends."""
    points = [start]
    x, y = start
    for channel in way.channels:
        lane = positions.lane(channel, arrow)
        x, y = (x, lane) if channel[0] == "H" else (lane, y)
        points.append((x, y))
    if way.corners:
        points.append((end[0], y) if axis_of(way.enter) == "H" else (x, end[1]))
    return (*points, end)
