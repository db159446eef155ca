"""Variants of our own documents: one text with places to fill, and what may stand there.

A document declares `vary` (sets of values that belong together, or a list for each name) and holds
‹name› where a value goes. A seed chooses: the same seed gives the same text on every machine and
every Python, for the choice is SHA-256's and nobody's random module. Lines keep their numbers.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from itertools import islice
from math import prod
from types import MappingProxyType

from simulator.fields import FieldReader
from simulator.limits import COMMAND_LINE
from simulator.model import Mark, Problem
from simulator.nodes import Entry, Node, Scalar
from simulator.nodes import Mapping as MappingNode
from simulator.nodes import Sequence as SequenceNode
from simulator.source import read
from simulator.words import nearest, quote

Values = Mapping[str, str]

#: No key of YAML, no Markdown and no template uses these two signs.
PLACE = re.compile("‹([^‹›\n]*)›")
_NAME = re.compile(r"[a-z][A-Za-z0-9]{0,29}")
#: Words and punctuation that mean nothing to YAML, Markdown or a template.
_VALUE = re.compile(r"[A-Za-z0-9]+(?:(?:[._/:-]+| )[A-Za-z0-9]+)*")
_LONGEST = 80
_MOST = 200  # sets, or values of one list


# ── Choosing ─────────────────────────────────────────────────────────────────────────────────


def draw(seed: str, *labels: str, below: int) -> int:
    """A number from 0 to `below` less 1: SHA-256 of seed and labels, its first eight bytes.

    The remainder of a number below 2⁶⁴ favours no choice by more than one part in 2⁵⁰ here.
    """
    return int.from_bytes(digest(seed, *labels)[:8], "big") % below


def digest(seed: str, *labels: str) -> bytes:
    """SHA-256 of a seed and what is chosen with it; sorted by these, things are shuffled."""
    return sha256("\x1f".join((seed, *labels)).encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True, slots=True)
class Vary:
    """What a document declares: `sets` of values that belong together, or `lists` that do not."""

    sets: tuple[Values, ...] = ()
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """The names that have a value."""
        return frozenset(self.sets[0] if self.sets else self.lists)

    @property
    def count(self) -> int:
        """How many variants there are; 1 where nothing varies."""
        return len(self.sets) or prod(map(len, self.lists.values()))

    def at(self, number: int) -> Values:
        """The values of one variant, by its number from 0 to `count` less 1."""
        if self.sets:
            return self.sets[number]
        found = {}
        for name, values in self.lists.items():
            number, index = divmod(number, len(values))
            found[name] = values[index]
        return found

    def chosen(self, seed: str) -> Values:
        """The values that a seed chooses; a name alone decides which of its list is taken."""
        if self.sets:
            return self.sets[draw(seed, "vary", below=len(self.sets))]
        return {n: v[draw(seed, "vary", n, below=len(v))] for n, v in self.lists.items()}


# ── Texts ────────────────────────────────────────────────────────────────────────────────────


def variant(text: str, seed: str) -> str:
    """The text that a seed makes of a document; one without `vary` stays as it is."""
    return fill(text, outline(text).vary.chosen(seed))


def variants(texts: Sequence[str], seed: str) -> tuple[str, ...]:
    """Documents that belong together, the outermost first: an exercise, then its scenario.

    The first chooses. The others take its values where they know the names, and the first of their
    own for the names that it does not declare.
    """
    return _together(texts, outline(texts[0]).vary.chosen(seed))


def count(texts: Sequence[str]) -> int:
    """How many variants documents that belong together have."""
    return outline(texts[0]).vary.count


def same_variant(texts: Sequence[str], one: str, other: str) -> bool:
    """Whether two seeds make the same texts."""
    return variants(texts, one) == variants(texts, other)


def sample(texts: Sequence[str], most: int = 20) -> Iterator[tuple[str, ...]]:
    """Every variant where there are at most so many, else those of the seeds 1, 2, 3, …"""
    vary = outline(texts[0]).vary
    if vary.count <= most:
        for number in range(vary.count):
            yield _together(texts, vary.at(number))
        return
    seen: dict[tuple[str, ...], None] = {}
    for seed in range(1, most + 1):
        seen.setdefault(variants(texts, str(seed)))
    yield from islice(seen, most)


def fill(text: str, values: Values) -> str:
    """The text with its places filled and without its `vary`; its lines stay where they were.

    A name without a value takes the first that the document itself declares.
    """
    found = outline(text)
    known = {**found.vary.at(0), **values}
    rows = text.split("\n")
    for number in range(*found.rows):
        rows[number] = "#"
    return PLACE.sub(lambda place: known.get(place[1], place[0]), "\n".join(rows))


def _together(texts: Sequence[str], values: Values) -> tuple[str, ...]:
    return tuple(fill(text, values) for text in texts)


# ── Reading what is declared ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Outline:
    """What a text declares, where (`rows`, counted from 0), and what is wrong with it.

    `unused`: names that no place of this text asks for; another document may.
    """

    vary: Vary = Vary()
    rows: tuple[int, int] = (0, 0)
    problems: tuple[Problem, ...] = ()
    unused: Mapping[str, Mark] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def varies(self) -> bool:
        """Whether there is anything to fill or to complain of."""
        return self.rows != (0, 0) or bool(self.problems)


@lru_cache(maxsize=256)  # documents are few, and each is filled for many seeds
def outline(text: str) -> Outline:
    """What a document's text declares. Never raises; a text that is no YAML declares nothing."""
    if "‹" not in text and "vary" not in text:
        return Outline()
    documents = read(text, COMMAND_LINE).documents
    root = documents[0] if len(documents) == 1 else None
    entries = root.entries if isinstance(root, MappingNode) else ()
    entry = next((entry for entry in entries if entry.key == "vary"), None)
    r = FieldReader([])
    vary = _vary(r, entry.value) if entry else Vary()
    rows = _rows(r, text, entry, entries) if entry else (0, 0)
    used = set(_used(r, text, rows, vary.names))
    marks = dict(_marks(entry)) if entry else {}
    unused = {name: marks[name] for name in sorted(vary.names - used) if name in marks}
    return Outline(vary, rows, tuple(r.problems), MappingProxyType(unused))


def _rows(r: FieldReader, text: str, entry: Entry, entries: Sequence[Entry]) -> tuple[int, int]:
    """The rows that `vary` takes: up to the next field of the document."""
    after = [other.mark.line for other in entries if other.mark.line >= entry.mark.line]
    later = [line for line in after if line > entry.mark.line]
    if len(after) > len(later) + 1:
        r.problem("vary stands on lines of its own", entry.mark)
    return entry.mark.line - 1, min(later) - 1 if later else text.count("\n") + 1


def _vary(r: FieldReader, node: Node) -> Vary:
    if isinstance(node, SequenceNode) and node.items:
        return _sets(r, node.items)
    if isinstance(node, MappingNode) and node.entries:
        return Vary(lists={entry.key: _list(r, entry) for entry in node.entries})
    r.problem("vary is a list of sets of values, or a map of lists of values", node.mark)
    return Vary()


def _sets(r: FieldReader, items: Sequence[Node]) -> Vary:
    found: list[Values] = []
    for item in items[:_MOST]:
        if not isinstance(item, MappingNode) or not item.entries:
            r.problem("an item of vary is a map of names and values", item.mark)
            return Vary()
        values = {entry.key: _value(r, entry.value, name=entry) for entry in item.entries}
        if found and values.keys() != found[0].keys():
            r.problem(f"each set has the same names: {', '.join(found[0])}", item.mark)
            return Vary()
        if values in found:
            r.problem("this set is here already", item.mark)
        found.append(values)
    return Vary(tuple(found))


def _list(r: FieldReader, entry: Entry) -> tuple[str, ...]:
    found = [_value(r, item, name=entry) for item in r.items(entry)[:_MOST]]
    if not found:
        r.problem(f"{entry.key} has a list of values", entry.mark)
    if len(set(found)) < len(found):
        r.problem(f"a value of {entry.key} is here twice", entry.mark)
    return tuple(found) or ("",)


def _value(r: FieldReader, node: Node, *, name: Entry) -> str:
    if not _NAME.fullmatch(name.key):
        hint = "A small letter, then letters and digits."
        r.problem(f"{quote(name.key)} is no name", name.mark, hint)
    text = node.text if isinstance(node, Scalar) else ""
    if len(text) > _LONGEST or not _VALUE.fullmatch(text):
        hint = "Letters and digits; between them . _ / : - or one blank; at most 80 characters."
        r.problem(f"{quote(text)} is no value for ‹{name.key}›", node.mark, hint)
    return text


def _used(r: FieldReader, text: str, rows: tuple[int, int], names: frozenset[str]) -> Iterator[str]:
    """The names that the text asks for; each that nobody declares is a problem."""
    for number, row in enumerate(text.split("\n")):
        for place in PLACE.finditer(row) if not rows[0] <= number < rows[1] else ():
            if place[1] not in names:
                close = nearest(place[1], names)
                hint = f"Did you mean ‹{close}›?" if close else "vary declares what may stand here."
                mark = Mark(number + 1, place.start() + 1)
                r.problem(f"nobody declares {quote(place[1])}", mark, hint)
            yield place[1]


def _marks(entry: Entry) -> Iterator[tuple[str, Mark]]:
    node = entry.value
    if isinstance(node, SequenceNode):
        node = node.items[0] if node.items else node
    for each in node.entries if isinstance(node, MappingNode) else ():
        yield each.key, each.mark


# ── Documents that belong together ───────────────────────────────────────────────────────────


def unmatched(outer: str, inner: Sequence[str]) -> Iterator[Problem]:
    """What is wrong between a document and those that take its values (its scenario, say).

    A name that nobody asks for; and first values that differ, for the first stand in each document
    where it is read by itself.
    """
    own, others = outline(outer), [outline(text) for text in inner]
    asked = {place for text in inner for place in PLACE.findall(text)}
    for name, mark in own.unused.items():
        if name not in asked:
            yield unused(name, mark)
    for other in others:
        for name in sorted(own.vary.names & other.vary.names):
            mine, theirs = own.vary.at(0)[name], other.vary.at(0)[name]
            if mine != theirs:
                message = (
                    f"‹{name}› is {quote(mine)} first here, and {quote(theirs)} in its scenario"
                )
                yield Problem(message, Mark(own.rows[0] + 1, 1), hint="Begin with the same values.")


def unused(name: str, mark: Mark | None) -> Problem:
    """What is said of a name that no place asks for."""
    return Problem(
        f"nobody asks for ‹{name}›", mark, hint="Leave it out, or write it where it belongs."
    )
