"""How wide each channel is: its margins and lanes, and what else must fit between two cards."""

from collections.abc import Mapping

from simulator.draw.frame import Frame
from simulator.draw.grid import Channel, channel_at
from simulator.draw.lanes import LANE, Lanes, Plan, lane_count
from simulator.draw.margins import margins
from simulator.draw.sizes import HEAD, MARGIN, UPRIGHT_WIDTH

NEAREST_LANE = 12.0

Breadth = tuple[float, float, float]  # before the lanes, the lanes, after them
Breadths = Mapping[Channel, Breadth]


def channel_breadths(frame: Frame, plan: Plan, lanes: Lanes, spare: float) -> Breadths:
    """Each channel's breadth, with spare room between rows."""
    least = _least(frame, plan)
    breadths = {}
    for channel in _channels(frame):
        used = lane_count(lanes, channel)
        lead, tail = margins(frame, channel)
        if channel[0] == "H" and 0 < channel[1] < frame.grid.rows:
            lead, tail = lead + spare / 2, tail + spare / 2
        if used:  # a bar must fit between a card and the nearest lane
            lead, tail = max(lead, NEAREST_LANE), max(tail, NEAREST_LANE)
        room = used * LANE[channel[0]]
        missing = max(0.0, least.get(channel, 0.0) - lead - tail - room)
        breadths[channel] = (lead + missing / 2, room, tail + missing / 2)
    return _centred(frame, breadths) if frame.grid.stacked else breadths


def upright_breadth(breadths: Breadths) -> float:
    """How much of a drawing's width its upright channels take."""
    return sum(sum(breadth) for (axis, _), breadth in breadths.items() if axis == "V")


def _channels(frame: Frame) -> list[Channel]:
    level: list[Channel] = [("H", k) for k in range(frame.grid.rows + 1)]
    upright: list[Channel] = [("V", k) for k in range(frame.grid.columns + 1)]
    return level + upright


def _least(frame: Frame, plan: Plan) -> dict[Channel, float]:
    """How wide the channels must be that straight arrows and their labels cross."""
    grid = frame.grid
    least: dict[Channel, float] = {}
    if grid.upright:
        least |= {("H", row): 48.0 for row in range(1, grid.rows)}
    else:
        least |= {("V", column): 72.0 for column in range(1, grid.columns)}
    if grid.arrangement == "rows":  # the first row's lanes run beside its title
        least["H", 0] = MARGIN + frame.band + 4
    for way, (source, _), width in zip(plan.ways, frame.ends, frame.label_widths, strict=True):
        if way and way.straight and way.leave in ("left", "right"):
            channel = channel_at(source, way.leave)
            least[channel] = max(least.get(channel, 0.0), width + 2 * (HEAD + 5))
    return least


def _centred(frame: Frame, breadths: Breadths) -> Breadths:
    """The outer channels widened to fill a phone's width evenly."""
    columns = frame.grid.columns
    left, right = breadths["V", 0], breadths["V", columns]
    spare = max(0.0, UPRIGHT_WIDTH - (columns * frame.card_width + upright_breadth(breadths)))
    shift = min(max((spare + sum(right) - sum(left)) / 2, 0.0), spare)
    return {
        **breadths,
        ("V", 0): (left[0] + shift, *left[1:]),
        ("V", columns): (*right[:2], right[2] + spare - shift),
    }
