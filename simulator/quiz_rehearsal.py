"""Do a quiz and an exercise keep what they promise, in every variant? Their keys are their tests.

`load_content`, the tests and the instructor's editor ask the same functions.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from simulator.document import Exercise, Lesson, read_document
from simulator.model import Problem
from simulator.papers import Library, ask, make_paper
from simulator.quiz.promises import promises
from simulator.quiz.values import Quiz, scenario_slug
from simulator.rehearsal import rehearse
from simulator.scenario import Scenario
from simulator.variants import sample, unmatched

Texts = tuple[tuple[str, str], ...]

#: So many seeds are tried of each quiz, and of an exercise with more variants than that.
SEEDS = 20


def rehearse_quiz(text: str, library: Library) -> tuple[Problem, ...]:
    """Everything in which a quiz breaks its promises, every item of it and for many seeds.

    What the papers of several seeds have in common is tried once, and one text once in a process.
    """
    exercises = _named(text, library.exercises)
    told = "\n".join((text, *(exercise for _, exercise in exercises)))
    return _of_quiz(text, _named(told, library.scenarios), exercises)


def rehearse_question(text: str, library: Library) -> tuple[Problem, ...]:
    """The same of the question in a lesson's text; empty where it has none."""
    return _of_question(text, _named(text, library.scenarios))


@lru_cache(maxsize=128)
def _of_question(text: str, scenarios: Texts) -> tuple[Problem, ...]:
    lesson = read_document(text).document
    item = lesson.question if isinstance(lesson, Lesson) else None
    if item is None:
        return ()
    found: dict[Problem, None] = {}
    # Its order hangs on the seed; what policies mean does not.
    for seed in range(1, 2 if scenario_slug(item.body) else SEEDS + 1):
        question, problems = ask(item, Library(dict(scenarios)), str(seed))
        found.update(dict.fromkeys(promises(question) if question else problems))
    return tuple(found)


def _named(text: str, texts: Mapping[str, str]) -> Texts:
    """The documents whose slugs stand in a text: it cannot hang on any other."""
    return tuple((slug, each) for slug, each in sorted(texts.items()) if slug in text)


@lru_cache(maxsize=64)  # a course is loaded often, by its tests and its authors, and changes little
def _of_quiz(text: str, scenarios: Texts, exercises: Texts) -> tuple[Problem, ...]:
    library = Library(dict(scenarios), dict(exercises))
    found = dict.fromkeys(unmatched(text, _scenarios(text, library)))
    tried: set[tuple[str, ...]] = set()
    for seed in range(1, SEEDS + 1):
        making = make_paper(text, library, str(seed), whole=True)
        found.update(dict.fromkeys(making.problems))
        for question in making.paper.questions if making.paper else ():
            # A choice is cheap, and its order hangs on the seed; what policies mean does not.
            own = (question.item.id, *question.texts, "" if question.scenario else str(seed))
            if own not in tried:
                tried.add(own)
                found.update(dict.fromkeys(promises(question)))
        if found:
            break
    return tuple(found)


def _scenarios(text: str, library: Library) -> tuple[str, ...]:
    """The texts of the scenarios that take the quiz's values."""
    quiz = read_document(text).document
    bodies = [item.body for item in quiz.items] if isinstance(quiz, Quiz) else []
    slugs = dict.fromkeys(slug for body in bodies if (slug := scenario_slug(body)))
    return tuple(library.scenarios[slug] for slug in slugs if slug in library.scenarios)


@lru_cache(maxsize=256)
def rehearse_variants(exercise: str, scenario: str) -> tuple[Problem, ...]:
    """The same of an exercise's text with its scenario's, in every variant (of many, in twenty)."""
    return tuple(dict.fromkeys(_of_variants(exercise, scenario)))


def _of_variants(exercise: str, scenario: str) -> Iterator[Problem]:
    yield from unmatched(exercise, (scenario,))
    for texts in sample((exercise, scenario), SEEDS):
        readings = [read_document(text) for text in texts]
        yield from (problem for reading in readings for problem in reading.problems)
        task, world = (reading.document for reading in readings)
        if isinstance(task, Exercise) and isinstance(world, Scenario):
            yield from rehearse(task, world)
