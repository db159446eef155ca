"""A grade: how much of an answer is right, and what may be said of it at which level."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from simulator.check import Fault, Result
from simulator.mistakes import Recognised
from simulator.model import Problem
from simulator.quiz.constraints import Broken
from simulator.quiz.values import Level

#: What a fault is called to a learner.
FAULT_WORDS = {
    Fault.TOO_OPEN: "too permissive",
    Fault.TOO_STRICT: "too strict",
    Fault.UNDEFINED: "left undefined by the API",
}


class Standing(StrEnum):
    """An answer's verdict in one word or two."""

    UNANSWERED = "unanswered"
    WRONG = "wrong"
    PARTLY = "partly right"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an answer: an arrow, option, step, line or picture, by its id on the page.

    `said` is what the learner said of it and `wanted` what is so: words for a review.
    """

    id: str
    right: bool
    said: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Grade:
    """What an answer earns, from 0 to 1, and all that is known of it.

    The whole of it is for the server and for reviews after the release; what a learner may read
    before is `feedback`. `mistakes` are ids of the CATALOGUE, the likeliest first; `whys` are the
    author's words on the wrong choices made. `result` is the check of a policy answer: None where
    none was made.
    """

    credit: Fraction = Fraction(0)
    answered: bool = True
    parts: tuple[Part, ...] = ()
    mistakes: tuple[str, ...] = ()
    whys: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    broken: tuple[Broken, ...] = ()
    recognised: tuple[Recognised, ...] = ()
    result: Result | None = None

    @property
    def right(self) -> bool:
        """Whether it earns everything."""
        return self.credit == 1

    @property
    def standing(self) -> Standing:
        """The verdict."""
        if not self.answered:
            return Standing.UNANSWERED
        if self.right:
            return Standing.RIGHT
        return Standing.PARTLY if self.credit else Standing.WRONG

    @property
    def faults(self) -> dict[Fault, int]:
        """How many connections differ in which way: pairs of ends, as the lesson page counts them.

        The scenario's own where any of these differ, else those of strangers.
        """
        told = self.result.told if self.result else ()
        pairs = {(d.probe.source.ref, d.probe.target.ref, d.fault) for d in told}
        found = Counter(fault for *_, fault in pairs)
        return {fault: found[fault] for fault in Fault if found[fault]}

    def feedback(self, level: Level, *, graded: bool = False) -> "Feedback":
        """What a level may say. Safe to send once the quiz releases its feedback."""
        return _feedback(self, level, graded)


@dataclass(frozen=True, slots=True)
class Feedback:
    """What is said of an answer.

    Level none: `answered` alone. Verdict: `standing`, `credit`, what the API server refused, the
    constraints broken, and of hidden checks `counts` in practice, in graded work `kinds` alone.
    Explanation: the parts with what is so, the misconceptions, and the words on wrong choices.
    """

    answered: bool
    standing: Standing | None = None
    credit: Fraction | None = None
    kinds: tuple[str, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    problems: tuple[Problem, ...] = ()
    broken: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    mistakes: tuple[str, ...] = ()
    whys: tuple[str, ...] = ()

    @property
    def checks(self) -> str:
        """`2 too permissive, 1 too strict`, or `too permissive, too strict`, or nothing."""
        if self.counts:
            return ", ".join(f"{number} {words}" for words, number in self.counts)
        return ", ".join(self.kinds)


def _feedback(grade: Grade, level: Level, graded: bool) -> Feedback:
    if level is Level.NONE:
        return Feedback(grade.answered)
    explained = level is Level.EXPLANATION
    counts = tuple((FAULT_WORDS[fault], number) for fault, number in grade.faults.items())
    return Feedback(
        grade.answered,
        grade.standing,
        grade.credit,
        tuple(words for words, _ in counts),
        () if graded else counts,
        grade.problems,
        tuple(each.sentence for each in grade.broken),
        grade.parts if explained else (),
        grade.mistakes if explained else (),
        grade.whys if explained else (),
    )


def total(marked: Sequence[tuple[int, Grade]]) -> Fraction:
    """The share of all marks that was earned, of (weight, grade) for every question of a paper."""
    weights = sum(weight for weight, _ in marked)
    earned = sum((weight * grade.credit for weight, grade in marked), Fraction(0))
    return earned / weights if weights else Fraction(0)
