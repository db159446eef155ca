"""What is taught where: each statement of the notes with its lessons, exercises and questions.

Worked out from the documents alone and written as docs/coverage.md. What nobody teaches is a gap.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path

from netpol_lab.content.folder import File
from simulator.document import Changeable, Exercise, Lesson, Notes, Quiz
from simulator.mistakes import CATALOGUE, Attempt, Misconception, Recognised, recognise
from simulator.notes import Erratum, Taught
from simulator.parse import read_policies
from simulator.quiz import Item
from simulator.scenario import Scenario
from simulator.words import is_blank

#: Two wrong answers at the least show what else is thought where a misconception is mended.
LEAST_WRONG = 2
AT_START = "at its start"
_POLICIES_STAY, _RUNNING = "M20", "M24"
_MOST_STEPS = 2_000_000  # of naming one starter's mistakes


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is taught: a file, and what in it; `note` says more of it."""

    path: Path
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A statement or erratum, and where it is shown, tried and asked."""

    id: str
    module: int  # 0 for an erratum
    text: str
    lessons: tuple[Place, ...]
    exercises: tuple[Place, ...]
    questions: tuple[Place, ...]

    @property
    def gaps(self) -> tuple[str, ...]:
        """What of the three it lacks."""
        found = {"lesson": self.lessons, "exercise": self.exercises, "question": self.questions}
        return tuple(name for name, places in found.items() if not places)


@dataclass(frozen=True, slots=True)
class Practised:
    """A misconception and where it is cleared up, practised and asked.

    `wrong` is the largest number of wrong answers that one of its exercises lists; `begun` says
    whether the start of one looks like it.
    """

    id: str
    title: str
    lessons: tuple[Place, ...]
    exercises: tuple[Place, ...]
    questions: tuple[Place, ...]
    wrong: int
    begun: bool

    @property
    def gaps(self) -> tuple[str, ...]:
        """What it lacks."""
        if not self.exercises:
            return ("exercise",)
        return () if self.wrong >= LEAST_WRONG else ("second wrong answer",)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Everything that the page tells."""

    statements: tuple[Row, ...]
    errata: tuple[Row, ...]
    mistakes: tuple[Practised, ...]

    @property
    def gaps(self) -> tuple[str, ...]:
        """Each gap in a line."""
        rows: tuple[Row | Practised, ...] = (*self.statements, *self.errata, *self.mistakes)
        return tuple(f"{row.id} has no {gap}" for row in rows for gap in row.gaps)


def coverage(files: Sequence[File]) -> Coverage:
    """What a folder's documents teach, statement by statement in the order of the notes."""
    notes = [file.document for file in files if isinstance(file.document, Notes)]
    scenarios = {f.document.slug: f.document for f in files if isinstance(f.document, Scenario)}
    # No connection that is opened anew shows it, so no answer can: its lesson's exercise does.
    running = {lesson.exercise for lesson in _lessons(files) if _RUNNING in lesson.mistakes}
    shown = [each for file in files for each in _shown(file, scenarios, running)]
    return Coverage(
        tuple(_row(s.id, s.module, s.text, shown) for each in notes for s in each.statements),
        tuple(_row(e.id, 0, _corrected(e), shown) for each in notes for e in each.errata),
        tuple(_practised(each, shown) for each in CATALOGUE.values()),
    )


def _corrected(erratum: Erratum) -> str:
    return f"The notes: {erratum.notes} Kubernetes: {erratum.kubernetes}"


# ── What is where ────────────────────────────────────────────────────────────────────────────


class _Kind(Enum):
    LESSON = auto()
    EXERCISE = auto()
    QUESTION = auto()


@dataclass(frozen=True, slots=True)
class _Shown:
    """A lesson, exercise or question: what it teaches, and the misconceptions that it is about.

    For each misconception a note, and for an exercise how many wrong answers it lists.
    """

    kind: _Kind
    place: Place
    teaches: Collection[str]
    mistakes: Mapping[str, str]
    wrong: int = 0


def _lessons(files: Iterable[File]) -> Iterator[Lesson]:
    return (file.document for file in files if isinstance(file.document, Lesson))


def _shown(
    file: File, scenarios: Mapping[str, Scenario], running: Collection[str]
) -> Iterator[_Shown]:
    match file.document:
        case Lesson() as lesson:
            place, about = Place(file.path, lesson.slug), dict.fromkeys(lesson.mistakes, "")
            yield _Shown(_Kind.LESSON, place, _ids(lesson.teaches), about)
            if lesson.question:
                yield _asked(file, lesson.slug, lesson.question)
        case Exercise() as exercise:
            place = Place(file.path, exercise.slug)
            about = _practises(exercise, scenarios.get(exercise.scenario))
            if exercise.slug in running:
                about[_RUNNING] = "its lesson is about it"
            number = len(exercise.wrong)
            yield _Shown(_Kind.EXERCISE, place, _ids(exercise.teaches), about, number)
        case Quiz() as quiz:
            for item in quiz.items:
                yield _asked(file, f"{quiz.slug}: {item.id}", item)


def _asked(file: File, name: str, item: Item) -> _Shown:
    about = dict.fromkeys(item.mistakes, "")
    return _Shown(_Kind.QUESTION, Place(file.path, name), _ids(item.teaches), about)


def _ids(teaches: Iterable[Taught]) -> frozenset[str]:
    return frozenset(each.id for each in teaches)


def _practises(exercise: Exercise, scenario: Scenario | None) -> dict[str, str]:
    """The misconceptions of an exercise: what its start looks like, and its wrong answers."""
    begun = {each.misconception for each in _start(exercise, scenario)} if scenario else set()
    listed = Counter(mistake for wrong in exercise.wrong for mistake in wrong.mistakes)
    if exercise.changes is Changeable.LABELS:  # it starts with policies that tempt to be edited
        begun.add(_POLICIES_STAY)
    found = {}
    for id in sorted(begun | listed.keys()):
        told = [AT_START] if id in begun else []
        told += [f"{listed[id]} wrong answer{'s' if listed[id] > 1 else ''}"] if listed[id] else []
        found[id] = ", ".join(told)
    return found


def _start(exercise: Exercise, scenario: Scenario) -> tuple[Recognised, ...]:
    """The misconceptions that the simulator recognises in what the learner begins with."""
    names, version = scenario.cluster.namespace_names, scenario.kubernetes
    starter, solution = (
        read_policies(text, namespaces=names, version=version)
        for text in (exercise.starter, exercise.solution)
    )
    if is_blank(exercise.starter) or exercise.changes is Changeable.LABELS:
        return ()
    attempt = Attempt(
        scenario.cluster,
        solution.policies,
        starter.policies,
        starter.errors,
        exercise.scope,
        strangers=exercise.strangers,
    )
    return recognise(attempt, most_steps=_MOST_STEPS)


# ── Who teaches it ───────────────────────────────────────────────────────────────────────────


def _row(id: str, module: int, text: str, shown: Sequence[_Shown]) -> Row:
    def places(kind: _Kind) -> tuple[Place, ...]:
        return tuple(each.place for each in shown if each.kind is kind and id in each.teaches)

    lessons, exercises, questions = map(places, _Kind)
    return Row(id, module, text, lessons, exercises, questions)


def _practised(about: Misconception, shown: Sequence[_Shown]) -> Practised:
    def places(kind: _Kind) -> tuple[Place, ...]:
        known = (each for each in shown if each.kind is kind and about.id in each.mistakes)
        return tuple(replace(each.place, note=each.mistakes[about.id]) for each in known)

    lessons, exercises, questions = map(places, _Kind)
    wrong = max((each.wrong for each in shown if about.id in each.mistakes), default=0)
    begun = any(place.note.startswith(AT_START) for place in exercises)
    return Practised(about.id, about.title, lessons, exercises, questions, wrong, begun)
