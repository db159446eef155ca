"""Is the task solved? An answer is judged by its meaning: the flows that it allows.

The answer's policies and the reference's are compared over the witness set (simulator.witness): the
whole cluster of the scenario and its strangers, every pair that they make, every port of every
protocol. Pings are not compared (no rule can name them), nor is a flow that the API leaves
undefined under the reference.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from simulator import matrix
from simulator.credit import Tally
from simulator.evaluate import evaluate
from simulator.matrix import OPEN, PROTOCOLS, Matrix, Reach
from simulator.model import (
    Cluster,
    Direction,
    Endpoint,
    NetworkPolicy,
    Outcome,
    Probe,
    Protocol,
    Verdict,
)
from simulator.ports import EVERY_PORT, PortSet, nicest
from simulator.witness import (
    Stranger,
    Strangers,
    WitnessSet,
    listening,
    most_strangers,
    pairs,
    witnesses,
)

__all__ = ["Difference", "Fault", "Result", "Scope", "check", "pairs", "steps"]


class Fault(StrEnum):
    """How a flow of the answer differs from the reference."""

    TOO_OPEN = "too open"
    TOO_STRICT = "too strict"
    UNDEFINED = "undefined"


@dataclass(frozen=True, slots=True)
class Difference:
    """A pair of endpoints whose flows differ: on which ports, and one probe to show for it.

    `wanted` is the reference's outcome for the probe. `stranger` is set where an end of the pair is
    none of the scenario's. The verdict is worked out when asked for: there may be many differences,
    and a page shows few.
    """

    fault: Fault
    probe: Probe
    ports: PortSet
    wanted: Outcome
    stranger: Stranger | None = None
    cluster: Cluster = field(default=Cluster((), ()), compare=False, repr=False)
    answer: Sequence[NetworkPolicy] = field(default=(), compare=False, repr=False)

    @property
    def verdict(self) -> Verdict:
        """What the answer makes of the probe, with its evidence."""
        return evaluate(self.cluster, self.answer, self.probe)

    @property
    def names(self) -> tuple[str, str]:
        """How a sentence calls source and target: a stranger by its description."""
        source, target = (self._name(end) for end in (self.probe.source, self.probe.target))
        return source, target

    def _name(self, end: Endpoint) -> str:
        known = self.stranger is None or self.stranger.endpoint != end
        return end.ref if known or self.stranger is None else self.stranger.description


@dataclass(frozen=True, slots=True)
class Result:
    """What the comparison found; `solved` when nothing differs.

    `credit` lies between 0 and 1: the share of the wanted allows that the answer allows, plus the
    share of the wanted denials that it denies, less 1 (simulator.credit). It is 1 where the task is
    solved, and only there.
    """

    differences: tuple[Difference, ...]
    credit: float = 1.0

    @property
    def solved(self) -> bool:
        """Whether the answer means what the task asks for."""
        return not self.differences

    @property
    def in_scenario(self) -> tuple[Difference, ...]:
        """The differences between endpoints of the scenario."""
        return tuple(d for d in self.differences if d.stranger is None)

    @property
    def at_strangers(self) -> tuple[Difference, ...]:
        """The differences where one end is a stranger."""
        return tuple(d for d in self.differences if d.stranger is not None)

    @property
    def told(self) -> tuple[Difference, ...]:
        """What to tell first: the scenario's own, and strangers only where those are all right."""
        return self.in_scenario or self.at_strangers

    def count(self, fault: Fault) -> int:
        """How many of the differences to tell are of this kind (one for each pair and protocol)."""
        return sum(difference.fault is fault for difference in self.told)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a task asks about: protocols with their ports; by default every port of each."""

    ports: tuple[tuple[Protocol, PortSet], ...] = tuple((p, EVERY_PORT) for p in PROTOCOLS)


def check(
    cluster: Cluster,
    answer: Sequence[NetworkPolicy],
    reference: Sequence[NetworkPolicy],
    scope: Scope | None = None,
    arrows: Sequence[Probe] = (),
    *,
    strangers: Strangers | None = None,
) -> Result:
    """Compare an answer with the reference over the witness set of both.

    Where a pair differs on several ports, the one shown is, if it can be, that of one of `arrows`
    (the probes that the reader has before their eyes) or one that the target listens on.
    """
    witness_set = witnesses(cluster, reference, answer, choice=strangers)
    comparison = _Comparison(witness_set, answer, reference, scope or Scope(), arrows)
    differences = tuple(comparison.differences())
    return Result(differences, comparison.tally.credit(solved=not differences))


def steps(
    cluster: Cluster,
    answer: Sequence[NetworkPolicy],
    reference: Sequence[NetworkPolicy],
    *,
    strangers: Strangers | None = None,
) -> int:
    """How many comparisons a check takes at the most; counted before the witness set is made."""
    policies = (*answer, *reference)
    known, met = len(cluster.endpoints), most_strangers(cluster, policies, strangers)
    one_pair = matrix.steps(Cluster((), cluster.pods[:1]), policies)
    return one_pair * (known * known + 2 * known * met)


# ── The comparison ───────────────────────────────────────────────────────────────────────────


class _Comparison:
    """Both sides over one witness set."""

    def __init__(
        self,
        witness_set: WitnessSet,
        answer: Sequence[NetworkPolicy],
        reference: Sequence[NetworkPolicy],
        scope: Scope,
        arrows: Sequence[Probe],
    ) -> None:
        self.witness_set, self.answer = witness_set, answer
        self.scope, self.arrows = scope, arrows
        self.given = Matrix(witness_set.cluster, answer)
        self.wanted = Matrix(witness_set.cluster, reference)
        self.tally = Tally(witness_set.scenario, reference)
        # Many pairs are alike, and a hostile text makes sets of thousands of ports. Each side hands
        # out one object for the same ports and keeps it, so that its id will do.
        self.found: dict[tuple[int, ...], dict[Fault, PortSet]] = {}

    def differences(self) -> Iterator[Difference]:
        """Every pair, protocol and fault of the witness set; counts the credit on its way."""
        for source, target, stranger in self.witness_set.pairs():
            for protocol, ports in self.scope.ports:
                got, want = (
                    side.reach(source, target, protocol) for side in (self.given, self.wanted)
                )
                asked = Probe(source, target, protocol)
                if stranger is None:
                    self.tally.count(asked, got, want, ports)
                if got != want:
                    yield from self._of_pair(asked, got, want, ports, stranger)

    def _of_pair(
        self, asked: Probe, got: Reach, want: Reach, ports: PortSet, stranger: Stranger | None
    ) -> Iterator[Difference]:
        if stranger is None or stranger.own_gate:
            found = self._faults(got, want)
        else:
            found = self._at_known_gate(asked, got, want, stranger)
        for fault, differing in found.items():
            if shown := differing & ports:
                port = shown_port(asked, shown, self.arrows)
                probe = Probe(asked.source, asked.target, asked.protocol, port)
                cluster = self.witness_set.cluster
                yield Difference(
                    fault, probe, shown, want.outcome(port), stranger, cluster, self.answer
                )

    def _faults(self, got: Reach, want: Reach) -> dict[Fault, PortSet]:
        key = id(got), id(want)
        if key not in self.found:
            self.found[key] = faults(got, want)
        return self.found[key]

    def _at_known_gate(
        self, asked: Probe, got: Reach, want: Reach, stranger: Stranger
    ) -> dict[Fault, PortSet]:
        """Of the differences, those that the gate of the scenario's own endpoint shows as well.

        Nobody asked for what the policies make of this stranger itself.
        """
        known = Direction.INGRESS if asked.source == stranger.endpoint else Direction.EGRESS
        passed, wanted = (self._gate(side, asked, known) for side in (self.given, self.wanted))
        key = id(got), id(want), id(passed), id(wanted)
        if key not in self.found:
            found, at_gate = self._faults(got, want), self._faults(passed, wanted)
            self.found[key] = {fault: ports & at_gate[fault] for fault, ports in found.items()}
        return self.found[key]

    def _gate(self, side: Matrix, asked: Probe, direction: Direction) -> Reach:
        if asked.protocol == "ICMP":
            return OPEN
        return side.gate(asked.source, asked.target, direction, asked.protocol)


def faults(got: Reach, want: Reach) -> dict[Fault, PortSet]:
    """On which ports `got` differs from `want`; what is undefined in `want` is not compared."""
    graded = EVERY_PORT - (want.possible - want.certain)
    return {
        Fault.TOO_OPEN: (got.certain - want.possible) & graded,
        Fault.TOO_STRICT: (want.certain - got.possible) & graded,
        Fault.UNDEFINED: (got.possible - got.certain) & graded,
    }


def shown_port(asked: Probe, differing: PortSet, arrows: Sequence[Probe]) -> int:
    """The port to show: an arrow's, else one that is listened on, else a well-known one, or any."""
    same = [a for a in arrows if a.target == asked.target and a.protocol == asked.protocol]
    same.sort(key=lambda arrow: arrow.source != asked.source)
    candidates = [arrow.port for arrow in same if arrow.port is not None]
    candidates += listening(asked.target, asked.protocol)
    return nicest(differing, candidates)
