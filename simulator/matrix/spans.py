"""Ports as the policies tell them apart: spans that rules name, and the port classes they leave."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import get_args

from simulator.model import NetworkPolicy, Protocol
from simulator.ports import EVERY_PORT, LAST_PORT, PortSet

PROTOCOLS: tuple[Protocol, ...] = get_args(Protocol)

#: What one entry of `ports` names: protocol, first and last port.
Span = tuple[str, int, int]

#: How a rule asks for a container port: protocol and name.
PortName = tuple[str, str]

#: One entry of `ports`: protocol, number or name (None for every port), last port of a range.
Entry = tuple[str, int | str | None, int | None]

#: A rule without ports names every port of every protocol.
EVERY: Span = ("", 1, LAST_PORT)


class PortClasses:
    """Ports of one protocol that no span tells apart make one class; each class has a bit.

    The first class of each protocol may be that of the ports that no rule names. 8000–8100 with
    8080 named beside it makes two classes: 8080, and the rest of the range, in two pieces.
    """

    __slots__ = ("_masks", "_portsets", "classes")

    def __init__(self, spans: Iterable[Span]) -> None:
        named = sorted({span for span in spans if 1 <= span[1] <= span[2] <= LAST_PORT})
        self.classes: list[tuple[Protocol, PortSet]] = []
        self._masks: dict[Span, int] = {EVERY: 0}
        self._portsets: dict[tuple[int, Protocol], PortSet] = {}
        for protocol in PROTOCOLS:
            self._divide(protocol, [span for span in named if span[0] == protocol])
        self._masks[EVERY] = (1 << len(self.classes)) - 1

    def _divide(self, protocol: Protocol, spans: Sequence[Span]) -> None:
        """Sweep over the ports: the set of open spans at a port is what its class is known by."""
        if not spans:
            self.classes.append((protocol, EVERY_PORT))
            return
        pieces: dict[int, list[tuple[int, int]]] = {}
        for low, high, inside in _pieces(spans):
            pieces.setdefault(inside, []).append((low, high))
        # Classes are numbered by their first port, and one whose first port a span holds lies in
        # that span whole: so a span is a run of classes, however many a hostile text names.
        before, firsts = len(self.classes), [intervals[0][0] for intervals in pieces.values()]
        self.classes += [(protocol, PortSet.of(intervals)) for intervals in pieces.values()]
        for span in spans:
            first, end = bisect_left(firsts, span[1]), bisect_right(firsts, span[2])
            self._masks[span] = (1 << before + end) - (1 << before + first)

    def __len__(self) -> int:
        return len(self.classes)

    def mask(self, span: Span) -> int:
        """The classes that a span consists of."""
        return self._masks.get(span, 0)

    def bit(self, protocol: Protocol, port: int) -> int:
        """The class that a port is of; 0 for a number that no port has."""
        for number, (named, ports) in enumerate(self.classes):
            if named == protocol and port in ports:
                return 1 << number
        return 0

    def spans(self, number: int) -> tuple[Span, ...]:
        """The spans that a class lies in."""
        return tuple(span for span, mask in self._masks.items() if mask >> number & 1)

    def ports(self, mask: int, protocol: Protocol) -> PortSet:
        """The ports of one protocol in a set of classes."""
        key = (mask, protocol)
        if key not in self._portsets:
            self._portsets[key] = self._union(mask, protocol)
        return self._portsets[key]

    def _union(self, mask: int, protocol: Protocol) -> PortSet:
        if mask == self._masks[EVERY]:
            return EVERY_PORT
        return PortSet.of(
            interval
            for number, (named, ports) in enumerate(self.classes)
            if named == protocol and mask >> number & 1
            for interval in ports.intervals
        )


def _pieces(spans: Sequence[Span]) -> Iterable[tuple[int, int, int]]:
    """The ports cut at every span's ends: first, last and the set of spans that lie over them."""
    changes = [(low, 1 << number) for number, (_, low, _) in enumerate(spans)]
    changes += [(high + 1, 1 << number) for number, (_, _, high) in enumerate(spans)]
    start, inside = 1, 0
    for port, changed in groupby(sorted(changes), key=lambda change: change[0]):
        if start < port:
            yield start, port - 1, inside
        start = port
        for _, bit in changed:
            inside ^= bit
    if start <= LAST_PORT:
        yield start, LAST_PORT, inside


class Asked:
    """The entries of `ports` that policies use, counted, so that one policy can leave or join."""

    __slots__ = ("_entries", "_named")

    def __init__(self, named: Mapping[PortName, Iterable[int]]) -> None:
        """`named` has the numbers that each port name stands for in the cluster."""
        self._named = named
        self._entries: Counter[Entry] = Counter()

    def changed(self, out: Iterable[NetworkPolicy], into: Iterable[NetworkPolicy]) -> "Asked":
        """The entries after some policies left and others joined."""
        asked = Asked(self._named)
        asked._entries = self._entries.copy()
        asked._entries.subtract(_entries(out))
        asked._entries.update(_entries(into))
        return asked

    def spans(self) -> Iterator[Span]:
        """What the entries name, port names as the numbers that the cluster's pods give them."""
        for (protocol, port, end), count in self._entries.items():
            if not count:
                continue
            if isinstance(port, str):
                for number in self._named.get((protocol, port), ()):
                    yield protocol, number, number
            else:
                yield span_of(protocol, port, end)


def _entries(policies: Iterable[NetworkPolicy]) -> Iterator[Entry]:
    for policy in policies:
        for rule in policy.ingress + policy.egress:
            for port in rule.ports:
                yield port.protocol, port.port, port.end_port


def span_of(protocol: str, port: int | None, end: int | None) -> Span:
    """What an entry of `ports` without a name names."""
    if port is None:
        return protocol, 1, LAST_PORT
    return protocol, port, end or port
