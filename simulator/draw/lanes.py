"""Lanes: where in its channels each way runs."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from simulator.draw.grid import Axis, Cell, Channel
from simulator.draw.shapes import Point
from simulator.draw.ways import Way, stops

LANE: Mapping[Axis, float] = {"H": 24.0, "V": 16.0}  # how wide one is

Key = tuple[float, float]
Lanes = Mapping[Channel, Mapping[int, int]]  # each channel's arrows with their lanes


@dataclass(frozen=True, slots=True)
class Plan:
    """A way for each arrow (None: not yet), and the run keys that the search has changed."""

    ways: tuple[Way | None, ...]
    keys: Mapping[tuple[Channel, int], Key]

    def with_way(self, arrow: int, way: Way) -> "Plan":
        """The plan in which an arrow goes this way."""
        return replace(self, ways=(*self.ways[:arrow], way, *self.ways[arrow + 1 :]))


@dataclass(frozen=True, slots=True)
class _Run:
    """One way's stretch of a channel, in cell units.

    Sorted runs cross little: those that hang on the near row first, the shortest nearest to it;
    then those that pass from side to side; then those of the far row.
    """

    channel: Channel
    low: float
    high: float
    key: Key


def lanes_of(plan: Plan, ends: Sequence[tuple[Cell, Cell]]) -> Lanes:
    """The lanes of a plan's arrows, which go from cell to cell."""
    runs: dict[Channel, list[tuple[Key, int, _Run]]] = defaultdict(list)
    for arrow, (way, (source, target)) in enumerate(zip(plan.ways, ends, strict=True)):
        for run in _runs(way, source, target) if way else ():
            key = plan.keys.get((run.channel, arrow), run.key)
            runs[run.channel].append((key, arrow, run))
    return {channel: _side_by_side(group) for channel, group in runs.items()}


def lane_count(lanes: Lanes, channel: Channel) -> int:
    """How many lanes of a channel are used."""
    return 1 + max(lanes.get(channel, {}).values(), default=-1)


def _side_by_side(runs: list[tuple[Key, int, _Run]]) -> dict[int, int]:
    """A lane for each arrow's run in one channel: in the order of keys, none on another."""
    placed: list[tuple[_Run, int]] = []
    lanes: dict[int, int] = {}
    for _, arrow, run in sorted(runs, key=lambda entry: entry[:2]):
        below = (n for other, n in placed if run.low <= other.high and other.low <= run.high)
        lane = 1 + max(below, default=-1)
        placed.append((run, lane))
        lanes[arrow] = lane
    return lanes


@lru_cache(maxsize=4096)
def _runs(way: Way, source: Cell, target: Cell) -> tuple[_Run, ...]:
    """A way's runs in the order walked, and its label's seat if none of them has room for it."""
    points = stops(way, source, target)
    runs = tuple(_run(channel, points[i : i + 4]) for i, channel in enumerate(way.channels))
    if any(axis == "H" for axis, _ in way.channels):
        return runs
    return (*runs, *_seat(points))


def _run(channel: Channel, points: Sequence[Point]) -> _Run:
    """The stretch between the second and third of four points."""
    i = 0 if channel[0] == "H" else 1
    before, here, there, after = ((p[i], p[1 - i]) for p in points)
    low, high = sorted((here[0], there[0]))
    if i == 0 and high - low < 2:  # as wide as a label, at least
        low, high = (low + high) / 2 - 1, (low + high) / 2 + 1
    sides = (before[1] > here[1]) + (after[1] > here[1])
    if sides == 1:
        near, far = (here, there) if before[1] < here[1] else (there, here)
        return _Run(channel, low, high, (0, -near[0] if far[0] > near[0] else near[0]))
    return _Run(channel, low, high, (-1, high - low) if sides == 0 else (1, low - high))


def _seat(points: Sequence[Point]) -> Iterator[_Run]:
    """No line, but room for a label in the channel that an upright way crosses in its middle."""
    for (x1, y1), (x2, y2) in pairwise(points):
        if x1 == x2 and abs(y2 - y1) >= 2:
            k = (int((y1 + y2) / 2) + 1) // 2
            yield _Run(("H", k), x1 - 0.9, x1 + 0.9, (0, 0))
            return
