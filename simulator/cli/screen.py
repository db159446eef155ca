"""What a terminal can take: its width, its colours, its characters.

Colour never stands alone: every coloured thing carries a sign or a word. Somebody's words reach a
terminal only as `harmless` leaves them, so that no name can move a cursor or hide a line.
"""

import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import wrap
from typing import TextIO

from simulator.model import Outcome
from simulator.words import harmless

NARROWEST = 40
_COLOURS = {"good": "32", "bad": "31", "part": "33", "open": "35", "strong": "1", "quiet": "2"}
#: Where an encoding lacks one of our own signs, this stands for it.
_PLAIN = str.maketrans(
    {"✓": "y", "✕": "x", "±": "~", "→": "->", "–": "-", "…": "...", "·": "-", "’": "'",
     "×": "x", "−": "-", "“": '"', "”": '"', "│": "|", "─": "-"}
)  # fmt: skip

SIGNS = {
    Outcome.ALLOWED: "✓",
    Outcome.DENIED: "✕",
    Outcome.UNDEFINED: "?",
    Outcome.NOT_ENFORCED: "✓",
    Outcome.MIXED: "±",
    Outcome.NOT_RESOLVED: "✕",
    Outcome.UNREACHABLE: "–",
}
SHADES = {
    Outcome.ALLOWED: "good",
    Outcome.DENIED: "bad",
    Outcome.UNDEFINED: "open",
    Outcome.NOT_ENFORCED: "part",
    Outcome.MIXED: "part",
    Outcome.NOT_RESOLVED: "bad",
    Outcome.UNREACHABLE: "quiet",
}


@dataclass(frozen=True, slots=True)
class Screen:
    """A place to print on."""

    width: int = 80
    colour: bool = False
    encoding: str = "utf-8"

    @classmethod
    def of(cls, stream: TextIO) -> "Screen":
        """What a stream can take: colour only on a terminal, and not where NO_COLOR is set."""
        lively = stream.isatty() and not os.environ.get("NO_COLOR")
        dumb = os.environ.get("TERM") == "dumb"
        width = max(NARROWEST, shutil.get_terminal_size((80, 24)).columns)
        return cls(width, lively and not dumb, stream.encoding or "utf-8")

    def paint(self, shade: str, text: str) -> str:
        """A text in a colour, where there are colours; harmless in any case."""
        text = harmless(text)
        return f"\x1b[{_COLOURS[shade]}m{text}\x1b[0m" if self.colour else text

    def plain(self, text: str) -> str:
        """The text in characters that the stream's encoding has."""
        try:
            text.encode(self.encoding)
        except (UnicodeEncodeError, LookupError):
            text = text.translate(_PLAIN)
        try:
            return text.encode(self.encoding, "backslashreplace").decode(self.encoding)
        except LookupError:
            return text.encode("ascii", "backslashreplace").decode()

    def wrapped(self, text: str, *, first: str = "", rest: str | None = None) -> list[str]:
        """A harmless text in lines that fit, after an indent."""
        rest = " " * len(first) if rest is None else rest
        width = max(self.width, len(rest) + 20)
        lines = wrap(
            harmless(text), width, initial_indent=first, subsequent_indent=rest,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
        return lines or [first.rstrip()]


def counted(number: int, one: str, many: str = "") -> str:
    """`1 policy`, `1,200 policies`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def screen() -> Screen:
    """What standard output can take."""
    return Screen.of(sys.stdout)


def say(lines: Iterable[str], on: Screen) -> None:
    """Print lines that are harmless already."""
    for line in lines:
        print(on.plain(line).rstrip())


def complain(message: str) -> None:
    """Say what is wrong on standard error."""
    stream = Screen.of(sys.stderr)
    for line in message.split("\n"):
        print(stream.plain(harmless(line)), file=sys.stderr)
