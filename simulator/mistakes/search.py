"""Which misconception explains a wrong answer?

For each misconception its repairs are tried on the answer: an edit that takes the confusion out at
one place. A repair explains the answer if it then behaves as the reference. Where several do, the
one counts that gives the reference's own policies, then the one that fits its misconception alone,
then the smallest. Where none does, those count that show in the YAML itself and leave less wrong
and nothing new. Else nothing is said: better silent than wrong.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from simulator.matrix import PROTOCOLS, Matrix, steps
from simulator.mistakes import refusals, switches
from simulator.mistakes.compare import Cell, Nearness, cells, differing, nearness
from simulator.mistakes.kinds import KINDS
from simulator.mistakes.values import Attempt, Case, Policies, Recognised, Repair
from simulator.model import Cluster, Direction, Pod
from simulator.witness import WitnessSet, witnesses

#: What one call may ask of the matrix, in its own steps, and how many repairs of a kind it tries.
MOST_STEPS = 20_000_000
MOST_REPAIRS = 150
#: An answer with more entries (peers, ports, conditions, exceptions) is no slip of a learner's;
#: some recognisers hold every entry against every other.
MOST_ENTRIES = 400
#: Of several mistakes in one answer, this many are named.
MOST_NAMED = 3


def recognise(attempt: Attempt, *, most_steps: int = MOST_STEPS) -> tuple[Recognised, ...]:
    """Name the misconceptions behind an answer, the best first; () where it is right or unclear.

    Never raises. At most `most_steps` steps of the matrix are spent (twice that where strangers
    are asked about), and what is found by then counts.
    """
    found = [*refusals.find_unsayable(attempt), *refusals.find_in_refusal(attempt)]
    if attempt.problems and not attempt.answer:
        return tuple(found[:MOST_NAMED])
    found = [*switches.find_touched(attempt), *switches.find_unenforced(attempt)]
    found += switches.find_cut_at_once(attempt)
    # What the policies say is worth telling only where they were the learner's to write.
    if attempt.constraints.given is None:
        found += _in_policies(attempt, most_steps) or _in_scenario(attempt, most_steps)
    return tuple(found[:MOST_NAMED])


@dataclass(frozen=True, slots=True)
class _Explains:
    """A repair that helps, and how well: the smaller the rank, the better."""

    id: str
    repair: Repair
    near: Nearness
    rank: tuple[int, bool, int, int]


@dataclass(slots=True)
class _Search:
    """Tries repairs within a budget of steps."""

    case: Case
    world: Cluster
    asked: tuple[Cell, ...]
    left: int
    share: int = 0

    def explanations(self) -> Iterator[_Explains]:
        wanted = _atoms(self.case.reference)
        for done, kind in enumerate(KINDS):
            # What a kind leaves is shared by those that follow.
            self.share = self.left // (len(KINDS) - done)
            for repair in islice(kind.repairs(self.case), MOST_REPAIRS):
                near = self._try(repair.policies)
                if Nearness.SOLVED in map(self._try, repair.unless if near else ()):
                    continue
                if near is Nearness.SOLVED or (near is Nearness.NEARER and repair.sure):
                    rank = self._rank(repair, near, wanted)
                    yield _Explains(kind.id, repair, near, rank)

    def _try(self, policies: Policies) -> Nearness:
        cost = entries(policies) * len(self.asked)
        if cost > self.share:
            return Nearness.NOT
        self.share -= cost
        self.left -= cost
        return nearness(self.case.matrix.under(policies), self.asked, self.case.wrong)

    def _rank(
        self, repair: Repair, near: Nearness, wanted: Counter[object]
    ) -> tuple[int, bool, int, int]:
        got = _atoms(repair.policies)
        before = _atoms(self.case.answer)
        size = sum(((got - before) + (before - got)).values())
        return (-near, got != wanted, repair.fit, size)


def _in_policies(attempt: Attempt, most_steps: int) -> list[Recognised]:
    cluster = replace(attempt.cluster, plugin=replace(attempt.cluster.plugin, enforces=True))
    world = _world(replace(attempt, cluster=cluster))
    size = entries(attempt.answer)
    pairs = sum(len(attempt.scope.ports) for _ in world.pairs())
    left = most_steps - pairs * (size + entries(attempt.reference))
    if left < 0 or not size or size > MOST_ENTRIES:
        return []
    asked = cells(world, attempt.reference, attempt.scope)
    matrix = Matrix(world.cluster, attempt.answer)
    if not (wrong := differing(matrix, asked)):
        return []
    case = Case(cluster, attempt.reference, attempt.answer, wrong, matrix)
    found = _Search(case, world.cluster, asked, left).explanations()
    return _told(sorted(found, key=lambda explains: (explains.rank, explains.id)))


def _in_scenario(attempt: Attempt, most_steps: int) -> list[Recognised]:
    """What explains all that the learner can see, where strangers leave more to explain."""
    if attempt.strangers is None:
        return []
    found = _in_policies(replace(attempt, strangers=None), most_steps)
    return [replace(named, whole=False) for named in found]


def _world(attempt: Attempt) -> WitnessSet:
    """Where the answer and the reference are compared: the cluster, and strangers if asked for."""
    cluster, choice = attempt.cluster, attempt.strangers
    if choice is None:
        return WitnessSet(cluster, cluster, ())
    return witnesses(cluster, attempt.reference, attempt.answer, choice=choice)


def entries(policies: Policies) -> int:
    """How many things policies say: each is compared once for a pair and protocol, at the most."""
    one_pair = Cluster((), (Pod("", ""),))
    return steps(one_pair, policies) // len(PROTOCOLS)


def _told(explained: list[_Explains]) -> list[Recognised]:
    """The one that explains all of it; else those that explain a part, one for each id."""
    if not explained:
        return []
    if explained[0].near is Nearness.SOLVED:
        explained = explained[:1]
    first = {e.id: e for e in reversed(explained)}
    chosen = [e for e in explained if first[e.id] is e]
    return [
        Recognised(e.id, e.repair.sentence, e.repair.mark, e.near is Nearness.SOLVED)
        for e in chosen
    ]


def _atoms(policies: Policies) -> Counter[object]:
    """What policies are made of, whatever they are called and in whatever order they stand."""
    found: Counter[object] = Counter()
    for policy in policies:
        target = (policy.namespace, policy.pod_selector)
        found[target] += 1
        for direction in policy.policy_types:
            found[(target, direction)] += 1
        for direction in Direction:
            for rule in policy.rules(direction):
                peers, ports = frozenset(rule.peers), frozenset(rule.ports)
                found[(target, direction, peers, ports)] += 1
    return found
