"""Changes to a rule's `ports` after which it names a port, or names it no more."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import get_args

from simulator.edits.change import Change, ChangeKind, RulePlace, spliced
from simulator.evaluate import first_port
from simulator.manifest import block_lines, stored_port
from simulator.model import Port, Probe, Protocol
from simulator.ports import LAST_PORT
from simulator.words import clip

#: Of a rule's ports, so many are looked at.
MOST_PORTS = 20


def exact_port(probe: Probe) -> Port:
    """The entry of `ports` that names the probe's port and no other."""
    assert probe.protocol != "ICMP"
    return Port(probe.protocol, probe.port)


def port_words(port: Port) -> str:
    """`TCP 3306`, `TCP 1–79`, `every UDP port`."""
    if port.port is None:
        return f"every {port.protocol} port"
    span = f"–{port.end_port}" if port.end_port is not None else ""
    return clip(f"{port.protocol} {port.port}{span}")


def _lines(ports: Sequence[Port]) -> list[str]:
    return block_lines([stored_port(port) for port in ports]) if ports else []


# ── So that a port is named ──


def named_too(place: RulePlace, probe: Probe) -> Iterator[Change]:
    """Changes to ports that miss the probe's."""
    ports, wanted = place.rule.ports, exact_port(probe)
    for index, port in enumerate(ports[:MOST_PORTS]):
        for words, new in _instead(port, probe):
            yield _replaced(place, index, [new], kind=ChangeKind.SCALAR, words=words)
    yield place.with_ports(
        ChangeKind.ADD,
        f"add the port {port_words(wanted)}",
        ports=(*ports, wanted),
        mark=ports[-1].mark,
        lines=_lines([wanted]),
    )
    words = "delete `ports`, so that every port is admitted"
    yield place.with_ports(ChangeKind.WIDEN, words, ports=(), mark=ports[0].mark)


def _instead(port: Port, probe: Probe) -> Iterator[tuple[str, Port]]:
    """The entry with one of its values changed, so that it may name the probe's port."""
    number = probe.port
    assert number is not None
    if port.protocol != probe.protocol:
        assert probe.protocol != "ICMP"
        words = f"change the protocol of {port_words(port)} to {probe.protocol}"
        yield words, replace(port, protocol=probe.protocol)
    elif port.end_port is None:
        words = f"change port {clip(str(port.port))} to {number}"
        yield words, replace(port, port=number)
    elif number > port.end_port:
        yield f"change endPort {port.end_port} to {number}", replace(port, end_port=number)
    else:
        yield f"change port {port.port} to {number}", replace(port, port=number)


# ── So that a port is named no more ──


def named_no_more(place: RulePlace, probe: Probe) -> Iterator[Change]:
    """Changes to ports after which the first entry that names the probe's no longer does."""
    ports = place.rule.ports
    if not ports:
        yield _all_but(place, probe)
        return
    index = first_port(ports, probe)
    if index is None:
        return
    port = ports[index]
    yield from _edges(place, index, probe)
    if len(ports) > 1:
        words = f"delete the port {port_words(port)}"
        yield _replaced(place, index, [], kind=ChangeKind.DROP, words=words)
    if left := ports_but(port, probe):
        words = f"leave {probe.port} out of {port_words(port)}"
        yield _replaced(place, index, left, kind=ChangeKind.ADD, words=words)


def _edges(place: RulePlace, index: int, probe: Probe) -> Iterator[Change]:
    """A range that begins or ends with the port can be cut by one value."""
    port = place.rule.ports[index]
    if not isinstance(port.port, int) or port.end_port in (None, port.port):
        return
    for name, value, moved in (("port", port.port, 1), ("endPort", port.end_port, -1)):
        if value == probe.port and value is not None:
            field = "port" if name == "port" else "end_port"
            new = replace(port, **{field: value + moved})  # type: ignore[arg-type]
            words = f"change {name} {value} to {value + moved}"
            yield _replaced(place, index, [new], kind=ChangeKind.SCALAR, words=words)


def ports_but(port: Port, probe: Probe) -> tuple[Port, ...]:
    """What an entry of `ports` names, less the probe's port; nothing is left of a name."""
    if isinstance(port.port, str):
        return ()
    assert probe.port is not None
    low, high = port.port or 1, port.end_port or port.port or LAST_PORT
    spans = ((low, probe.port - 1), (probe.port + 1, high))
    return tuple(
        Port(port.protocol, first, None if first == last else last)
        for first, last in spans
        if first <= last
    )


def every_port_but(probe: Probe) -> tuple[Port, ...]:
    """Entries that name every port of every protocol but the probe's."""
    found: list[Port] = []
    for protocol in get_args(Protocol):
        port = Port(protocol)
        found += ports_but(port, probe) if protocol == probe.protocol else (port,)
    return tuple(found)


def _all_but(place: RulePlace, probe: Probe) -> Change:
    ports = every_port_but(probe)
    words = f"add `ports`, every one but {port_words(exact_port(probe))}"
    return place.with_ports(ChangeKind.ADD, words, ports=ports, lines=["ports:", *_lines(ports)])


def _replaced(
    place: RulePlace, index: int, new: Sequence[Port], *, kind: ChangeKind, words: str
) -> Change:
    ports = place.rule.ports
    return place.with_ports(
        kind,
        words,
        ports=spliced(ports, index, new),
        mark=ports[index].mark,
        lines=_lines(new),
    )
