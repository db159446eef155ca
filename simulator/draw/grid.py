"""The grid: which row and column each card stands in, and the channels between them."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import count
from typing import Literal

from simulator.draw.shown import Member, behind, members
from simulator.model import Cluster, Namespace, Pod, Service

Side = Literal["left", "right", "top", "bottom"]
Axis = Literal["H", "V"]
Cell = tuple[int, int]  # row, column
Channel = tuple[Axis, int]  # channel k lies before row or column k
Arrangement = Literal["rows", "columns", "single"]


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells by ref.

    Namespaces are rows of cells (two rows where pods stand below their Service), columns of cells
    or, in `single`, one cell each.
    """

    arrangement: Arrangement
    upright: bool
    cells: Mapping[str, Cell]
    namespaces: tuple[Namespace, ...]
    inner_rows: int  # rows and columns that hold pods; hosts stand beyond them
    inner_columns: int
    rows: int
    columns: int
    tops: tuple[int, ...] = ()  # in `rows`: the first row of each namespace

    @property
    def stacked(self) -> bool:
        """Whether each row holds one card, which may then be wide."""
        return self.upright and self.arrangement == "single"

    def holds_pods(self, cell: Cell) -> bool:
        """Whether a cell lies among the pods, not among the hosts."""
        return cell[0] < self.inner_rows and cell[1] < self.inner_columns

    def rows_of(self, namespace: int) -> tuple[int, int]:
        """In `rows`: the first and the last row of a namespace, given by its place."""
        ends = (*self.tops[1:], self.inner_rows)
        return self.tops[namespace], ends[namespace] - 1


def axis_of(side: Side) -> Axis:
    """The axis of the channel that runs along a side."""
    return "H" if side in ("top", "bottom") else "V"


def channel_at(cell: Cell, side: Side) -> Channel:
    """The channel that a side of a cell faces."""
    row, column = cell
    at = {"top": row, "bottom": row + 1, "left": column, "right": column + 1}
    return (axis_of(side), at[side])


def grid_of(cluster: Cluster, services: Sequence[Service] = (), *, upright: bool) -> Grid:
    """Place a cluster's pods and some Services, turned for a phone, and the hosts beyond them."""
    groups = members(cluster, services)
    single = all(len(group) == 1 for group in groups.values())
    # On a screen a Service stands above the pods behind it, on a phone right before them.
    lower = frozenset[str]() if upright else behind(cluster, services)
    cells, tops = (_in_one_row(groups), ()) if single else _in_tiers(groups, lower)
    if upright:
        cells = {ref: (column, row) for ref, (row, column) in cells.items()}
    rows, columns = _extent(cells)
    across = max(columns, 1 if single else min(2, len(cluster.hosts)))
    for i, host in enumerate(cluster.hosts):
        cells[host.ref] = (rows + i // across, i % across) if upright else (i, columns)
    all_rows, all_columns = _extent(cells)
    return Grid(
        "single" if single else "columns" if upright else "rows",
        upright,
        cells,
        _namespaces(cluster, groups),
        rows,
        columns,
        max(all_rows, 1),
        max(all_columns, 1),
        tops,
    )


def _namespaces(cluster: Cluster, names: Iterable[str]) -> tuple[Namespace, ...]:
    known = {namespace.name: namespace for namespace in cluster.namespaces}
    return tuple(known.get(name, Namespace(name, {})) for name in names)


def _in_one_row(groups: dict[str, list[Member]]) -> dict[str, Cell]:
    return {group[0].ref: (0, column) for column, group in enumerate(groups.values())}


def _in_tiers(
    groups: dict[str, list[Member]], lower: Set[str]
) -> tuple[dict[str, Cell], tuple[int, ...]]:
    """A row for each namespace, or two with some members in the lower one; and its first rows.

    Pods of one short name stand in one column where they can.
    """
    cells: dict[str, Cell] = {}
    home: dict[str, int] = {}
    tops: list[int] = []
    row = 0
    for group in groups.values():
        tops.append(row)
        upper = [member for member in group if member.ref not in lower]
        beneath = [member for member in group if member.ref in lower]
        cells |= _in_a_row(upper, home, row, start=0)
        if beneath:
            row += 1
            start = min(cells[member.ref][1] for member in upper if isinstance(member, Service))
            cells |= _in_a_row(beneath, home, row, start=start)
        row += 1
    return cells, tuple(tops)


def _in_a_row(
    group: Sequence[Member], home: dict[str, int], row: int, *, start: int
) -> dict[str, Cell]:
    """The cells of a row; `home` remembers the column of each name and is added to."""
    names = [member.name if isinstance(member, Pod) else member.ref for member in group]
    kept = {home[name] for name in names if name in home}
    free = (column for column in count(start) if column not in kept)
    taken: set[int] = set()
    cells: dict[str, Cell] = {}
    for member, name in zip(group, names, strict=True):
        column = home.get(name, -1)
        if column in taken or column < 0:
            column = next(free)
        taken.add(column)
        home.setdefault(name, column)
        cells[member.ref] = (row, column)
    return cells


def _extent(cells: Mapping[str, Cell]) -> Cell:
    """How many rows and columns the cells take."""
    rows = max((row for row, _ in cells.values()), default=-1) + 1
    columns = max((column for _, column in cells.values()), default=-1) + 1
    return rows, columns
