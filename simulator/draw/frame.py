"""The frame: what stays the same while ways are tried."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulator.draw.drawing import ArrowSpec
from simulator.draw.grid import Arrangement, Cell, Grid, Side, grid_of
from simulator.draw.shown import named_services, shown
from simulator.draw.sizes import BAR, CARD_PADDING, NAME_LINE, PAD, SLIM_PAD, TEXT_LINE, TEXT_SIZE
from simulator.draw.text import (
    Title,
    card_texts,
    label_width,
    name_width,
    namespace_labels,
    text_width,
    title,
)
from simulator.model import Cluster

# How far a title may reach beyond the first card below it.
_TITLE_REACH: Mapping[Arrangement, float] = {"rows": 40, "single": 0, "columns": 80}


@dataclass(frozen=True, slots=True)
class Frame:
    """The grid, the texts and the sizes that they ask for."""

    grid: Grid
    texts: Mapping[str, tuple[str, ...]]  # of cards, by ref
    titles: tuple[Title, ...]  # of the grid's namespaces
    ends: tuple[tuple[Cell, Cell], ...]  # of arrows
    label_widths: tuple[float, ...]  # of arrows
    card_width: float
    card_height: float
    least_width: float  # of a card on a crowded phone
    band: float  # the height of a namespace's title
    services: frozenset[str] = frozenset()  # which refs are Services

    @property
    def pad(self) -> float:
        """The room between a namespace's edge and its cards."""
        return SLIM_PAD if self.grid.arrangement == "columns" else PAD

    def reach(self, cell: Cell, side: Side, length: float) -> tuple[float, float]:
        """From where to where along a side, from its middle, ends may meet it.

        Beside a namespace's title only the room to its right is left, or none (low > high).
        """
        half = length / 2 - 12
        taken = self._title_above(cell) if side == "top" else 0.0
        return (max(-half, taken + BAR / 2 + 9 - length / 2) if taken else -half, half)

    def _title_above(self, cell: Cell) -> float:
        """The width of the namespace title between a card and the channel above, or 0."""
        row, column = cell
        if self.grid.holds_pods(cell):
            if self.grid.arrangement == "single":
                return self.titles[max(row, column)].width
            if self.grid.arrangement == "rows" and column == 0 and row in self.grid.tops:
                return self.titles[self.grid.tops.index(row)].width
        return 0.0


def frame_of(
    cluster: Cluster,
    arrows: Sequence[ArrowSpec],
    *,
    upright: bool,
    before: Cluster | None = None,
) -> Frame:
    """The frame of a cluster and its arrows; with `before`, as roomy as a label more needs."""
    services = named_services(cluster, arrows)
    grid = grid_of(cluster, services, upright=upright)
    everything = shown(cluster, services)
    texts = {one.ref: card_texts(one) for one in everything}
    width, height = _card_size(grid, list(texts.values()))
    if before is not None:
        width, height = _roomy(grid, [card_texts(one) for one in shown(before, services)], height)
    room = width + _TITLE_REACH[grid.arrangement]
    titles = tuple(title(n.name, namespace_labels(n), room) for n in grid.namespaces)
    widest_name = max((name_width(name) for name, *_ in texts.values()), default=0.0)
    return Frame(
        grid,
        texts,
        titles,
        tuple((grid.cells[arrow.source], grid.cells[arrow.target]) for arrow in arrows),
        tuple(label_width(arrow.label) for arrow in arrows),
        width,
        height,
        min(widest_name + 2 * CARD_PADDING, 112.0),
        46.0 if before or any(t.labels for t in titles) else 30.0,
        frozenset(service.ref for service in services),
    )


def _card_size(grid: Grid, texts: Sequence[tuple[str, ...]]) -> tuple[float, float]:
    """The size that the widest and the longest text ask for, within reason."""
    widths = [name_width(name) for name, *_ in texts]
    widths += [text_width(line, TEXT_SIZE) for _, *lines in texts for line in lines]
    if grid.arrangement != "rows":  # there a title is no wider than its cards
        widths += [name_width(namespace.name) for namespace in grid.namespaces]
    low, high = (190.0, 200.0) if grid.stacked else (100.0, 148.0)
    width = min(max(max(widths, default=0.0) + 2 * CARD_PADDING, low), high)
    return (width, _card_height(max((len(lines) for _, *lines in texts), default=0)))


def _roomy(grid: Grid, texts: Sequence[tuple[str, ...]], height: float) -> tuple[float, float]:
    """The size of a card that may get one label more than these texts have, however long."""
    lines = max((len(lines) for _, *lines in texts), default=0)
    return (200.0 if grid.stacked else 148.0, max(height, _card_height(lines + 1)))


def _card_height(lines: int) -> float:
    return NAME_LINE + TEXT_LINE * lines + 2 * CARD_PADDING - 3
