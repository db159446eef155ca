"""The values of our own documents: maps with known fields, texts, ports, addresses, flows.

A `FieldReader` takes one value at a time and notes every problem with its place; what it returns
after a problem is a stand-in, so that reading goes on and all problems are told at once.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TypeVar, cast

from simulator import validate
from simulator.model import Address, Labels, Mark, ProbeProtocol, Problem, Protocol
from simulator.nodes import Entry, Mapping, Node, Scalar, Sequence
from simulator.words import nearest, quote

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Flow:
    """A probe by the names that it is written with: `prod/api -> prod/db:3306/TCP`."""

    source: str
    target: str
    protocol: ProbeProtocol
    port: int | None
    mark: Mark | None = field(default=None, compare=False)


_FLOW = re.compile(r"\s*(\S+)\s*(?:->|→)\s*(\S+)\s*:\s*(?:(\d{1,5})(?:/(TCP|UDP|SCTP))?|(ping))\s*")
_PORT = re.compile(r"(\d{1,5})(?:/(TCP|UDP|SCTP))?")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(slots=True)
class FieldReader:
    """Reads values and collects what is wrong with them."""

    problems: list[Problem]

    def problem(self, message: str, mark: Mark | None, hint: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(message, mark, hint=hint))

    def fields(
        self, node: Node, *, required: Iterable[str], optional: Iterable[str] = ()
    ) -> dict[str, Entry] | None:
        """The fields of a map; None when one that is required is missing or it is no map."""
        if not isinstance(node, Mapping):
            self.problem("a map is wanted here", node.mark)
            return None
        required, known = tuple(required), (*required, *optional)
        found = {entry.key: entry for entry in node.entries}
        for entry in node.entries:
            if entry.key not in known:
                close = nearest(entry.key, known)
                hint = f"Did you mean {close}?" if close else f"Known here: {', '.join(known)}."
                self.problem(f"unknown field {quote(entry.key)}", entry.mark, hint)
        missing = [name for name in required if name not in found]
        for name in missing:
            self.problem(f"the field {name} is missing", node.mark)
        return None if missing else found

    def entries(self, entry: Entry | None) -> tuple[Entry, ...]:
        """The entries of a map."""
        if entry is None:
            return ()
        if isinstance(entry.value, Mapping):
            return entry.value.entries
        self.problem(f"{entry.key} is a map", entry.mark)
        return ()

    def items(self, entry: Entry | None) -> tuple[Node, ...]:
        """The items of a list."""
        if entry is None:
            return ()
        if isinstance(entry.value, Sequence):
            return entry.value.items
        self.problem(f"{entry.key} is a list", entry.mark)
        return ()

    def text(self, entry: Entry, *, empty: bool = False, most: int | None = None) -> str:
        """A text, not empty unless `empty`, of at most `most` characters."""
        node = entry.value
        if isinstance(node, Scalar) and isinstance(node.value, str) and (empty or node.value):
            if most is not None and len(node.value) > most:
                self.problem(f"{entry.key} has at most {most} characters", node.mark)
            return node.value
        self.problem(f"{entry.key} is a text", entry.mark)
        return ""

    def optional_text(self, fields: dict[str, Entry], name: str) -> str:
        """A field's text, empty where the field is missing."""
        return self.text(fields[name]) if name in fields else ""

    def slug(self, fields: dict[str, Entry]) -> str:
        """The field `slug`."""
        slug = self.text(fields["slug"])
        if not _SLUG.fullmatch(slug) or len(slug) > 60:
            hint = "Small letters, digits and single dashes; at most 60."
            self.problem(f"{quote(slug)} is no slug", fields["slug"].mark, hint)
        return slug

    def integer(self, node: Node, least: int, most: int) -> int:
        """A whole number within bounds."""
        if isinstance(node, Scalar) and type(node.value) is int and least <= node.value <= most:
            return node.value
        self.problem(f"a whole number from {least} to {most} is wanted here", node.mark)
        return least

    def boolean(self, entry: Entry) -> bool:
        """true or false."""
        if isinstance(entry.value, Scalar) and isinstance(entry.value.value, bool):
            return entry.value.value
        self.problem(f"{entry.key} is true or false", entry.mark)
        return True

    def choice(self, entry: Entry | None, choices: type[T], default: T) -> T:
        """One of an enumeration's values."""
        if entry is None:
            return default
        values = {str(member): member for member in cast(Iterable[T], choices)}
        text = self.text(entry)
        if text in values:
            return values[text]
        self.problem(f"{entry.key} is one of {', '.join(values)}", entry.mark)
        return default

    def labels(self, node: Node) -> Labels:
        """Labels, each key and value as the API server takes them."""
        if isinstance(node, Scalar) and node.value is None:
            return {}
        if not isinstance(node, Mapping):
            self.problem("labels are a map", node.mark)
            return {}
        found = {entry.key: self.text(entry, empty=True) for entry in node.entries}
        for entry in node.entries:
            self.complain(validate.label_key(entry.key), entry.mark)
            self.complain(validate.label_value(found[entry.key]), entry.mark)
        return found

    def addresses(self, entry: Entry) -> tuple[Address, ...]:
        """One IP address, or a list of them."""
        items = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
        found = []
        for item in items:
            text = item.text if isinstance(item, Scalar) else ""
            try:
                found.append(ip_address(text))
            except ValueError:
                self.problem(f"{quote(text)} is no IP address", item.mark)
        return tuple(found)

    def port(self, node: Node) -> tuple[Protocol, int]:
        """`80` or `53/UDP`."""
        text = node.text if isinstance(node, Scalar) else ""
        match = _PORT.fullmatch(text)
        if not match or validate.port_number(int(match[1])):
            self.problem(f"{quote(text)} is no port: write 80 or 53/UDP", node.mark)
            return "TCP", 1
        return cast(Protocol, match[2] or "TCP"), int(match[1])

    def protocol(self, entry: Entry | None) -> Protocol:
        """TCP, UDP or SCTP; TCP where nothing is said."""
        text = self.text(entry) if entry else "TCP"
        if entry is not None and validate.protocol(text):
            self.problem("a protocol is TCP, UDP or SCTP", entry.mark)
            return "TCP"
        return cast(Protocol, text)

    def flow(self, node: Node) -> Flow | None:
        """`prod/api -> prod/db:3306/TCP`, or `prod/api -> prod/db:ping`."""
        text = node.value if isinstance(node, Scalar) and isinstance(node.value, str) else ""
        match = _FLOW.fullmatch(text)
        if not match or (match[3] and validate.port_number(int(match[3]))):
            hint = (
                "Write it without blanks at the colon: prod/api -> prod/db:3306/TCP "
                "or prod/api -> prod/db:ping."
            )
            self.problem(f"{quote(text)} is no flow", node.mark, hint)
            return None
        if match[5]:
            return Flow(match[1], match[2], "ICMP", None, node.mark)
        return Flow(match[1], match[2], cast(Protocol, match[4] or "TCP"), int(match[3]), node.mark)

    def complain(self, texts: list[str], mark: Mark) -> None:
        """Note each of the API server's sentences."""
        for text in texts:
            self.problem(text, mark)
