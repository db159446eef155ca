"""What the recogniser is given, what it answers, and what a generator makes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from simulator.check import Scope
from simulator.matrix import Matrix
from simulator.mistakes.compare import Wrong
from simulator.model import Cluster, Mark, NetworkPolicy, Problem, RunningConnections
from simulator.witness import Strangers

Policies = tuple[NetworkPolicy, ...]


@dataclass(frozen=True, slots=True)
class Constraints:
    """What a task forbids or asks besides flows.

    `given`: the policies that must stay as they are, where only labels may change. `relies_on`:
    what the learner says becomes of a running connection that a new policy refuses.
    """

    given: Policies | None = None
    relies_on: RunningConnections | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """An answer beside the reference, over one cluster.

    `problems` are those of the answer's Reading (a refused text has no policies). `scope` is what
    the task asks about. With `strangers` the two
    are compared over the witness set, as grading does, else over the cluster alone.
    """

    cluster: Cluster
    reference: Policies
    answer: Policies = ()
    problems: tuple[Problem, ...] = ()
    scope: Scope = field(default_factory=Scope)
    constraints: Constraints = Constraints()
    strangers: Strangers | None = None


@dataclass(frozen=True, slots=True)
class Recognised:
    """A misconception that explains what went wrong.

    `misconception` is a key of the CATALOGUE; `sentence` names the confusion to the learner and
    leaves the mending to them; `mark` is the line that it speaks of. `whole` says that nothing
    else is wrong: with this one mended, the answer would mean what the reference means.
    """

    misconception: str
    sentence: str
    mark: Mark | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Right:
    """A right answer, from which mistakes are made."""

    cluster: Cluster
    policies: Policies
    constraints: Constraints = Constraints()


@dataclass(frozen=True, slots=True)
class MadeMistake:
    """A wrong answer with one mistake in it.

    `cluster` and `constraints` are the right answer's unless the mistake lies there; `text` is set
    where the API server refuses it, for then there are no policies.
    """

    misconception: str
    cluster: Cluster
    policies: Policies
    description: str
    undone_by: str
    constraints: Constraints = Constraints()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Repair:
    """An answer with one confusion taken out of it.

    `sure`: the confusion shows in the YAML itself, so that it is worth naming even where other
    things are wrong too. `fit` orders repairs that do the same: 0 has a sign of its own in the
    YAML, 2 is a guess. `unless`: edits that would do as well, and then it is something else.
    """

    policies: Policies
    sentence: str
    mark: Mark | None = None
    sure: bool = False
    fit: int = 1
    unless: tuple[Policies, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """An attempt with what is wrong in it; repairs are looked for here."""

    cluster: Cluster
    reference: Policies
    answer: Policies
    wrong: tuple[Wrong, ...]
    matrix: Matrix


#: (policies, description, undone by)
Made = tuple[Policies, str, str]
Make = Callable[[Right], Iterator[Made]]
Repairs = Callable[[Case], Iterator[Repair]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One misconception as edits of policies: how it is made, and what would undo it."""

    id: str
    make: Make
    repairs: Repairs
