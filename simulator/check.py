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
from simulator.model import Cluster, Endpoint, NetworkPolicy, Outcome, Probe, Protocol, Verdict
from simulator.ports import EVERY_PORT, PortSet


class Fault(StrEnum):
    """How a flow of the answer differs from the reference."""

    TOO_OPEN = "too open"
    TOO_STRICT = "too strict"
    UNDEFINED = "undefined"


@dataclass(frozen=True, slots=True)
class Difference:
    """A pair of endpoints whose flows differ: on which ports, and one probe to show for it.

    `verdict` is the answer's verdict for the smallest port that differs; `everywhere` says that
    every port of the protocol differs.
    """

    fault: Fault
    verdict: Verdict
    ports: PortSet
    everywhere: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What the comparison found; `solved` when nothing differs."""

    differences: tuple[Difference, ...]

    @property
    def solved(self) -> bool:
        """Whether the answer means what the task asks for."""
        return not self.differences

    def count(self, fault: Fault) -> int:
        """How many pairs differ in this way."""
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
) -> Result:
    """Compare an answer with the reference over the whole cluster.

    The scenario's own ports come first among the ports shown for a difference.
    """
    return Result(tuple(_differences(cluster, answer, reference, scope or Scope())))


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
                    port = _shown_port(cluster, target, differing, protocol)
                    verdict = evaluate(cluster, answer, Probe(source, target, protocol, port))
                    yield Difference(fault, verdict, differing, differing == ports)


def _shown_port(cluster: Cluster, target: Endpoint, differing: PortSet, protocol: Protocol) -> int:
    """The target's own port if it is among them, then any port of the cluster, then the lowest."""
    pods = sorted(cluster.pods, key=lambda pod: pod is not target)
    for pod in pods:
        for port in pod.ports:
            if port.protocol == protocol and port.port in differing:
                return port.port
    return differing.intervals[0][0]


def is_allowed(outcome: Outcome) -> bool:
    """Whether a connection passes."""
    return outcome in {Outcome.ALLOWED, Outcome.NOT_ENFORCED}
