"""Files, folders and standard input, and how problems in them are shown."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.chunks import encoding
from simulator.cli.stop import Stop
from simulator.model import Problem, Severity
from simulator.words import caret, clip, harmless

ENDINGS = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class File:
    """A text with the name that messages give it."""

    name: str
    data: bytes

    @property
    def rows(self) -> list[str]:
        """Its lines as the reader counts them."""
        text = self.data.decode(encoding(self.data), "replace")
        return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def gather(names: Sequence[str]) -> tuple[File, ...]:
    """Every file that the names stand for: a folder for its YAML and JSON, `-` for standard input.

    Stops where one cannot be read, where a folder holds none, or where `-` comes twice.
    """
    if list(names).count("-") > 1:
        raise Stop("standard input (-) can be read only once")
    return tuple(file for name in names for file in _files(name))


def one(name: str) -> File:
    """One file, or standard input."""
    return File(shown(name), _read(name))


def shown(name: str) -> str:
    """How messages call a file."""
    return "standard input" if name == "-" else clip(name) if len(name) <= 80 else _end(name)


def _end(name: str) -> str:
    return "…" + harmless(name[-79:])


def _files(name: str) -> Iterator[File]:
    if name == "-" or not Path(name).is_dir():
        yield one(name)
        return
    paths = sorted(_walk(name))
    if not paths:
        raise Stop(f"{shown(name)}: no file in it ends in {', '.join(ENDINGS)}")
    for path in paths:
        yield one(path)


def _walk(folder: str) -> Iterator[str]:
    """Below a folder, what is hidden left out; links to folders are not followed."""
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            if name.endswith(ENDINGS) and not name.startswith("."):
                yield os.path.join(place, name)


def _read(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL in it
        reason = getattr(error, "strerror", None) or str(error)
        raise Stop(f"{shown(name)}: {reason}") from error


def problem_lines(file: File, problem: Problem) -> Iterator[str]:
    """`file:line:col: message`, the line with a caret below its column, and the hint."""
    yield from _problem_lines(file.name, file.rows, problem)


def all_problem_lines(file: File, problems: Sequence[Problem]) -> Iterator[str]:
    """The same for many problems of one file."""
    rows = file.rows if problems else []
    for problem in problems:
        yield from _problem_lines(file.name, rows, problem)


def _problem_lines(name: str, rows: list[str], problem: Problem) -> Iterator[str]:
    warning = "warning: " if problem.severity is Severity.WARNING else ""
    if problem.mark is None:
        yield f"{name}: {warning}{problem.message}"
        return
    mark = problem.mark
    yield f"{name}:{mark.line}:{mark.column}: {warning}{problem.message}"
    if mark.line <= len(rows) and rows[mark.line - 1].strip():
        excerpt, pointer = caret(rows[mark.line - 1], mark.column)
        yield f"    {excerpt}"
        yield f"    {pointer}"
    if problem.hint:
        yield f"    hint: {problem.hint}"
