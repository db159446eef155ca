"""Does an answer behave as the reference? Flows differ cell by cell: a pair and a protocol.

Reachability is the matrix's; here two matrices are only held against each other, by the rules of
grading: a flow that the reference leaves undefined is not compared.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from simulator.check import Scope, pairs
from simulator.matrix import Matrix, Reach
from simulator.model import Cluster, Endpoint, NetworkPolicy, Protocol
from simulator.ports import PortSet


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One pair and protocol: the flows wanted, and the ports that are compared."""

    source: Endpoint
    target: Endpoint
    protocol: Protocol
    want: Reach
    graded: PortSet


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


def cells(
    cluster: Cluster, wanted: Cluster, reference: Sequence[NetworkPolicy], scope: Scope
) -> tuple[Cell, ...]:
    """Every cell, with what `reference` wants over the cluster `wanted` (same names of pods)."""
    matrix, by_ref = Matrix(wanted, reference), {end.ref: end for end in wanted.endpoints}
    found = []
    for source, target in pairs(cluster):
        ends = by_ref.get(source.ref), by_ref.get(target.ref)
        if ends[0] is None or ends[1] is None:
            continue
        for protocol, ports in scope.ports:
            want = matrix.reach(ends[0], ends[1], protocol)
            graded = ports - (want.possible - want.certain)
            found.append(Cell(source, target, protocol, want, graded))
    return tuple(found)


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
    want, got = cell.want, matrix.reach(cell.source, cell.target, cell.protocol)
    if got == want:
        return None
    too_open = (got.certain - want.possible) & cell.graded
    too_strict = (want.certain - got.possible) & cell.graded
    undefined = (got.possible - got.certain) & cell.graded
    if too_open or too_strict or undefined:
        return Wrong(cell, too_open, too_strict, undefined)
    return None
