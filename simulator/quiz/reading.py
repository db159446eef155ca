"""Quiz documents (docs/content.md): the head, and of each item what every kind has."""

from collections import Counter
from collections.abc import Callable, Iterable

from simulator.exercise import read_mistakes
from simulator.fields import FieldReader
from simulator.nodes import Entry, Mapping, Node, Scalar
from simulator.notes import read_teaches
from simulator.quiz import bodies, tasks
from simulator.quiz.values import Body, Item, ItemKind, Level, Quiz, Release, Use

MOST_ITEMS = 100
_HEAD = ("kind", "slug", "title", "use", "module", "position", "summary", "items")
_EXTRA = ("minutes", "seconds", "feedback", "release", "pass", "shuffle", "pick")
#: What every item may hold; a kind adds its own.
_ITEM = ("weight", "feedback", "hint", "explanation", "mistakes", "pool", "teaches")
#: What a lesson's question may hold of these, and the id that its answer goes by.
_QUESTION = ("hint", "explanation", "mistakes", "teaches")
QUESTION = "question"
#: Seconds of a drill (../shared/curriculum.md).
_DRILL = (60, 300)

_Read = Callable[[FieldReader, Node, dict[str, Entry]], Body | None]
#: For each kind the fields that it needs, those that it may have, and its reader.
_KINDS: dict[ItemKind, tuple[tuple[str, ...], tuple[str, ...], _Read]] = {
    ItemKind.PREDICT: (("scenario",), ("policies", "arrows"), bodies.read_predict),
    ItemKind.SINGLE: (("options",), ("shuffle",), bodies.read_single),
    ItemKind.MULTIPLE: (("options",), ("shuffle",), bodies.read_multiple),
    ItemKind.ORDER: (("steps",), ("wrong",), bodies.read_order),
    ItemKind.FILL: (
        ("scenario", "text", "answer"),
        ("wrong", "ports", "strangers"),
        bodies.read_fill,
    ),
    ItemKind.POINT: (("text", "lines"), ("wrong",), bodies.read_point),
    ItemKind.MATCH: (("scenario", "policies"), ("arrows",), bodies.read_match),
    ItemKind.WRITE: (("exercise",), ("constraints",), tasks.read_task),
    ItemKind.RELABEL: (("exercise",), (), tasks.read_task),
}
#: What a lesson may ask: its exercise has been solved, so it asks for no other.
QUESTION_KINDS = tuple(kind for kind in _KINDS if kind not in {ItemKind.WRITE, ItemKind.RELABEL})


def read_quiz(r: FieldReader, node: Node) -> Quiz | None:
    """The quiz of a document's node; None where a field that it needs is missing."""
    fields = r.fields(node, required=_HEAD, optional=_EXTRA)
    if fields is None:
        return None
    use = r.choice(fields["use"], Use, Use.QUIZ)
    level = r.choice(fields.get("feedback"), Level, Level.EXPLANATION)
    found = [_item(r, item, level) for item in r.items(fields["items"])]
    items = tuple(item for item in found if item is not None)
    _check_items(r, fields["items"], items)
    at_end = Release.AT_END if use in {Use.EXAM, Use.ENTRY} else Release.AT_ONCE
    return Quiz(
        r.slug(fields),
        r.text(fields["title"], most=200),
        use,
        r.integer(fields["module"].value, 0, 99),
        r.integer(fields["position"].value, 1, 999),
        r.text(fields["summary"], most=400),
        items,
        _seconds(r, node, fields, use),
        r.choice(fields.get("release"), Release, at_end),
        r.integer(fields["pass"].value, 1, 100) if "pass" in fields else 70,
        r.boolean(fields["shuffle"]) if "shuffle" in fields else False,
        _pick(r, fields.get("pick"), items),
    )


def _seconds(r: FieldReader, node: Node, fields: dict[str, Entry], use: Use) -> int:
    """The time, 0 for none: a drill has one to five minutes, an exam always a clock."""
    seconds = 0
    if "minutes" in fields:
        seconds = 60 * r.integer(fields["minutes"].value, 1, 300)
    if "seconds" in fields:
        seconds = r.integer(fields["seconds"].value, 10, 18_000)
    if "minutes" in fields and "seconds" in fields:
        r.problem("say minutes or seconds, not both", fields["seconds"].mark)
    if use is Use.DRILL and not _DRILL[0] <= seconds <= _DRILL[1]:
        r.problem("a drill runs against the clock: 60 to 300 seconds", node.mark)
    if use is Use.EXAM and not seconds:
        r.problem("an exam has a time: say minutes", node.mark)
    return seconds


def _pick(
    r: FieldReader, entry: Entry | None, items: tuple[Item, ...]
) -> tuple[tuple[str, int], ...]:
    """`pick: 8` of all items, or `pick: {dns: 2}` of a pool's."""
    pools = Counter(item.pool for item in items)
    if entry is None:
        return ()
    if not isinstance(entry.value, Mapping):
        if len(pools) > 1:
            r.problem("with pools, pick is a map: how many of which", entry.mark)
        return (("", r.integer(entry.value, 1, max(1, len(items)))),)
    found = []
    for each in entry.value.entries:
        if each.key not in pools:
            r.problem(f"no item is in the pool {each.key}", each.mark)
        found.append((each.key, r.integer(each.value, 1, max(1, pools[each.key]))))
    return tuple(found)


def _check_items(r: FieldReader, entry: Entry, items: tuple[Item, ...]) -> None:
    if not 1 <= len(r.items(entry)) <= MOST_ITEMS:
        r.problem(f"a quiz has 1 to {MOST_ITEMS} items", entry.mark)
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            r.problem(f"an item is named {item.id} already", item.mark)
        seen.add(item.id)


def _item(r: FieldReader, node: Node, level: Level) -> Item | None:
    kind = _kind(r, node, tuple(_KINDS))
    if kind is None:
        return None
    needs, may, read = _KINDS[kind]
    # `kind` is what the item is; of the rest each kind has its own.
    fields = r.fields(node, required=("id", "kind", "ask", *needs), optional=(*_ITEM, *may))
    body = read(r, node, fields) if fields is not None else None
    if fields is None or body is None:
        return None
    id = r.slug({"slug": fields["id"]})
    return _of_fields(r, node, fields, id=id, kind=kind, body=body, level=level)


def read_question(r: FieldReader, node: Node) -> Item | None:
    """A lesson's question: one item without id and weight, of a kind that is quick to answer."""
    kind = _kind(r, node, QUESTION_KINDS)
    if kind is None:
        return None
    needs, may, read = _KINDS[kind]
    fields = r.fields(node, required=("kind", "ask", *needs), optional=(*_QUESTION, *may))
    body = read(r, node, fields) if fields is not None else None
    if fields is None or body is None:
        return None
    level = Level.EXPLANATION
    return _of_fields(r, node, fields, id=QUESTION, kind=kind, body=body, level=level)


def _of_fields(
    r: FieldReader,
    node: Node,
    fields: dict[str, Entry],
    *,
    id: str,
    kind: ItemKind,
    body: Body,
    level: Level,
) -> Item:
    return Item(
        id,
        kind,
        r.text(fields["ask"]),
        body,
        r.integer(fields["weight"].value, 1, 100) if "weight" in fields else 1,
        r.choice(fields.get("feedback"), Level, level),
        r.optional_text(fields, "hint"),
        r.optional_text(fields, "explanation"),
        read_mistakes(r, fields.get("mistakes")),
        r.optional_text(fields, "pool"),
        node.mark,
        read_teaches(r, fields.get("teaches")),
    )


def _kind(r: FieldReader, node: Node, known: Iterable[ItemKind]) -> ItemKind | None:
    found = node.get("kind") if isinstance(node, Mapping) else None
    kinds = {kind.value: kind for kind in known}
    text = found.text if isinstance(found, Scalar) else ""
    if text not in kinds:
        r.problem(f"an item has a kind: one of {', '.join(kinds)}", (found or node).mark)
    return kinds.get(text)
