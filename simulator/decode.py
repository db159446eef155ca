"""Nodes → typed values, as Go's JSON decoder and the API server's strict decoding take them.

A Decoder collects problems and gives back what it can, so that every fault is told at once. Null
values of maps vanish, as under kubectl apply; null items of lists are zero values.
"""

import re
from dataclasses import dataclass, field
from typing import cast

from simulator import hints
from simulator.limits import Limits, passed
from simulator.model import Mark, Problem, Severity
from simulator.nodes import Entry, Mapping, Node, Scalar, Sequence
from simulator.versions import API_SERVERS, DEFAULT_VERSION, ApiServer
from simulator.words import clip, quote


class At:
    """Where a value stands: its path, its parent's Go type and (for messages) its own.

    A plain class that joins its path when a message asks for it: there is one for each value, and
    hardly ever a message.
    """

    __slots__ = ("_above", "_step", "go_type", "struct")

    def __init__(
        self, step: str | int, struct: str, go_type: str, above: "At | None" = None
    ) -> None:
        self._step = step
        self.struct = struct
        self.go_type = go_type
        self._above = above

    @property
    def path(self) -> str:
        """The field's path: `spec.ingress[0].from`."""
        above = self._above.path if self._above is not None else ""
        if isinstance(self._step, int):
            return f"{above}[{self._step}]"
        return f"{above}.{self._step}" if above else self._step

    def key(self, name: str, struct: str, go_type: str) -> "At":
        """The place of a field below."""
        return At(name, struct, go_type, self)

    def named(self, go_type: str) -> "At":
        """The same place, for a value of another Go type."""
        return At(self._step, self.struct, go_type, self._above)

    def item(self, index: int, go_type: str) -> "At":
        """The place of a list's item."""
        return At(index, self.struct, go_type, self)


@dataclass(slots=True)
class Decoder:
    """Takes nodes apart for one text; `errors` counts the problems that refuse it."""

    limits: Limits
    problems: list[Problem] = field(default_factory=list)
    server: ApiServer = API_SERVERS[DEFAULT_VERSION]
    errors: int = 0
    #: How kubectl's own check of a List's members names the one that is read; "" outside Lists.
    root: str = ""

    def fields(self, node: Node | None, at: At, known: frozenset[str]) -> dict[str, Entry]:
        """The mapping's known, non-null entries; unknown fields and wrong types are problems."""
        if node is None or is_null(node):
            return {}
        if not isinstance(node, Mapping):
            self.json_error(node, at)
            return {}
        found = {}
        for entry in node.entries:
            value = entry.value
            if value.__class__ is Scalar and value.value is None:  # is_null, at hand
                self._warn_of_null(entry, at, known)
            elif entry.key in known:
                found[entry.key] = entry
            else:
                path = f"{at.path}.{entry.key}" if at.path else entry.key
                message = f"strict decoding error: unknown field {quote(path)}"
                hint = hints.for_unknown_field(entry.key, at.path, known)
                self.error(message, path, entry.mark, hint)
        return found

    def _warn_of_null(self, entry: Entry, at: At, known: frozenset[str]) -> None:
        """kubectl apply drops what has no value, so that the server never sees it."""
        path = f"{at.path}.{entry.key}" if at.path else entry.key
        message = f"{quote(entry.key)} has no value: kubectl apply drops it and says nothing"
        if entry.key not in known:
            hint = hints.for_unknown_field(entry.key, at.path, known)
            self.warn(f"{message}; the API has no such field here", path, entry.mark, hint)
        elif effect := hints.for_null(at.go_type, entry.key):
            self.warn(message, path, entry.mark, f"As it stands, {effect}.")

    def items(self, node: Node | None, at: At) -> tuple[Node, ...]:
        """A list's items; null is the empty list."""
        if node is None or is_null(node):
            return ()
        if isinstance(node, Sequence):
            if self.root:
                self._refuse_nulls(node, at)
            return node.items
        self.json_error(node, at)
        return ()

    def _refuse_nulls(self, node: Sequence, at: At) -> None:
        for index, item in enumerate(node.items):
            if is_null(item):
                self.nil_error(f"{at.path}[{index}]", item.mark)

    def nil_error(self, path: str, mark: Mark) -> None:
        """Tell a value that is missing inside a List, where kubectl checks it and apply is late."""
        message = f'unknown object type "nil" in {self.root}.{path}'
        self.error(message, path, mark, "Inside a List kubectl refuses a value that is missing.")

    def text(self, node: Node, at: At) -> str | None:
        """A string; null is the empty one; None after a problem."""
        if isinstance(node, Scalar) and isinstance(node.value, str):
            return node.value
        if is_null(node):
            return ""
        self.json_error(node, at)
        return None

    def integer(self, node: Node, at: At, *, bits: int = 32) -> int | None:
        """A whole number of that many bits, or None after a problem."""
        value = node.value if isinstance(node, Scalar) else None
        # 8e1 is the number 80 to kubectl; what !!float marks stays a fraction.
        whole = isinstance(value, float) and value.is_integer() and cast(Scalar, node).plain
        if isinstance(value, int | float) and not isinstance(value, bool):
            if (whole or isinstance(value, int)) and -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
                return int(value)
            self.json_error(node, at, f"number {clip(_number_text(value))}")
            return None
        self.json_error(node, at)
        return None

    def json_error(self, node: Node, at: At, found: str = "") -> None:
        """Tell that a value has the wrong type, in Go's words."""
        found = found or json_kind(node)
        dotted = re.sub(r"\[\d+\]", "", at.path)
        target = f"{at.struct}.{dotted} of type {at.go_type}"
        message = f"json: cannot unmarshal {found} into Go struct field {target}"
        self.error(message, at.path, node.mark, hints.for_type(node, at.go_type, at.path))

    def error(self, message: str, path: str, mark: Mark | None, hint: str = "") -> None:
        """Tell a fault that refuses the text."""
        self.errors += 1
        self.problems.append(Problem(message, mark, clip(path), hint))

    def complain(self, texts: list[str], path: str, mark: Mark, hint: str = "") -> bool:
        """Tell the faults of one value; returns whether there are any."""
        for text in texts:
            self.error(f"{path}: {text}", path, mark, hint)
        return bool(texts)

    def warn(self, message: str, path: str, mark: Mark | None, hint: str = "") -> None:
        """Tell what kubectl accepts but the writer can hardly mean."""
        self.problems.append(Problem(message, mark, clip(path), hint, Severity.WARNING))

    def within(
        self, name: str, items: tuple[Node, ...], entry: Entry | None, what: str
    ) -> tuple[Node, ...]:
        """The items up to the limit of this name; more of them is a problem, told once."""
        most: int | None = getattr(self.limits, name)
        if entry is None or most is None or len(items) <= most:
            return items
        self.count(name, len(items), entry.mark, what)
        return items[:most]

    def count(self, name: str, number: int, mark: Mark, what: str) -> None:
        """Hold a number against the limit of this name."""
        most = getattr(self.limits, name)
        if most is None or number <= most:
            return
        if not any(problem.limit == name for problem in self.problems):
            self.errors += 1
            self.problems.append(passed(name, most, what, mark))


def is_null(node: Node) -> bool:
    """Whether a node is null, which a map's value may always be."""
    return isinstance(node, Scalar) and node.value is None


def plain_text(node: Node | None) -> str | None:
    """A text, or what stands in its place; None where there is nothing."""
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return node.value
    return None if node is None or is_null(node) else json_kind(node)


def _number_text(value: float) -> str:
    """As Go's JSON writes it: a whole number without a fraction."""
    return f"{value:g}" if not float(value).is_integer() else str(int(value))


def json_kind(node: Node) -> str:
    """What JSON calls a node's type."""
    if isinstance(node, Mapping):
        return "object"
    if isinstance(node, Sequence):
        return "array"
    if isinstance(node.value, bool):
        return "bool"
    return "string" if isinstance(node.value, str) else "number"
