"""Sets of ports as sorted, disjoint intervals: a range is never written out."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

LAST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class PortSet:
    """Ports of one protocol, as inclusive intervals in ascending order that do not touch."""

    intervals: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, intervals: Iterable[tuple[int, int]]) -> "PortSet":
        """The union of any intervals."""
        merged: list[tuple[int, int]] = []
        for low, high in sorted(intervals):
            if merged and low <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(merged[-1][1], high))
            else:
                merged.append((low, high))
        return cls(tuple(merged))

    def __contains__(self, port: int) -> bool:
        after = bisect_right(self.intervals, (port, LAST_PORT))
        return after > 0 and port <= self.intervals[after - 1][1]

    def __bool__(self) -> bool:
        return bool(self.intervals)

    def __and__(self, other: "PortSet") -> "PortSet":
        """One pass over both: hostile texts name thousands of ports."""
        if self._within(other):
            return self
        common, mine, theirs = [], 0, 0
        while mine < len(self.intervals) and theirs < len(other.intervals):
            (low, high), (other_low, other_high) = self.intervals[mine], other.intervals[theirs]
            if max(low, other_low) <= min(high, other_high):
                common.append((max(low, other_low), min(high, other_high)))
            if high <= other_high:
                mine += 1
            else:
                theirs += 1
        return PortSet(tuple(common))

    def _within(self, other: "PortSet") -> bool:
        """Whether one interval of the other set, most often every port, holds all of this."""
        if len(other.intervals) != 1 or not self.intervals:
            return False
        ((low, high),) = other.intervals
        return low <= self.intervals[0][0] and self.intervals[-1][1] <= high

    def __sub__(self, other: "PortSet") -> "PortSet":
        return self & other.complement()

    def complement(self) -> "PortSet":
        """Every port that is not in this set."""
        gaps, start = [], 1
        for low, high in self.intervals:
            if start < low:
                gaps.append((start, low - 1))
            start = high + 1
        if start <= LAST_PORT:
            gaps.append((start, LAST_PORT))
        return PortSet(tuple(gaps))


EVERY_PORT = PortSet(((1, LAST_PORT),))

#: Ports that say something to a reader.
_WELL_KNOWN = (22, 80, 443, 53)


def nicest(ports: PortSet, candidates: Iterable[int] = ()) -> int:
    """The port to show of a set that is not empty: a candidate, else a well-known one, else any."""
    known = (port for port in (*candidates, *_WELL_KNOWN) if port in ports)
    return next(known, ports.intervals[0][0])
