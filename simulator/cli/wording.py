"""Cells and port sets in words, long for lists and short for table cells."""

from simulator.cli.cells import Cell, Spans
from simulator.cli.ends import AskedPort
from simulator.cli.screen import SHADES, SIGNS
from simulator.explain import OUTCOME_WORDS
from simulator.matrix import PROTOCOLS
from simulator.model import Outcome
from simulator.ports import EVERY_PORT, PortSet

#: The signs of what does not pass.
CLOSED = frozenset({"✕", "–"})
#: Of one protocol's intervals, this many are named.
MOST_SPANS = 6


def sign(cell: Cell) -> str:
    """`✓` all is open, `±` some, `✕` nothing, `?` left open by the API."""
    if cell.outcome is not None:
        return SIGNS[cell.outcome]
    if cell.is_open:
        return "✓"
    if cell.certain:
        return "±"
    return "?" if cell.undefined else "✕"


def shade(cell: Cell) -> str:
    """The colour that goes with the sign."""
    if cell.outcome is not None:
        return SHADES[cell.outcome]
    return {"✓": "good", "✕": "bad", "±": "part"}.get(sign(cell), "open")


def words(cell: Cell) -> str:
    """`every port`, `80, 443; 53/UDP`, `no port`, or the outcome for the port asked."""
    if cell.outcome is not None:
        return outcome_words(cell.outcome)
    if cell.is_open:
        return "every port"
    parts = [spans_words(cell.certain)] if cell.certain else []
    if cell.undefined:
        parts.append(f"undefined by the API: {spans_words(cell.undefined)}")
    return "; ".join(parts) or "no port"


def outcome_words(outcome: Outcome) -> str:
    """The words for an outcome."""
    return OUTCOME_WORDS[outcome]


def spans_words(spans: Spans) -> str:
    """`80, 443, 53/UDP`: numbers without a protocol are TCP."""
    if tuple(protocol for protocol, _ in spans) == PROTOCOLS and len({p for _, p in spans}) == 1:
        if spans[0][1] == EVERY_PORT:
            return "every port"
        return f"{_numbers(spans[0][1], '')} of every protocol"
    return ", ".join(_protocol_words(protocol, ports) for protocol, ports in spans)


def short(cell: Cell) -> str:
    """The same for a table's cell: `all`, `80,443`, `✕`."""
    if cell.outcome is not None:
        return sign(cell)
    if cell.is_open:
        return "✓ all"
    text = spans_words(cell.certain).replace(", ", ",").replace("every ", "every ")
    if cell.undefined:
        text = f"{text} ? {spans_words(cell.undefined)}".strip().replace(", ", ",")
    return f"{sign(cell)} {text}".rstrip().replace("? ?", "?")


def port_words(port: AskedPort) -> str:
    """`3306/TCP`, `http/TCP` or `ping`."""
    if port.protocol == "ICMP":
        return "ping"
    return f"{port.name or port.number}/{port.protocol}"


def _protocol_words(protocol: str, ports: PortSet) -> str:
    if ports == EVERY_PORT:
        return f"every {protocol} port"
    return _numbers(ports, "" if protocol == "TCP" else f"/{protocol}")


def _numbers(ports: PortSet, after: str) -> str:
    shown = [
        f"{low}{after}" if low == high else f"{low}–{high}{after}"
        for low, high in ports.intervals[:MOST_SPANS]
    ]
    if more := len(ports.intervals) - len(shown):
        shown.append(f"{more} more spans")
    return ", ".join(shown)
