"""Does an answer behave as the reference? Flows differ cell by cell: a pair and a protocol.

Reachability is the matrix's; here two matrices are only held against each other, by the rules of
grading: a flow that the reference leaves undefined is not compared.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from simulator.check import Fault, Scope, faults
from simulator.matrix import Matrix, Reach
from simulator.model import Direction, Endpoint, NetworkPolicy, Protocol
from simulator.ports import PortSet
from simulator.witness import Stranger, WitnessSet


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One pair and protocol: the flows wanted, and the ports that are asked about.

    `known`: only what this gate does as well is compared, and `want_gate` is what it should do.
    """

    source: Endpoint
    target: Endpoint
    protocol: Protocol
    want: Reach
    asked: PortSet
    known: Direction | None = None
    want_gate: Reach | None = None


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell in which the answer differs from the reference, and on which ports."""

    cell: Cell
    too_open: PortSet
    too_strict: PortSet
    undefined: PortSet

    @property
    def ports(self) -> PortSet:
        """Every port that is wrong in any way."""
        found = (self.too_open, self.too_strict, self.undefined)
        return PortSet.of(interval for ports in found for interval in ports.intervals)


class Nearness(IntEnum):
    """What an edit does to an answer; the higher, the better."""

    NOT = 0
    NEARER = 1  # less is wrong than before, and nothing new
    SOLVED = 2


def cells(world: WitnessSet, reference: Sequence[NetworkPolicy], scope: Scope) -> tuple[Cell, ...]:
    """Every cell of a world, with what `reference` wants there."""
    matrix, found = Matrix(world.cluster, reference), []
    for source, target, stranger in world.pairs():
        known = _known_gate(source, stranger)
        for protocol, ports in scope.ports:
            gate = matrix.gate(source, target, known, protocol) if known else None
            want = matrix.reach(source, target, protocol)
            found.append(Cell(source, target, protocol, want, ports, known, gate))
    return tuple(found)


def _known_gate(source: Endpoint, stranger: Stranger | None) -> Direction | None:
    """The gate of the scenario's own endpoint, where nobody asks for the stranger's."""
    if stranger is None or stranger.own_gate:
        return None
    return Direction.INGRESS if source == stranger.endpoint else Direction.EGRESS


def differing(matrix: Matrix, asked: Iterable[Cell]) -> tuple[Wrong, ...]:
    """What is wrong in an answer, given as its matrix."""
    found = (_wrong(cell, matrix) for cell in asked)
    return tuple(wrong for wrong in found if wrong is not None)


def nearness(matrix: Matrix, asked: Sequence[Cell], before: Sequence[Wrong]) -> Nearness:
    """Whether an edited answer is nearer to the reference than one in which `before` is wrong."""
    old = {wrong.cell: wrong.ports for wrong in before}
    left = {cell: wrong for cell in old if (wrong := _wrong(cell, matrix)) is not None}
    if any(wrong.ports - old[cell] for cell, wrong in left.items()):
        return Nearness.NOT
    if all(cell in left and left[cell].ports == ports for cell, ports in old.items()):
        return Nearness.NOT
    # Most edits end above: the cells that were right are asked only now.
    if any(_wrong(cell, matrix) is not None for cell in asked if cell not in old):
        return Nearness.NOT
    return Nearness.NEARER if left else Nearness.SOLVED


def _wrong(cell: Cell, matrix: Matrix) -> Wrong | None:
    got = matrix.reach(cell.source, cell.target, cell.protocol)
    if got == cell.want:
        return None
    found = faults(got, cell.want)
    if cell.known is not None and cell.want_gate is not None:
        at_gate = matrix.gate(cell.source, cell.target, cell.known, cell.protocol)
        by_gate = faults(at_gate, cell.want_gate)
        found = {fault: ports & by_gate[fault] for fault, ports in found.items()}
    shown = {fault: ports & cell.asked for fault, ports in found.items()}
    if not any(shown.values()):
        return None
    return Wrong(cell, shown[Fault.TOO_OPEN], shown[Fault.TOO_STRICT], shown[Fault.UNDEFINED])
