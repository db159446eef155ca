"""A quiz as its document says it: items of nine kinds with their keys, and how they are marked."""

from dataclasses import dataclass, field
from enum import StrEnum

from simulator.check import Scope
from simulator.exercise import Exercise
from simulator.fields import Flow
from simulator.model import Dial, Mark, Probe
from simulator.notes import Taught
from simulator.quiz.constraints import Constraints
from simulator.scenario import Scenario
from simulator.witness import Strangers


class Use(StrEnum):
    """What a quiz is for."""

    QUIZ = "quiz"
    DRILL = "drill"
    EXAM = "exam"
    ENTRY = "entry"


class Level(StrEnum):
    """How much is said of an answer."""

    NONE = "none"
    VERDICT = "verdict"
    EXPLANATION = "explanation"


class Release(StrEnum):
    """When it is said."""

    AT_ONCE = "at-once"
    AT_END = "at-end"


class ItemKind(StrEnum):
    """What a learner does with an item."""

    PREDICT = "predict"
    SINGLE = "single"
    MULTIPLE = "multiple"
    ORDER = "order"
    FILL = "fill"
    POINT = "point"
    MATCH = "match"
    WRITE = "write"
    RELABEL = "relabel"


@dataclass(frozen=True, slots=True)
class Note:
    """What a wrong choice shows: misconceptions, and a word on it (Markdown).

    `earns` is what the author says it earns, in percent; None where only "not all" is promised.
    """

    mistakes: tuple[str, ...] = ()
    why: str = ""
    earns: int | None = None


# ── What each kind holds ─────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Arrow:
    """A flow to predict, with what a wrong prediction of it shows."""

    flow: Flow
    note: Note = Note()


@dataclass(frozen=True, slots=True)
class Predict:
    """Say of each arrow what becomes of it; without `arrows` these are the scenario's own."""

    scenario: str
    policies: str = ""
    arrows: tuple[Arrow, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose (Markdown)."""

    text: str
    right: bool = False
    note: Note = Note()


@dataclass(frozen=True, slots=True)
class Choice:
    """Choose one, or several; `shuffled` is false where the options have an order of their own."""

    options: tuple[Option, ...]
    shuffled: bool = True


@dataclass(frozen=True, slots=True)
class WrongOrder:
    """An order that is wrong, as an author foresees it."""

    steps: tuple[str, ...]
    note: Note


@dataclass(frozen=True, slots=True)
class Order:
    """Put steps in order; steps of one group may stand in any order among themselves."""

    groups: tuple[tuple[str, ...], ...]
    wrong: tuple[WrongOrder, ...] = ()

    @property
    def steps(self) -> tuple[str, ...]:
        """All steps, in a right order."""
        return tuple(step for group in self.groups for step in group)


@dataclass(frozen=True, slots=True)
class WrongLine:
    """A line that is wrong, as an author foresees it: to fill in, or to point at by its text."""

    line: str
    note: Note
    mark: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Fill:
    """Fill the gap (`____`) in a text of policies; judged by what the whole text then means."""

    scenario: str
    text: str
    answer: str
    wrong: tuple[WrongLine, ...] = ()
    scope: Scope = field(default_factory=Scope)
    strangers: Strangers = field(default_factory=Strangers)

    def filled(self, line: str) -> str:
        """The text with a line in its gap."""
        return self.text.replace(GAP, line, 1)


@dataclass(frozen=True, slots=True)
class Point:
    """Point at lines of a text, by their numbers from 1; any line of a group hits that group."""

    text: str
    groups: tuple[tuple[int, ...], ...]
    wrong: tuple[tuple[int, Note], ...] = ()


@dataclass(frozen=True, slots=True)
class Matched:
    """Policies to match with their picture, and what it shows to miss it."""

    text: str
    note: Note = Note()


@dataclass(frozen=True, slots=True)
class Match:
    """Match policies with pictures, which are what the simulator says of each."""

    scenario: str
    policies: tuple[Matched, ...]
    arrows: tuple[Flow, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """An exercise, by its slug or written out here, and what it asks besides flows."""

    exercise: str | Exercise
    constraints: Constraints = field(default_factory=Constraints)


Body = Predict | Choice | Order | Fill | Point | Match | Task

#: Stands in a text where a line, or a part of one, is to be filled in.
GAP = "____"


# ── Item and quiz ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a quiz; `ask`, `hint` and `explanation` are Markdown.

    `mistakes` names what it is about: the misconceptions that a wrong answer shows where nothing
    nearer is known. `pool` is the pool that it is drawn from, empty where it always comes.
    """

    id: str
    kind: ItemKind
    ask: str
    body: Body
    weight: int = 1
    feedback: Level = Level.EXPLANATION
    hint: str = ""
    explanation: str = ""
    mistakes: tuple[str, ...] = ()
    pool: str = ""
    mark: Mark | None = field(default=None, compare=False)
    teaches: tuple[Taught, ...] = ()


@dataclass(frozen=True, slots=True)
class Quiz:
    """A quiz, a drill, an exam paper or the entry test.

    `seconds` is 0 where no clock runs; `passing` is in percent; `pick` says how many items of each
    pool a sitting gets (the pool "" holds the items without one; a pool that is not named comes
    whole).
    """

    slug: str
    title: str
    use: Use
    module: int
    position: int
    summary: str
    items: tuple[Item, ...]
    seconds: int = 0
    release: Release = Release.AT_ONCE
    passing: int = 70
    shuffled: bool = False
    pick: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """An item in a sitting: with its scenario and exercise, in the variant of the seed.

    `probes` are the arrows of a prediction or of pictures. `texts` are the documents that it was
    made from: two questions of one item with the same texts and seed are the same.
    """

    item: Item
    seed: str
    scenario: Scenario | None = None
    exercise: Exercise | None = None
    probes: tuple[Probe | Dial, ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def about(self) -> tuple[str, ...]:
        """Every misconception that this question can show, the item's own first."""
        return tuple(dict.fromkeys((*self.item.mistakes, *_noted(self))))


@dataclass(frozen=True, slots=True, eq=False)
class Paper:
    """A quiz as one sitting sees it: its questions in their order."""

    quiz: Quiz
    seed: str
    questions: tuple[Question, ...]

    def question(self, id: str) -> Question | None:
        """The question of an item's id."""
        return next((q for q in self.questions if q.item.id == id), None)


def scenario_slug(body: Body) -> str:
    """The scenario that an item names itself; empty where it has none or an exercise names it."""
    if isinstance(body, Predict | Fill | Match):
        return body.scenario
    if isinstance(body, Task) and isinstance(body.exercise, Exercise):
        return body.exercise.scenario
    return ""


def _noted(question: Question) -> tuple[str, ...]:
    body = question.item.body
    if isinstance(body, Task):
        wrong = question.exercise.wrong if question.exercise else ()
        return tuple(mistake for each in wrong for mistake in each.mistakes)
    return tuple(mistake for note in _notes(body) for mistake in note.mistakes)


def _notes(body: Predict | Choice | Order | Fill | Point | Match) -> list[Note]:
    match body:
        case Predict():
            return [arrow.note for arrow in body.arrows]
        case Choice():
            return [option.note for option in body.options]
        case Order() | Fill():
            return [wrong.note for wrong in body.wrong]
        case Point():
            return [note for _, note in body.wrong]
        case Match():
            return [policy.note for policy in body.policies]
