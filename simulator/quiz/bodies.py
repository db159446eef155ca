"""What each kind of item holds, read from its fields."""

from collections import Counter
from collections.abc import Iterator

from simulator.exercise import read_mistakes, read_scope, read_strangers
from simulator.fields import FieldReader, Flow
from simulator.nodes import Entry, Mapping, Node, Scalar, Sequence
from simulator.quiz.values import (
    GAP,
    Arrow,
    Choice,
    Fill,
    Match,
    Matched,
    Note,
    Option,
    Order,
    Point,
    Predict,
    WrongLine,
    WrongOrder,
)
from simulator.words import quote

#: Letters name options on the page.
MOST_CHOICES = 26
_NOTE = ("mistakes", "why", "earns")

Fields = dict[str, Entry]


def read_note(r: FieldReader, fields: Fields) -> Note:
    """What a wrong choice shows."""
    return Note(
        read_mistakes(r, fields.get("mistakes")),
        r.optional_text(fields, "why"),
        r.integer(fields["earns"].value, 0, 99) if "earns" in fields else None,
    )


# ── Arrows ──


def read_predict(r: FieldReader, node: Node, fields: Fields) -> Predict:
    """`scenario`, the `policies` in force (none: the open cluster) and `arrows`."""
    arrows = tuple(arrow for item in r.items(fields.get("arrows")) if (arrow := _arrow(r, item)))
    return Predict(r.text(fields["scenario"]), r.optional_text(fields, "policies"), arrows)


def _arrow(r: FieldReader, node: Node) -> Arrow | None:
    """A flow, or a map of it and what a wrong prediction shows."""
    if not isinstance(node, Mapping):
        flow = r.flow(node)
        return Arrow(flow) if flow else None
    fields = r.fields(node, required=("flow",), optional=_NOTE)
    if fields is None or (flow := r.flow(fields["flow"].value)) is None:
        return None
    return Arrow(flow, read_note(r, fields))


def read_match(r: FieldReader, node: Node, fields: Fields) -> Match:
    """Policies, each a text or a map of `text` and what it shows to miss it."""
    policies = tuple(_matched(r, item) for item in r.items(fields["policies"]))
    if not 2 <= len(policies) <= MOST_CHOICES:
        r.problem("there are 2 or more policies to match", fields["policies"].mark)
    _distinct(r, [policy.text for policy in policies], fields["policies"])
    arrows = tuple(_flows(r, fields.get("arrows")))
    return Match(r.text(fields["scenario"]), policies, arrows)


def _matched(r: FieldReader, node: Node) -> Matched:
    if not isinstance(node, Mapping):
        return Matched(_text(r, node, "a policy"))
    fields = r.fields(node, required=("text",), optional=_NOTE)
    return Matched(r.text(fields["text"]), read_note(r, fields)) if fields else Matched("")


def _flows(r: FieldReader, entry: Entry | None) -> Iterator[Flow]:
    for item in r.items(entry):
        if flow := r.flow(item):
            yield flow


# ── Choices ──


def read_single(r: FieldReader, node: Node, fields: Fields) -> Choice:
    """Options of which exactly one is right."""
    choice = _choice(r, fields)
    if sum(option.right for option in choice.options) != 1:
        r.problem("exactly one option has right: true", fields["options"].mark)
    return choice


def read_multiple(r: FieldReader, node: Node, fields: Fields) -> Choice:
    """Options of which some are right and some are wrong."""
    choice = _choice(r, fields)
    if len({option.right for option in choice.options}) != 2:
        r.problem("some options have right: true, and some have not", fields["options"].mark)
    return choice


def _choice(r: FieldReader, fields: Fields) -> Choice:
    options = tuple(_option(r, item) for item in r.items(fields["options"]))
    if not 2 <= len(options) <= MOST_CHOICES:
        r.problem(f"there are 2 to {MOST_CHOICES} options", fields["options"].mark)
    _distinct(r, [option.text for option in options], fields["options"])
    return Choice(options, r.boolean(fields["shuffle"]) if "shuffle" in fields else True)


def _option(r: FieldReader, node: Node) -> Option:
    if not isinstance(node, Mapping):
        return Option(_text(r, node, "an option"))
    fields = r.fields(node, required=("text",), optional=("right", *_NOTE))
    if fields is None:
        return Option("")
    right = r.boolean(fields["right"]) if "right" in fields else False
    if right and ("mistakes" in fields or "earns" in fields):
        r.problem("a right option shows no misconception", node.mark)
    return Option(_text(r, fields["text"].value, "text"), right, read_note(r, fields))


def read_order(r: FieldReader, node: Node, fields: Fields) -> Order:
    """Steps in their right order; a list among them may stand in any order."""
    groups = tuple(_group(r, item) for item in r.items(fields["steps"]))
    order = Order(groups, tuple(_wrong_order(r, item) for item in r.items(fields.get("wrong"))))
    if len(groups) < 2 or len(order.steps) > MOST_CHOICES:
        r.problem("there are 2 or more steps to put in order", fields["steps"].mark)
    _distinct(r, order.steps, fields["steps"])
    for wrong in order.wrong:
        if Counter(wrong.steps) != Counter(order.steps):
            r.problem("a wrong order holds the same steps", fields["wrong"].mark)
    return order


def _group(r: FieldReader, node: Node) -> tuple[str, ...]:
    items = node.items if isinstance(node, Sequence) else (node,)
    return tuple(_text(r, item, "a step") for item in items)


def _wrong_order(r: FieldReader, node: Node) -> WrongOrder:
    fields = r.fields(node, required=("steps",), optional=_NOTE)
    if fields is None:
        return WrongOrder((), Note())
    steps = tuple(_text(r, item, "a step") for item in r.items(fields["steps"]))
    return WrongOrder(steps, read_note(r, fields))


# ── Lines ──


def read_fill(r: FieldReader, node: Node, fields: Fields) -> Fill:
    """A text with one gap, the line that fills it, and lines that do not."""
    text = r.text(fields["text"])
    if text.count(GAP) != 1:
        r.problem(f"the text has one gap, written {GAP}", fields["text"].mark)
    return Fill(
        r.text(fields["scenario"]),
        text,
        _line(r, fields["answer"]),
        tuple(_wrong_line(r, item) for item in r.items(fields.get("wrong"))),
        read_scope(r, fields.get("ports")),
        read_strangers(r, fields.get("strangers")),
    )


def _wrong_line(r: FieldReader, node: Node) -> WrongLine:
    fields = r.fields(node, required=("line",), optional=_NOTE)
    if fields is None:
        return WrongLine("", Note())
    return WrongLine(_line(r, fields["line"]), read_note(r, fields), node.mark)


def _line(r: FieldReader, entry: Entry) -> str:
    text = _text(r, entry.value, entry.key)
    if "\n" in text.strip():
        r.problem(f"{entry.key} is one line", entry.mark)
    return text.strip()


def read_point(r: FieldReader, node: Node, fields: Fields) -> Point:
    """A text and the lines to point at, by their text or number; a list holds alternatives."""
    text = r.text(fields["text"])
    rows = text.rstrip("\n").split("\n")
    groups = tuple(_lines(r, item, rows) for item in r.items(fields["lines"]))
    if not groups:
        r.problem("lines names the lines to point at", fields["lines"].mark)
    wrong = tuple(_wrong_point(r, item, rows) for item in r.items(fields.get("wrong")))
    right = {number for group in groups for number in group}
    if right >= set(range(1, len(rows) + 1)):
        r.problem("some line is wrong to point at", fields["lines"].mark)
    for number, _ in wrong:
        if number in right:
            r.problem(f"line {number} is right and wrong", fields["wrong"].mark)
    return Point(text, groups, wrong)


def _lines(r: FieldReader, node: Node, rows: list[str]) -> tuple[int, ...]:
    items = node.items if isinstance(node, Sequence) else (node,)
    return tuple(_row(r, item, rows) for item in items)


def _row(r: FieldReader, node: Node, rows: list[str]) -> int:
    """A line's number; by its text where that stands once."""
    if isinstance(node, Scalar) and isinstance(node.value, int):
        return r.integer(node, 1, len(rows))
    text = _text(r, node, "a line").strip()
    found = [number for number, row in enumerate(rows, 1) if row.strip() == text]
    if len(found) != 1:
        times = "is no line" if not found else f"stands {len(found)} times"
        hint = "Give the number of the line." if found else ""
        r.problem(f"{quote(text)} {times} of the text", node.mark, hint)
    return found[0] if found else 1


def _wrong_point(r: FieldReader, node: Node, rows: list[str]) -> tuple[int, Note]:
    fields = r.fields(node, required=("line",), optional=_NOTE)
    if fields is None:
        return 1, Note()
    return _row(r, fields["line"].value, rows), read_note(r, fields)


# ── Parts ──


def _text(r: FieldReader, node: Node, name: str) -> str:
    """A text; a bare number or true is what it is written as, for options are shown as text."""
    if isinstance(node, Scalar) and node.value is not None and node.text.strip():
        return node.text
    r.problem(f"{name} is a text", node.mark)
    return ""


def _distinct(r: FieldReader, texts: list[str] | tuple[str, ...], entry: Entry) -> None:
    """Two that read alike could not be told apart, nor be shuffled by what they say."""
    for text, times in Counter(text.strip() for text in texts).items():
        if times > 1 and text:
            r.problem(f"{quote(text)} stands here {times} times", entry.mark)
