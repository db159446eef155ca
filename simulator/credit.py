"""Part marks: how many of the scenario's flows an answer gets right, allows and denials apart.

Credit = max(0, share of wanted allows that are allowed + share of wanted denials that are denied
less 1), so that an answer which allows everything, or nothing, earns none. A flow is an ordered
pair of the scenario's endpoints and a port: each port that the target listens on, both edges of
every range that the reference makes for the pair, and one port that nobody names. The answer's own
ports are no flows, or naming many would dilute a fault.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from simulator.evaluate import isolating
from simulator.matrix import Reach
from simulator.model import (
    Cluster,
    Direction,
    Endpoint,
    NetworkPolicy,
    Outcome,
    Pod,
    Probe,
)
from simulator.ports import PortSet
from simulator.readings import outside
from simulator.witness import listening


@dataclass(slots=True)
class _Share:
    """How many of a number of flows are right."""

    right: int = 0
    all: int = 0

    def value(self) -> Fraction:
        return Fraction(self.right, self.all) if self.all else Fraction(1)


@dataclass(slots=True)
class Tally:
    """The count of a scenario's flows under one reference.

    A flow counts where the reference isolates one of its ends, or where the answer gets it wrong.
    """

    cluster: Cluster
    reference: Sequence[NetworkPolicy]
    _shares: dict[Outcome, _Share] = field(
        default_factory=lambda: {Outcome.ALLOWED: _Share(), Outcome.DENIED: _Share()}
    )
    _isolated: dict[tuple[str, Direction], bool] = field(default_factory=dict)

    def count(self, asked: Probe, got: Reach, want: Reach, ports: PortSet) -> None:
        """Count one pair's flows of one protocol; what the reference leaves open is no flow."""
        touched = self._touches(asked.source, Direction.EGRESS) or self._touches(
            asked.target, Direction.INGRESS
        )
        for port in _ports(asked, want, ports):
            wanted, given = want.outcome(port), got.outcome(port)
            if wanted in self._shares and (touched or wanted is not given):
                self._shares[wanted].all += 1
                self._shares[wanted].right += wanted is given

    def credit(self, *, solved: bool) -> float:
        """Between 0 and 1; an answer that differs only where nothing is counted loses one flow."""
        if solved:
            return 1.0
        flows = sum(share.all for share in self._shares.values())
        earned = sum(share.value() for share in self._shares.values()) - 1
        return float(max(Fraction(0), min(earned, 1 - Fraction(1, flows + 1))))

    def _touches(self, end: Endpoint, direction: Direction) -> bool:
        key = (end.ref, direction)
        if key not in self._isolated:
            self._isolated[key] = (
                isinstance(end, Pod)
                and not outside(self.cluster, end)
                and bool(isolating(self.reference, end, direction))
            )
        return self._isolated[key]


def _ports(asked: Probe, want: Reach, ports: PortSet) -> list[int]:
    """The ports whose flows count for a pair, within those that the task asks about."""
    found = {port for low, high in want.certain.intervals for port in (low, high)}
    found.update(listening(asked.target, asked.protocol))
    unnamed = next((port for port in range(1, len(found) + 2) if port not in found), 1)
    named = [port for port in sorted({*found, unnamed}) if port in ports]
    return named or [low for low, _ in ports.intervals]
