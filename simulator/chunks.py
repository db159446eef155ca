"""Text → clean text → the text of each document, before any YAML is parsed."""

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from simulator.limits import Limits, Refusal
from simulator.model import Mark, Problem
from simulator.words import clip, code_point

# go-yaml refuses control characters; NEL, LS and PS are line breaks to YAML 1.1 but to no editor,
# so that line numbers would lie; U+FFFD stands where bytes were not UTF-8; a BOM starts a text.
_ALLOWED = re.compile(
    "[\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffc\U00010000-\U0010ffff]*+"
)


def clean(text: str | bytes, limits: Limits) -> str:
    """The text with plain newlines and no byte order mark; raises Refusal, located."""
    if limits.size is not None and (size := _size(text)) > limits.size:
        message = f"the text has {size:,} bytes; at most {limits.size:,} are read"
        raise Refusal(Problem(message, Mark(1, 1), limit="size"))
    decoded = _decode(text) if isinstance(text, bytes) else text
    lines = decoded.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if limits.lines is not None and lines.count("\n") > limits.lines:
        message = f"the text has more than {limits.lines:,} lines"
        raise Refusal(Problem(message, Mark(limits.lines + 1, 1), limit="lines"))
    fine = _ALLOWED.match(lines)
    if fine is None or fine.end() < len(lines):
        raise Refusal(_forbidden(lines, fine.end() if fine else 0))
    return lines if lines.endswith("\n") else lines + "\n"


def _size(text: str | bytes) -> int:
    return len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "surrogatepass"))


def encoding(data: bytes) -> str:
    """How kubectl decodes a file: as UTF-16 where it starts with that byte order mark."""
    return "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"


def _decode(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        message = "the file is UTF-32; kubectl reads UTF-8"
        raise Refusal(Problem(message, Mark(1, 1), hint="Save the file as UTF-8."))
    if encoding(data) == "utf-16":
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        mark = _mark_at(before, len(before))
        message = f"yaml: invalid UTF-8: byte 0x{data[error.start]:02x} starts no character"
        raise Refusal(Problem(message, mark, hint="Save the file as UTF-8.")) from None


def _forbidden(text: str, index: int) -> Problem:
    character = text[index]
    mark = _mark_at(text, index)
    if character == "\ufffd":
        message = (
            "yaml: invalid UTF-8: the replacement character stands where bytes could not be read"
        )
        return Problem(message, mark, hint="Save the file as UTF-8 and paste it again.")
    message = f"yaml: control characters are not allowed: {code_point(character)}"
    return Problem(message, mark, hint="Delete the invisible character at this place.")


def _mark_at(text: str, index: int) -> Mark:
    start = text.rfind("\n", 0, index) + 1
    return Mark(text.count("\n", 0, index) + 1, index - start + 1)


@dataclass(frozen=True, slots=True)
class Chunk:
    """The text of one document, with the number of lines before it."""

    text: str
    lines_before: int
    columns_before: int = 0


def chunks(text: str) -> Iterator[Chunk]:
    """The documents of a text, as kubectl's reader parts them."""
    return _json_chunks(text) if _is_json(text) else _yaml_chunks(text)


def _yaml_chunks(text: str, lines_before: int = 0, columns_before: int = 0) -> Iterator[Chunk]:
    """Split at lines that begin with `---`, as kubectl's reader does before any YAML is parsed.

    Every line ends, the last one too: a block of text at the end keeps its newline.
    """
    start = lines_before
    collected: list[str] = []
    for number, line in enumerate(text.removesuffix("\n").split("\n"), lines_before):
        if not line.startswith("---"):
            collected.append(line + "\n")
            continue
        rest = line[3:].strip()
        if rest and not rest.startswith("#"):
            message = f"invalid Yaml document separator: {clip(rest)}"
            hint = "A separator is three dashes alone on their line."
            raise Refusal(Problem(message, Mark(number + 1, 4), hint=hint))
        yield Chunk("".join(collected), start, columns_before)
        start, collected, columns_before = number + 1, [], 0
    yield Chunk("".join(collected), start, columns_before)


_BLANKS = re.compile(r"\s*")


def _is_json(text: str) -> bool:
    """Whether the text starts with a whole JSON object; YAML in flow style looks alike."""
    begin = _end_of_blanks(text, 0)
    return text.startswith("{", begin) and _end_of_json(text, begin) is not None


def _json_chunks(text: str) -> Iterator[Chunk]:
    """JSON objects that follow one another; from what is none, kubectl reads on as YAML.

    After two of them it no longer does: then the text is JSON, and what is none is a fault.
    """
    begin, end, counted = _end_of_blanks(text, 0), 0, 0
    line = line_start = objects = 0
    while begin < len(text):
        line += text.count("\n", counted, begin)
        line_start = max(line_start, text.rfind("\n", counted, begin) + 1)
        counted = begin
        start, end = end, _end_of_json(text, begin) or 0
        if not end:
            if objects > 1:
                raise Refusal(_no_json(Mark(line + 1, begin - line_start + 1)))
            start = line_start if line_start > start else begin
            yield from _yaml_chunks(text[start:], line, start - line_start)
            return
        yield Chunk(_with_whole_characters(text[begin:end]), line, begin - line_start)
        begin, objects = _end_of_blanks(text, end), objects + 1


def _no_json(mark: Mark) -> Problem:
    message = "json: invalid character: neither a JSON object nor the end of the text"
    return Problem(message, mark, hint="After two JSON objects kubectl reads JSON alone.")


_JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_ESCAPE = re.compile(
    r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|\\.", re.DOTALL
)


def _with_whole_characters(json_text: str) -> str:
    """JSON writes a character beyond U+FFFF as two escapes, YAML as one; columns stay."""

    def join(escape: re.Match[str]) -> str:
        if escape[1] is None:
            return escape[0]
        high, low = int(escape[1], 16) - 0xD800, int(escape[2], 16) - 0xDC00
        return f"\\U{0x10000 + (high << 10) + low:08x}"

    def rewrite(string: re.Match[str]) -> str:
        joined = _ESCAPE.sub(join, string[0])
        return joined + " " * (len(string[0]) - len(joined))

    return _JSON_STRING.sub(rewrite, json_text) if "\\u" in json_text else json_text


def _end_of_blanks(text: str, index: int) -> int:
    match = _BLANKS.match(text, index)
    return match.end() if match else index


def _end_of_json(text: str, begin: int) -> int | None:
    try:
        return json.JSONDecoder().raw_decode(text, begin)[1]
    except (ValueError, RecursionError):
        return None


def shift(line: int, column: int, chunk: Chunk) -> Mark:
    """A place in a chunk, counted from 0, as a mark in the whole text."""
    before = chunk.columns_before if line == 0 else 0
    return Mark(line + 1 + chunk.lines_before, column + 1 + before)
