"""What people pipe kubectl's output into: grep, wc, head, tail, sort, uniq, cat.

grep's patterns are matched by hand: a learner's own regular expression could run for ever.
"""

import re
from collections.abc import Callable, Sequence

from simulator.kubectl.flags import Flag, Words, read_flags
from simulator.kubectl.state import Stop
from simulator.words import clip

_GREP_FLAGS = (
    Flag("ignore-case", "i"), Flag("invert-match", "v"), Flag("count", "c"), Flag("quiet", "q"),
    Flag("extended-regexp", "E"), Flag("fixed-strings", "F"), Flag("word-regexp", "w"),
    Flag("line-number", "n"), Flag("regexp", "e", "value"), Flag("after-context", "A", "value"),
    Flag("before-context", "B", "value"), Flag("context", "C", "value"),
    Flag("only-matching", "o"), Flag("color", "", "perhaps"),
)  # fmt: skip
_COUNT_FLAGS = (Flag("lines", "n", "value"),)


def grep(args: Sequence[str], text: str) -> tuple[str, int]:
    """The lines that match; exit code 1 where none does."""
    words = read_flags("grep", args, _GREP_FLAGS)
    patterns = words.all("regexp") or words.args[:1]
    if not patterns:
        raise Stop("Usage: grep [OPTION]... PATTERNS\n", 2)
    found = [_matcher(each, words) for each in patterns]
    lines = text.splitlines()
    hits = [any(one(line) for one in found) != words.has("invert-match") for line in lines]
    if words.has("count"):
        return f"{sum(hits)}\n", 0 if any(hits) else 1
    shown = [] if words.has("quiet") else _with_context(hits, words)
    numbered = words.has("line-number")
    rows = (f"{i + 1}{':' if hits[i] else '-'}{lines[i]}" if numbered else lines[i] for i in shown)
    return "".join(f"{row}\n" for row in rows), 0 if any(hits) else 1


def _with_context(hits: Sequence[bool], words: Words) -> list[int]:
    around = _number(words.one("context") or "0")
    before = _number(words.one("before-context") or "0") or around
    after = _number(words.one("after-context") or "0") or around
    shown: list[int] = []
    for index, hit in enumerate(hits):
        if hit:
            start = max(index - before, shown[-1] + 1 if shown else 0)
            shown += range(start, min(index + after + 1, len(hits)))
    return shown


def _matcher(pattern: str, words: Words) -> Callable[[str], bool]:
    ignore = words.has("ignore-case")
    pattern = pattern.lower() if ignore else pattern
    if words.has("fixed-strings"):
        alternatives = [pattern]
    else:
        alternatives = re.split(r"\|" if words.has("extended-regexp") else r"\\\|", pattern)
    plain = words.has("fixed-strings")
    shapes = [_shape(each, plain=plain, word=words.has("word-regexp")) for each in alternatives]

    def matches(line: str) -> bool:
        line = line.lower() if ignore else line
        return any(shape(line) for shape in shapes)

    return matches


def _shape(pattern: str, *, plain: bool, word: bool) -> Callable[[str], bool]:
    """One alternative: pieces between `.*` that follow one another; `.` is any character."""
    start, end = not plain and pattern.startswith("^"), not plain and pattern.endswith("$")
    body = pattern[1 if start else 0 : -1 if end else None]
    pieces = [_piece(each, plain=plain, word=word) for each in _parts(body, plain=plain)]

    def matches(line: str) -> bool:
        at = 0
        for index, (piece, length) in enumerate(pieces):
            if end and index == len(pieces) - 1:
                first = len(line) - length
                fits = first >= at and not (start and index == 0 and first)
                match = piece.match(line, first) if fits else None
            else:
                match = piece.match(line) if start and index == 0 else piece.search(line, at)
            if match is None:
                return False
            at = match.end()
        return True

    return matches


def _parts(body: str, *, plain: bool) -> list[str]:
    return [body] if plain else body.split(".*")


def _piece(text: str, *, plain: bool, word: bool) -> tuple[re.Pattern[str], int]:
    """A pattern that matches one length only, and that length."""
    found: list[str] = []
    letters = iter(text)
    for letter in letters:
        if letter == "\\" and not plain:
            found.append(re.escape(next(letters, letter)))
        else:
            found.append("." if letter == "." and not plain else re.escape(letter))
    body = "".join(found)
    return re.compile(rf"\b{body}\b" if word and body else body), len(found)


def _number(text: str) -> int:
    if not re.fullmatch(r"-?\d{1,9}", text, re.ASCII):
        raise Stop(f"invalid number of lines: {clip(text)}\n")
    return int(text)


def head(args: Sequence[str], text: str) -> tuple[str, int]:
    """The first lines."""
    count = _line_count("head", args)
    lines = text.splitlines(keepends=True)
    return "".join(lines[:count]), 0


def tail(args: Sequence[str], text: str) -> tuple[str, int]:
    """The last lines."""
    if args and args[0].startswith(("+", "-n+")):
        return "".join(text.splitlines(True)[_number(args[0].lstrip("-n+")) - 1 :]), 0
    if len(args) > 1 and args[0] == "-n" and args[1].startswith("+"):
        return "".join(text.splitlines(True)[_number(args[1][1:]) - 1 :]), 0
    count = _line_count("tail", args)
    return "".join(text.splitlines(True)[-count:] if count else []), 0


def _line_count(name: str, args: Sequence[str]) -> int:
    if args and re.fullmatch(r"-\d{1,9}", args[0], re.ASCII):
        return int(args[0][1:])
    words = read_flags(name, args, _COUNT_FLAGS)
    return abs(_number(words.one("lines") or "10"))


def wc(args: Sequence[str], text: str) -> tuple[str, int]:
    """How many lines, words and characters."""
    words = read_flags("wc", args, (Flag("lines", "l"), Flag("words", "w"), Flag("chars", "c")))
    counts = {"lines": text.count("\n"), "words": len(text.split()), "chars": len(text)}
    asked = [counts[name] for name in counts if words.has(name)]
    return (f"{asked[0]}\n" if len(asked) == 1 else _three(asked or [*counts.values()])), 0


def _three(counts: Sequence[int]) -> str:
    return "".join(f"{count:8}" for count in counts) + "\n"


def sort(args: Sequence[str], text: str) -> tuple[str, int]:
    """The lines in order."""
    words = read_flags("sort", args, (Flag("reverse", "r"), Flag("unique", "u")))
    lines = text.splitlines()
    lines = sorted(set(lines) if words.has("unique") else lines, reverse=words.has("reverse"))
    return "".join(f"{line}\n" for line in lines), 0


def uniq(args: Sequence[str], text: str) -> tuple[str, int]:
    """The lines without those that repeat the one above."""
    lines = text.splitlines()
    kept = [line for n, line in enumerate(lines) if n == 0 or line != lines[n - 1]]
    return "".join(f"{line}\n" for line in kept), 0


#: Each takes its arguments and a text, and gives back a text and an exit code.
FILTERS: dict[str, Callable[[Sequence[str], str], tuple[str, int]]] = {
    "grep": grep, "egrep": lambda args, text: grep(["-E", *args], text), "head": head,
    "tail": tail, "wc": wc, "sort": sort, "uniq": uniq,
    "less": lambda args, text: (text, 0), "more": lambda args, text: (text, 0),
}  # fmt: skip
