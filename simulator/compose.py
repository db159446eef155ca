"""The quick way from text to nodes: libyaml composes, and nodes are made of what is looked at.

It takes plain texts only: no alias, tag, merge key, repeated or odd key, odd character, nothing
past a limit, no error. For every other text the answer is None, and `builder` reads it, event by
event, and words what is wrong. So there is one account of every oddity, and both ways give equal
nodes (a property test compares them). Why this way: docs/decisions/007-reading-fast.md.
"""

import math
import operator
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import yaml
from yaml import MappingNode, ScalarNode, SequenceNode

from simulator.limits import Limits
from simulator.model import Mark
from simulator.nodes import Entry, Mapping, Node, Scalar, Sequence, Where
from simulator.scalars import looks_numeric, resolve


def compose(text: str, limits: Limits) -> tuple[Node, ...] | None:
    """The documents of a clean text (empty ones left out), or None if the text is not plain."""
    try:
        return tuple(composed(text, limits))
    except NotPlain:
        return None


def composed(text: str, limits: Limits) -> Iterator[Node]:
    """The documents one after another; raises NotPlain, at the latest where plainness ends.

    Who drops each document before the next has only one of them in memory.
    """
    if not _looks_plain(text, limits):
        raise NotPlain
    yield from _Stream(limits, counted=_may_pass(text, limits)).documents(text)


def composed_objects(text: str, limits: Limits) -> Iterator[Node]:
    """The same for who looks at a few fields and drops the rest.

    Keys are left unchecked until `check_keys` is asked to. The List that `kubectl get -o yaml`
    prints is taken apart into its items: whole, its nodes would fill the memory.
    """
    if "<<" in text or _may_have_a_null_key(text) or not _looks_plain(text, limits):
        raise NotPlain
    if (shape := _KUBECTL_LIST.fullmatch(text)) is None:
        stream = _Stream(limits, keys=False, counted=_may_pass(text, limits))
        yield from stream.documents(text)
        return
    stream = _Stream(limits, above=2, keys=False, counted=_may_pass(text, limits))
    line = text.count("\n", 0, shape.start("items"))
    for item in _ITEM.finditer(text, *shape.span("items")):
        found = tuple(stream.documents(" " + item.group()[1:], line))
        if len(found) != 1:  # an item without a value
            raise NotPlain
        yield found[0]
        line += item.group().count("\n")


def _may_have_a_null_key(text: str) -> bool:
    return any(end in text for end in _NULL_KEY_ENDS) and _NULL_KEY.search(text) is not None


# What may be a key that is null: a text with one is refused, also where nobody looks at it. Its
# ends first: looking for few letters is much cheaper.
_NULL_KEY_ENDS = (" :", "\t:", "\n:", "{:", ",:", "~:", "null:", "Null:", "NULL:")
_NULL_KEY = re.compile(
    r"[\n{,][ \t]*+(?:[-?] ++)*+(?:&\S++ ++)?+(?:~|null|Null|NULL)?+[ \t]*+:(?!\S)"
)

# The items begin in the first column, everything inside them further right. What stands around them
# is not composed, so it must be what kubectl prints, to the letter.
_ITEM = re.compile(r"- .*\n(?:  .*\n|\n)*+")
_KUBECTL_LIST = re.compile(
    rf"apiVersion: v1\nitems:\n(?P<items>(?:{_ITEM.pattern})*+)"
    r'kind: List\nmetadata:\n(?:  (?:resourceVersion|selfLink): ""\n)*'
)


@dataclass(slots=True)
class _Stream:
    """Composes texts under one set of limits; `above` counts the levels that are not in them.

    `counted`: all of them together may have more nodes than the limit, so each node is counted.
    """

    limits: Limits
    above: int = 0
    keys: bool = True
    counted: bool = False
    left: float = math.inf

    def __post_init__(self) -> None:
        if self.limits.nodes is not None:
            self.left = self.limits.nodes

    def documents(self, text: str, lines_before: int = 0) -> Iterator[Node]:
        levels, long_words = self.limits.depth - self.above, _may_pass_a_length(text, self.limits)
        composer = self._composer(text, levels, lines_before)
        try:
            while composer.check_node():
                root = cast(yaml.Node, composer.get_node())
                if long_words:
                    _check_scalars(root, self.limits)
                if self.keys:
                    _check_levels(root, levels)
                _check_end(root, text)
                if not _is_empty(root):
                    yield _node(root, lines_before)
        except yaml.YAMLError:
            raise NotPlain from None
        finally:
            composer.dispose()
            if isinstance(composer, _GuardedComposer):
                self.left = composer.left

    def _composer(self, text: str, levels: int, lines_before: int) -> yaml.CBaseLoader:
        shallow = _most_levels(text) <= _SAFE_LEVELS
        if not self.counted and shallow and (self.keys or _openers(text) <= levels):
            return _Composer(text)
        composer = _GuardedComposer(text)
        composer.levels, composer.left, composer.before = levels, self.left, lines_before
        return composer


class NotPlain(Exception):  # a way out, not an error
    """This text is for the builder."""


class TooMany(NotPlain):
    """This text has more nodes than the limit, whoever reads it; `mark` is about where."""

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark


class _Composer(yaml.CBaseLoader):
    """libyaml's compose step without PyYAML's tag resolving: `_node` types the scalars.

    The three hooks are called for every node, so they are the cheapest callables that there are.
    """

    resolve = slice
    descend_resolver = operator.is_  # type: ignore[assignment]
    ascend_resolver = bool  # type: ignore[assignment]


class _GuardedComposer(yaml.CBaseLoader):
    """The same with a guard in the hooks: it stops at a limit before a level or node is entered.

    libyaml's parser keeps its own stack, but composing recurses in C and would end the process at
    about 24,000 levels (fewer in threads with a small stack).
    """

    resolve = slice
    levels: int
    left: float
    before: int  # lines

    def descend_resolver(self, current_node: yaml.Node | None, current_index: object) -> None:
        self.levels -= 1
        self.left -= 1
        if self.left < 0:
            raise TooMany(self._near(current_node, current_index))
        if self.levels < 0:
            raise NotPlain

    def _near(self, parent: yaml.Node | None, index: object) -> Mark:
        """Where its key is, or the end of what came before it, or what it stands in."""
        place = None if parent is None else parent.start_mark
        if isinstance(index, yaml.Node):
            place = index.start_mark
        elif parent is not None and parent.value:
            last = parent.value[-1]  # an item, or a key with its value
            place = (last[1] if isinstance(last, tuple) else last).end_mark
        return Mark(self.before + place.line + 1, place.column + 1) if place else Mark(1, 1)

    def ascend_resolver(self) -> None:
        self.levels += 1


_SAFE_LEVELS = 1_000


def _most_levels(text: str) -> int:
    """An upper bound of the depth: a block level needs a column, at most two begin in one."""
    return _openers(text) + 2 * max(map(len, text.split("\n")))


def _may_pass(text: str, limits: Limits) -> bool:
    """Whether there may be too many nodes: each takes a character, but a root and a last value."""
    return limits.nodes is not None and len(text) + 2 > limits.nodes


def _openers(text: str) -> int:
    """How many levels in flow style there can be."""
    return text.count("[") - text.count("[]") + text.count("{") - text.count("{}") + 1


# ── Before composing: what can be seen of the whole text ─────────────────────────────────────

# Separators with words, the ends of documents (text may follow), directives.
_ODD_LINE = re.compile(r"\n(?:---(?!(?:[ \t]*|[ \t]+#.*)\n)|\.\.\.|%)")
_ALIAS = re.compile(r"(?:^|[^\w.\"'/\\])\*[\w-]++(?=[\s?:,\]}%@`]|$)", re.ASCII)
_TAG = re.compile(r"(?:^|[\s,\[\]{}:?&-])!", re.ASCII)
# Escapes that can bring in a character that a clean text lacks.
_ODD_ESCAPE = re.compile(r"\\[0xuU]")
_NOT_FINITE = re.compile(r"\.(?:inf|Inf|INF|nan|NaN|NAN)(?!\w)")


def _looks_plain(text: str, limits: Limits) -> bool:
    framed = f"\n{text}\n"
    if limits.documents is not None and framed.count("\n---") > limits.documents:
        return False
    if _ODD_LINE.search(framed) or _NOT_FINITE.search(text):
        return False
    start = text.lstrip()
    if start.startswith("{") and ("\n---" in text or start != text.lstrip(" \t\n")):
        return False  # what may be JSON is parted by other rules, and begins after any blank
    return not (
        ("*" in text and _ALIAS.search(text))
        or ("!" in text and _TAG.search(text))
        or ("\\" in text and _ODD_ESCAPE.search(text))
    )


# ── After composing: what takes a look at the nodes ──────────────────────────────────────────

# Keys that have been found to be plain text. Few words make up most keys, so the check of a mapping
# is one look into this set; it stops growing when it is large.
_KNOWN_KEYS: set[str] = set()
_MOST_KNOWN_KEYS = 5_000
_LONGEST_KNOWN = 64


def check_keys(node: Node, limits: Limits) -> None:
    """Check a node of `composed_objects` at which nobody has looked but with `get`."""
    if isinstance(node, _Mapping) and node._raw is not None:
        _check_levels(node._raw, limits.depth - 2)


def _check_levels(root: yaml.Node, levels: int) -> None:
    """Raise NotPlain for nodes too deep, and for a key that is repeated or no plain text."""
    level = [root] if root.__class__ is not ScalarNode else []
    for _ in range(levels):
        below: list[yaml.Node] = []
        for node in level:
            if node.__class__ is not MappingNode:
                below += [child for child in node.value if child.__class__ is not ScalarNode]
                continue
            try:
                keys = {key.value for key, _ in node.value}
            except TypeError:  # a key that is a list or a map
                raise NotPlain from None
            if len(keys) != len(node.value):
                raise NotPlain
            if not keys <= _KNOWN_KEYS:
                _check_new_keys(node)
            below += [child for _, child in node.value if child.__class__ is not ScalarNode]
        level = below
    if level:
        raise NotPlain


def _check_new_keys(node: yaml.Node) -> None:
    for key, _ in node.value:
        text = key.value
        if not isinstance(key, ScalarNode) or text == "<<":
            raise NotPlain
        if not isinstance(resolve(text), str):  # a number, in quotes or not: the builder's
            raise NotPlain
        if len(text) <= _LONGEST_KNOWN and len(_KNOWN_KEYS) < _MOST_KNOWN_KEYS:
            _KNOWN_KEYS.add(text)


def _may_pass_a_length(text: str, limits: Limits) -> bool:
    """Whether a scalar of the text can be longer than a text, or a number, may be."""
    if limits.scalar is not None and len(text) > limits.scalar:
        return True
    if limits.number is None:
        return False
    # A number has no blanks in it.
    return re.search(rf"[\w.:+-]{{{limits.number + 1}}}", text, re.ASCII) is not None


def _check_scalars(root: yaml.Node, limits: Limits) -> None:
    longest, number = limits.scalar or math.inf, limits.number or math.inf
    rest = [root]
    for node in rest:  # grows while it is walked
        if isinstance(node, ScalarNode):
            size = len(node.value)
            if size > longest or (size > number and not node.style and looks_numeric(node.value)):
                raise NotPlain
        elif isinstance(node, MappingNode):
            rest += [child for pair in node.value for child in pair]
        else:
            rest += node.value


def _check_end(root: yaml.Node, text: str) -> None:
    """What follows a JSON object on its line is read by rules of its own."""
    if text.lstrip().startswith("{") and text[root.end_mark.index :].strip(" \t\n"):
        raise NotPlain


def _is_empty(root: yaml.Node) -> bool:
    """Whether nothing was written: libyaml makes a scalar without extent of it."""
    return root.start_mark.index == root.end_mark.index


# ── Nodes of what is looked at ───────────────────────────────────────────────────────────────


class _Sequence(Sequence):
    """A list whose items are made when they are asked for."""

    __slots__ = ("_before", "_raw")

    def __init__(self, raw: SequenceNode, place: Where, before: int) -> None:
        self._raw: SequenceNode | None = raw
        self._before = before
        self._place = place

    @property
    def items(self) -> tuple[Node, ...]:
        if self._raw is not None:
            before = self._before
            self._items = tuple([_node(child, before) for child in self._raw.value])
            self._raw = None
        return self._items


class _Mapping(Mapping):
    """A mapping whose entries are made when they are asked for."""

    __slots__ = ("_before", "_raw")

    def __init__(self, raw: MappingNode, place: Where, before: int) -> None:
        self._raw: MappingNode | None = raw
        self._before = before
        self._place = place

    @property
    def entries(self) -> tuple[Entry, ...]:
        if self._raw is not None:
            before = self._before
            self._entries = tuple(
                [
                    Entry(
                        key.value,
                        _node(value, before),
                        (key.start_mark, before) if before else key.start_mark,
                    )
                    for key, value in self._raw.value
                ]
            )
            self._raw = None
        return self._entries

    def get(self, key: str) -> Node | None:
        if self._raw is None:
            return super().get(key)
        for name, value in reversed(self._raw.value):  # the last of repeated keys counts
            if name.value == key:
                return _node(value, self._before)
        return None


def raw_mapping(node: Node | None) -> tuple[MappingNode, int] | None:
    """What libyaml composed for a mapping at which nobody has looked, and the lines before it.

    For who reads very many and needs no nodes of ours; None for any other node. Where keys have
    been checked they are plain text, each once.
    """
    if isinstance(node, _Mapping) and node._raw is not None:
        return node._raw, node._before
    return None


def _node(raw: yaml.Node, before: int) -> Node:
    """A node of libyaml's, in a text with this many lines before it."""
    place = (raw.start_mark, before) if before else raw.start_mark
    kind = raw.__class__  # libyaml makes no others: cheaper than isinstance
    if kind is ScalarNode:
        text = raw.value
        return Scalar(text, text, place, False) if raw.style else Scalar(resolve(text), text, place)  # type: ignore[attr-defined]
    if kind is MappingNode:
        return _Mapping(cast(MappingNode, raw), place, before)
    return _Sequence(cast(SequenceNode, raw), place, before)
