"""YAML's own errors: where they are, what libyaml says, and what the writer most likely did."""

import re

import yaml

from simulator.chunks import Chunk, shift
from simulator.model import Mark, Problem, Severity
from simulator.words import clip, code_point


def syntax_problem(error: yaml.YAMLError, chunk: Chunk) -> Problem:
    found = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
    place = getattr(error, "problem_mark", None)
    context = str(getattr(error, "context", "") or "")
    # What is opened and never closed is at fault where it was opened, not where the text ends.
    if place is None or "quoted scalar" in context or "simple key" in context or "flow " in context:
        place = getattr(error, "context_mark", None) or place
    lines = chunk.text.split("\n")
    # libyaml points past the end when a quote or bracket is never closed: stay in the text.
    line = min(place.line if place else 0, max(len(lines) - 1, 0))
    while line and not lines[line].strip():
        line -= 1
    column = min(
        place.column if place and line == place.line else len(lines[line]), len(lines[line])
    )
    mark = shift(line, column, chunk)
    message = f"yaml: line {mark.line}: {found}"
    return Problem(message, mark, hint=_syntax_hint(str(found), lines, line, column))


_ODD_LOOKALIKES = {
    "\u2013": "an en dash", "\u2014": "an em dash", "\u00a0": "a no-break space",
    "\u201c": "a curly quote", "\u201d": "a curly quote", "\u2018": "a curly quote",
    "\u2019": "a curly quote", "\uff1a": "a full-width colon",
}  # fmt: skip


def _syntax_hint(found: str, lines: list[str], line: int, column: int) -> str:
    text = lines[line]
    nearby = "\n".join(lines[max(line - 1, 0) : line + 1])
    if any(row.lstrip().startswith("```") for row in lines):
        return "Leave out the ``` lines: they are Markdown, not YAML."
    if any("<<EOF" in row for row in lines):
        return "Leave out the shell's lines (cat <<EOF …, EOF): only the manifest belongs here."
    if any("{{" in row for row in lines):
        return "This is a template: put the values in place of {{ … }} first."
    if re.match(r"\s*\t", text) or "\t" in text[: column + 1]:
        return "A tab indents this line: YAML wants spaces there."
    for character in nearby:
        if character in _ODD_LOOKALIKES:
            shown = code_point(character)
            return f"There is {_ODD_LOOKALIKES[character]} ({shown}); type a plain one."
    return _hint_for(found, lines, line)


def _hint_for(found: str, lines: list[str], line: int) -> str:
    previous = next((row for row in reversed(lines[:line]) if row.strip()), "")
    if "mapping values" in found:
        if (
            previous
            and not previous.rstrip().endswith((":", "-", "|", ">"))
            and ":" not in previous
        ):
            return f"The line before, `{clip(previous.strip())}`, may lack its colon."
        return "One line holds one `key: value`; indent a nested map below its key."
    if "did not find expected key" in found or "block mapping" in found:
        return "Keys of one map start in the same column: compare this line with the ones above."
    if "could not find expected ':'" in found:
        return "A key needs a colon and a blank after it; a list item needs a blank after its dash."
    if "end of stream" in found or "',' or" in found:
        return "Something is opened and never closed: look for a quote, a { or a [."
    if "cannot start any token" in found:
        return "A value cannot start with this character: put the value in quotes."
    if "sequence entries" in found:
        return "A list starts on its own line below its key."
    return ""


def lookalike(text: str) -> Problem | None:
    """A warning at the first character that only looks like YAML's own (a no-break space, …)."""
    for number, line in enumerate(text.split("\n"), 1):
        for column, character in enumerate(line.partition("#")[0], 1):
            if character in _ODD_LOOKALIKES:
                message = f"this is {_ODD_LOOKALIKES[character]}: {code_point(character)}"
                hint = "It comes with text copied from web pages; type a plain one."
                mark = Mark(number, column)
                return Problem(message, mark, hint=hint, severity=Severity.WARNING)
    return None
