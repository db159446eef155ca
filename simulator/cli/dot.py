"""Who reaches whom in Graphviz' language: a cluster for each namespace, an edge for each pair.

An edge is drawn where something is open or left open by the API; none means that nothing is.
"""

from collections.abc import Iterator

from simulator.cli.cells import Cell, Table
from simulator.cli.groups import Group
from simulator.cli.wording import port_words, sign, words
from simulator.words import clip

_STYLES = {"✓": "solid", "±": "solid", "?": "dashed"}


def dot_lines(table: Table) -> Iterator[str]:
    """A directed graph; `dot -Tsvg` draws it."""
    groups = tuple(dict.fromkeys(table.sources + table.targets))
    ids = {group: f"n{number}" for number, group in enumerate(groups)}
    yield "digraph reach {"
    yield f"  label={quoted(_title(table))};"
    yield "  rankdir=LR;"
    yield "  node [shape=box];"
    yield from _nodes(groups, ids)
    for source, cells in zip(table.sources, table.rows, strict=True):
        for target, cell in zip(table.targets, cells, strict=True):
            if cell is not None and sign(cell) in _STYLES:
                yield f"  {ids[source]} -> {ids[target]} [{_edge(cell)}];"
    yield "}"


def _title(table: Table) -> str:
    asked = f" on {port_words(table.port)}" if table.port else ""
    return f"Who reaches whom{asked}: no edge, no connection"


def _nodes(groups: tuple[Group, ...], ids: dict[Group, str]) -> Iterator[str]:
    spaces = dict.fromkeys(group.namespace for group in groups)
    for number, space in enumerate(spaces):
        indent = "    " if space else "  "
        if space:
            yield f"  subgraph cluster_{number} {{"
            yield f"    label={quoted(space)};"
        for group in groups:
            if group.namespace == space:
                yield f"{indent}{ids[group]} [label={quoted(group.title)}];"
        if space:
            yield "  }"


def _edge(cell: Cell) -> str:
    return f"label={quoted(words(cell))}, style={_STYLES[sign(cell)]}"


def quoted(text: str) -> str:
    """A quoted string of DOT, in which a backslash would start an escape."""
    return '"' + clip(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
