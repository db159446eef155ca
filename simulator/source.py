"""Text → nodes that know their line and column, behind a guard that builds nothing dangerous.

The guard walks libyaml's event stream and refuses before any object is built: libyaml's own compose
step crashes the process at about 25,000 nested brackets, and PyYAML's merge keys hang it in under
1 kB. Limits are those of ../shared/trust.md, section 7; documents are split, keys repeated and
scalars typed as kubectl does it (k8s.io/apimachinery yaml reader, go-yaml v2).
"""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from simulator.model import Mark, Problem, Severity
from simulator.scalars import ScalarValue, looks_numeric, resolve
from simulator.words import clip, code_point, quote

if not yaml.__with_libyaml__:  # pragma: no cover - every wheel of PyYAML carries it
    raise ImportError(
        "netpol_lab needs PyYAML built with libyaml: pip install --force-reinstall pyyaml"
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """One profile of the guard; None means that the thing is not counted."""

    size: int | None = None  # bytes of the whole text
    depth: int = 32
    nodes: int | None = None  # after aliases and merge keys are expanded
    expansion: int = 20_000  # nodes that aliases and merge keys bring in
    aliases: int | None = None
    documents: int | None = None
    scalar: int | None = None  # characters of one scalar
    number: int | None = None  # characters of one number
    policies: int | None = None
    rules: int | None = None  # per policy and direction
    entries: int | None = None  # peers, or ports, of one rule
    excepts: int | None = None
    expressions: int | None = None
    values: int | None = None


#: What a learner's submission may be.
SUBMISSION = Limits(
    size=64 * 1024, nodes=20_000, aliases=100, documents=50, scalar=8 * 1024, number=32,
    policies=50, rules=200, entries=200, excepts=1_000, expressions=200, values=500,
)  # fmt: skip
#: Files on one's own machine: nothing is counted, only depth and expansion are bounded.
COMMAND_LINE = Limits(expansion=200_000)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A leaf: its typed value and the text it was written as."""

    value: ScalarValue
    text: str
    mark: Mark
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple["Node", ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping with its value; keys are text, as in JSON."""

    key: str
    value: "Node"
    mark: Mark


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping; a repeated key is here once, with its last value."""

    entries: tuple[Entry, ...]
    mark: Mark

    def get(self, key: str) -> "Node | None":
        """The value of `key`, or None when it is absent."""
        return next((entry.value for entry in self.entries if entry.key == key), None)


Node = Scalar | Sequence | Mapping


@dataclass(frozen=True, slots=True)
class Source:
    """What a text holds: its documents' root nodes (empty ones left out), and its problems.

    After an error `documents` is empty: half a text never gets a verdict.
    """

    text: str
    documents: tuple[Node, ...] = ()
    problems: tuple[Problem, ...] = ()


class _Refusal(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read(text: str | bytes, limits: Limits = SUBMISSION) -> Source:
    """Read YAML or JSON text of one or many documents.

    Takes text, or bytes in UTF-8 (a byte order mark is dropped). Never raises on any input: what is
    wrong comes back in `problems`, located.
    """
    warnings: list[Problem] = []
    try:
        clean = _clean(text, limits)
    except _Refusal as refusal:
        return Source("", (), (refusal.problem,))
    try:
        documents = tuple(_documents(clean, limits, warnings))
    except _Refusal as refusal:
        return Source(clean, (), (*warnings, refusal.problem))
    return Source(clean, documents, tuple(warnings))


# ── Characters ───────────────────────────────────────────────────────────────────────────────

# go-yaml refuses control characters; NEL, LS and PS are line breaks to YAML 1.1 but to no editor,
# so that line numbers would lie; U+FFFD stands where bytes were not UTF-8; a BOM starts a text.
_FORBIDDEN = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffc\U00010000-\U0010ffff]"
)


def _clean(text: str | bytes, limits: Limits) -> str:
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "surrogatepass"))
    if limits.size is not None and size > limits.size:
        message = f"the text has {size:,} bytes; at most {limits.size:,} are read"
        raise _Refusal(Problem(message, Mark(1, 1), limit="size"))
    decoded = _decode(text) if isinstance(text, bytes) else text
    lines = decoded.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if found := _FORBIDDEN.search(lines):
        raise _Refusal(_forbidden(lines, found.start()))
    return lines


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        message = "the file is UTF-16 or UTF-32; kubectl reads UTF-8"
        raise _Refusal(Problem(message, Mark(1, 1), hint="Save the file as UTF-8."))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        mark = _mark_at(before, len(before))
        message = f"yaml: invalid UTF-8: byte 0x{data[error.start]:02x} starts no character"
        raise _Refusal(Problem(message, mark, hint="Save the file as UTF-8.")) from None


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


# ── Documents ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Chunk:
    """The text of one document, with the number of lines before it."""

    text: str
    lines_before: int
    columns_before: int = 0


def _documents(text: str, limits: Limits, warnings: list[Problem]) -> Iterator[Node]:
    budget = _Budget(limits)
    for chunk in _chunks(text):
        budget.count_document(chunk)
        builder = _Builder(chunk, budget, warnings)
        if (root := builder.build()) is not None:
            yield root


def _chunks(text: str) -> list[_Chunk]:
    return _json_chunks(text) or list(_yaml_chunks(text))


def _yaml_chunks(text: str) -> Iterator[_Chunk]:
    """Split at lines that begin with `---`, as kubectl's reader does before any YAML is parsed."""
    start = 0
    collected: list[str] = []
    for number, line in enumerate(text.split("\n")):
        if not line.startswith("---"):
            collected.append(line)
            continue
        rest = line[3:].strip()
        if rest and not rest.startswith("#"):
            message = f"invalid Yaml document separator: {clip(rest)}"
            hint = "A separator is three dashes alone on their line."
            raise _Refusal(Problem(message, Mark(number + 1, 4), hint=hint))
        yield _Chunk("\n".join(collected), start)
        start, collected = number + 1, []
    yield _Chunk("\n".join(collected), start)


def _json_chunks(text: str) -> list[_Chunk]:
    """The extents of JSON objects that follow one another; empty when the text is not such."""
    if not text.lstrip().startswith("{"):
        return []
    decoder, index, chunks = json.JSONDecoder(), 0, []
    while index < len(text):
        begin = index + len(text[index:]) - len(text[index:].lstrip())
        if begin == len(text):
            break
        try:
            _, index = decoder.raw_decode(text, begin)
        except (ValueError, RecursionError):
            return []  # not JSON: kubectl falls back to YAML, whose flow style looks alike
        mark = _mark_at(text, begin)
        chunks.append(_Chunk(text[begin:index], mark.line - 1, mark.column - 1))
    return chunks


# ── The guard and the builder ────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Budget:
    """What a whole text has used up of its limits."""

    limits: Limits
    nodes: int = 0
    expansion: int = 0
    aliases: int = 0
    documents: int = 0

    def count_document(self, chunk: _Chunk) -> None:
        self.documents += 1
        most = self.limits.documents
        # One more than the limit is let through: the text before a first separator is often empty.
        if most is not None and self.documents > most + 1:
            self._refuse("documents", most, "documents", Mark(chunk.lines_before + 1, 1))

    def count_nodes(self, number: int, mark: Mark) -> None:
        self.nodes += number
        most = self.limits.nodes
        if most is not None and self.nodes > most:
            self._refuse("nodes", most, "values, aliases expanded", mark)

    def count_expansion(self, number: int, mark: Mark) -> None:
        self.count_nodes(number, mark)
        self.expansion += number
        if self.expansion > self.limits.expansion:
            self._refuse("expansion", self.limits.expansion, "values out of aliases", mark)

    def count_alias(self, mark: Mark) -> None:
        self.aliases += 1
        most = self.limits.aliases
        if most is not None and self.aliases > most:
            self._refuse("aliases", most, "aliases", mark)

    def check_depth(self, depth: int, mark: Mark) -> None:
        if depth > self.limits.depth:
            self._refuse("depth", self.limits.depth, "levels of nesting", mark)

    def check_scalar(self, text: str, plain: bool, mark: Mark) -> None:
        if self.limits.scalar is not None and len(text) > self.limits.scalar:
            self._refuse("scalar", self.limits.scalar, "characters in one value", mark)
        if not plain or self.limits.number is None or len(text) <= self.limits.number:
            return
        if looks_numeric(text):
            self._refuse("number", self.limits.number, "characters in one number", mark)

    def _refuse(self, name: str, most: int, what: str, mark: Mark) -> None:
        message = f"the text has more than {most:,} {what}"
        hint = "kubectl may take it; this lab's limit keeps everybody's answers quick."
        raise _Refusal(Problem(message, mark, hint=hint, limit=name))


@dataclass(slots=True)
class _Open:
    """A collection that is being read: its finished children, and how large and deep it is."""

    event: yaml.CollectionStartEvent
    mark: Mark
    children: list[Node] = field(default_factory=list)
    size: int = 1
    height: int = 1


@dataclass(frozen=True, slots=True)
class _Anchored:
    """What an anchor names: a finished node, its size and height; no node while it is open."""

    node: Node | None = None
    size: int = 0
    height: int = 0


_PLAIN_TAGS = {
    f"tag:yaml.org,2002:{name}": name for name in ("str", "int", "bool", "null", "float")
}


class _Builder:
    """Builds one document's nodes from events. Holds the stack itself: no recursion to exhaust."""

    def __init__(self, chunk: _Chunk, budget: _Budget, warnings: list[Problem]) -> None:
        self._chunk = chunk
        self._budget = budget
        self._warnings = warnings
        self._stack: list[_Open] = []
        self._root: Node | None = None
        self._anchors: dict[str, _Anchored] = {}

    def build(self) -> Node | None:
        """The root node, or None when the document is empty."""
        try:
            for event in yaml.parse(self._chunk.text, Loader=yaml.CSafeLoader):
                if isinstance(event, yaml.DocumentEndEvent):
                    self._warn_of_lost_text(event)
                    break
                if isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
                    self._take(event)
        except yaml.YAMLError as error:
            raise _Refusal(_syntax_problem(error, self._chunk)) from None
        return self._root

    def _warn_of_lost_text(self, event: yaml.Event) -> None:
        """kubectl reads one document between separators, and nothing that follows it."""
        lines = self._chunk.text.split("\n")
        for number in range(_place(event.end_mark)[0], len(lines)):
            line = lines[number].strip()
            if line and not line.startswith("#") and line != "...":
                message = "the document ends above: kubectl ignores everything from this line on"
                hint = "Compare the first column of both; separate documents with `---`."
                mark = _shift(number, 0, self._chunk)
                self._warnings.append(_warning(message, mark, hint))
                break

    def _mark(self, event: yaml.Event) -> Mark:
        return _shift(*_place(event.start_mark), self._chunk)

    def _take(self, event: yaml.Event) -> None:
        mark = self._mark(event)
        if isinstance(event, yaml.CollectionEndEvent):
            self._close()
        elif isinstance(event, yaml.AliasEvent):
            self._take_alias(event, mark)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open(event, mark)
        elif isinstance(event, yaml.ScalarEvent):
            self._budget.count_nodes(1, mark)
            self._place(_Anchored(self._scalar(event, mark), 1, 0), event.anchor)

    def _open(self, event: yaml.CollectionStartEvent, mark: Mark) -> None:
        self._budget.count_nodes(1, mark)
        self._budget.check_depth(len(self._stack) + 1, mark)
        if event.tag is not None:
            raise _Refusal(_tag_problem(event.tag, mark))
        if event.anchor:
            self._anchors[event.anchor] = _Anchored()  # open: an alias to it now is a cycle
        self._stack.append(_Open(event, mark))

    def _close(self) -> None:
        opened = self._stack.pop()
        node: Node
        if isinstance(opened.event, yaml.SequenceStartEvent):
            node = Sequence(tuple(opened.children), opened.mark)
        else:
            node, grown = _mapping(opened, self._warnings)
            self._budget.count_expansion(grown, opened.mark)
            opened.size += grown
        self._place(_Anchored(node, opened.size, opened.height), opened.event.anchor)

    def _place(self, placed: _Anchored, anchor: str | None) -> None:
        assert placed.node is not None
        if anchor:
            self._anchors[anchor] = placed
        if not self._stack:
            self._root = placed.node
            return
        parent = self._stack[-1]
        parent.children.append(placed.node)
        parent.size += placed.size
        parent.height = max(parent.height, placed.height + 1)

    def _take_alias(self, event: yaml.AliasEvent, mark: Mark) -> None:
        self._budget.count_alias(mark)
        name = str(event.anchor)
        if name not in self._anchors:
            raise _Refusal(Problem(f"yaml: unknown anchor {_single(name)} referenced", mark))
        anchored = self._anchors[name]
        if anchored.node is None:
            raise _Refusal(Problem(f"yaml: anchor {_single(name)} value contains itself", mark))
        self._budget.count_expansion(anchored.size, mark)
        self._budget.check_depth(len(self._stack) + anchored.height, mark)
        self._place(anchored, None)

    def _scalar(self, event: yaml.ScalarEvent, mark: Mark) -> Scalar:
        text, plain = event.value, event.implicit[0]
        self._budget.check_scalar(text, plain, mark)
        if found := _ODD_IN_VALUE.search(text):
            message = f"yaml: control characters are not allowed: {code_point(found.group())}"
            raise _Refusal(Problem(message, mark, hint="Delete the escape that makes it."))
        if event.tag is not None and not plain:
            return Scalar(_tagged(event.tag, text, mark), text, mark, plain=False)
        if not plain:
            return Scalar(text, text, mark, plain=False)
        value = resolve(text)
        if isinstance(value, float) and not math.isfinite(value):
            shown = {math.inf: "+Inf", -math.inf: "-Inf"}.get(value, "NaN")
            raise _Refusal(Problem(f"json: unsupported value: {shown}", mark, hint="Quote it."))
        return Scalar(value, text, mark)


# What an escape such as "\0" or "\ud800" can bring in although the text itself is clean.
_ODD_IN_VALUE = re.compile("[\x00\ud800-\udfff]")


def _single(name: str) -> str:
    return f"'{clip(name)}'"


def _tagged(tag: str, text: str, mark: Mark) -> ScalarValue:
    name = _PLAIN_TAGS.get(tag)
    if name is None:
        raise _Refusal(_tag_problem(tag, mark))
    if name == "str":
        return text
    value = resolve(text)
    fits = {"int": int, "bool": bool, "null": type(None), "float": float}[name]
    if name == "float" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not fits or (isinstance(value, float) and not math.isfinite(value)):
        raise _Refusal(Problem(f"yaml: cannot decode {quote(text)} as a !!{name}", mark))
    return value


def _tag_problem(tag: str, mark: Mark) -> Problem:
    shown = clip(tag.replace("tag:yaml.org,2002:", "!!"))
    message = f"the tag {shown} is not read here; only !!str, !!int, !!bool, !!null and !!float are"
    return Problem(message, mark, hint="A manifest needs no tags: delete it.", limit="tags")


def _warning(message: str, mark: Mark, hint: str = "", path: str = "") -> Problem:
    return Problem(message, mark, path, hint, Severity.WARNING)


_MOST_WARNINGS = 100

# ── Mappings: keys, repeated keys, merge keys ────────────────────────────────────────────────


def _mapping(opened: _Open, warnings: list[Problem]) -> tuple[Mapping, int]:
    """The mapping, and by how many nodes its merge keys made it grow."""
    entries: dict[str, Entry] = {}
    written: set[str] = set()  # a key that merely overrides a merged one is not repeated
    grown = 0
    for key, value in zip(opened.children[::2], opened.children[1::2], strict=True):
        if isinstance(key, Scalar) and key.plain and key.text == "<<":
            for entry in _merged(value, key.mark):
                grown += 1
                entries.pop(entry.key, None)
                entries[entry.key] = entry
            continue
        name = _key(key)
        if name in written:
            _warn_of_repeat(name, entries[name], key, warnings)
        written.add(name)
        entries.pop(name, None)
        entries[name] = Entry(name, value, key.mark)
    return Mapping(tuple(entries.values()), opened.mark), grown


def _warn_of_repeat(name: str, first: Entry, key: Node, warnings: list[Problem]) -> None:
    if len(warnings) >= _MOST_WARNINGS:
        return
    message = (
        f"{quote(name)} is given twice, on lines {first.mark.line} and {key.mark.line}; "
        "kubectl keeps the last without a word"
    )
    warnings.append(_warning(message, key.mark, "Delete the one that you do not mean."))


def _key(node: Node) -> str:
    if not isinstance(node, Scalar):
        kind = "list" if isinstance(node, Sequence) else "map"
        message = f"yaml: invalid map key: a {kind} cannot be a key"
        hint = "If this is a template, put the values in place of {{ … }} first."
        raise _Refusal(Problem(message, node.mark, hint=hint))
    value = node.value
    if value is None:
        raise _Refusal(Problem("yaml: unsupported map key: null", node.mark))
    if isinstance(value, bool):
        return "true" if value else "false"
    return (
        value
        if isinstance(value, str)
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )


def _merged(value: Node, mark: Mark) -> list[Entry]:
    """The entries that `<<: value` brings in; of several maps the earlier one wins."""
    maps = value.items if isinstance(value, Sequence) else (value,)
    found: dict[str, Entry] = {}
    for node in reversed(maps):
        if not isinstance(node, Mapping):
            message = "yaml: map merge requires map or sequence of maps as the value"
            raise _Refusal(Problem(message, mark))
        found.update({entry.key: entry for entry in node.entries})
    return list(found.values())


# ── Syntax errors ────────────────────────────────────────────────────────────────────────────


def _place(mark: object) -> tuple[int, int]:
    """Line and column of PyYAML's mark, from 0; events of a parser always carry one."""
    return int(getattr(mark, "line", 0)), int(getattr(mark, "column", 0))


def _shift(line: int, column: int, chunk: _Chunk) -> Mark:
    before = chunk.columns_before if line == 0 else 0
    return Mark(line + 1 + chunk.lines_before, column + 1 + before)


def _syntax_problem(error: yaml.YAMLError, chunk: _Chunk) -> Problem:
    found = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
    place = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    lines = chunk.text.split("\n")
    # libyaml points past the end when a quote or bracket is never closed: stay in the text.
    line = min(place.line if place else 0, max(len(lines) - 1, 0))
    while line and not lines[line].strip():
        line -= 1
    column = min(
        place.column if place and line == place.line else len(lines[line]), len(lines[line])
    )
    mark = _shift(line, column, chunk)
    message = f"yaml: line {mark.line}: {found}"
    return Problem(message, mark, hint=_syntax_hint(str(found), lines, line, column))


def lookalike(source: Source) -> Problem | None:
    """A warning at the first character that only looks like YAML's own (a no-break space, …)."""
    for number, line in enumerate(source.text.split("\n"), 1):
        for column, character in enumerate(line.partition("#")[0], 1):
            if character in _ODD_LOOKALIKES:
                message = f"this is {_ODD_LOOKALIKES[character]}: {code_point(character)}"
                hint = "It comes with text copied from web pages; type a plain one."
                return _warning(message, Mark(number, column), hint)
    return None


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
