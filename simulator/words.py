"""How the simulator shows somebody's words: quoted as Go quotes them, cut, and harmless.

Control, bidirectional and invisible characters are shown as code points, so that no text can
pretend to be another (../shared/trust.md, T06).
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable

LONGEST_WORD = 80
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\a": "\\a"}
# Combining marks stack without end, format characters reorder or hide their neighbours.
_SHOWN_AS_CODE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mn", "Me"})


def quote(text: str) -> str:
    """`text` in double quotes, escaped as Go's %q, with at most 80 characters of it."""
    cut = text if len(text) <= LONGEST_WORD else text[:LONGEST_WORD] + "…"
    return '"' + "".join(map(_shown, cut)) + '"'


def clip(text: str) -> str:
    """`text` unquoted, escaped and cut in the same way."""
    return quote(text)[1:-1].replace('\\"', '"').replace("\\\\", "\\")


def caret(row: str, column: int) -> tuple[str, str]:
    """At most 76 harmless characters of a row around a column (from 1), and blanks to a caret."""
    start = max(0, column - 60)
    before = harmless(row[start : column - 1])
    return before + harmless(row[column - 1 : start + 76]), " " * len(before) + "^"


def harmless(row: str) -> str:
    """A row as it can be shown, whole: blanks for tabs, nothing that hides, reorders or rings."""
    if row.isascii() and row.isprintable():
        return row
    return "".join(_shown(c) if c not in '"\\' else c for c in row.replace("\t", " "))


def renamed(text: str, ref: str, name: str) -> str:
    """`text` with an endpoint called otherwise than by its ref, wherever that stands alone."""
    return re.sub(rf"(?<![\w./-]){re.escape(ref)}(?![\w/-])", lambda _: name, text)


def code_point(character: str) -> str:
    """`U+202E RIGHT-TO-LEFT OVERRIDE`, or the number alone where Unicode has no name."""
    name = unicodedata.name(character, "")
    return f"U+{ord(character):04X} {name}".rstrip()


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word` (capitals do not count), or None if nothing is close."""
    by_lower = {candidate.lower(): candidate for candidate in known}
    close = difflib.get_close_matches(word[:LONGEST_WORD].lower(), by_lower, n=1, cutoff=0.7)
    return by_lower[close[0]] if close else None


def edit_distance(one: str, other: str) -> int:
    """How many letters must be put in, left out or changed to make one word of the other.

    Levenshtein's distance; words are compared up to their first 80 characters.
    """
    one, other = one[:LONGEST_WORD], other[:LONGEST_WORD]
    row = list(range(len(other) + 1))
    for i, mine in enumerate(one, 1):
        above, row = row, [i]
        for j, theirs in enumerate(other, 1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (mine != theirs)))
    return row[-1]


def _shown(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if unicodedata.category(character) not in _SHOWN_AS_CODE and not _is_odd_space(character):
        return character
    number = ord(character)
    if number < 0x80:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _is_odd_space(character: str) -> bool:
    return character != " " and character.isspace()


def is_blank(text: str) -> bool:
    """Whether a YAML text says nothing: comments, blank lines and document marks alone."""
    rows = (row.strip() for row in text.split("\n"))
    return all(not row or row.startswith("#") or row == "---" for row in rows)
