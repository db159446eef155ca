"""What a label may not cover, what it had better not, and what it costs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from simulator.draw.drawing import Card, Fence
from simulator.draw.paths import bar
from simulator.draw.shapes import Box, Point, around, toward
from simulator.draw.sizes import HEAD

SHORT_LABEL = 56.0
CARD_GAP = 4.0


@dataclass(frozen=True, slots=True)
class Obstacles:
    """The things that stand where a label might."""

    canvas: Box
    blocked: Sequence[Box]
    fences: Sequence[Box]
    lines: Sequence[tuple[int, Box]]  # of which arrow

    def near(self, space: Box) -> "Obstacles":
        """Those that a label within this space can meet."""
        return Obstacles(
            self.canvas,
            [box for box in self.blocked if box.overlaps(space, CARD_GAP)],
            [box for box in self.fences if box.overlaps(space)],
            [(arrow, line) for arrow, line in self.lines if line.overlaps(space)],
        )

    def cost(self, box: Box, arrow: int) -> float:
        """What a label of an arrow would hide at this place."""
        if not self.canvas.contains(box):
            return 1e6
        if covered := sum(box.overlaps(other, CARD_GAP) for other in self.blocked):
            return 1e5 * covered
        cost = 12.0 * sum(box.overlaps(f) and not f.contains(box) for f in self.fences)
        hidden = [(other, line) for other, line in self.lines if box.overlaps(line)]
        mine = [line for other, line in hidden if other == arrow]
        foreign = [line for other, line in hidden if other != arrow]
        cost += 150 * sum(line.width > 4 and line.height > 4 for _, line in hidden)  # bars
        # The space kept for the longest word may cover a line; a short word should not.
        core = _core(box, mine)
        return cost + 15 * (len(mine) - 1) + sum(50 + 60 * core.overlaps(line) for line in foreign)


def obstacles(
    width: float,
    height: float,
    cards: Sequence[Card],
    fences: Sequence[Fence],
    ways: Sequence[Sequence[Point]],
) -> Obstacles:
    """The obstacles in a drawing of this size, with its arrows' ways."""
    return Obstacles(
        Box(0, 0, width, height),
        [card.box for card in cards] + [fence.title_box for fence in fences],
        [fence.box for fence in fences],
        [(arrow, line) for arrow, points in enumerate(ways) for line in _lines(points)],
    )


def _core(box: Box, way: Sequence[Box]) -> Box:
    """The part of a label's space that a short word takes: on the line."""
    x = next((line.middle[0] for line in way if line.width < 3), box.middle[0])
    left = min(max(x - SHORT_LABEL / 2, box.x), box.right - SHORT_LABEL)
    return Box(left, box.y, SHORT_LABEL, box.height)


def _lines(points: Sequence[Point]) -> Iterator[Box]:
    """An arrow's segments as boxes without width, and its two ends with their bars."""
    for a, b in pairwise(points):
        yield around(a, b, 1.0)
    for end, inward in ((points[0], points[1]), (points[-1], points[-2])):
        x1, y1, x2, y2 = bar(toward(end, inward, HEAD), end)
        yield around((x1, y1), (x2, y2), 3.0)
