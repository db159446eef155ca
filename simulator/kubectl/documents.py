"""A text as documents: parted as they stand, and each with its name, data and policy."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from simulator.chunks import clean
from simulator.limits import COMMAND_LINE, SUBMISSION, Refusal
from simulator.manifest import Json, block_lines
from simulator.model import NetworkPolicy
from simulator.nodes import Mapping, Node, Scalar, Sequence
from simulator.parse import Reading, read_policies
from simulator.parse_metadata import DEFAULT_NAMESPACE
from simulator.source import read
from simulator.versions import DEFAULT_VERSION, Version

Ref = tuple[str, str]  # namespace, name
MOST_OBJECTS = SUBMISSION.policies or 0  # of a text; one with more is refused whole

_LINE = re.compile(r".*\n|.+")
_NAMED = re.compile(r"[ \t]+(namespace|name):[ \t]*[\"']?([\w.-]+)")


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a text: the separator line above it ("" at the start), and its own lines."""

    separator: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """One object that a text holds: its namespace ("" where it names none), name, data and text.

    `text` is the document's own where it holds this object alone, else a manifest of it; `policy`
    is None where the API server would refuse it, and `reading` says why.
    """

    namespace: str
    name: str
    data: dict[str, Json]
    text: str
    reading: Reading
    policy: NetworkPolicy | None

    @property
    def ref(self) -> Ref:
        """Its namespace, `default` where it names none, and its name."""
        return (self.namespace or DEFAULT_NAMESPACE, self.name)


def parts(text: str) -> tuple[Part, ...]:
    """The documents of a text as they stand, without reading them; joined they are the text."""
    found: list[Part] = []
    separator, lines = "", list[str]()
    for line in _LINE.findall(text):
        if line.startswith("---"):
            if separator or lines:
                found.append(Part(separator, "".join(lines)))
            separator, lines = line, []
        else:
            lines.append(line)
    if separator or lines:
        found.append(Part(separator, "".join(lines)))
    return tuple(found)


def joined(found: Iterable[Part]) -> str:
    """The text of these parts: each but the first below a separator, each on lines of its own."""
    text = ""
    for part in found:
        if text and not text.endswith("\n"):
            text += "\n"
        text += (part.separator or ("---\n" if text else "")) + part.text
    return text


def documents(
    text: str, *, namespaces: Iterable[str] | None = None, version: Version = DEFAULT_VERSION
) -> Iterator[Document]:
    """Every object of a text, in order; a List's members one by one. Never raises.

    A text that cannot be taken apart is one document without a name.
    """
    known = None if namespaces is None else frozenset(namespaces)
    found = parts(_cleaned(text))
    many = sum(bool(part.text.strip()) for part in found) > MOST_OBJECTS
    if many or any(_odd(part.separator) for part in found):
        yield Document("", "", {}, text, read_policies(text, version=version), None)
        return
    for part in found:
        yield from of_part(part.text, known, version)


def _odd(separator: str) -> bool:
    """Whether something stands behind the dashes: kubectl reads none of such a text."""
    rest = separator[3:].strip()
    return rest != "" and not rest.startswith("#")


def _cleaned(text: str) -> str:
    try:
        return clean(text, COMMAND_LINE)
    except Refusal:
        return text


@lru_cache(maxsize=128)  # one command reads one text several times; see sheet.forget
def of_part(
    text: str, known: frozenset[str] | None = None, version: Version = DEFAULT_VERSION
) -> tuple[Document, ...]:
    """The objects of one document."""
    return tuple(_read_part(text, known, version))


def _read_part(text: str, known: frozenset[str] | None, version: Version) -> Iterator[Document]:
    source = read(text, SUBMISSION)
    if not source.documents and not source.problems:
        return  # nothing but comments
    nodes = [each for node in source.documents for each in _members(node)]
    if len(nodes) == 1 and len(source.documents) == 1 and nodes[0] is source.documents[0]:
        yield _document(text, nodes[0], known, version)
        return
    if not nodes or len(nodes) > MOST_OBJECTS:
        reading = read_policies(text, namespaces=known, version=version)
        space, name = _guessed(text)
        yield Document(space, name, {}, text, reading, None)
        return
    for node in nodes:
        data = plain(node)
        alone = "\n".join(block_lines(data)) + "\n"
        yield _document(alone, node, known, version)


def _members(node: Node) -> Iterator[Node]:
    items = node.get("items") if isinstance(node, Mapping) else None
    kind = node.get("kind") if isinstance(node, Mapping) else None
    if isinstance(items, Sequence) and isinstance(kind, Scalar) and kind.text.endswith("List"):
        yield from items.items
    else:
        yield node


def _document(text: str, node: Node, known: frozenset[str] | None, version: Version) -> Document:
    data = plain(node)
    metadata = data.get("metadata") if isinstance(data, dict) else None
    fields = metadata if isinstance(metadata, dict) else {}
    space, name = fields.get("namespace"), fields.get("name")
    reading = read_policies(text, namespaces=known, version=version)
    policy = reading.policies[-1] if reading.policies else None
    return Document(
        space if isinstance(space, str) else "",
        name if isinstance(name, str) else "",
        data if isinstance(data, dict) else {},
        text,
        reading,
        policy,
    )


def _guessed(text: str) -> Ref:
    """Namespace and name of a document that cannot be read, as far as they can be seen."""
    found = {"namespace": "", "name": ""}
    inside = False
    for line in text.split("\n"):
        if line[:1] not in {"", " ", "\t", "#"}:
            inside = line.startswith("metadata:")
        elif inside and (match := _NAMED.match(line)) and not found[match[1]]:
            found[match[1]] = match[2]
    return found["namespace"], found["name"]


def plain(node: Node) -> Json:
    """A node as plain data; what has no value is left out, as kubectl apply does."""
    if isinstance(node, Mapping):
        return {
            entry.key: plain(entry.value)
            for entry in node.entries
            if not (isinstance(entry.value, Scalar) and entry.value.value is None)
        }
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    value = node.value
    return value if isinstance(value, str | int) else "" if value is None else str(value)
