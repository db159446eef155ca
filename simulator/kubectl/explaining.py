"""kubectl explain: the API's own words on a NetworkPolicy and its fields."""

import textwrap
from collections.abc import Iterator

from simulator.kubectl.call import GLOBAL, Call
from simulator.kubectl.flags import Flag
from simulator.kubectl.resources import POLICIES, Resource, find
from simulator.kubectl.schema import TYPES, Field, Type
from simulator.kubectl.state import Answer, Stop
from simulator.words import clip

FLAGS = (*GLOBAL, Flag("recursive"), Flag("api-version", "", "value"), Flag("output", "o", "value"))
_WIDTH = 76
_ROOT = "NetworkPolicy"


def explain(call: Call) -> Answer:
    """Print what a type or field is for."""
    if len(call.words.args) != 1:
        raise Stop(
            "error: You must specify the type of resource to explain. Use "
            '"kubectl api-resources" for a complete list of supported resources.\n'
            if not call.words.args
            else "error: We accept only this format: explain RESOURCE\n"
        )
    word, *path = call.words.args[0].strip(".").split(".")
    one = find(word)
    if one is None:
        raise Stop(f'the server doesn\'t have a resource type "{clip(word)}"\n')
    if one is not POLICIES:
        raise Stop(
            f"error: of the types of this lab, explain knows networkpolicy, not {one.name}\n"
        )
    field, missing = _followed(path)
    head = "".join(f"{line}\n" for line in _head(one))
    if missing:
        return Answer(call.state, head, f'error: field "{clip(missing)}" does not exist\n', 1)
    body = _lines(field, recursive=call.words.has("recursive"))
    return Answer(call.state, head + "".join(f"{line}\n" for line in body))


def _head(one: Resource) -> Iterator[str]:
    yield f"GROUP:      {one.group}"
    yield f"KIND:       {one.kind}"
    yield f"VERSION:    {one.version}"
    yield ""


def _followed(path: list[str]) -> tuple[Field | None, str]:
    """The field at the end of a path (None: the type itself), and the first name that is none."""
    field, holder = None, TYPES[_ROOT]
    for name in path:
        field = next((each for each in holder.fields if each.name == name), None)
        if field is None:
            return None, name
        holder = _type(field)
    return field, ""


def _type(field: Field) -> Type:
    return TYPES.get(field.type.removeprefix("[]"), Type(""))


def _lines(field: Field | None, *, recursive: bool) -> Iterator[str]:
    holder = _type(field) if field else TYPES[_ROOT]
    if field:
        yield f"FIELD: {field.name} <{field.type}>"
        if field.enum:
            yield "ENUM:"
            yield from (f"    {value}" for value in field.enum.split(", "))
        yield ""
        yield ""
    yield "DESCRIPTION:"
    for text in (field.text if field else "", holder.text):
        yield from _wrapped(text) if text else ()
    yield "    "
    if holder.fields:
        yield "FIELDS:"
        yield from _tree(holder, 2) if recursive else _fields(holder)
    yield ""


def _fields(holder: Type) -> Iterator[str]:
    for field in holder.fields:
        yield from _heading(field, 2)
        yield from _wrapped(field.text)
        yield ""


def _tree(holder: Type, indent: int) -> Iterator[str]:
    for field in holder.fields:
        yield from _heading(field, indent)
        yield from _tree(_type(field), indent + 2)


def _heading(field: Field, indent: int) -> Iterator[str]:
    blanks, required = " " * indent, " -required-" if field.required else ""
    yield f"{blanks}{field.name}\t<{field.type}>{required}"
    if field.enum:
        yield f"{blanks}enum: {field.enum}"


def _wrapped(text: str) -> Iterator[str]:
    for paragraph in text.split("\n"):
        indent = " " if paragraph.startswith(" ") else ""
        lines = textwrap.wrap(
            paragraph.strip(), _WIDTH, break_long_words=False, break_on_hyphens=False
        )
        yield from (f"    {indent}{line}" for line in lines or [""])
