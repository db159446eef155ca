"""Where the cards and the lanes of a plan stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulator.draw.channels import Breadths, upright_breadth
from simulator.draw.frame import Frame
from simulator.draw.grid import Axis, Cell, Channel
from simulator.draw.lanes import LANE, Lanes, lane_count
from simulator.draw.shapes import Box
from simulator.draw.sizes import PORT_PITCH, UPRIGHT_WIDTH


@dataclass(frozen=True, slots=True)
class Positions:
    """Coordinates of everything but the arrows."""

    lanes: Lanes
    card_width: float
    card_height: float
    lefts: Sequence[float]  # of columns
    tops: Sequence[float]  # of rows
    starts: Mapping[Channel, float]  # where a channel's first lane begins
    width: float
    height: float

    def card(self, cell: Cell) -> Box:
        """The box of the card in a cell."""
        return Box(self.lefts[cell[1]], self.tops[cell[0]], self.card_width, self.card_height)

    def lane(self, channel: Channel, arrow: int) -> float:
        """The middle of an arrow's lane."""
        return self.starts[channel] + LANE[channel[0]] * (self.lanes[channel][arrow] + 0.5)

    def lanes_end(self, channel: Channel) -> float:
        """Where a channel's last lane ends."""
        return self.starts[channel] + LANE[channel[0]] * lane_count(self.lanes, channel)


def positions_of(frame: Frame, lanes: Lanes, breadths: Breadths, most_beside: int) -> Positions:
    """Put rows and columns one after the other; `most_beside` ends stand at a card's side."""
    width = _card_width(frame, breadths)
    height = max(frame.card_height, PORT_PITCH * most_beside + 6)
    lefts, v_starts, right = _stack("V", frame.grid.columns, width, breadths)
    tops, h_starts, bottom = _stack("H", frame.grid.rows, height, breadths)
    return Positions(lanes, width, height, lefts, tops, v_starts | h_starts, right, bottom)


def _card_width(frame: Frame, breadths: Breadths) -> float:
    """The card's width, on a phone within the screen."""
    if frame.grid.arrangement != "columns":
        return frame.card_width
    room = UPRIGHT_WIDTH - upright_breadth(breadths)
    return min(frame.card_width, max(room / frame.grid.columns, frame.least_width))


def _stack(
    axis: Axis, count: int, size: float, breadths: Breadths
) -> tuple[list[float], dict[Channel, float], float]:
    """Where cards and lanes start along an axis, and where the drawing ends."""
    at = 0.0
    cards: list[float] = []
    starts: dict[Channel, float] = {}
    for k in range(count + 1):
        lead, lanes, tail = breadths[axis, k]
        starts[axis, k] = at + lead
        at += lead + lanes + tail
        if k < count:
            cards.append(at)
            at += size
    return cards, starts, at
