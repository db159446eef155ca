"""Single fields of objects that we read only in part: a wrong type is a problem, told once.

Null and absent are one, as in the API. What nobody asks for is never looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from simulator.decode import is_null, json_kind
from simulator.model import Address, Problem, Protocol
from simulator.nodes import Mapping, Node, Scalar, Sequence
from simulator.snapshot.addresses import address
from simulator.validate import PROTOCOLS
from simulator.words import quote

MOST_PROBLEMS = 100
_NOTHING: dict[str, str] = {}


@dataclass(slots=True)
class Fields:
    """Reads fields and keeps the problems of one text."""

    problems: list[Problem] = field(default_factory=list)

    def map(self, node: Node | None, path: str) -> Mapping | None:
        """A map, or None."""
        if node is None or is_null(node):
            return None
        if isinstance(node, Mapping):
            return node
        self._wrong(node, path, "a map")
        return None

    def items(self, node: Node | None, path: str) -> tuple[Node, ...]:
        """A list's items."""
        if node is None or is_null(node):
            return ()
        if isinstance(node, Sequence):
            return node.items
        self._wrong(node, path, "a list")
        return ()

    def maps(self, node: Node | None, path: str) -> Iterator[Mapping]:
        """A list's items, which are all maps."""
        for item in self.items(node, path):
            if (found := self.map(item, path)) is not None:
                yield found

    def text(self, node: Node | None, path: str) -> str:
        """A text; empty where there is none."""
        if isinstance(node, Scalar):
            if isinstance(node.value, str):
                return node.value
            if node.value is None:
                return ""
        if node is not None:
            self._wrong(node, path, "text")
        return ""

    def number(self, node: Node | None, path: str) -> int | None:
        """A whole number."""
        if isinstance(node, Scalar):
            if type(node.value) is int:
                return node.value
            if node.value is None:
                return None
        if node is not None:
            self._wrong(node, path, "a whole number")
        return None

    def port(self, node: Node | None, path: str) -> int | None:
        """A port's number, from 1 to 65535."""
        number = self.number(node, path)
        if node is None or number is None or 1 <= number <= 65_535:
            return number
        self.tell(f"{path} is {number}: a port lies between 1 and 65535", node, path)
        return None

    def protocol(self, node: Node | None, path: str) -> Protocol | None:
        """A port's protocol, TCP where none is written; None after a problem."""
        found = self.text(node, path) or "TCP"
        if found in PROTOCOLS:
            return cast(Protocol, found)
        if node is not None:
            self.tell(f"{path} is {quote(found)}: it is TCP, UDP or SCTP", node, path)
        return None

    def truth(self, node: Node | None, path: str) -> bool:
        """A boolean; false where there is none."""
        if isinstance(node, Scalar):
            if isinstance(node.value, bool):
                return node.value
            if node.value is None:
                return False
        if node is not None:
            self._wrong(node, path, "true or false")
        return False

    def labels(self, node: Node | None, path: str) -> dict[str, str]:
        """A map of texts; a null value is none, as under kubectl apply."""
        found = self.map(node, path)
        if found is None:
            return _NOTHING
        labels = {}
        for entry in found.entries:
            value = entry.value
            if isinstance(value, Scalar) and isinstance(value.value, str):
                labels[entry.key] = value.value
            elif not is_null(value):
                self._wrong(value, f"{path}.{entry.key}", "text")
        return labels

    def address(self, node: Node | None, path: str) -> Address | None:
        """An IP address."""
        written = self.text(node, path)
        found = address(written) if written else None
        if written and found is None and node is not None:
            self.tell(f"{path} is {quote(written)}: this is no IP address", node, path)
        return found

    def tell(self, message: str, node: Node, path: str) -> None:
        """Keep a problem at a node's place."""
        self.keep(Problem(message, node.mark, path))

    def keep(self, problem: Problem) -> None:
        """Keep a problem, up to a number that nobody reads to the end."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)

    def _wrong(self, node: Node, path: str, wanted: str) -> None:
        self.tell(f"{path} is {_article(json_kind(node))}; {wanted} is wanted", node, path)


_KINDS = {"object": "a map", "array": "a list", "bool": "a boolean", "string": "text"}


def _article(kind: str) -> str:
    return _KINDS.get(kind, "a number")
