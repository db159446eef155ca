"""A folder of documents: read, cross-checked and rehearsed, without a database."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from netpol_lab.content.models import Kind
from simulator.document import Document, Exercise, Lesson, Notes, Quiz, read_document
from simulator.model import Mark, Problem
from simulator.notes import Taught
from simulator.papers import Library
from simulator.quiz_rehearsal import rehearse_question, rehearse_quiz, rehearse_variants
from simulator.scenario import Scenario
from simulator.words import nearest

FOLDERS: Mapping[Kind, str] = {
    Kind.SCENARIO: "scenarios",
    Kind.EXERCISE: "exercises",
    Kind.LESSON: "lessons",
    Kind.QUIZ: "quizzes",
    Kind.NOTES: "notes",
}
_TYPES: Mapping[Kind, type[Document]] = {
    Kind.SCENARIO: Scenario,
    Kind.EXERCISE: Exercise,
    Kind.LESSON: Lesson,
    Kind.QUIZ: Quiz,
    Kind.NOTES: Notes,
}


@dataclass(frozen=True, slots=True)
class File:
    """One document's file."""

    path: Path
    kind: Kind
    text: str
    document: Document


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem with the file that it is in."""

    path: Path
    problem: Problem

    def __str__(self) -> str:
        mark = self.problem.mark
        place = f":{mark.line}:{mark.column}" if mark else ""
        hint = f"\n    hint: {self.problem.hint}" if self.problem.hint else ""
        return f"{self.path}{place}: {self.problem.message}{hint}"


@dataclass(frozen=True, slots=True)
class Folder:
    """What a folder holds. With faults, `files` is not to be loaded."""

    files: tuple[File, ...]
    faults: tuple[Fault, ...]


def read_folder(root: Path, *, rehearsed: bool = True) -> Folder:
    """Read scenarios/, exercises/ and the other FOLDERS below `root`; all faults come at once.

    Without `rehearsed` nothing is played: quick, and for whoever only looks.
    """
    files: list[File] = []
    faults: list[Fault] = []
    for kind, name in FOLDERS.items():
        for path in sorted((root / name).glob("*.yaml")):
            _read_file(path, kind, files, faults)
    if not files and not faults:
        faults.append(Fault(root, Problem("no documents here: scenarios/*.yaml and so on")))
    faults += _broken_links(files)
    faults += _shared_places(files)
    faults += _unknown_statements(files)
    folder = Folder(tuple(files), tuple(faults))
    return rehearse(folder) if rehearsed else folder


def rehearse(folder: Folder) -> Folder:
    """The folder with every promise that it breaks; one that has faults already is not played."""
    if folder.faults:
        return folder
    return replace(folder, faults=tuple(_broken_promises(folder.files)))


def _read_file(path: Path, kind: Kind, files: list[File], faults: list[Fault]) -> None:
    data = path.read_bytes()
    reading = read_document(data)
    faults += [Fault(path, problem) for problem in reading.problems]
    document = reading.document
    if document is None:
        return
    if not isinstance(document, _TYPES[kind]):
        message = f"a {type(document).__name__} does not belong in {path.parent.name}/"
        faults.append(Fault(path, Problem(message)))
    elif path.stem != document.slug:
        message = f"the file is named {path.stem}, its slug is {document.slug}"
        faults.append(Fault(path, Problem(message)))
    else:
        files.append(File(path, kind, data.decode("utf-8-sig"), document))


def _by_slug(files: list[File], kind: Kind) -> dict[str, Document]:
    return {file.document.slug: file.document for file in files if file.kind is kind}


def _broken_links(files: list[File]) -> Iterator[Fault]:
    scenarios, exercises = _by_slug(files, Kind.SCENARIO), _by_slug(files, Kind.EXERCISE)
    for file in files:
        document = file.document
        if isinstance(document, Exercise) and document.scenario not in scenarios:
            yield Fault(file.path, Problem(f"no scenario {document.scenario}"))
        if isinstance(document, Lesson) and document.exercise not in exercises:
            yield Fault(file.path, Problem(f"no exercise {document.exercise}"))


def _shared_places(files: list[File]) -> Iterator[Fault]:
    """Two lessons in one place have no order, and one of them no next; nor have two quizzes of one
    use, which the page of quizzes lists together."""
    taken: dict[tuple[str, int, int], str] = {}
    for file in files:
        document = file.document
        if isinstance(document, Lesson | Quiz):
            group = document.use.value if isinstance(document, Quiz) else Kind.LESSON.value
            place = (group, document.module, document.position)
            other = taken.setdefault(place, document.slug)
            if other != document.slug:
                message = f"{other} has module {place[1]}, position {place[2]} already"
                yield Fault(file.path, Problem(message, _mark_of(file.text, "position")))


def _mark_of(text: str, field: str) -> Mark | None:
    """Where a document has one of its own fields."""
    lines = enumerate(text.split("\n"), 1)
    return next((Mark(n, 1) for n, line in lines if line.startswith(f"{field}:")), None)


def _unknown_statements(files: list[File]) -> Iterator[Fault]:
    """What `teaches` names and no notes hold; and ids that two notes hold."""
    owners: dict[str, str] = {}
    for file in files:
        for id in file.document.ids if isinstance(file.document, Notes) else ():
            if owners.setdefault(id, file.document.slug) != file.document.slug:
                yield Fault(file.path, Problem(f"{owners[id]} has the id {id} already"))
    for file in files:
        for taught in taught_by(file.document):
            if taught.id not in owners:
                close = nearest(taught.id, owners)
                hint = f"Did you mean {close}?" if close else "The folder notes/ has them all."
                message = f"no statement {taught.id}"
                yield Fault(file.path, Problem(message, taught.mark, hint=hint))


def taught_by(document: Document) -> tuple[Taught, ...]:
    """Everything that a document and the items in it say that they teach."""
    match document:
        case Lesson():
            return (*document.teaches, *(document.question.teaches if document.question else ()))
        case Exercise():
            return document.teaches
        case Quiz():
            return tuple(taught for item in document.items for taught in item.teaches)
    return ()


def _broken_promises(files: Sequence[File]) -> Iterator[Fault]:
    texts = {kind: {f.document.slug: f.text for f in files if f.kind is kind} for kind in Kind}
    library = Library(texts[Kind.SCENARIO], texts[Kind.EXERCISE])
    for file in files:
        problems: tuple[Problem, ...] = ()
        if isinstance(file.document, Exercise):
            problems = rehearse_variants(file.text, library.scenarios[file.document.scenario])
        elif isinstance(file.document, Quiz):
            problems = rehearse_quiz(file.text, library)
        elif isinstance(file.document, Lesson):
            problems = rehearse_question(file.text, library)
        yield from (Fault(file.path, problem) for problem in problems)
