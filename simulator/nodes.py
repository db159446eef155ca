"""YAML as nodes that know where they stand: scalars, sequences and mappings."""

from dataclasses import dataclass

from simulator.model import Mark
from simulator.scalars import ScalarValue


@dataclass(frozen=True, slots=True)
class Scalar:
    """A leaf: its typed value and the text it was written as."""

    value: ScalarValue
    text: str
    mark: Mark
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple["Node", ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping with its value; keys are text, as in JSON."""

    key: str
    value: "Node"
    mark: Mark


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping; a repeated key is here once, with its last value."""

    entries: tuple[Entry, ...]
    mark: Mark

    def get(self, key: str) -> "Node | None":
        """The value of `key`, or None when it is absent."""
        return next((entry.value for entry in self.entries if entry.key == key), None)


Node = Scalar | Sequence | Mapping
