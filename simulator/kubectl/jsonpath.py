"""kubectl's JSONPath templates: `{.items[*].metadata.name}`, range and end, quoted text, `..`.

Bounded: every value that is looked at is counted, so that no template takes long.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.kubectl.objects import compact
from simulator.kubectl.state import MOST_OUTPUT, Stop
from simulator.words import clip

MOST_STEPS = 50_000
MOST_RANGES = 20
_PATH = re.compile(
    r"\.\.(?P<deep>[\w-]+|\*)|\.(?P<key>(?:[\w-]|\\.)+|\*)|\[(?P<index>[^\[\]]*)\]|(?P<root>[@$])",
    re.ASCII,
)
_FILTER = re.compile(
    r"\?\(@\.(?P<path>[\w.-]+)\s*(?P<sign>==|!=)\s*(?P<value>\"[^\"]*\"|'[^']*'|[\w.-]+)\)"
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'"}


@dataclass(slots=True)
class Steps:
    """How many values may still be looked at."""

    left: int = MOST_STEPS

    def take(self) -> None:
        """Count one; raises Stop when there were too many."""
        self.left -= 1
        if self.left < 0:
            raise Stop(f"error: jsonpath: more than {MOST_STEPS:,} steps\n")


def jsonpath(template: str, data: Any) -> str:
    """The template filled in with the data; raises Stop where it cannot be read."""
    pieces = _pieces(template)
    tree = _nested(list(reversed(pieces)))
    found, size = list[str](), 0
    for text in _filled(tree, data, data, Steps()):
        found.append(text)
        size += len(text)
        if size > MOST_OUTPUT:  # it is cut there anyway
            break
    return "".join(found)


def values(path: str, data: Any, steps: Steps) -> list[Any]:
    """What a path of --sort-by or custom-columns finds, with or without its leading dot."""
    path = path.strip("{}")
    return _found(path if path.startswith((".", "[")) else f".{path}", data, data, steps)


# ── The template ──


def _pieces(template: str) -> list[tuple[str, str]]:
    """Text outside braces, and what stands inside them."""
    found, at = list[tuple[str, str]](), 0
    while (start := template.find("{", at)) >= 0:
        end = _end(template, start)
        found += [("text", template[at:start]), ("code", template[start + 1 : end].strip())]
        at = end + 1
    return [*found, ("text", template[at:])]


def _end(template: str, start: int) -> int:
    quote = ""
    for at in range(start + 1, len(template)):
        sign = template[at]
        if quote:
            quote = "" if sign == quote and template[at - 1] != "\\" else quote
        elif sign in "\"'":
            quote = sign
        elif sign == "}":
            return at
    raise Stop(f"error: error parsing jsonpath {clip(template)}, unclosed action\n")


@dataclass(slots=True)
class _Loop:
    path: str
    body: "list[tuple[str, str] | _Loop]" = field(default_factory=list)


def _nested(left: list[tuple[str, str]], depth: int = 0) -> "list[tuple[str, str] | _Loop]":
    if depth > MOST_RANGES:
        raise Stop(f"error: jsonpath: more than {MOST_RANGES} ranges in one another\n")
    found: list[tuple[str, str] | _Loop] = []
    while left:
        kind, text = left.pop()
        if kind == "code" and text == "end":
            if not depth:
                raise Stop("error: error parsing jsonpath, not in range, nothing to end\n")
            return found
        if kind == "code" and text.startswith("range "):
            found.append(_Loop(text[6:].strip(), _nested(left, depth + 1)))
        else:
            found.append((kind, text))
    if depth:
        raise Stop("error: error parsing jsonpath, unterminated range: add {end}\n")
    return found


def _filled(tree: Sequence[Any], data: Any, root: Any, steps: Steps) -> Iterator[str]:
    for each in tree:
        if isinstance(each, _Loop):
            for item in _found(each.path, data, root, steps):
                yield from _filled(each.body, item, root, steps)
        elif each[0] == "text":
            yield each[1]
        elif each[1][:1] in {'"', "'"}:
            yield _unescaped(each[1])
        else:
            for number, one in enumerate(_found(each[1], data, root, steps)):
                yield (" " if number else "") + _shown(one)


def _unescaped(quoted: str) -> str:
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), quoted[1:-1])


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else compact(value)


# ── A path ──


def _found(path: str, data: Any, root: Any, steps: Steps) -> list[Any]:
    found, at = [data], 0
    path = path.strip()
    while at < len(path):
        match = _PATH.match(path, at)
        if match is None:
            raise Stop(f"error: error parsing jsonpath {{{clip(path)}}}, unrecognized character\n")
        at = match.end()
        if match["root"]:
            found = [root] if match["root"] == "$" else found
        else:
            found = [below for each in found for below in _step(each, match, steps)]
    return found


def _step(value: Any, match: re.Match[str], steps: Steps) -> Iterator[Any]:
    steps.take()
    if match["deep"] is not None:
        yield from _deep(value, match["deep"], steps)
    elif match["key"] is not None:
        yield from _key(value, match["key"].replace("\\", ""))
    elif isinstance(value, list):
        yield from _items(value, match["index"].strip(), steps)
    elif isinstance(value, dict):
        yield from _key(value, match["index"].strip().strip("'\""))


def _key(value: Any, key: str) -> Iterator[Any]:
    if key == "*":
        yield from value.values() if isinstance(value, dict) else value if value else ()
    elif isinstance(value, dict) and key in value:
        yield value[key]


def _deep(value: Any, key: str, steps: Steps) -> Iterator[Any]:
    steps.take()
    if isinstance(value, dict | list):
        if isinstance(value, dict):
            yield from _key(value, key)
        for below in value.values() if isinstance(value, dict) else value:
            yield from _deep(below, key, steps)


def _items(value: list[Any], index: str, steps: Steps) -> Iterator[Any]:
    if index == "*":
        yield from value
    elif match := _FILTER.fullmatch(index):
        wanted = match["value"].strip("\"'")
        for item in value:
            got = [_shown(one) for one in _found("." + match["path"], item, item, steps)]
            if (wanted in got) is (match["sign"] == "=="):
                yield item
    elif re.fullmatch(r"-?\d{1,6}(?::-?\d{0,6})?", index, re.ASCII):
        first, colon, last = index.partition(":")
        if colon:
            yield from value[int(first) : int(last) if last not in ("", "-") else None]
        elif -len(value) <= int(first) < len(value):
            yield value[int(first)]
