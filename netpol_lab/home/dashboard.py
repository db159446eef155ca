"""What the page of one's own progress shows: read once, said in finished words."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from netpol_lab.accounts.models import Learner
from netpol_lab.content.models import Document
from netpol_lab.content.modules import module_title
from netpol_lab.content.queries import Reader, hints_by_exercise, lesson_in, visible_lessons
from netpol_lab.home.mastery import State, Step, states
from netpol_lab.lab.hints import help_words
from netpol_lab.lab.models import Attempt
from netpol_lab.lab.queries import PredictionTotals, prediction_totals, questions_answered
from simulator.document import Lesson
from simulator.mistakes import CATALOGUE
from simulator.mistakes.catalogue import Misconception

Made = tuple[Step, datetime, int]  # an attempt, when, and how many hints had been seen


@dataclass(frozen=True, slots=True)
class LessonLine:
    """A lesson and how far the learner is with it; `help` says with how much help it was solved."""

    document: Document
    solved: bool
    checks: int
    hints: int  # without the solution
    help: str
    last: datetime | None  # of the checks
    question_open: bool = False  # solved, and its question is not answered


@dataclass(frozen=True, slots=True)
class ModuleLines:
    """A module with its lessons, and how many of them are solved."""

    number: int
    title: str
    lessons: tuple[LessonLine, ...]
    solved: int


@dataclass(frozen=True, slots=True)
class MisconceptionCard:
    """One of the 25: `state` is a word; the lessons are those that teach it."""

    misconception: Misconception
    state: str
    lessons: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The whole page. `resume` was begun last and is not solved; `next` is the next not begun."""

    modules: tuple[ModuleLines, ...]
    number: int
    solved: int
    resume: LessonLine | None
    next: LessonLine | None
    checks: int
    hints: int
    predictions: PredictionTotals
    misconceptions: tuple[MisconceptionCard, ...]
    counts: Mapping[str, int]  # of the misconceptions' states, by word

    @property
    def begun(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.checks or self.hints or self.predictions.asked)


def dashboard(reader: Reader, learner: Learner | None) -> Dashboard:
    """What this reader may open, and what this learner has done."""
    shelf = [(document, lesson_in(document)) for document in visible_lessons(reader)]
    made = _made(learner)
    steps, known = _hint_steps(learner), hints_by_exercise(reader)
    hints = {slug: min(number, known.get(slug, number)) for slug, number in steps.items()}
    said = questions_answered(learner)
    asks = {document.slug for document, lesson in shelf if lesson.question} - said
    lines = [_line(document, lesson, made, hints, known, asks) for document, lesson in shelf]
    cards = _cards(shelf, [step for step, _, _ in made])
    begun = [line for line in lines if line.last and not line.solved]
    return Dashboard(
        modules=_modules(lines),
        number=len(lines),
        solved=sum(line.solved for line in lines),
        resume=max(begun, key=lambda line: line.last or datetime.min, default=None),
        next=next((line for line in lines if not line.solved and not line.last), None),
        checks=len(made),
        hints=sum(hints.values()),
        predictions=prediction_totals(learner),
        misconceptions=cards,
        counts={
            state.name.lower(): Counter(c.state for c in cards)[state.value] for state in State
        },
    )


def _made(learner: Learner | None) -> list[Made]:
    """The learner's attempts, oldest first."""
    if learner is None:
        return []
    rows = Attempt.objects.filter(learner=learner).order_by("created", "id")
    return [
        (Step(slug, solved, tuple(mistakes.split())), created, hints)
        for slug, solved, mistakes, created, hints in rows.values_list(
            "exercise__slug", "solved", "mistakes", "created", "hints"
        )
    ]


def _hint_steps(learner: Learner | None) -> dict[str, int]:
    """How many steps of hints were taken, by exercise; the last one may be the solution."""
    return dict(learner.hint_uses.values_list("exercise__slug", "steps")) if learner else {}


def _line(
    document: Document,
    lesson: Lesson,
    made: Sequence[Made],
    hints: Mapping[str, int],
    known: Mapping[str, int],
    asks: Collection[str],
) -> LessonLine:
    slug = lesson.exercise
    own = [(step, at, seen) for step, at, seen in made if step.exercise == slug]
    # The first right answer counts: what one looks up afterwards takes nothing from it.
    solved = [help_words(seen, known.get(slug, seen)) for step, _, seen in own if step.solved]
    return LessonLine(
        document,
        solved=bool(solved),
        checks=len(own),
        hints=hints.get(slug, 0),
        help=solved[0] if solved else "",
        last=own[-1][1] if own else None,
        question_open=bool(solved) and document.slug in asks,
    )


def _modules(lines: Sequence[LessonLine]) -> tuple[ModuleLines, ...]:
    grouped = groupby(lines, key=lambda line: line.document.module)
    parts = [(number, tuple(group)) for number, group in grouped]
    return tuple(
        ModuleLines(number, module_title(number), part, sum(line.solved for line in part))
        for number, part in parts
    )


def _cards(
    shelf: Sequence[tuple[Document, Lesson]], steps: Sequence[Step]
) -> tuple[MisconceptionCard, ...]:
    teaching = {
        code: [(document, lesson) for document, lesson in shelf if code in lesson.mistakes]
        for code in CATALOGUE
    }
    holders = {code: {lesson.exercise for _, lesson in pairs} for code, pairs in teaching.items()}
    found = states(steps, holders)
    return tuple(
        MisconceptionCard(
            misconception,
            found.get(code, State.NOT_MET).value,
            tuple(document for document, _ in teaching[code]),
        )
        for code, misconception in CATALOGUE.items()
    )
