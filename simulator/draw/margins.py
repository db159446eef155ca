"""The room before and after the lanes of a channel, by the place where it lies."""

from collections.abc import Mapping
from typing import Literal

from simulator.draw.frame import Frame
from simulator.draw.grid import Arrangement, Axis, Channel
from simulator.draw.sizes import GAP, MARGIN, PAD, SLIM_PAD

# Before the first row of pods, between rows of pods (within: of one namespace), after the last
# (with hosts beyond: edge), between and after hosts; likewise for columns.
Place = Literal["first", "inner", "within", "edge", "last", "hosts", "end"]
Room = tuple[float, float]  # before the lanes, after them

_MARGINS: Mapping[tuple[Axis, Arrangement], Mapping[Place, Room]] = {
    ("H", "rows"): {
        "first": (MARGIN + 6, 10),
        "inner": (0, PAD + GAP),
        "within": (14, 14),
        "edge": (0, PAD + GAP),
        "last": (0, PAD + MARGIN),
        "hosts": (0, GAP),
        "end": (0, MARGIN),
    },
    ("H", "columns"): {
        "first": (MARGIN, 4),
        "inner": (16, 14),
        "edge": (PAD + 8, 10),
        "last": (12, PAD + MARGIN),
        "hosts": (10, 10),
        "end": (8, MARGIN),
    },
    ("H", "single"): {
        "first": (MARGIN, 0),
        "inner": (PAD + 14, 12),
        "edge": (PAD + 6, 10),
        "last": (PAD + 4, MARGIN),
        "hosts": (10, 10),
        "end": (8, MARGIN),
    },
    ("V", "rows"): {
        "first": (MARGIN + PAD, 0),
        "inner": (20, 20),
        "edge": (PAD + 6, 16),
        "last": (8, PAD + MARGIN),
        "hosts": (20, 20),
        "end": (8, MARGIN),
    },
    ("V", "columns"): {
        "first": (MARGIN + SLIM_PAD, 0),
        "inner": (SLIM_PAD + 4, SLIM_PAD + 4),
        "edge": (SLIM_PAD + 4, 16),
        "last": (0, SLIM_PAD + MARGIN),
        "hosts": (16, 16),
        "end": (8, MARGIN),
    },
    ("V", "single"): {
        "first": (MARGIN, PAD),
        "inner": (PAD + 8, PAD + 8),
        "edge": (PAD + 8, 16),
        "last": (PAD, MARGIN),
        "hosts": (16, 16),
        "end": (8, MARGIN),
    },
}

# Whether the titles of namespaces stand before or after the lanes of a level channel.
_TITLES: Mapping[tuple[Arrangement, Place], tuple[bool, bool]] = {
    ("rows", "inner"): (False, True),
    ("columns", "first"): (True, False),
    ("single", "first"): (False, True),
    ("single", "inner"): (False, True),
}


def margins(frame: Frame, channel: Channel) -> Room:
    """The room before and after a channel's lanes, with the band of a title if one is there."""
    axis, k = channel
    grid = frame.grid
    if axis == "V":
        return _MARGINS["V", grid.arrangement][_place(k, grid.inner_columns, grid.columns)]
    place = _place(k, grid.inner_rows, grid.rows)
    if place == "inner" and grid.arrangement == "rows" and k not in grid.tops:
        place = "within"
    lead, tail = _MARGINS["H", grid.arrangement][place]
    before, after = _TITLES.get((grid.arrangement, place), (False, False))
    return (lead + frame.band * before, tail + frame.band * after)


def _place(k: int, inner: int, count: int) -> Place:
    """Where channel k lies if pods stand in the first `inner` of `count` rows or columns."""
    if k == 0:
        return "first"
    if k < inner:
        return "inner"
    if k == inner:
        return "last" if k == count else "edge"
    return "end" if k == count else "hosts"
