"""A line of shell → its commands: quotes, pipes, `&&`, `||`, `;`, heredocs and a few redirections.

No variables, no globs, no substitution: what a shell would do beyond this is told, not guessed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from simulator.kubectl.state import MOST_COMMANDS, Stop
from simulator.words import clip

_OPERATORS = ("&&", "||", "<<<", "<<-", "<<", ">>", "|", ";", "<", ">", "&")
_BREAKS = frozenset({"&&", "||", ";"})
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=", re.ASCII)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or (`operator`) a sign of the shell's."""

    text: str
    operator: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a pipeline: what is set for it alone, its words, its own input.

    `heredoc` is None where it has none; `merged` sends its stderr where stdout goes, `silent` and
    `mute` drop stdout and stderr.
    """

    words: tuple[str, ...]
    settings: tuple[tuple[str, str], ...] = ()
    heredoc: str | None = None
    wants_heredoc: bool = False
    merged: bool = False
    silent: bool = False
    mute: bool = False


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands that feed one another; it runs if `after` (`;`, `&&` or `||`) says so."""

    commands: tuple[Command, ...]
    after: str = ";"


def read_line(text: str) -> tuple[Pipeline, ...]:
    """The pipelines of a text; a heredoc's lines may follow its command. Raises Stop."""
    found: list[Pipeline] = []
    lines = text.replace("\r\n", "\n").replace("\\\n", " ").split("\n")
    while lines:
        tokens = list(_tokens(lines.pop(0)))
        for after, part in _split(tokens):
            found.append(Pipeline(tuple(_command(each, lines) for each in _piped(part)), after))
        if len(found) > MOST_COMMANDS:
            raise Stop(f"error: more than {MOST_COMMANDS} commands at once\n")
    return tuple(found)


# ── Words ──


def _tokens(line: str) -> Iterator[Token]:
    at = 0
    while at < len(line):
        if line[at] in " \t":
            at += 1
        elif line[at] == "#":
            return
        elif operator := next((o for o in _OPERATORS if line.startswith(o, at)), ""):
            yield Token(operator, True)
            at += len(operator)
        else:
            word, at = _word(line, at)
            yield Token(word)


def _word(line: str, at: int) -> tuple[str, int]:
    parts: list[str] = []
    while at < len(line) and line[at] not in " \t|;<&":
        if line[at] == ">":
            if not (len(parts) == 1 and parts[0] in {"1", "2"}):
                break
            return _redirection(line, at, parts[0])
        if line[at] in "'\"":
            text, at = _quoted(line, at)
            parts.append(text)
        elif line[at] == "\\" and at + 1 < len(line):
            parts.append(line[at + 1])
            at += 2
        else:
            parts.append(line[at])
            at += 1
    return "".join(parts), at


def _redirection(line: str, at: int, stream: str) -> tuple[str, int]:
    """`2>&1` and the like, whole, as one word that `_command` knows."""
    match = re.compile(r">>?\s*(&?[\w./-]+)?").match(line, at)
    assert match is not None
    return f"{stream}>{match[1] or ''}", match.end()


def _quoted(line: str, at: int) -> tuple[str, int]:
    sign, start = line[at], at + 1
    parts: list[str] = []
    at = start
    while at < len(line) and line[at] != sign:
        if sign == '"' and line[at] == "\\" and line[at + 1 : at + 2] in ('"', "\\", "$", "`"):
            at += 1
        parts.append(line[at])
        at += 1
    if at >= len(line):
        raise Stop(f"bash: unexpected EOF while looking for matching `{sign}'\n", 2)
    return "".join(parts), at + 1


# ── Commands ──


def _split(tokens: list[Token]) -> Iterator[tuple[str, list[Token]]]:
    after, part = ";", list[Token]()
    for token in tokens:
        if token.operator and token.text in _BREAKS:
            if not part:
                raise _unexpected(token.text)
            yield after, part
            after, part = token.text, []
        else:
            part.append(token)
    if part:
        yield after, part
    elif after != ";":
        raise _unexpected("newline")


def _piped(tokens: list[Token]) -> Iterator[list[Token]]:
    part: list[Token] = []
    for token in tokens:
        if token == Token("|", True):
            if not part:
                raise _unexpected("|")
            yield part
            part = []
        else:
            part.append(token)
    if not part:
        raise _unexpected("newline")
    yield part


def _unexpected(sign: str) -> Stop:
    return Stop(f"bash: syntax error near unexpected token `{sign}'\n", 2)


def _command(tokens: list[Token], lines: list[str]) -> Command:
    words: list[str] = []
    settings: list[tuple[str, str]] = []
    heredoc, wanted = None, False
    flags: set[str] = set()
    left = list(reversed(tokens))
    while left:
        token = left.pop()
        if token.operator:
            target = left.pop().text if left else ""
            if token.text in {"<<", "<<-"} and target:
                wanted = True
                heredoc = _heredoc(lines, target, tabs=token.text == "<<-")
            elif token.text == "<<<":
                heredoc = target + "\n"
            elif token.text == ">" and target == "/dev/null":
                flags.add("silent")
            else:
                raise _no_redirection(token.text, target)
        elif token.text in {"2>&1", "2>/dev/null", "1>/dev/null"}:
            flags.add({"2>&1": "merged", "2>/dev/null": "mute"}.get(token.text, "silent"))
        elif not words and _ASSIGNMENT.match(token.text):
            name, _, value = token.text.partition("=")
            settings.append((name, value))
        else:
            words.append(token.text)
    return Command(
        tuple(words), tuple(settings), heredoc, wanted and heredoc is None,
        "merged" in flags, "silent" in flags, "mute" in flags,
    )  # fmt: skip


def _no_redirection(sign: str, target: str) -> Stop:
    if sign == "&":
        return Stop("bash: jobs in the background are not part of this lab\n")
    if sign == "<":
        return Stop(f"bash: {clip(target)}: read it with -f {clip(target)}, or by a heredoc\n")
    return Stop(f"bash: {clip(target)}: files cannot be written here; the editor is the file\n")


def _heredoc(lines: list[str], end: str, *, tabs: bool) -> str | None:
    """The lines up to the end word, taken off `lines`; None where no line follows."""
    if not lines:
        return None
    body: list[str] = []
    while lines:
        line = lines.pop(0)
        line = line.lstrip("\t") if tabs else line
        if line.rstrip() == end:
            break
        body.append(line)
    return "".join(f"{line}\n" for line in body)
