"""Notes: the statements that a course teaches, and where what is said differs from Kubernetes.

Lessons, exercises and questions name statements by their ids, in `teaches`; from that it can be
told which statement is shown, tried and asked where (docs/coverage.md).
"""

from collections import Counter
from dataclasses import dataclass, field

from simulator.fields import FieldReader
from simulator.model import Mark
from simulator.nodes import Entry, Node


@dataclass(frozen=True, slots=True)
class Taught:
    """A statement's id as a document names it, and where."""

    id: str
    mark: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Statement:
    """What the course says, under the module that teaches it."""

    id: str
    module: int
    text: str
    mark: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Erratum:
    """What notes say and what Kubernetes does instead; `about` names the statements meant."""

    id: str
    about: tuple[str, ...]
    notes: str
    kubernetes: str
    mark: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Notes:
    """Statements in the order of the course, then errata; all ids differ. `about` is Markdown."""

    slug: str
    title: str
    about: str
    statements: tuple[Statement, ...]
    errata: tuple[Erratum, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of its statements and errata."""
        return (*(each.id for each in self.statements), *(each.id for each in self.errata))


def read_notes(r: FieldReader, node: Node) -> Notes | None:
    """The notes of a document's node; None where a field that they need is missing."""
    fields = r.fields(
        node, required=("kind", "slug", "title", "modules"), optional=("about", "errata")
    )
    if fields is None:
        return None
    statements = tuple(s for item in r.items(fields["modules"]) for s in _module(r, item))
    errata = tuple(e for item in r.items(fields.get("errata")) if (e := _erratum(r, item)))
    _check_ids(r, statements, errata)
    return Notes(
        r.slug(fields),
        r.text(fields["title"], most=200),
        r.optional_text(fields, "about"),
        statements,
        errata,
    )


def _module(r: FieldReader, node: Node) -> tuple[Statement, ...]:
    fields = r.fields(node, required=("module", "statements"))
    if fields is None:
        return ()
    module = r.integer(fields["module"].value, 1, 99)
    found = (_statement(r, item, module) for item in r.items(fields["statements"]))
    return tuple(statement for statement in found if statement)


def _statement(r: FieldReader, node: Node, module: int) -> Statement | None:
    fields = r.fields(node, required=("id", "text"))
    if fields is None:
        return None
    return Statement(_id(r, fields["id"]), module, r.text(fields["text"]), node.mark)


def _erratum(r: FieldReader, node: Node) -> Erratum | None:
    fields = r.fields(node, required=("id", "notes", "kubernetes"), optional=("about",))
    if fields is None:
        return None
    return Erratum(
        _id(r, fields["id"]),
        tuple(each.id for each in read_teaches(r, fields.get("about"))),
        r.text(fields["notes"]),
        r.text(fields["kubernetes"]),
        node.mark,
    )


def _id(r: FieldReader, entry: Entry) -> str:
    return r.slug({"slug": entry})


def _check_ids(
    r: FieldReader, statements: tuple[Statement, ...], errata: tuple[Erratum, ...]
) -> None:
    every: tuple[Statement | Erratum, ...] = (*statements, *errata)
    number = Counter(each.id for each in every)
    for each in every:
        if number[each.id] > 1:
            r.problem(f"{each.id} is here twice", each.mark)
    known = {statement.id for statement in statements}
    for erratum in errata:
        for id in erratum.about:
            if id not in known:
                r.problem(f"{erratum.id} is about {id}, and no statement has this id", erratum.mark)


def read_teaches(r: FieldReader, entry: Entry | None) -> tuple[Taught, ...]:
    """The statements that something is about, by their ids. Whether they exist, only notes tell."""
    found: list[Taught] = []
    for item in r.items(entry):
        taught = Taught(_id(r, Entry("a statement's id", item, item.mark)), item.mark)
        if taught in found:
            r.problem(f"{taught.id} is here twice", item.mark)
        found.append(taught)
    return tuple(found)
