"""The grid: which row and column each card stands in, and the channels between them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Literal

from simulator.draw.shown import Member, members
from simulator.model import Cluster, Namespace, Pod, Service

Side = Literal["left", "right", "top", "bottom"]
Axis = Literal["H", "V"]
Cell = tuple[int, int]  # row, column
Channel = tuple[Axis, int]  # channel k lies before row or column k
Arrangement = Literal["rows", "columns", "single"]


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells by ref. Namespaces are rows or columns of cells or, in `single`, one cell each."""

    arrangement: Arrangement
    upright: bool
    cells: Mapping[str, Cell]
    namespaces: tuple[Namespace, ...]
    inner_rows: int  # rows and columns that hold pods; hosts stand beyond them
    inner_columns: int
    rows: int
    columns: int

    @property
    def stacked(self) -> bool:
        """Whether each row holds one card, which may then be wide."""
        return self.upright and self.arrangement == "single"

    def holds_pods(self, cell: Cell) -> bool:
        """Whether a cell lies among the pods, not among the hosts."""
        return cell[0] < self.inner_rows and cell[1] < self.inner_columns


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
    cells = _in_one_row(groups) if single else _in_tiers(groups)
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
    )


def _namespaces(cluster: Cluster, names: Iterable[str]) -> tuple[Namespace, ...]:
    known = {namespace.name: namespace for namespace in cluster.namespaces}
    return tuple(known.get(name, Namespace(name, {})) for name in names)


def _in_one_row(groups: dict[str, list[Member]]) -> dict[str, Cell]:
    return {group[0].ref: (0, column) for column, group in enumerate(groups.values())}


def _in_tiers(groups: dict[str, list[Member]]) -> dict[str, Cell]:
    """A row for each namespace: pods of one short name stand in one column where they can."""
    cells: dict[str, Cell] = {}
    home: dict[str, int] = {}
    for row, group in enumerate(groups.values()):
        names = [member.name if isinstance(member, Pod) else member.ref for member in group]
        kept = {home[name] for name in names if name in home}
        free = _others(kept)
        taken: set[int] = set()
        for member, name in zip(group, names, strict=True):
            column = home.get(name, -1)
            if column in taken or column < 0:
                column = next(free)
            taken.add(column)
            home.setdefault(name, column)
            cells[member.ref] = (row, column)
    return cells


def _others(columns: set[int]) -> Iterator[int]:
    return (column for column in count() if column not in columns)


def _extent(cells: Mapping[str, Cell]) -> Cell:
    """How many rows and columns the cells take."""
    rows = max((row for row, _ in cells.values()), default=-1) + 1
    columns = max((column for _, column in cells.values()), default=-1) + 1
    return rows, columns
