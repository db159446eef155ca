"""docs/coverage.md: what is taught where, as a page with links to the files."""

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from netpol_lab.content.coverage import Coverage, Place, Practised, Row
from netpol_lab.content.modules import MODULE_TITLES

_HEAD = """\
# What is taught where

Written by `manage.py coverage` from the documents in fixtures/: edit those. A statement of the
notes is taught when a lesson shows it, an exercise lets one try it, and a question (a lesson's or a
quiz item's) asks about it. Each says so itself, in `teaches` (see [content.md](content.md#notes)).
"""
_PRACTISED = """\
An exercise practises one when its start looks like it to the simulator, or when it lists wrong
answers for it. Where labels alone may change, the start tempts to M20; M24 shows in no connection
that is opened anew, so there its lesson's exercise counts.
"""


def coverage_page(found: Coverage, *, beside: Path) -> str:
    """The page's Markdown; links go from the folder `beside`, where it is to stand."""
    return "".join(line + "\n" for line in _lines(found, beside))


def _lines(found: Coverage, beside: Path) -> Iterator[str]:
    yield _HEAD
    yield from _summary(found)
    if found.gaps:
        yield "\n## What is missing\n"
        yield from (f"- {gap}" for gap in found.gaps)
    yield "\n## Statements"
    for module, rows in groupby(found.statements, key=lambda row: row.module):
        yield f"\n### Module {module}: {MODULE_TITLES.get(module, '')}\n"
        yield from _table("Statement", rows, beside)
    yield "\n## Errata\n"
    yield from _table("Erratum", found.errata, beside)
    yield "\n## Misconceptions\n"
    yield _PRACTISED
    if unbegun := [row.id for row in found.mistakes if not row.begun]:
        yield f"No exercise starts with {', '.join(unbegun)}.\n"
    yield from _table("Misconception", found.mistakes, beside)


def _summary(found: Coverage) -> Iterator[str]:
    yield "| | All | In a lesson | In an exercise | In a question |"
    yield "|---|---|---|---|---|"
    named: tuple[tuple[str, Sequence[Row | Practised]], ...] = (
        ("Statements", found.statements),
        ("Errata", found.errata),
        ("Misconceptions", found.mistakes),
    )
    for name, rows in named:
        numbers = (
            sum(bool(places) for places in column)
            for column in (
                [row.lessons for row in rows],
                [row.exercises for row in rows],
                [row.questions for row in rows],
            )
        )
        yield f"| {name} | {len(rows)} | {' | '.join(map(str, numbers))} |"


def _table(name: str, rows: Iterable[Row | Practised], beside: Path) -> Iterator[str]:
    yield f"| {name} | Lesson | Exercise | Question |"
    yield "|---|---|---|---|"
    for row in rows:
        text = row.title if isinstance(row, Practised) else row.text
        columns = (row.lessons, row.exercises, row.questions)
        cells = (_links(places, beside) for places in columns)
        yield f"| **{row.id}** {_cell(text)} | {' | '.join(cells)} |"


def _links(places: Iterable[Place], beside: Path) -> str:
    return "<br>".join(_link(place, beside) for place in places) or "none"


def _link(place: Place, beside: Path) -> str:
    target = Path(os.path.relpath(place.path, beside)).as_posix()
    note = f" ({place.note})" if place.note else ""
    return f"[{_cell(place.name)}]({target}){note}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
