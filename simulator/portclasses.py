"""Every port that the rules of two sides can tell apart: by number, protocol and name.

A port of a target may bear any of the names that rules mention, so a class is spans of numbers and
a set of names. What is kept of it is which rules name the port.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simulator.labels import Budget
from simulator.matrix import PROTOCOLS
from simulator.model import Port, Protocol, Rule
from simulator.ports import EVERY_PORT, LAST_PORT, PortSet, nicest

#: What a container may well listen on under any name.
_NAMED = (8080, 9090, 3000, 5000)


@dataclass(frozen=True, slots=True)
class PortClass:
    """The ports of one protocol that the same rules name, borne under these names by the target."""

    protocol: Protocol
    names: tuple[str, ...]
    ports: PortSet
    rules: int

    @property
    def shown(self) -> int:
        """The nicest of its numbers; for a port with a name one that says nothing of its own."""
        return nicest(self.ports, _NAMED if self.names else ())


def port_classes(rules: Sequence[Rule], budget: Budget) -> tuple[PortClass, ...]:
    """The classes of every protocol; bit i of `rules` stands for the i-th rule.

    Not complete where the budget is passed. A class whose rules are those of another with fewer
    names is left out.
    """
    return tuple(found for protocol in PROTOCOLS for found in _of_protocol(rules, protocol, budget))


def _of_protocol(rules: Sequence[Rule], protocol: Protocol, budget: Budget) -> Iterator[PortClass]:
    spans = _by_number(rules, protocol)
    seen: set[int] = set()
    borne = _by_names(rules, protocol, budget)
    if budget.passed:
        return
    for by_name, names in sorted(borne.items(), key=_fewest_names):
        if not budget.take(len(spans)):
            return
        ports: dict[int, list[tuple[int, int]]] = {}
        for mask, intervals in spans.items():
            ports.setdefault(mask | by_name, []).extend(intervals)
        for mask, intervals in ports.items():
            if mask not in seen:
                seen.add(mask)
                yield PortClass(protocol, names, PortSet.of(intervals), mask)


def _fewest_names(item: tuple[int, tuple[str, ...]]) -> tuple[int, tuple[str, ...]]:
    return len(item[1]), item[1]


def _by_number(rules: Sequence[Rule], protocol: Protocol) -> dict[int, list[tuple[int, int]]]:
    """Spans of numbers by the rules that name them as numbers."""
    flips: dict[int, int] = {1: 0}
    for index, rule in enumerate(rules):
        for low, high in _numbers(rule, protocol).intervals:
            flips[low] = flips.get(low, 0) ^ 1 << index
            flips[high + 1] = flips.get(high + 1, 0) ^ 1 << index
    starts = sorted(start for start in flips if start <= LAST_PORT)
    found: dict[int, list[tuple[int, int]]] = {}
    mask = 0
    for start, after in zip(starts, [*starts[1:], LAST_PORT + 1], strict=True):
        mask ^= flips[start]
        found.setdefault(mask, []).append((start, after - 1))
    return found


def _numbers(rule: Rule, protocol: Protocol) -> PortSet:
    entries = [port for port in rule.ports if port.protocol == protocol]
    if not rule.ports or any(port.port is None for port in entries):
        return EVERY_PORT
    spans = (_span(port) for port in entries)
    return PortSet.of(found for found in spans if found is not None)


def _span(port: Port) -> tuple[int, int] | None:
    return (port.port, port.end_port or port.port) if isinstance(port.port, int) else None


def _by_names(
    rules: Sequence[Rule], protocol: Protocol, budget: Budget
) -> dict[int, tuple[str, ...]]:
    """For every set of names that a port can bear: the rules that name it so, by fewest names."""
    bits: dict[str, int] = {}
    for index, rule in enumerate(rules):
        for port in rule.ports:
            if port.protocol == protocol and isinstance(port.port, str):
                bits[port.port] = bits.get(port.port, 0) | 1 << index
    found: dict[int, tuple[str, ...]] = {0: ()}
    for name, mask in sorted(bits.items()):
        if not budget.take(len(found)):
            return found
        for known, names in list(found.items()):
            better = found.get(known | mask)
            if better is None or len(names) + 1 < len(better):
                found[known | mask] = (*names, name)
    return found
