"""Is an exercise's grader any good? Play it: right answers in many spellings, and wrong ones.

Right: the solution in every spelling (simulator.spellings). Wrong: every one-step mistake and slip
made from it that changes what may connect in the scenario. `load_content` insists on the promises
alone (simulator.rehearsal), for this takes seconds; tests and the instructor's editor ask for both.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from simulator.check import check
from simulator.exercise import Changeable, Exercise
from simulator.matrix import Matrix
from simulator.mistakes import Right, make_mistakes
from simulator.mistakes.compare import Cell, cells, differing
from simulator.mistakes.slips import make_slips
from simulator.model import NetworkPolicy
from simulator.parse import read_policies
from simulator.scenario import Scenario
from simulator.spellings import Spelling, spellings
from simulator.witness import WitnessSet

Policies = tuple[NetworkPolicy, ...]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong answer that was made: its misconception (empty: a slip), and what it is."""

    mistake: str
    description: str
    policies: Policies


@dataclass(frozen=True, slots=True)
class Played:
    """What the grader made of them all.

    `spelt` right answers were tried, and `refused` names those that it refuses; `made` wrong ones,
    and `accepted` are those that it takes for right. `harmless` change nothing in this scenario:
    the grader may accept them.
    """

    spelt: int = 0
    refused: tuple[Spelling, ...] = ()
    made: int = 0
    accepted: tuple[Wrong, ...] = ()
    harmless: int = 0


def play(exercise: Exercise, scenario: Scenario) -> Played:
    """Play an exercise whose solution is policies; of others, nothing is tried.

    The solution must be accepted by the API server (the rehearsal tells where it is not).
    """
    if exercise.changes is not Changeable.POLICIES:
        return Played()
    grader = _Grader(exercise, scenario)
    if not grader.solution:  # policies to take away: there is nothing to spell otherwise
        return Played()
    right = tuple(spellings(scenario.cluster, grader.solution))
    wrong, harmless = grader.sorted()
    return Played(
        len(right),
        tuple(spelling for spelling in right if not grader.accepts_text(spelling.text)),
        len(wrong),
        tuple(answer for answer in wrong if grader.accepts(answer.policies)),
        harmless,
    )


class _Grader:
    """One exercise with its solution read."""

    def __init__(self, exercise: Exercise, scenario: Scenario) -> None:
        self.exercise, self.scenario = exercise, scenario
        self.solution: Policies = self.read(exercise.solution) or ()

    def read(self, text: str) -> Policies | None:
        """The policies of a text; None where the API server refuses it."""
        names, version = self.scenario.cluster.namespace_names, self.scenario.kubernetes
        reading = read_policies(text, namespaces=names, version=version)
        return None if reading.errors else reading.policies

    def accepts_text(self, text: str) -> bool:
        answer = self.read(text)
        return answer is not None and self.accepts(answer)

    def accepts(self, answer: Policies) -> bool:
        exercise, cluster = self.exercise, self.scenario.cluster
        result = check(cluster, answer, self.solution, exercise.scope, strangers=exercise.strangers)
        return result.solved

    def sorted(self) -> tuple[tuple[Wrong, ...], int]:
        """The made answers that are wrong here, and how many are not."""
        cluster = self.scenario.cluster
        wanted = cells(WitnessSet(cluster, cluster, ()), self.solution, self.exercise.scope)
        made = dict.fromkeys(self._made())
        wrong = tuple(answer for answer in made if self._differs(answer, wanted))
        return wrong, len(made) - len(wrong)

    def _made(self) -> Iterator[Wrong]:
        right = Right(self.scenario.cluster, self.solution)
        for made in make_mistakes(right):
            if made.cluster == right.cluster and not made.text:
                yield Wrong(made.misconception, made.description, made.policies)
        for name, policies in make_slips(right):
            yield Wrong("", name, policies)

    def _differs(self, answer: Wrong, wanted: tuple[Cell, ...]) -> bool:
        return bool(differing(Matrix(self.scenario.cluster, answer.policies), wanted))
