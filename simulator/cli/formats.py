"""The formats of `reach`."""

import json
from collections.abc import Callable, Iterable, Iterator

from simulator.cli.cells import Cell, Table
from simulator.cli.dot import dot_lines
from simulator.cli.evidence import Json, connection_json, spans_json, verdict_json
from simulator.cli.groups import Group
from simulator.cli.screen import Screen
from simulator.cli.svg import svg_lines
from simulator.cli.table import table_lines
from simulator.cli.wording import port_words, sign, words
from simulator.cli.world import World
from simulator.words import clip

Format = Callable[[World, Table, Screen], Iterable[str]]
_GRID_LEGEND = "✓ every port, ± these ports, ✕ none, ? undefined by the API"
_PORT_LEGEND = "✓ allowed, ✕ denied, ? undefined by the API, ± some endpoints, – unreachable"


def _table(world: World, table: Table, on: Screen) -> Iterator[str]:
    if not world.cluster.plugin.enforces:
        yield "This cluster's network plugin enforces no policies: every connection passes."
    if table.port:
        yield on.paint("quiet", f"on {port_words(table.port)}")
    yield from table_lines(table, on)
    yield ""
    yield from (on.paint("quiet", line) for line in on.wrapped(_legend(table)))


def _legend(table: Table) -> str:
    asked = any(cell and cell.outcome for row in table.rows for cell in row)
    return _PORT_LEGEND if asked else _GRID_LEGEND


# ── Markdown ─────────────────────────────────────────────────────────────────────────────────


def _markdown(world: World, table: Table, on: Screen) -> Iterator[str]:
    """A pipe table: a row for each source, a column for each target."""
    head = [f"from \\ to{_asked(table)}", *(escaped(group.title) for group in table.targets)]
    yield _row(head)
    yield _row(["---"] * len(head))
    for source, cells in zip(table.sources, table.rows, strict=True):
        yield _row([f"**{escaped(source.title)}**", *map(_markdown_cell, cells)])


def _asked(table: Table) -> str:
    return f" ({escaped(port_words(table.port))})" if table.port else ""


def _markdown_cell(cell: Cell | None) -> str:
    return f"{sign(cell)} {escaped(words(cell))}" if cell else "·"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


_MARKDOWN = {ord(c): f"\\{c}" for c in "\\`*_{}[]<>|#~!"}


def escaped(text: str) -> str:
    """Somebody's words in Markdown: harmless, and no mark-up."""
    return clip(text).translate(_MARKDOWN)


# ── JSON ─────────────────────────────────────────────────────────────────────────────────────


def _json(world: World, table: Table, on: Screen) -> Iterator[str]:
    """`{"version", "enforced", "port", "sources", "targets", "reach"}`: see docs/simulator.md."""
    document: dict[str, Json] = {
        "version": 1,
        "enforced": world.cluster.plugin.enforces,
        "port": port_words(table.port) if table.port else None,
        "sources": [_group(group) for group in table.sources],
        "targets": [_group(group) for group in table.targets],
        "reach": list(_cells(world, table)),
    }
    yield json.dumps(document, indent=2)


def _group(group: Group) -> Json:
    return {"name": group.name, "members": [member.ref for member in group.members]}


def _cells(world: World, table: Table) -> Iterator[Json]:
    for source, cells in zip(table.sources, table.rows, strict=True):
        for target, cell in zip(table.targets, cells, strict=True):
            if cell is not None:
                yield {"from": source.name, "to": target.name, **_cell(world, cell)}


def _cell(world: World, cell: Cell) -> dict[str, Json]:
    if cell.outcome is None:
        return {"allowed": spans_json(cell.certain), "undefined": spans_json(cell.undefined)}
    found: dict[str, Json] = {"outcome": cell.outcome.value}
    if cell.connection is not None:
        return {**found, "evidence": [connection_json(world, cell.connection)]}
    return {**found, "evidence": [verdict_json(world, verdict) for verdict in cell.verdicts]}


def _dot(world: World, table: Table, on: Screen) -> Iterator[str]:
    return dot_lines(table)


def _svg(world: World, table: Table, on: Screen) -> Iterator[str]:
    return svg_lines(world.cluster, table)


FORMATS: dict[str, Format] = {
    "table": _table,
    "json": _json,
    "md": _markdown,
    "dot": _dot,
    "svg": _svg,
}
