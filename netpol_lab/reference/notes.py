"""What the course notes say, and where the course shows it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from netpol_lab.content.models import Document
from netpol_lab.content.modules import module_title
from netpol_lab.content.queries import Reader, lesson_in, visible_lessons, visible_notes
from simulator.notes import Erratum, Notes, Statement


@dataclass(frozen=True, slots=True)
class Shown:
    """A statement with what the notes have wrong about it, and the lessons that show it."""

    statement: Statement
    errata: tuple[Erratum, ...]
    lessons: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The statements of one module."""

    module: int
    title: str
    shown: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Notes, module by module. `wrong` counts where Kubernetes does otherwise."""

    notes: Notes
    parts: tuple[Part, ...]
    wrong: int


def pages(reader: Reader) -> tuple[Page, ...]:
    """All notes that a reader may open, with the lessons that they may open."""
    lessons = lessons_teaching(visible_lessons(reader))
    return tuple(_page(notes, lessons) for notes in visible_notes(reader))


def lessons_teaching(documents: Iterable[Document]) -> Mapping[str, tuple[Document, ...]]:
    """For each id of a statement or erratum the lessons that teach it, in the course's order."""
    found: dict[str, tuple[Document, ...]] = {}
    for document in documents:
        for taught in lesson_in(document).teaches:
            found[taught.id] = (*found.get(taught.id, ()), document)
    return found


def _page(notes: Notes, lessons: Mapping[str, tuple[Document, ...]]) -> Page:
    parts = groupby(notes.statements, key=lambda statement: statement.module)
    return Page(
        notes,
        tuple(
            Part(
                module,
                module_title(module),
                tuple(_shown(notes, statement, lessons) for statement in statements),
            )
            for module, statements in parts
        ),
        len(notes.errata),
    )


def _shown(
    notes: Notes, statement: Statement, lessons: Mapping[str, tuple[Document, ...]]
) -> Shown:
    errata = tuple(erratum for erratum in notes.errata if statement.id in erratum.about)
    ids = (statement.id, *(erratum.id for erratum in errata))
    told = dict.fromkeys(document for id in ids for document in lessons.get(id, ()))
    return Shown(statement, errata, tuple(told))
