"""The smallest edit that would flip an arrow, written into the learner's own text."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from simulator.edits import Edit, edited_text, smallest_edit
from simulator.model import Cluster, NetworkPolicy, Outcome, Probe
from simulator.phrases import flow
from simulator.words import harmless

#: What one search may cost: a tenth of a second for a text that is made to be dear.
BUDGET = 100_000
#: Lines of a difference that are shown; an edit is a few, a text written anew may be many.
MOST_ROWS = 60
#: Comparing lines takes the square of their number at worst; between changes further apart than
#: this, everything counts as changed.
MOST_COMPARED = 300
AROUND = 1  # unchanged lines before and after a change
_FLIPPED = {Outcome.ALLOWED: gettext_noop("denied"), Outcome.DENIED: gettext_noop("allowed")}


@dataclass(frozen=True, slots=True)
class DiffRow:
    """A line of the difference: `+` new, `-` gone, else blank; its number in the text it is of."""

    sign: str
    number: int
    text: str

    @property
    def kind(self) -> str:
        """A word for its sign."""
        return {"+": "added", "-": "removed"}.get(self.sign, "kept")


@dataclass(frozen=True, slots=True)
class Flip:
    """An edit that flips one arrow and nothing else; with `text` empty there is none.

    `sentences` say what to do, or why there is none; `note` what happens to the text besides.
    """

    headline: str
    sentences: tuple[str, ...]
    text: str = ""
    rows: tuple[DiffRow, ...] = ()
    more: int = 0
    note: str = ""


def flip(
    cluster: Cluster, policies: Sequence[NetworkPolicy], probe: Probe, *, before: Outcome, text: str
) -> Flip:
    """The smallest edit of the policies that `text` holds, with what it makes of the text."""
    edit = smallest_edit(cluster, policies, probe, budget=BUDGET)
    if not isinstance(edit, Edit):
        return Flip(_("No smallest edit"), (edit.reason,))
    edited = edited_text(text, edit)
    note = ""
    if not edited.patched:
        note = _(
            "Your text cannot be changed in place, so the policies are written out anew: comments "
            "and order are lost."
        )
    rows = tuple(rows_between(text, edited.text))
    return Flip(
        _("%(flow)s would be %(outcome)s") % {"flow": flow(probe), "outcome": _(_FLIPPED[before])},
        tuple(change.sentence for change in edit.changes),
        edited.text,
        rows[:MOST_ROWS],
        max(0, len(rows) - MOST_ROWS),
        note,
    )


def rows_between(old: str, new: str) -> Iterator[DiffRow]:
    """The lines that differ, with one line around them."""
    before, after = old.split("\n"), new.split("\n")
    head = _alike(before, after)
    tail = _alike(before[head:][::-1], after[head:][::-1])
    start = max(0, head - AROUND)
    yield from _marked(" ", after[start:head], start)
    yield from _changed(before[head : len(before) - tail], after[head : len(after) - tail], head)
    end = len(after) - tail
    below = after[end : end + AROUND]
    yield from _marked(" ", below if any(below) else (), end)


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines are the same at the beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (mine, theirs) in pairs if mine != theirs), min(len(one), len(other)))


def _changed(before: Sequence[str], after: Sequence[str], head: int) -> Iterator[DiffRow]:
    """What stands between the first line that differs and the last one."""
    if max(len(before), len(after)) > MOST_COMPARED:
        yield from (*_marked("-", before, head), *_marked("+", after, head))
        return
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, first, last, start, stop in matcher.get_opcodes():
        if tag != "equal":
            yield from _marked("-", before[first:last], head + first)
            yield from _marked("+", after[start:stop], head + start)
        elif stop - start <= 2 * AROUND:
            yield from _marked(" ", after[start:stop], head + start)
        else:
            yield from _marked(" ", after[start : start + AROUND], head + start)
            yield from _marked(" ", after[stop - AROUND : stop], head + stop - AROUND)


def _marked(sign: str, rows: Sequence[str], start: int) -> Iterator[DiffRow]:
    for number, row in enumerate(rows, start + 1):
        yield DiffRow(sign, number, harmless(row))
