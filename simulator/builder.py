"""libyaml's events → nodes, counted by the guard before anything is built.

libyaml's own compose step crashes the process at about 25,000 nested brackets, and PyYAML's merge
keys hang it in under 1 kB; this builder keeps its own stack and counts first. Keys, merges and
types are go-yaml v2's, which kubectl uses.
"""

import math
import re
from dataclasses import dataclass, field

import yaml

from simulator.chunks import Chunk, shift
from simulator.limits import Limits, Refusal, passed
from simulator.model import Mark, Problem, Severity
from simulator.nodes import Entry, Mapping, Node, Scalar, Sequence
from simulator.scalars import ScalarValue, looks_numeric, resolve
from simulator.syntax import syntax_problem
from simulator.words import clip, code_point, quote


@dataclass(slots=True)
class Budget:
    """What a whole text has used up of its limits."""

    limits: Limits
    nodes: int = 0
    expansion: int = 0
    aliases: int = 0
    documents: int = 0

    def count_document(self, chunk: Chunk) -> None:
        """One more document; each of these methods raises Refusal past its limit."""
        self.documents += 1
        most = self.limits.documents
        # One more than the limit is let through: the text before a first separator is often empty.
        if most is not None and self.documents > most + 1:
            self._refuse("documents", most, "documents", Mark(chunk.lines_before + 1, 1))

    def count_nodes(self, number: int, mark: Mark) -> None:
        self.nodes += number
        most = self.limits.nodes
        if most is not None and self.nodes > most:
            self._refuse("nodes", most, "values, aliases expanded", mark)

    def count_expansion(self, number: int, mark: Mark) -> None:
        self.count_nodes(number, mark)
        self.expansion += number
        if self.expansion > self.limits.expansion:
            self._refuse("expansion", self.limits.expansion, "values out of aliases", mark)

    def count_alias(self, mark: Mark) -> None:
        self.aliases += 1
        most = self.limits.aliases
        if most is not None and self.aliases > most:
            self._refuse("aliases", most, "aliases", mark)

    def check_depth(self, depth: int, mark: Mark) -> None:
        if depth > self.limits.depth:
            self._refuse("depth", self.limits.depth, "levels of nesting", mark)

    def check_scalar(self, text: str, plain: bool, mark: Mark) -> None:
        if self.limits.scalar is not None and len(text) > self.limits.scalar:
            self._refuse("scalar", self.limits.scalar, "characters in one value", mark)
        if not plain or self.limits.number is None or len(text) <= self.limits.number:
            return
        if looks_numeric(text):
            self._refuse("number", self.limits.number, "characters in one number", mark)

    def _refuse(self, name: str, most: int, what: str, mark: Mark) -> None:
        raise Refusal(passed(name, most, what, mark))


@dataclass(slots=True)
class _Open:
    """A collection that is being read: its finished children, and how large and deep it is."""

    event: yaml.CollectionStartEvent
    mark: Mark
    children: list[Node] = field(default_factory=list)
    size: int = 1
    height: int = 1


@dataclass(frozen=True, slots=True)
class _Anchored:
    """What an anchor names: a finished node, its size and height; no node while it is open."""

    node: Node | None = None
    size: int = 0
    height: int = 0


_PLAIN_TAGS = {
    f"tag:yaml.org,2002:{name}": name for name in ("str", "int", "bool", "null", "float")
}


class Builder:
    """Builds one document's nodes from events. Holds the stack itself: no recursion to exhaust."""

    def __init__(self, chunk: Chunk, budget: Budget, warnings: list[Problem]) -> None:
        self._chunk = chunk
        self._budget = budget
        self._warnings = warnings
        self._stack: list[_Open] = []
        self._root: Node | None = None
        self._anchors: dict[str, _Anchored] = {}

    def build(self) -> Node | None:
        """The root node, or None when the document is empty."""
        try:
            for event in yaml.parse(self._chunk.text, Loader=yaml.CSafeLoader):
                if isinstance(event, yaml.DocumentEndEvent):
                    self._warn_of_lost_text(event)
                    break
                if isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
                    self._take(event)
        except yaml.YAMLError as error:
            raise Refusal(syntax_problem(error, self._chunk)) from None
        return self._root

    def _warn_of_lost_text(self, event: yaml.Event) -> None:
        """kubectl reads one document between separators, and nothing that follows it."""
        lines = self._chunk.text.split("\n")
        for number in range(_place(event.end_mark)[0], len(lines)):
            line = lines[number].strip()
            if line and not line.startswith("#") and line != "...":
                message = "the document ends above: kubectl ignores everything from this line on"
                hint = "Compare the first column of both; separate documents with `---`."
                mark = shift(number, 0, self._chunk)
                self._warnings.append(Problem(message, mark, hint=hint, severity=Severity.WARNING))
                break

    def _mark(self, event: yaml.Event) -> Mark:
        return shift(*_place(event.start_mark), self._chunk)

    def _take(self, event: yaml.Event) -> None:
        mark = self._mark(event)
        if isinstance(event, yaml.CollectionEndEvent):
            self._close()
        elif isinstance(event, yaml.AliasEvent):
            self._take_alias(event, mark)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open(event, mark)
        elif isinstance(event, yaml.ScalarEvent):
            self._budget.count_nodes(1, mark)
            self._place(_Anchored(self._scalar(event, mark), 1, 0), event.anchor)

    def _open(self, event: yaml.CollectionStartEvent, mark: Mark) -> None:
        self._budget.count_nodes(1, mark)
        self._budget.check_depth(len(self._stack) + 1, mark)
        if event.tag is not None:
            raise Refusal(_tag_problem(event.tag, mark))
        if event.anchor:
            self._anchors[event.anchor] = _Anchored()  # open: an alias to it now is a cycle
        self._stack.append(_Open(event, mark))

    def _close(self) -> None:
        opened = self._stack.pop()
        node: Node
        if isinstance(opened.event, yaml.SequenceStartEvent):
            node = Sequence(tuple(opened.children), opened.mark)
        else:
            node, grown = _mapping(opened, self._warnings)
            self._budget.count_expansion(grown, opened.mark)
            opened.size += grown
        self._place(_Anchored(node, opened.size, opened.height), opened.event.anchor)

    def _place(self, placed: _Anchored, anchor: str | None) -> None:
        assert placed.node is not None
        if anchor:
            self._anchors[anchor] = placed
        if not self._stack:
            self._root = placed.node
            return
        parent = self._stack[-1]
        parent.children.append(placed.node)
        parent.size += placed.size
        parent.height = max(parent.height, placed.height + 1)

    def _take_alias(self, event: yaml.AliasEvent, mark: Mark) -> None:
        self._budget.count_alias(mark)
        name = str(event.anchor)
        if name not in self._anchors:
            raise Refusal(Problem(f"yaml: unknown anchor {_single(name)} referenced", mark))
        anchored = self._anchors[name]
        if anchored.node is None:
            raise Refusal(Problem(f"yaml: anchor {_single(name)} value contains itself", mark))
        self._budget.count_expansion(anchored.size, mark)
        self._budget.check_depth(len(self._stack) + anchored.height, mark)
        self._place(anchored, None)

    def _scalar(self, event: yaml.ScalarEvent, mark: Mark) -> Scalar:
        text, plain = event.value, event.implicit[0]
        self._budget.check_scalar(text, plain, mark)
        if found := _ODD_IN_VALUE.search(text):
            message = f"yaml: control characters are not allowed: {code_point(found.group())}"
            raise Refusal(Problem(message, mark, hint="Delete the escape that makes it."))
        if event.tag is not None and not plain:
            return Scalar(_tagged(event.tag, text, mark), text, mark, plain=False)
        if not plain:
            return Scalar(text, text, mark, plain=False)
        value = resolve(text)
        if isinstance(value, float) and not math.isfinite(value):
            shown = {math.inf: "+Inf", -math.inf: "-Inf"}.get(value, "NaN")
            raise Refusal(Problem(f"json: unsupported value: {shown}", mark, hint="Quote it."))
        return Scalar(value, text, mark)


# What an escape such as "\0" or "\ud800" can bring in although the text itself is clean.
_ODD_IN_VALUE = re.compile("[\x00\ud800-\udfff]")


def _single(name: str) -> str:
    return f"'{clip(name)}'"


def _tagged(tag: str, text: str, mark: Mark) -> ScalarValue:
    name = _PLAIN_TAGS.get(tag)
    if name is None:
        raise Refusal(_tag_problem(tag, mark))
    if name == "str":
        return text
    value = resolve(text)
    fits = {"int": int, "bool": bool, "null": type(None), "float": float}[name]
    if name == "float" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not fits or (isinstance(value, float) and not math.isfinite(value)):
        raise Refusal(Problem(f"yaml: cannot decode {quote(text)} as a !!{name}", mark))
    return value


def _tag_problem(tag: str, mark: Mark) -> Problem:
    shown = clip(tag.replace("tag:yaml.org,2002:", "!!"))
    message = f"the tag {shown} is not read here; only !!str, !!int, !!bool, !!null and !!float are"
    return Problem(message, mark, hint="A manifest needs no tags: delete it.", limit="tags")


_MOST_WARNINGS = 100


def _mapping(opened: _Open, warnings: list[Problem]) -> tuple[Mapping, int]:
    """The mapping, and by how many nodes its merge keys made it grow."""
    entries: dict[str, Entry] = {}
    written: set[str] = set()  # a key that merely overrides a merged one is not repeated
    grown = 0
    for key, value in zip(opened.children[::2], opened.children[1::2], strict=True):
        if isinstance(key, Scalar) and key.plain and key.text == "<<":
            for entry in _merged(value, key.mark):
                grown += 1
                entries.pop(entry.key, None)
                entries[entry.key] = entry
            continue
        name = _key(key)
        if name in written:
            _warn_of_repeat(name, entries[name], key, warnings)
        written.add(name)
        entries.pop(name, None)
        entries[name] = Entry(name, value, key.mark)
    return Mapping(tuple(entries.values()), opened.mark), grown


def _warn_of_repeat(name: str, first: Entry, key: Node, warnings: list[Problem]) -> None:
    if len(warnings) >= _MOST_WARNINGS:
        return
    message = (
        f"{quote(name)} is given twice, on lines {first.mark.line} and {key.mark.line}; "
        "kubectl keeps the last one and says nothing"
    )
    hint = "Delete the one that you do not mean."
    if key.mark.column == 1 and name in {"apiVersion", "kind", "metadata", "spec"}:
        hint = "Two manifests in one file are parted by a line with `---`."
    warnings.append(Problem(message, key.mark, hint=hint, severity=Severity.WARNING))


def _key(node: Node) -> str:
    if not isinstance(node, Scalar):
        kind = "list" if isinstance(node, Sequence) else "map"
        message = f"yaml: invalid map key: a {kind} cannot be a key"
        hint = "If this is a template, put the values in place of {{ … }} first."
        raise Refusal(Problem(message, node.mark, hint=hint))
    value = node.value
    if value is None:
        raise Refusal(Problem("yaml: unsupported map key: null", node.mark))
    if isinstance(value, bool):
        return "true" if value else "false"
    return (
        value
        if isinstance(value, str)
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )


def _merged(value: Node, mark: Mark) -> list[Entry]:
    """The entries that `<<: value` brings in; of several maps the earlier one wins."""
    maps = value.items if isinstance(value, Sequence) else (value,)
    found: dict[str, Entry] = {}
    for node in reversed(maps):
        if not isinstance(node, Mapping):
            message = "yaml: map merge requires map or sequence of maps as the value"
            raise Refusal(Problem(message, mark))
        found.update({entry.key: entry for entry in node.entries})
    return list(found.values())


def _place(mark: object) -> tuple[int, int]:
    """Line and column of PyYAML's mark, from 0; events of a parser always carry one."""
    return int(getattr(mark, "line", 0)), int(getattr(mark, "column", 0))
