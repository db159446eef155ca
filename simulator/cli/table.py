"""Who reaches whom on a terminal: a grid where one fits, else a list by target."""

from collections.abc import Iterator, Sequence

from simulator.cli.cells import Cell, Table
from simulator.cli.groups import Group
from simulator.cli.screen import Screen
from simulator.cli.wording import shade, short, sign, words
from simulator.words import clip

SELF = "·"
_GAP = 2
#: A column may be this wide, or a third of the width; a grid of wider ones is mostly blanks.
_WIDEST_COLUMN = 38
#: A grid with more columns than this is no longer read across.
_MOST_COLUMNS = 30


def table_lines(table: Table, on: Screen) -> list[str]:
    """The grid if it fits the width, else the list."""
    return grid_lines(table, on) or list(list_lines(table, on))


# ── Grid ─────────────────────────────────────────────────────────────────────────────────────


def grid_lines(table: Table, on: Screen) -> list[str]:
    """A row for each source, a column for each target; empty where they do not fit."""
    if len(table.targets) > _MOST_COLUMNS:
        return []
    for headings, numbered in ((_titles(table.targets), False), (_counts(table.targets), True)):
        rows = [_head(table, headings), *_body(table, numbered=numbered)]
        widths = [max(len(text) for text, _ in column) for column in zip(*rows, strict=True)]
        fits = sum(widths) + _GAP * (len(widths) - 1) <= on.width
        if fits and max(widths) <= max(_WIDEST_COLUMN, on.width // 3):
            key = _key(table, on) if numbered else []
            return [*(_line(row, widths, on) for row in rows), *key]
    return []


def _titles(groups: Sequence[Group]) -> list[str]:
    return [clip(group.title) for group in groups]


def _counts(groups: Sequence[Group]) -> list[str]:
    return [str(number) for number, _ in enumerate(groups, 1)]


def _head(table: Table, headings: Sequence[str]) -> list[tuple[str, str]]:
    return [("from │ to", "strong"), *((heading, "strong") for heading in headings)]


def _body(table: Table, *, numbered: bool) -> Iterator[list[tuple[str, str]]]:
    same = numbered and table.sources == table.targets
    for number, (source, cells) in enumerate(zip(table.sources, table.rows, strict=True), 1):
        name = f"{number} {clip(source.title)}" if same else clip(source.title)
        yield [(name, "strong"), *map(_cell, cells)]


def _cell(cell: Cell | None) -> tuple[str, str]:
    return (short(cell), shade(cell)) if cell else (SELF, "quiet")


def _line(row: Sequence[tuple[str, str]], widths: Sequence[int], on: Screen) -> str:
    painted = (
        on.paint(shade, text) + " " * (width - len(text))
        for (text, shade), width in zip(row, widths, strict=True)
    )
    return (" " * _GAP).join(painted).rstrip()


def _key(table: Table, on: Screen) -> list[str]:
    """The columns' names where the rows do not give them."""
    if table.sources == table.targets:
        return []
    named = (f"{n} {clip(group.title)}" for n, group in enumerate(table.targets, 1))
    return ["", *on.wrapped(", ".join(named), first="to: ")]


# ── List ─────────────────────────────────────────────────────────────────────────────────────


def list_lines(table: Table, on: Screen) -> Iterator[str]:
    """For each target (or several that are reached alike) who reaches it on what."""
    sources, goals = _kin(table.sources), _kin(table.targets)
    for targets, column in _alike(table):
        named = _together([table.targets[number] for number in targets], goals)
        yield from (on.paint("strong", line) for line in on.wrapped(f"to {named}", rest="  "))
        for cell, groups in _by_cell(table, column):
            text = f"{words(cell)} from {_together(groups, sources)}"
            first, *rest = on.wrapped(text, first=f"    {sign(cell)} ", rest="        ")
            mark = first.index(sign(cell))
            yield first[:mark] + on.paint(shade(cell), sign(cell)) + first[mark + 1 :]
            yield from rest


def _alike(table: Table) -> Iterator[tuple[list[int], list[Cell | None]]]:
    """Targets with equal columns; where a column meets itself, anything is equal."""
    codes = _Codes()
    found: list[tuple[list[int], list[int]]] = []
    by_look: dict[frozenset[int], list[int]] = {}
    for number, cells in enumerate(zip(*table.rows, strict=True)):
        column = [codes.of(cell) for cell in cells]
        look = frozenset(column) - {NOTHING}
        places = by_look.setdefault(look, [])
        same = next((place for place in places if _fits(found[place][1], column)), None)
        if same is None:
            places.append(len(found))
            found.append(([number], column))
        else:
            found[same][0].append(number)
            found[same][1][:] = map(max, found[same][1], column)
    for numbers, column in found:
        yield numbers, [codes.cells[code] if code != NOTHING else None for code in column]


#: The code of a pair that no policy can part: less than every other.
NOTHING = -1


class _Codes:
    """A number for each cell that says something of its own: numbers compare faster."""

    def __init__(self) -> None:
        self.cells: list[Cell] = []
        self.by_cell: dict[Cell, int] = {}
        self.by_id: dict[int, int] = {}

    def of(self, cell: Cell | None) -> int:
        """The number of a cell; cells that are one object are looked up without being compared."""
        if cell is None:
            return NOTHING
        code = self.by_id.get(id(cell))
        if code is None:
            code = self.by_cell.setdefault(cell, len(self.cells))
            if code == len(self.cells):
                self.cells.append(cell)
            self.by_id[id(cell)] = code
        return code


def _fits(one: Sequence[int], other: Sequence[int]) -> bool:
    pairs = zip(one, other, strict=True)
    return all(a == b or NOTHING in (a, b) for a, b in pairs)


def _by_cell(table: Table, column: Sequence[Cell | None]) -> Iterator[tuple[Cell, list[Group]]]:
    """The sources of a column by what they may."""
    found: dict[int, tuple[Cell, list[Group]]] = {}
    for source, cell in zip(table.sources, column, strict=True):
        if cell is not None:
            found.setdefault(id(cell), (cell, []))[1].append(source)
    yield from found.values()


def _kin(groups: Sequence[Group]) -> dict[str, frozenset[str]]:
    """The names of all groups of a namespace."""
    found: dict[str, set[str]] = {}
    for group in groups:
        found.setdefault(group.namespace, set()).add(group.name)
    return {space: frozenset(names) for space, names in found.items()}


def _together(groups: Sequence[Group], kin: dict[str, frozenset[str]]) -> str:
    """`prod/*, staging/web`: a namespace stands for its pods where all of them are meant."""
    chosen = {group.name for group in groups}
    everybody = sum(map(len, kin.values()))
    if len(chosen) == everybody and everybody > 2:
        return "everybody"
    whole = {space for space, names in kin.items() if space and len(names) > 1 and names <= chosen}
    parts = (f"{g.namespace}/*" if g.namespace in whole else g.title for g in groups)
    return ", ".join(map(clip, dict.fromkeys(parts)))
