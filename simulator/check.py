"""Is the task solved? An answer is judged by its meaning: the flows that it allows.

The answer's policies and the reference's are compared over the whole cluster of the scenario: every
ordered pair of endpoints, every port of every protocol. Pings are not compared (no rule can name
them), nor is a flow that the API leaves undefined under the reference.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from simulator.evaluate import evaluate
from simulator.matrix import PROTOCOLS, Matrix
from simulator.model import Cluster, Endpoint, NetworkPolicy, Outcome, Pod, Probe, Protocol, Verdict
from simulator.ports import EVERY_PORT, PortSet


class Fault(StrEnum):
    """How a flow of the answer differs from the reference."""

    TOO_OPEN = "too open"
    TOO_STRICT = "too strict"
    UNDEFINED = "undefined"


@dataclass(frozen=True, slots=True)
class Difference:
    """A pair of endpoints whose flows differ: on which ports, and one probe to show for it.

    `verdict` is the answer's for the port that is shown, `wanted` the reference's outcome there.
    """

    fault: Fault
    verdict: Verdict
    ports: PortSet
    wanted: Outcome


@dataclass(frozen=True, slots=True)
class Result:
    """What the comparison found; `solved` when nothing differs."""

    differences: tuple[Difference, ...]

    @property
    def solved(self) -> bool:
        """Whether the answer means what the task asks for."""
        return not self.differences

    def count(self, fault: Fault) -> int:
        """How many differences there are of this kind (one for each pair and protocol)."""
        return sum(difference.fault is fault for difference in self.differences)


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
) -> Result:
    """Compare an answer with the reference over the whole cluster.

    Where a pair differs on several ports, the one shown is, if it can be, that of one of `arrows`
    (the probes that the reader has before their eyes) or one that the target listens on.
    """
    found = _differences(cluster, answer, reference, scope or Scope(), arrows)
    return Result(tuple(found))


def pairs(cluster: Cluster) -> Iterator[tuple[Endpoint, Endpoint]]:
    """Ordered pairs that a policy can part: not a pod and itself, not two hosts outside."""
    pods = set(cluster.pods)
    for source in cluster.endpoints:
        for target in cluster.endpoints:
            if source != target and (source in pods or target in pods):
                yield source, target


def _differences(
    cluster: Cluster,
    answer: Sequence[NetworkPolicy],
    reference: Sequence[NetworkPolicy],
    scope: Scope,
    arrows: Sequence[Probe],
) -> Iterator[Difference]:
    given, wanted = Matrix(cluster, answer), Matrix(cluster, reference)
    for source, target in pairs(cluster):
        for protocol, ports in scope.ports:
            got, want = (m.reach(source, target, protocol) for m in (given, wanted))
            graded = ports - (want.possible - want.certain)
            found = {
                Fault.TOO_OPEN: (got.certain - want.possible) & graded,
                Fault.TOO_STRICT: (want.certain - got.possible) & graded,
                Fault.UNDEFINED: (got.possible - got.certain) & graded,
            }
            for fault, differing in found.items():
                if differing:
                    port = _shown_port(Probe(source, target, protocol), differing, arrows)
                    verdict = evaluate(cluster, answer, Probe(source, target, protocol, port))
                    yield Difference(fault, verdict, differing, want.outcome(port))


#: Ports that say something to a reader where no port of the scenario differs.
_WELL_KNOWN = (22, 80, 443, 53)


def _shown_port(asked: Probe, differing: PortSet, arrows: Sequence[Probe]) -> int:
    """An arrow's port, else one that the target listens on, else a well-known one, else any."""
    same = [a for a in arrows if a.target == asked.target and a.protocol == asked.protocol]
    same.sort(key=lambda arrow: arrow.source != asked.source)
    candidates = [arrow.port for arrow in same if arrow.port is not None]
    if isinstance(asked.target, Pod):
        candidates += [p.port for p in asked.target.ports if p.protocol == asked.protocol]
    candidates += _WELL_KNOWN
    return next((port for port in candidates if port in differing), differing.intervals[0][0])
