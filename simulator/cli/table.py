"""Who reaches whom on a terminal: a grid where one fits, else a list by target."""

from collections.abc import Iterator, Sequence

from simulator.cli.cells import Cell, Table
from simulator.cli.groups import Group
from simulator.cli.screen import Screen
from simulator.cli.wording import shade, short, sign, words
from simulator.words import clip

SELF = "·"
_GAP = 2
_WIDEST_NAME = 34
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
        if sum(widths) + _GAP * (len(widths) - 1) <= on.width and max(widths) <= _WIDEST_NAME + 4:
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
    for targets, column in _alike(table):
        yield on.paint(
            "strong", "to " + _together([table.targets[n] for n in targets], table.targets)
        )
        for cell, sources in _by_cell(table, column):
            text = f"{words(cell)} from {_together(sources, table.sources)}"
            first, *rest = on.wrapped(text, first=f"    {sign(cell)} ", rest="        ")
            mark = first.index(sign(cell))
            yield first[:mark] + on.paint(shade(cell), sign(cell)) + first[mark + 1 :]
            yield from rest


def _alike(table: Table) -> Iterator[tuple[list[int], list[Cell | None]]]:
    """Targets with equal columns; where a column meets itself, anything is equal."""
    found: list[tuple[list[int], list[Cell | None]]] = []
    by_look: dict[frozenset[Cell], list[int]] = {}
    for number, column in enumerate(map(list, zip(*table.rows, strict=True))):
        look = frozenset(cell for cell in column if cell)
        for place in by_look.setdefault(look, []):
            if _fits(found[place][1], column):
                found[place][0].append(number)
                found[place][1][:] = [a or b for a, b in zip(found[place][1], column, strict=True)]
                break
        else:
            by_look[look].append(len(found))
            found.append(([number], column))
    yield from found


def _fits(one: list[Cell | None], other: list[Cell | None]) -> bool:
    return all(a is None or b is None or a == b for a, b in zip(one, other, strict=True))


def _by_cell(table: Table, column: Sequence[Cell | None]) -> Iterator[tuple[Cell, list[Group]]]:
    found: dict[Cell, list[Group]] = {}
    for source, cell in zip(table.sources, column, strict=True):
        if cell is not None:
            found.setdefault(cell, []).append(source)
    yield from found.items()


def _together(groups: Sequence[Group], everybody: Sequence[Group]) -> str:
    """`prod/*, staging/web`: a namespace stands for its pods where all of them are meant."""
    if len(groups) == len(everybody) and len(groups) > 2:
        return "everybody"
    chosen = {group.name for group in groups}
    parts: list[str] = []
    for group in groups:
        kin = [other for other in everybody if other.namespace == group.namespace]
        whole = group.namespace and len(kin) > 1 and all(other.name in chosen for other in kin)
        parts.append(f"{group.namespace}/*" if whole else group.title)
    return ", ".join(map(clip, dict.fromkeys(parts)))
