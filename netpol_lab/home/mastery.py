"""Which misconceptions a learner has met, and which they have left behind. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """How a learner stands with a misconception."""

    NOT_MET = "not met"
    MET = "met"
    MASTERED = "mastered"


@dataclass(frozen=True, slots=True)
class Step:
    """One attempt: at which exercise, whether it solved it, what was recognised in it."""

    exercise: str
    solved: bool
    mistakes: tuple[str, ...] = ()


def states(steps: Iterable[Step], holders: Mapping[str, Collection[str]]) -> dict[str, State]:
    """The state of each misconception after these steps, oldest first; one not named is not met.

    `holders` are the exercises that hold a misconception: those of the lessons that teach it. An
    exercise in which the learner met it holds it too.

    **Met**: a check recognised it. **Mastered**: after that, the learner solved an exercise that
    holds it. Meeting it once more takes that back.
    """
    found: dict[str, State] = {}
    places: dict[str, set[str]] = {}
    for step in steps:
        for code in step.mistakes:
            found[code] = State.MET
            places.setdefault(code, set(holders.get(code, ()))).add(step.exercise)
        if step.solved:
            left = [c for c in found if step.exercise in places[c] and c not in step.mistakes]
            found.update(dict.fromkeys(left, State.MASTERED))
    return found
