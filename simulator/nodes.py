"""YAML as nodes that know where they stand: scalars, sequences and mappings.

Plain slotted classes, not frozen dataclasses: a big cluster has half a million nodes, and a frozen
dataclass takes three times as long to make. Nobody changes a node once it is made. A node's mark is
made when somebody asks for it.
"""

from typing import Protocol

from simulator.model import Mark
from simulator.scalars import ScalarValue


class Place(Protocol):
    """Where libyaml saw something begin, counted from 0."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


#: A mark, or what one is made of: a place, perhaps with the number of lines before its text.
Where = Mark | Place | tuple[Place, int]


class Located:
    """What stands somewhere in a text."""

    __slots__ = ("_place",)
    _place: Where

    @property
    def mark(self) -> Mark:
        """Where it begins, counted from 1."""
        place, before = self._place, 0
        if isinstance(place, Mark):
            return place
        if isinstance(place, tuple):
            place, before = place
        return Mark(place.line + 1 + before, place.column + 1)


class Scalar(Located):
    """A leaf: its typed value and the text it was written as; `plain` is without quotes."""

    __slots__ = ("plain", "text", "value")

    def __init__(self, value: ScalarValue, text: str, place: Where, plain: bool = True) -> None:
        self.value = value
        self.text = text
        self._place = place
        self.plain = plain


class Entry(Located):
    """One key of a mapping with its value; keys are text, as in JSON."""

    __slots__ = ("key", "value")

    def __init__(self, key: str, value: "Node", place: Where) -> None:
        self.key = key
        self.value = value
        self._place = place


class Sequence(Located):
    """A list."""

    __slots__ = ("_items",)

    def __init__(self, items: "tuple[Node, ...]", place: Where) -> None:
        self._items = items
        self._place = place

    @property
    def items(self) -> "tuple[Node, ...]":
        """Its items, in order."""
        return self._items


class Mapping(Located):
    """A mapping; a repeated key is here once, with its last value."""

    __slots__ = ("_entries",)

    def __init__(self, entries: tuple[Entry, ...], place: Where) -> None:
        self._entries = entries
        self._place = place

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Its entries, in the order in which they were written."""
        return self._entries

    def get(self, key: str) -> "Node | None":
        """The value of `key`, or None when it is absent."""
        return next((entry.value for entry in self.entries if entry.key == key), None)


Node = Scalar | Sequence | Mapping
