"""From the corners of a way to its paths, bars and heads."""

from collections.abc import Sequence
from itertools import pairwise

from simulator.draw.drawing import Route
from simulator.draw.shapes import Box, Point, Segment, around, distance, toward
from simulator.draw.sizes import BAR, CORNER, HEAD

Points = Sequence[Point]


def route(points: tuple[Point, ...], label: Box) -> Route:
    """The parts of an arrow along its points, split where its label sits."""
    tip, base = points[-1], toward(points[-1], points[-2], HEAD)
    drawn = (*points[:-1], base)
    first, second = _split(drawn, label)
    head = _, left, right = _head(tip, base, 5.0)
    stub_end = toward(points[0], points[1], HEAD)
    back = _shifted(points[::-1], 5.0)
    return Route(
        points=points,
        path=_path(drawn),
        egress_half=_path(first),
        ingress_half=_path(second),
        source_stub=_path((points[0], stub_end)),
        label=label,
        middle=second[0],
        source_bar=bar(stub_end, points[0]),
        target_bar=bar(toward(tip, base, HEAD - 2), tip),
        head=head,
        open_head=(left, tip, right),
        reply=_path((*back[:-1], toward(back[-1], back[-2], 6.0))),
        reply_head=_head(back[-1], toward(back[-1], back[-2], 7.0), 3.5),
    )


def bar(at: Point, edge: Point) -> Segment:
    """A line across the way from a point to a card's edge."""
    dx, dy = _aside(at, edge, BAR / 2)
    return (at[0] - dx, at[1] - dy, at[0] + dx, at[1] + dy)


def _head(tip: Point, base: Point, half: float) -> tuple[Point, Point, Point]:
    dx, dy = _aside(tip, base, half)
    return tip, (base[0] + dx, base[1] + dy), (base[0] - dx, base[1] - dy)


def _aside(tip: Point, base: Point, reach: float) -> Point:
    """A step of `reach` across the direction from base to tip."""
    length = distance(tip, base) or 1.0
    return (-(tip[1] - base[1]) / length * reach, (tip[0] - base[0]) / length * reach)


def _split(points: Points, label: Box) -> tuple[Points, Points]:
    """The points before and after the place on the way where the label sits."""
    x, y = label.middle
    places = [
        (i, (_clamp(x, a[0], b[0]), _clamp(y, a[1], b[1])), around(a, b, 0.5).overlaps(label))
        for i, (a, b) in enumerate(pairwise(points))
    ]
    i, middle, _ = min(places, key=lambda place: (not place[2], distance(place[1], (x, y))))
    return (*points[: i + 1], middle), (middle, *points[i + 1 :])


def _clamp(value: float, a: float, b: float) -> float:
    return min(max(value, min(a, b)), max(a, b))


def _path(points: Points) -> str:
    """SVG path data through the points with rounded corners."""
    parts = [f"M{_pair(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        reach = min(CORNER, distance(before, corner) / 2, distance(corner, after) / 2)
        parts.append(f"L{_pair(toward(corner, before, reach))}")
        parts.append(f"Q{_pair(corner)} {_pair(toward(corner, after, reach))}")
    return "".join([*parts, f"L{_pair(points[-1])}"])


def _pair(point: Point) -> str:
    return f"{point[0]:.1f},{point[1]:.1f}"


def _shifted(points: Points, by: float) -> tuple[Point, ...]:
    """The way moved aside by a constant distance."""
    steps = [_aside(b, a, by) for a, b in pairwise(points)]
    corners = [
        (x + before[0] + after[0], y + before[1] + after[1])
        for (x, y), before, after in zip(points[1:-1], steps, steps[1:], strict=False)
    ]
    (x1, y1), (x2, y2) = points[0], points[-1]
    first, last = steps[0], steps[-1]
    return ((x1 + first[0], y1 + first[1]), *corners, (x2 + last[0], y2 + last[1]))
