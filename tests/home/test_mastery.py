"""Met and mastered, on nothing but a list of steps."""

import pytest

from netpol_lab.home.mastery import State, Step, states

HOLDERS = {"M01": {"dash"}, "M03": {"dash", "bare"}}


def met(exercise: str, *codes: str) -> Step:
    return Step(exercise, solved=False, mistakes=codes)


def solved(exercise: str) -> Step:
    return Step(exercise, solved=True)


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ([], None),
        ([solved("dash")], None),
        ([met("dash", "M03")], State.MET),
        ([solved("dash"), met("dash", "M03")], State.MET),
        ([met("dash", "M03"), solved("dash")], State.MASTERED),
        ([met("dash", "M03"), solved("bare")], State.MASTERED),
        ([met("dash", "M03"), solved("another")], State.MET),
        # An exercise in which one met it holds it, also where no lesson says so.
        ([met("another", "M03"), solved("another")], State.MASTERED),
        ([met("another", "M03"), solved("dash")], State.MASTERED),
        ([met("dash", "M03"), solved("dash"), met("bare", "M03")], State.MET),
        ([met("dash", "M03"), solved("dash"), met("bare", "M03"), solved("dash")], State.MASTERED),
        ([met("dash", "M03"), met("dash"), solved("dash")], State.MASTERED),
    ],
)
def test_one_misconception_over_time(steps: list[Step], state: State | None) -> None:
    assert states(steps, HOLDERS).get("M03") == state


def test_solving_masters_those_that_the_exercise_holds_and_no_others() -> None:
    steps = [met("dash", "M01", "M03"), solved("bare")]
    assert states(steps, HOLDERS) == {"M01": State.MET, "M03": State.MASTERED}


def test_one_that_no_lesson_teaches_can_be_mastered_where_it_was_met() -> None:
    assert states([met("x", "M22"), solved("x")], {}) == {"M22": State.MASTERED}
    assert states([met("x", "M22"), solved("y")], {}) == {"M22": State.MET}


def test_an_answer_that_solves_and_still_shows_one_does_not_master_it() -> None:
    steps = [met("dash", "M03"), Step("dash", solved=True, mistakes=("M03",))]
    assert states(steps, HOLDERS) == {"M03": State.MET}
