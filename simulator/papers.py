"""A paper: a quiz as one sitting gets it. The same seed gives the same paper everywhere.

A quiz names scenarios and exercises by their slugs, and they come as texts, for each may vary.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from simulator.document import Document, Exercise, read_document
from simulator.fields import FieldReader, Flow
from simulator.model import Dial, Mark, Probe, Problem
from simulator.quiz.public import public
from simulator.quiz.values import (
    Choice,
    Item,
    Match,
    Order,
    Paper,
    Point,
    Predict,
    Question,
    Quiz,
    Task,
)
from simulator.scenario import Scenario, read_probe
from simulator.variants import Values, digest, fill, outline

#: After so many seeds a quiz has no other questions to give, and after so few no other order.
_TRIES, _FEW = 100, 10


@dataclass(frozen=True, slots=True)
class Library:
    """The texts of the documents that a quiz may name, by slug."""

    scenarios: Mapping[str, str] = field(default_factory=dict)
    exercises: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Making:
    """What making a paper gave: the paper, or the problems of the quiz."""

    paper: Paper | None
    problems: tuple[Problem, ...]


def make_paper(text: str, library: Library, seed: str, *, whole: bool = False) -> Making:
    """The paper of a quiz's text for a seed; `whole` takes every item, as rehearsals do.

    Never raises: what is missing or wrong comes back located in the quiz's text.
    """
    values = outline(text).vary.chosen(seed)
    quiz, problems = _read(text if outline(text).problems else fill(text, values))
    if not isinstance(quiz, Quiz):
        return Making(None, problems or (Problem("this is no quiz", Mark(1, 1)),))
    maker = _Maker(library, seed, values)
    items = quiz.items if whole else _picked(quiz, seed)
    questions = [question for item in items if (question := maker.question(item))]
    if maker.problems:
        return Making(None, tuple(maker.problems))
    return Making(Paper(quiz, seed, tuple(questions)), ())


def make_question(item: Item, library: Library, seed: str) -> Question | None:
    """A lesson's question with the scenario that it names; None where `ask` tells why.

    Lessons do not vary: the scenario's first values stand. The seed decides the order shown.
    """
    return ask(item, library, seed)[0]


def ask(item: Item, library: Library, seed: str) -> tuple[Question | None, tuple[Problem, ...]]:
    """The same, and what is missing or wrong; with problems there is no question."""
    maker = _Maker(library, seed, {})
    question = maker.question(item)
    return None if maker.problems else question, tuple(maker.problems)


def fresh_seed(text: str, library: Library, base: str, *, taken: Iterable[str]) -> str:
    """A seed whose paper none of the seeds taken gives: `base-1`, `base-2`, … in their order.

    Other questions or values come before the same in another order. Where the quiz has no other
    paper to give, the first seed that is not taken.
    """
    known = tuple(dict.fromkeys(taken))
    numbered = (f"{base}-{number}" for number in range(1, _TRIES + len(known) + 1))
    seeds = [seed for seed in numbered if seed not in known]
    for told, tries in ((_substance, _TRIES), (_shown, _FEW)):
        before = [told(_questions(text, library, seed)) for seed in known]
        for seed in seeds[:tries]:
            if told(_questions(text, library, seed)) not in before:
                return seed
    return seeds[0]


def _questions(text: str, library: Library, seed: str) -> tuple[Question, ...]:
    paper = make_paper(text, library, seed).paper
    return paper.questions if paper else ()


def _substance(questions: Iterable[Question]) -> object:
    """What questions ask, whatever the order."""
    return frozenset((question.item.id, question.texts) for question in questions)


def _shown(questions: Iterable[Question]) -> object:
    """What a learner is shown of them."""
    return json.dumps([public(question) for question in questions])


def _picked(quiz: Quiz, seed: str) -> tuple[Item, ...]:
    """The items of a sitting, in its order."""
    most, drawn = dict(quiz.pick), _by_digest(quiz.items, seed, "pick")
    kept: set[str] = set()
    for pool in {item.pool for item in quiz.items}:
        mine = [item.id for item in drawn if item.pool == pool]
        kept.update(mine[: most.get(pool, len(mine))])
    items = _by_digest(quiz.items, seed, "order") if quiz.shuffled else quiz.items
    return tuple(item for item in items if item.id in kept)


def _by_digest(items: Sequence[Item], seed: str, what: str) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: digest(seed, what, item.id)))


# ── Questions ────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Maker:
    """Finds what items name, in the variant that their seed gives."""

    library: Library
    seed: str
    values: Values
    problems: list[Problem] = field(default_factory=list)

    def question(self, item: Item) -> Question | None:
        """The item with its scenario and exercise; None, with a problem, where one is missing."""
        body = item.body
        if isinstance(body, Choice | Order | Point):
            return Question(item, self.seed, texts=(item.ask, repr(body)))
        if isinstance(body, Task):
            return self._task(item, body)
        text = self._scenario_text(item, body.scenario, self.values)
        scenario = self._read(item, text, f"scenario {body.scenario}") if text else None
        if not isinstance(scenario, Scenario):
            return None
        flows = body.arrows if isinstance(body, Match) else ()
        if isinstance(body, Predict):
            flows = tuple(arrow.flow for arrow in body.arrows)
        probes = self._probes(scenario, flows)
        return Question(item, self.seed, scenario, None, probes, (repr(body), text))

    def _task(self, item: Item, body: Task) -> Question | None:
        exercise, values, own = self._exercise(item, body)
        if not isinstance(exercise, Exercise):
            return None
        text = self._scenario_text(item, exercise.scenario, values)
        scenario = self._read(item, text, f"scenario {exercise.scenario}") if text else None
        if not isinstance(scenario, Scenario):
            return None
        return Question(item, self.seed, scenario, exercise, (), (repr(body), own, text))

    def _exercise(self, item: Item, body: Task) -> tuple[Document | None, Values, str]:
        """The exercise, the values that its scenario takes, and the text that it was read from."""
        if isinstance(body.exercise, Exercise):
            return body.exercise, self.values, ""
        text = self.library.exercises.get(body.exercise)
        if text is None:
            self._miss(item, f"no exercise {body.exercise}")
            return None, {}, ""
        # Each of a paper's exercises is chosen by itself.
        values = outline(text).vary.chosen(f"{self.seed}/{item.id}")
        filled = fill(text, values)
        return self._read(item, filled, f"exercise {body.exercise}"), values, filled

    def _scenario_text(self, item: Item, slug: str, values: Values) -> str:
        text = self.library.scenarios.get(slug)
        if text is None:
            self._miss(item, f"no scenario {slug}")
            return ""
        return fill(text, values)

    def _read(self, item: Item, text: str, name: str) -> Document | None:
        document, problems = _read(text)
        for problem in problems[:1]:
            line = f" (line {problem.mark.line})" if problem.mark else ""
            self._miss(item, f"{name}: {problem.message}{line}")
        return document

    def _probes(self, scenario: Scenario, flows: Sequence[Flow]) -> tuple[Probe | Dial, ...]:
        """The arrows that an item names, else the scenario's."""
        if not flows:
            return (*scenario.arrows, *scenario.dials)
        reader = FieldReader(self.problems)
        found = (read_probe(reader, scenario.cluster, flow) for flow in flows)
        return tuple(probe for probe in found if probe is not None)

    def _miss(self, item: Item, message: str) -> None:
        self.problems.append(Problem(f"{item.id}: {message}", item.mark))


# Texts are few and never change. One object for each text, so that what is kept for it is found.
@lru_cache(maxsize=512)
def _read(text: str) -> tuple[Document | None, tuple[Problem, ...]]:
    reading = read_document(text)
    return reading.document, reading.problems
