"""What may pass from one endpoint to another, as sets of ports."""

from dataclasses import dataclass

from simulator.model import Outcome
from simulator.ports import EVERY_PORT, PortSet


@dataclass(frozen=True, slots=True)
class Reach:
    """The ports of one protocol from one endpoint to another.

    `certain` are allowed under every reading that the API permits, `possible` under at least one.
    """

    certain: PortSet
    possible: PortSet

    def outcome(self, port: int) -> Outcome:
        """The outcome for one port, on a plugin that enforces."""
        if port in self.certain:
            return Outcome.ALLOWED
        return Outcome.UNDEFINED if port in self.possible else Outcome.DENIED

    def __and__(self, other: "Reach") -> "Reach":
        return Reach(self.certain & other.certain, self.possible & other.possible)


OPEN = Reach(EVERY_PORT, EVERY_PORT)
