"""Reads of the front page."""

from dataclasses import dataclass
from itertools import groupby

from netpol_lab.accounts.models import Learner
from netpol_lab.content.models import Document
from netpol_lab.content.modules import module_title
from netpol_lab.content.queries import Reader, exercise_slug, lesson_for, visible_lessons
from netpol_lab.lab.parts import Picture
from netpol_lab.lab.predicting import locked_pictures
from netpol_lab.lab.queries import solved_exercises
from netpol_lab.lab.workbench import Question, State, set_up


@dataclass(frozen=True, slots=True)
class LessonItem:
    """A lesson in the list."""

    document: Document
    solved: bool


@dataclass(frozen=True, slots=True)
class ModuleItem:
    """A module with its lessons."""

    number: int
    title: str
    lessons: tuple[LessonItem, ...]

    @property
    def solved(self) -> int:
        """How many of its lessons are solved."""
        return sum(item.solved for item in self.lessons)


def opening(reader: Reader, lesson: Document) -> Picture:
    """A lesson's picture as it opens, which is locked where it is to be predicted first."""
    bundle = lesson_for(reader, lesson.slug)
    if bundle.lesson.predict:
        return locked_pictures(bundle.scenario)[0]
    question = Question(State(bundle.exercise.starter))
    return set_up(bundle.exercise, bundle.scenario, question).pictures[0]


def course(reader: Reader, learner: Learner | None) -> tuple[ModuleItem, ...]:
    """The modules that have lessons for this reader."""
    solved = solved_exercises(learner)
    items = [
        LessonItem(document, exercise_slug(document) in solved)
        for document in visible_lessons(reader)
    ]
    return tuple(
        ModuleItem(number, module_title(number), tuple(group))
        for number, group in groupby(items, key=lambda item: item.document.module)
    )
