"""The learner's text as a sheet of documents: found, put in place, appended and taken out.

What a command does not touch stays as it was typed: other documents, comments and order.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from simulator.chunks import clean
from simulator.edits.text import with_field
from simulator.limits import COMMAND_LINE, SUBMISSION, Refusal
from simulator.manifest import Json, block_lines
from simulator.model import NetworkPolicy, Problem
from simulator.nodes import Mapping, Node, Scalar, Sequence
from simulator.parse import Reading, read_policies
from simulator.parse_metadata import DEFAULT_NAMESPACE
from simulator.source import read
from simulator.versions import DEFAULT_VERSION, Version

Ref = tuple[str, str]  # namespace, name
MOST_OBJECTS = SUBMISSION.policies or 0  # of a text; one with more is refused whole

_LINE = re.compile(r".*\n|.+")
_NAME = re.compile(r"^metadata:\s*\n(?:[ \t]+.*\n|\s*\n)*?[ \t]+name:[ \t]*[\"']?([\w.-]+)", re.M)
_SPACE = re.compile(r"^[ \t]+namespace:[ \t]*[\"']?([\w.-]+)", re.M)


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


# ── Taking a text apart ──


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
        yield from _of_part(part.text, known, version)


def _odd(separator: str) -> bool:
    """Whether something stands behind the dashes: kubectl reads none of such a text."""
    rest = separator[3:].strip()
    return rest != "" and not rest.startswith("#")


def _cleaned(text: str) -> str:
    try:
        return clean(text, COMMAND_LINE)
    except Refusal:
        return text


@lru_cache(maxsize=128)  # one command reads one text several times
def _of_part(text: str, known: frozenset[str] | None, version: Version) -> tuple[Document, ...]:
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
    name, space = _NAME.search(text), _SPACE.search(text)
    return (space[1] if space else "", name[1] if name else "")


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


# ── Changing a text ──


def put(text: str, ref: Ref, document: str, *, adopted: bool = False) -> str:
    """The text with a document in the place of the last one with that name, or at its end.

    `adopted`: one without a namespace is taken for this one too, and moves.
    """
    found = list(parts(text))
    for index in reversed(range(len(found))):
        held = _of_part(found[index].text, None, DEFAULT_VERSION)
        names = [each.ref for each in held]
        moves = adopted and ("", ref[1]) in {(each.namespace, each.name) for each in held}
        if ref in names or moves:
            if len(names) == 1:
                found[index] = replace(found[index], text=document)
                return joined(found)
            separator = found[index].separator
            found[index : index + 1] = [
                Part(separator, document if each.ref == ref else each.text) for each in held
            ]
            return joined(found)
    kept = found if text.strip() else []
    return joined([*kept, Part("---\n" if kept else "", document)])


def taken_out(text: str, refs: Iterable[Ref]) -> str:
    """The text without the documents of these names."""
    gone = frozenset(refs)
    kept: list[Part] = []
    old = parts(text)
    for part in old:
        found = _of_part(part.text, None, DEFAULT_VERSION)
        left = [each for each in found if each.ref not in gone]
        if len(left) == len(found):
            kept.append(part)
        else:
            kept += [Part(part.separator, each.text) for each in left]
    if kept and kept[0] is not old[0]:  # no separator before the first
        kept[0] = replace(kept[0], separator="")
    return joined(kept)


def with_metadata(text: str, field: str, value: Json | None) -> str:
    """One document with a field of its metadata set (None: taken off), in the learner's style.

    Written anew where it does not stand as a block of its own (flow style, aliases, JSON).
    """
    (document,) = documents(text)
    metadata = document.data.get("metadata")
    fields = dict(metadata) if isinstance(metadata, dict) else {}
    if value is None:
        fields.pop(field, None)
    else:
        fields[field] = value
    wanted: dict[str, Json] = {**document.data, "metadata": fields}
    patched = with_field(text, ("metadata", field), value)
    if patched is not None:
        found = list(documents(patched))
        if len(found) == 1 and found[0].data == wanted:
            return patched
    return "\n".join(block_lines(wanted)) + "\n"


# ── What a text says ──


@dataclass(frozen=True, slots=True)
class Sheet:
    """The policies of a text, each with its document; or, where it is refused, why."""

    held: tuple[Document, ...] = ()
    errors: tuple[Problem, ...] = ()

    @property
    def policies(self) -> tuple[NetworkPolicy, ...]:
        """The policies themselves."""
        return tuple(each.policy for each in self.held if each.policy is not None)


@lru_cache(maxsize=8)
def read_sheet(text: str, known: frozenset[str], version: Version) -> Sheet:
    """What the cluster holds while this text is in the editor: all of it, or nothing.

    `known` are the namespaces that there are.
    """
    if not text.strip():
        return Sheet()
    reading = read_policies(text, namespaces=known, version=version)
    if not reading.accepted:
        blank = all(error.message == "no objects passed to apply" for error in reading.errors)
        return Sheet((), () if blank else reading.errors)
    last: dict[Ref, Document] = {}
    for document in documents(text, namespaces=known, version=version):
        if document.policy is not None:
            last[document.ref] = document
    return Sheet(tuple(sorted(last.values(), key=lambda each: each.ref)))
