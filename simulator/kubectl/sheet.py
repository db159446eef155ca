"""The learner's text as a sheet of documents: put in place, appended and taken out.

What a command does not touch stays as it was typed: other documents, comments and order.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from simulator.edits.text import with_field
from simulator.kubectl.documents import Document, Part, Ref, documents, joined, of_part, parts
from simulator.manifest import Json, block_lines
from simulator.model import NetworkPolicy, Problem
from simulator.parse import read_policies
from simulator.versions import Version


def put(text: str, ref: Ref, document: str, *, adopted: bool = False) -> str:
    """The text with a document in the place of the last one with that name, or at its end.

    `adopted`: one without a namespace is taken for this one too, and moves.
    """
    found = list(parts(text))
    for index in reversed(range(len(found))):
        held = of_part(found[index].text)
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
        found = of_part(part.text)
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


def forget() -> None:
    """Drop what was kept of a learner's text while one line ran."""
    of_part.cache_clear()
    read_sheet.cache_clear()
