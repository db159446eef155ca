"""Labels: a place on the line that covers nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from simulator.draw.obstacles import Obstacles
from simulator.draw.shapes import Box, Point, around, distance
from simulator.draw.sizes import CORNER

LABEL_HEIGHT = 18.0
LABEL_ROUNDS = 3
JOINT_PLACES, NEAR = 40, 160.0
HIDES, CLASHES = 45.0, 5e3  # costs: of hiding a line, of covering what may not be covered
LABEL_GAP = 3.0
LABEL_STEP = 5.0
ASIDE = (0.0, 0.2, -0.2, 0.33, -0.33, 0.43, -0.43)

_Place = tuple[float, Box]  # with its cost
_Chosen = Mapping[int, _Place]  # by arrow


@dataclass(frozen=True, slots=True)
class _Label:
    """The places that an arrow's label may take, and a box round them all."""

    places: Sequence[_Place]
    space: Box


def place_labels(
    ways: Sequence[Sequence[Point]], widths: Sequence[float], obstacles: Obstacles
) -> tuple[list[Box], bool]:
    """A box for each arrow's label, and whether one of them covers what it may not."""
    labels = [
        _label(arrow, points, width, obstacles)
        for arrow, (points, width) in enumerate(zip(ways, widths, strict=True))
    ]
    chosen = _settled(labels)
    clash = any(cost > CLASHES for cost, _ in chosen.values())
    return [chosen[arrow][1] for arrow in range(len(labels))], clash


def _label(arrow: int, points: Sequence[Point], width: float, obstacles: Obstacles) -> _Label:
    places: list[_Place] = []
    for a, b in pairwise(points):
        near = obstacles.near(around(a, b, width))
        places += [(cost + near.cost(box, arrow), box) for cost, box in _places(a, b, width)]
    xs, ys = zip(*points, strict=True)
    return _Label(places, around((min(xs), min(ys)), (max(xs), max(ys)), width))


def _places(a: Point, b: Point, width: float) -> Iterator[_Place]:
    """Places along a stretch with their own cost: in the middle of a long level one is best."""
    (x1, y1), (x2, y2) = a, b
    level = y1 == y2
    length = max(distance(a, b), 1.0)
    room = length - (width if level else LABEL_HEIGHT) - 2 * CORNER
    own = max(0.0, -room) * 0.5 - min(length, 300) * 0.1 + (0 if level else 10)
    for share in _shares(room):
        at = 0.5 + share * room / length
        x, y = x1 + (x2 - x1) * at, y1 + (y2 - y1) * at
        for aside in ASIDE[:1] if level else ASIDE:
            box = Box(x - width * (0.5 + aside), y - LABEL_HEIGHT / 2, width, LABEL_HEIGHT)
            yield own + 30 * abs(share) + 40 * abs(aside), box


def _shares(room: float) -> Iterator[float]:
    """Steps of a part of a label's height from the middle of a stretch towards its ends."""
    steps = min(max(int(room / 2 / LABEL_STEP), 0), 32)
    yield 0.0
    for i in range(1, steps + 1):
        yield from (0.5 * i / steps, -0.5 * i / steps)


def _settled(labels: Sequence[_Label]) -> _Chosen:
    """Each label's best place: placed one by one, then again beside all the others."""
    chosen: dict[int, _Place] = {}
    order = sorted(range(len(labels)), key=lambda arrow: (len(labels[arrow].places), arrow))
    for arrow in order * LABEL_ROUNDS:
        chosen[arrow] = _ranked(labels[arrow], _boxes(chosen, {arrow}))[0]
    for one in order:
        for two in order:
            if one != two and chosen[one][0] > HIDES and _gap(chosen, one, two) < NEAR:
                others = _boxes(chosen, {one, two})
                chosen[one], chosen[two] = _jointly(labels[one], labels[two], others)
    return chosen


def _boxes(chosen: _Chosen, free: set[int]) -> list[Box]:
    """The boxes of the labels that are not free to move."""
    return [box for arrow, (_, box) in chosen.items() if arrow not in free]


def _gap(chosen: _Chosen, one: int, two: int) -> float:
    """How far apart two labels stand."""
    return distance(chosen[one][1].middle, chosen[two][1].middle)


def _ranked(label: _Label, others: Sequence[Box]) -> list[_Place]:
    """A label's places among others, the best first."""
    near = [other for other in others if label.space.overlaps(other, LABEL_GAP)]
    ranked = [(cost + _depths(box, near), box) for cost, box in label.places]
    return sorted(ranked, key=lambda place: place[0])


def _jointly(one: _Label, two: _Label, others: Sequence[Box]) -> tuple[_Place, _Place]:
    """The best places for two labels that may both give way."""
    firsts, seconds = (_ranked(label, others)[:JOINT_PLACES] for label in (one, two))
    best, first, second = inf, firsts[0], seconds[0]
    for a in firsts:
        for b in seconds:
            if a[0] + b[0] >= best:
                break  # what follows is no cheaper
            cost = a[0] + b[0] + _depths(a[1], [b[1]])
            if cost < best:
                best, first, second = cost, a, b
    return (best - second[0], first[1]), (best - first[0], second[1])


def _depths(box: Box, others: Sequence[Box]) -> float:
    """How deep labels lie in each other: a little less is a little nearer to a way out."""
    return sum(
        1e4 * (LABEL_HEIGHT + 4 - abs(box.y - other.y))
        for other in others
        if box.overlaps(other, LABEL_GAP)
    )
