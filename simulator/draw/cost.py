"""What a plan costs: how far it is from a calm picture."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from simulator.draw.frame import Frame
from simulator.draw.grid import Axis, Cell, Channel, Side, axis_of
from simulator.draw.lanes import Plan
from simulator.draw.measure import Measured, measure
from simulator.draw.shapes import Point, distance
from simulator.draw.sizes import BAR
from simulator.draw.ways import Way

CROSSING, CORNER_COST, SQUEEZED, SHARED_SIDE = 90.0, 22.0, 150.0, 40.0
CROWDED = NARROW = 700.0
STRAIGHT = 160.0  # what a straight way may cost in width and in detours of others

_Flat = tuple[float, float, float, int]  # from, to, at, arrow


def plan_cost(frame: Frame, plan: Plan) -> float:
    """The cost of a plan: of its ways, and of what they do to each other and to the drawing."""
    measured = measure(frame, plan)
    level, upright = _segments(measured.points)
    cost = CROSSING * _crossings(level, upright)
    cost += sum(way_cost(frame, way) for way in plan.ways if way)
    cost += 0.6 * sum(end - start for start, end, _, _ in (*level, *upright))
    cost += CROWDED * _crowding(frame, plan) + SHARED_SIDE * _sharing(frame, plan)
    width, height = measured.positions.width, measured.positions.height
    return cost + 0.15 * width + 0.5 * height + SQUEEZED * _squeezed(measured)


def way_cost(frame: Frame, way: Way) -> float:
    """What a way costs by itself, but for its length."""
    tolls = sum(_toll(frame, channel) for channel in way.channels)
    # Side by side on a phone there is no room for a label between two cards.
    narrow = frame.grid.arrangement == "columns" and way.straight and axis_of(way.leave) == "V"
    fit = NARROW if narrow else -STRAIGHT if way.straight else 0.0
    return CORNER_COST * way.corners + tolls + fit


def _toll(frame: Frame, channel: Channel) -> float:
    """What it costs to use a channel: outer ones are narrow, or widen the drawing."""
    axis, k = channel
    if axis == "V":
        outer = k in (0, frame.grid.columns)
        return (30.0 if frame.grid.upright else 400.0) if outer else 40.0
    if frame.grid.arrangement == "single" and k == 0:
        return 400.0
    return 0.0


def _segments(points: Sequence[tuple[Point, ...]]) -> tuple[list[_Flat], list[_Flat]]:
    """All level and all upright segments."""
    level, upright = [], []
    for arrow, way in enumerate(points):
        for (x1, y1), (x2, y2) in pairwise(way):
            if y1 == y2:
                level.append((min(x1, x2), max(x1, x2), y1, arrow))
            else:
                upright.append((min(y1, y2), max(y1, y2), x1, arrow))
    return level, upright


def _crossings(level: list[_Flat], upright: list[_Flat]) -> int:
    """How often arrows cross or nearly do; running along each other counts tenfold."""
    count = 0
    for x1, x2, y, arrow in level:
        for y1, y2, x, other in upright:
            if arrow != other and x1 - 8 < x < x2 + 8 and y1 - 8 < y < y2 + 8:
                count += 1
    for group in (level, upright):
        for i, (a1, a2, at, _) in enumerate(group):
            for b1, b2, also, _ in group[i + 1 :]:
                if abs(at - also) < 12 and a1 < b2 and b1 < a2:
                    count += 10
    return count


def _squeezed(measured: Measured) -> int:
    """How many pairs of ends stand so near to each other that their bars would touch."""
    ends = sorted(point for way in measured.points for point in (way[:1] + way[-1:]))
    pairs = (*pairwise(ends), *zip(ends, ends[2:], strict=False))
    return sum(a != b and distance(a, b) < BAR + 3 for a, b in pairs)


def _sharing(frame: Frame, plan: Plan) -> int:
    """How many bent ways meet a side that others meet too."""
    straight: set[tuple[Cell, Side]] = set()
    bent: Counter[tuple[Cell, Side]] = Counter()
    for (source, target), way in zip(frame.ends, plan.ways, strict=True):
        if way:
            places = ((source, way.leave), (target, way.enter))
            (straight if way.straight else bent).update(places)
    return sum(count - (place not in straight) for place, count in bent.items())


def _crowding(frame: Frame, plan: Plan) -> int:
    """How many straight ways too many join two cards side by side or one above the other."""
    bundles: Counter[tuple[Axis, frozenset[Cell]]] = Counter()
    for ends, way in zip(frame.ends, plan.ways, strict=True):
        if way and way.straight:
            bundles[axis_of(way.leave), frozenset(ends)] += 1
    return sum(max(0, n - (2 if axis == "H" else 3)) for (axis, _), n in bundles.items())
