"""An edit in the learner's own text: their comments, their order and their style stay.

Written line by line at the marks of the nodes, then read again: only where the text says exactly
the edited policies is it given back as patched. Else the policies are written out anew.
"""

import re
from collections.abc import Sequence as Items
from dataclasses import dataclass

from simulator.edits.change import Change
from simulator.edits.difference import Difference, Setting, Splicing, Step, difference
from simulator.edits.search import Edit
from simulator.limits import SUBMISSION, Limits
from simulator.manifest import Json, block_lines, manifest, manifests, stored
from simulator.model import NetworkPolicy
from simulator.nodes import Entry, Mapping, Node, Scalar, Sequence
from simulator.parse import read_policies
from simulator.parse_metadata import DEFAULT_NAMESPACE
from simulator.source import read

_QUOTED = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'""")
# Breaks that YAML counts as lines and `split("\n")` does not.
_ODD_BREAK = re.compile("\r(?!\n)|[\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class EditedText:
    """A text that says the edited policies; `patched` where it is the learner's own, changed."""

    text: str
    patched: bool


def edited_text(text: str, edit: Edit, *, limits: Limits = SUBMISSION) -> EditedText:
    """The learner's text after an edit of the policies that it was read to.

    Never raises; falls back to manifests of `edit.policies` where the text cannot be patched
    (flow style, aliases, a List).
    """
    found: str | None = None if _ODD_BREAK.search(text) else text
    for change in edit.changes:
        found = None if found is None else _changed(found, change, limits)
    if found is not None and read_policies(found, limits=limits).policies == edit.policies:
        return EditedText(found, True)
    return EditedText(manifests(edit.policies), False)


def _changed(text: str, change: Change, limits: Limits) -> str | None:
    if change.after is None:
        return None
    if change.before is None:
        start = text if text.endswith("\n") or not text else text + "\n"
        return f"{start}---\n{manifest(change.after)}" if text.strip() else manifest(change.after)
    document = _document(text, change.before, limits)
    if document is None:
        return None
    place = difference(stored(change.before), stored(change.after))
    lines = text.split("\n")
    return "\n".join(lines) if _patch(lines, document, place) else None


def _document(text: str, policy: NetworkPolicy, limits: Limits) -> Mapping | None:
    """The last document that is this policy; what comes later wins."""
    found = None
    for node in read(text, limits).documents:
        if isinstance(node, Mapping) and _is(node, policy):
            found = node
    return found


def _is(node: Mapping, policy: NetworkPolicy) -> bool:
    metadata = node.get("metadata")
    if not isinstance(metadata, Mapping):
        return False
    name, space = metadata.get("name"), metadata.get("namespace")
    namespace = space.value if isinstance(space, Scalar) else None
    named = isinstance(name, Scalar) and name.value == policy.name
    return named and (namespace or DEFAULT_NAMESPACE) == policy.namespace


# ── Lines ──


def _patch(lines: list[str], document: Mapping, place: Difference) -> bool:
    """Change the lines; False where the place is not in the text as a block of its own."""
    if isinstance(place, Splicing):
        found = _at(document, place.path)
        return isinstance(found, Sequence) and _splice(lines, found, place)
    parent = _at(document, place.path[:-1]) if place.path else None
    if isinstance(parent, Sequence) and isinstance(place.path[-1], int):
        at = place.path[-1]
        items = () if place.value is None else (place.value,)
        return _splice(lines, parent, Splicing(place.path[:-1], at, at + 1, items))
    if isinstance(parent, Mapping) and not parent.entries and place.value is not None:
        # `{}` has no line to write below: it is written anew with the field in it.
        return _patch(lines, document, Setting(place.path[:-1], {str(place.path[-1]): place.value}))
    return isinstance(parent, Mapping) and _set(lines, parent, place)


def _at(node: Node | None, path: Items[Step]) -> Node | None:
    for step in path:
        if isinstance(node, Mapping) and isinstance(step, str):
            node = node.get(step)
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        else:
            return None
    return node


def _set(lines: list[str], parent: Mapping, place: Setting) -> bool:
    key = place.path[-1]
    entry = next((entry for entry in parent.entries if entry.key == key), None)
    if entry is not None and isinstance(entry.value, Scalar) and isinstance(place.value, str | int):
        return _rewrite(lines, entry.value, place.value)
    if entry is None and (place.value is None or not parent.entries):
        return False
    new = [] if place.value is None else block_lines({str(key): place.value})
    if entry is not None:
        start, stop = entry.mark.line - 1, _end(lines, entry)
        column = entry.mark.column - 1
    else:
        start = stop = _end(lines, parent.entries[-1])
        column = parent.entries[0].mark.column - 1
    lines[start:stop] = _indented(lines, start, column, new=new, over=entry is not None)
    return True


def _splice(lines: list[str], parent: Sequence, place: Splicing) -> bool:
    if not parent.items or place.stop > len(parent.items):
        return False
    dash = _dash(lines, parent.items[0])
    if dash is None:
        return False
    starts = [item.mark.line - 1 for item in parent.items]
    starts.append(_block_end(lines, starts[-1], dash, list_item=True))
    new = block_lines(list(place.items)) if place.items else []
    start, stop = starts[place.start], starts[place.stop]
    if place.start == place.stop > 0:  # right below the item before: a comment may follow it
        start = stop = _block_end(lines, starts[place.start - 1], dash, list_item=True)
    lines[start:stop] = [" " * dash + line for line in new]
    return True


def _dash(lines: list[str], item: Node) -> int | None:
    """The column (from 0) of an item's dash, where it stands before it on its line."""
    before = lines[item.mark.line - 1][: item.mark.column - 1]
    return before.rindex("-") if re.fullmatch(r" *- +", before) else None


def _rewrite(lines: list[str], node: Scalar, value: str | int) -> bool:
    row, column = node.mark.line - 1, node.mark.column - 1
    line = lines[row]
    quoted = _QUOTED.match(line, column)
    old = node.text if node.plain else quoted[0] if quoted else ""
    if not old or not line.startswith(old, column):
        return False
    lines[row] = line[:column] + _inline(value) + line[column + len(old) :]
    return True


def _inline(value: Json) -> str:
    return block_lines(value)[0]


def _indented(
    lines: list[str], start: int, column: int, *, new: list[str], over: bool
) -> list[str]:
    """New lines at a column; the first keeps what stands before the old key, such as a dash."""
    if not new:
        return []
    first = lines[start][:column] if over else " " * column
    return [first + new[0], *(" " * column + line for line in new[1:])]


def _end(lines: list[str], entry: Entry) -> int:
    """The line (from 0) after an entry's block."""
    return _block_end(lines, entry.mark.line - 1, entry.mark.column - 1, list_item=False)


def _block_end(lines: list[str], start: int, column: int, *, list_item: bool) -> int:
    """The line after what begins on `start` at `column`: deeper lines belong to it.

    The dashes of an entry's list may stand below its key, at the same column.
    """
    end = start + 1
    for number in range(start + 1, len(lines)):
        line = lines[number]
        body = line.lstrip(" ")
        if not body.strip():
            continue
        deeper = len(line) - len(body) > column
        dashed = len(line) - len(body) == column and re.match(r"-(\s|$)", body) is not None
        if not deeper and not (dashed and not list_item and not body.startswith("---")):
            break
        if not body.startswith("#"):
            end = number + 1
    return end


# ── One field of one document ──


def with_field(text: str, path: Items[Step], value: Json | None) -> str | None:
    """The text of one document with a field set (None: taken off), the rest as it was typed.

    None where the place does not stand as a block of its own. Who asks reads the answer again: it
    is written at the marks of the nodes, and says nothing about what it means.
    """
    found = read(text, SUBMISSION).documents
    if len(found) != 1 or not isinstance(found[0], Mapping) or _ODD_BREAK.search(text):
        return None
    lines = text.split("\n")
    return "\n".join(lines) if _patch(lines, found[0], Setting(tuple(path), value)) else None
