"""The whole matrix at once: by source class and port class, the targets that may be reached.

Egress is kept by source and ingress by target. To meet, one of them is turned: for one port class
at a time the rows of ingress become columns.
"""

from collections.abc import Iterator, Sequence

from simulator.matrix.bits import transposed
from simulator.matrix.gates import Gates
from simulator.matrix.grants import Row, Spans
from simulator.matrix.spans import Span
from simulator.model import Direction


def targets(gates: Sequence[Gates], spans: Sequence[Span], *, possible: bool) -> list[int]:
    """For each source class, the classes that it reaches on a port that lies in these `spans`.

    Under every one of the readings in `gates`, or, where `possible`, under at least one.
    """
    found: list[int] = []
    for reading in gates:
        leaving = _opened(reading.rows(Direction.EGRESS), spans, possible=possible)
        entering = _opened(reading.rows(Direction.INGRESS), spans, possible=possible)
        turned = transposed(entering, len(entering))
        allowed = [out & into for out, into in zip(leaving, turned, strict=True)]
        found = _joined(found, allowed, possible=possible) if found else allowed
    return found


def _joined(found: list[int], allowed: list[int], *, possible: bool) -> list[int]:
    pairs = zip(found, allowed, strict=True)
    return [one | other for one, other in pairs] if possible else [a & b for a, b in pairs]


def _opened(rows: Sequence[Row], spans: Sequence[Span], *, possible: bool) -> list[int]:
    """Each row's far ends for ports in these spans."""
    opened = _union([row.certain for row in rows], spans)
    if any(row.halves[0] and row.halves[1] for row in rows):
        by_ipv4, by_ipv6 = (_union([row.halves[n] for row in rows], spans) for n in (0, 1))
        both = zip(opened, by_ipv4, by_ipv6, strict=True)
        opened = [plain | (one & other) for plain, one, other in both]
    if possible and any(row.possible for row in rows):
        further = _union([row.possible for row in rows], spans)
        return [one | other for one, other in zip(opened, further, strict=True)]
    return opened


def _union(rows: Sequence[Spans], spans: Sequence[Span]) -> list[int]:
    found = []
    for row in rows:
        bits = 0
        for span in spans:
            if span in row:
                bits |= row[span]
        found.append(bits)
    return found


def alike(everybody: int, reached: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Targets sorted by what reaches them: sets of classes, each with its set of port classes.

    `reached` are the targets for each port class in turn. Targets that nothing reaches are left
    out.
    """
    groups = [(everybody, 0)]
    for number, bits in enumerate(reached):
        if bits:
            groups = [part for group in groups for part in _parted(group, bits, 1 << number)]
    return ((targets, ports) for targets, ports in groups if ports)


def _parted(group: tuple[int, int], bits: int, bit: int) -> Iterator[tuple[int, int]]:
    targets, ports = group
    inside = targets & bits
    if inside:
        yield inside, ports | bit
    if inside != targets:
        yield targets ^ inside, ports
