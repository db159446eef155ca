"""Every exercise of the course is played, in every variant (of many, in twenty).

The rehearsal holds solution, starter and listed wrong answers to what their author says. Here the
grader meets other spellings of the solution, mistakes made from it, and the names of mistakes.
"""

from collections.abc import Iterator
from functools import cache

import pytest
from django.conf import settings

from simulator.document import Exercise, read_document
from simulator.exercise import Changeable, WrongAnswer
from simulator.mistakes import Attempt, recognise
from simulator.parse import read_policies
from simulator.playing import play
from simulator.quiz_rehearsal import SEEDS, rehearse_variants
from simulator.scenario import Scenario
from simulator.variants import sample

FIXTURES = settings.BASE_DIR / "fixtures"
SLUGS = sorted(path.stem for path in (FIXTURES / "exercises").glob("*.yaml"))


def texts(slug: str) -> tuple[str, str]:
    """An exercise's text, and its scenario's."""
    exercise = (FIXTURES / "exercises" / f"{slug}.yaml").read_text(encoding="utf-8")
    document = read_document(exercise).document
    assert isinstance(document, Exercise)
    scenario = FIXTURES / "scenarios" / f"{document.scenario}.yaml"
    return exercise, scenario.read_text(encoding="utf-8")


@cache
def variants(slug: str) -> tuple[tuple[Exercise, Scenario], ...]:
    return tuple(_variants(slug))


def _variants(slug: str) -> Iterator[tuple[Exercise, Scenario]]:
    for pair in sample(texts(slug), SEEDS):
        exercise, scenario = (read_document(text).document for text in pair)
        assert isinstance(exercise, Exercise)
        assert isinstance(scenario, Scenario)
        yield exercise, scenario


@pytest.mark.parametrize("slug", SLUGS)
def test_it_keeps_its_promises(slug: str) -> None:
    assert rehearse_variants(*texts(slug)) == ()


@pytest.mark.parametrize("slug", SLUGS)
def test_every_spelling_of_the_solution_solves_it_and_no_mistake_does(slug: str) -> None:
    for exercise, scenario in variants(slug):
        played = play(exercise, scenario)
        assert [spelling.name for spelling in played.refused] == []
        assert [answer.description for answer in played.accepted] == []
        if exercise.changes is Changeable.POLICIES and played.spelt:
            assert played.spelt >= 5
            assert played.made >= 5


@pytest.mark.parametrize("slug", SLUGS)
def test_the_mistake_of_a_wrong_answer_is_named(slug: str) -> None:
    """The reason that a learner reads is the one that the author gives."""
    for exercise, scenario in variants(slug):
        if exercise.changes is Changeable.POLICIES:
            for wrong in exercise.wrong:
                found = named(exercise, scenario, wrong)
                assert set(wrong.mistakes) <= set(found), f"{wrong.name}: {found}"


def named(exercise: Exercise, scenario: Scenario, wrong: WrongAnswer) -> list[str]:
    """The misconceptions that a wrong answer shows, as the page names them."""
    spaces = scenario.cluster.namespace_names
    solution, answer = (
        read_policies(text, namespaces=spaces, version=scenario.kubernetes)
        for text in (exercise.solution, wrong.answer)
    )
    attempt = Attempt(
        scenario.cluster,
        solution.policies,
        answer.policies,
        answer.problems,
        exercise.scope,
        strangers=exercise.strangers,
    )
    return [mistake.misconception for mistake in recognise(attempt)]
