"""The lines that differ between two texts, with some around them; bounded, whatever the texts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff

from django.utils.translation import ngettext

AROUND = 2
#: Longer texts are told as replaced between their equal heads and tails: comparing takes long.
MOST_COMPARED = 400
MOST_SHOWN = 120
_KINDS = {"+": ("added", "+"), "-": ("removed", "−"), " ": ("same", " ")}


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line that was added or removed, one beside it, or (`gap`) lines left out."""

    kind: str  # added, removed, same, gap
    sign: str
    text: str


def line_changes(old: str, new: str) -> tuple[LineChange, ...]:
    """The differing lines in their order; empty where the texts are equal."""
    if old == new:
        return ()
    before, after = old.split("\n"), new.split("\n")
    long = max(len(before), len(after)) > MOST_COMPARED
    found = list(_replaced(before, after) if long else _compared(before, after))
    rest = len(found) - MOST_SHOWN
    told = ngettext("… %(number)s more lines", "… %(number)s more lines", max(rest, 0))
    more = [LineChange("gap", "", told % {"number": f"{rest:,}"})] if rest > 0 else []
    return (*found[:MOST_SHOWN], *more)


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[LineChange]:
    rows = list(unified_diff(old, new, n=AROUND, lineterm=""))[2:]  # without the files' names
    for row in rows:
        if not row.startswith("@@"):
            kind, sign = _KINDS[row[0]]
            yield LineChange(kind, sign, row[1:])
        elif not row.startswith("@@ -1,"):
            yield LineChange("gap", "", "…")


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[LineChange]:
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    if head:
        yield LineChange("gap", "", "…")
    for kind, lines in (("-", old), ("+", new)):
        for text in lines[head : len(lines) - tail]:
            yield LineChange(*_KINDS[kind], text)
    if tail:
        yield LineChange("gap", "", "…")


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines are equal from the start on."""
    pairs = zip(old, new, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)))
