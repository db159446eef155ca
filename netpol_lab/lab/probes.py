"""What a scenario's page can ask, and ids for it that are safe in HTML and URLs."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from netpol_lab.lab.answers import Asked
from simulator.model import (
    Dial,
    Endpoint,
    ExternalHost,
    Pod,
    Probe,
    ProbeProtocol,
    Service,
    ServiceType,
)
from simulator.scenario import Scenario

#: Source, way to the target, target, port, protocol.
_ID = re.compile(r"(\d{1,6})-([sa]?)(\d{1,6})-(\d{1,5}|ping)-([a-z]{1,5})", re.ASCII)
_PROTOCOLS: Mapping[str, ProbeProtocol] = {p.lower(): p for p in get_args(ProbeProtocol)}
#: An endpoint; a Service that is dialled by name, or by address.
_Way = Literal["", "s", "a"]


@dataclass(frozen=True, slots=True)
class ProbeIds:
    """Ids for the probes and dials of one scenario, made once for a page.

    `1-2-3306-tcp` is a probe from endpoint 1 to endpoint 2; `1-s0-80-tcp` a dial to Service 0 by
    its name, `1-a0-80-tcp` one by its address.
    """

    scenario: Scenario
    places: Mapping[str, int]  # of endpoints and Services, each from 0, by ref

    def of(self, asked: Asked) -> str:
        """The id of what is asked."""
        source, target = self.places[asked.source.ref], self.places[asked.target.ref]
        port = "ping" if asked.port is None else str(asked.port)
        return f"{source}-{_way(asked)}{target}-{port}-{asked.protocol.lower()}"

    def asked(self, text: str) -> Asked | None:
        """What an id asks, or None for anything else."""
        found = _ID.fullmatch(text)
        if found is None:
            return None
        source, way, target, port, protocol = found.groups()
        ends = self.scenario.cluster.endpoints
        number = None if port == "ping" else int(port)
        if int(source) >= len(ends) or not _can_be(protocol, number):
            return None
        probe = Probe(ends[int(source)], ends[0], _PROTOCOLS[protocol], number)
        return self._dial(probe, way, int(target)) if way else self._probe(probe, int(target))

    def _probe(self, probe: Probe, target: int) -> Probe | None:
        ends = self.scenario.cluster.endpoints
        return replace(probe, target=ends[target]) if target < len(ends) else None

    def _dial(self, probe: Probe, way: str, target: int) -> Dial | None:
        """The scenario's own dial where it has it, by the name that its author wrote."""
        services = self.scenario.cluster.services
        if target >= len(services):
            return None
        service = services[target]
        names = [service.ref] if way == "s" else [str(one) for one in service.addresses[:1]]
        made = [Dial(probe.source, service, name, probe.protocol, probe.port) for name in names]
        own = [dial for dial in self.scenario.dials if made and self.of(dial) == self.of(made[0])]
        return next(iter((*own, *made)), None)


def probe_ids(scenario: Scenario) -> ProbeIds:
    """The ids of a scenario."""
    endpoints, services = scenario.cluster.endpoints, scenario.cluster.services
    places = {one.ref: place for group in (endpoints, services) for place, one in enumerate(group)}
    return ProbeIds(scenario, places)


def _way(asked: Asked) -> _Way:
    if isinstance(asked, Probe):
        return ""
    return "a" if _by_address(asked) else "s"


def _by_address(dial: Dial) -> bool:
    return dial.name in map(str, dial.target.addresses)


def _can_be(protocol: str, port: int | None) -> bool:
    """Whether a port goes with a protocol: pings have none, everything else has one."""
    if protocol not in _PROTOCOLS:
        return False
    return port is None if protocol == "icmp" else port is not None and 1 <= port <= 65_535


# ── The table ────────────────────────────────────────────────────────────────────────────────


def table_probes(scenario: Scenario, source: Endpoint, target: Endpoint) -> tuple[Probe, ...]:
    """What the table asks of a pair: the target's ports, and those that an arrow to it names."""
    if source == target or (isinstance(source, ExternalHost) and isinstance(target, ExternalHost)):
        return ()
    probes = []
    if isinstance(target, Pod):
        probes = [Probe(source, target, port.protocol, port.port) for port in target.ports]
    for arrow in scenario.arrows:
        if arrow.target == target:
            probes.append(Probe(source, target, arrow.protocol, arrow.port))
    return tuple(dict.fromkeys(probes))


def dialled_services(scenario: Scenario) -> tuple[Service, ...]:
    """The Services that an arrow goes to, in the cluster's order."""
    dialled = {dial.target.ref for dial in scenario.dials}
    return tuple(service for service in scenario.cluster.services if service.ref in dialled)


def table_dials(scenario: Scenario, source: Endpoint, service: Service) -> tuple[Dial, ...]:
    """What the table asks of a Service: the ports that this source can dial, by its full name, and
    those that an arrow to it names (by its address, where the arrow goes by that)."""
    ports = _published(service) if _outside(source) else _inner(service)
    dials = [Dial(source, service, service.ref, protocol, port) for protocol, port in ports]
    for arrow in scenario.dials:
        if arrow.target == service and _outside(arrow.source) == _outside(source):
            name = arrow.name if _by_address(arrow) else service.ref
            dials.append(Dial(source, service, name, arrow.protocol, arrow.port))
    return tuple(dict.fromkeys(dials))


def _outside(end: Endpoint) -> bool:
    """Whether it is outside the cluster, where no cluster IP leads anywhere."""
    return isinstance(end, ExternalHost) and not end.node


def _inner(service: Service) -> Iterator[tuple[ProbeProtocol, int]]:
    for port in service.ports:
        # The name of a headless one resolves to the pods, which listen on their own port.
        own = port.target if service.headless and isinstance(port.target, int) else port.port
        yield port.protocol, own


def _published(service: Service) -> Iterator[tuple[ProbeProtocol, int]]:
    for port in service.ports:
        if service.type is ServiceType.LOAD_BALANCER:
            yield port.protocol, port.port
        elif service.type is ServiceType.NODE_PORT and port.node_port is not None:
            yield port.protocol, port.node_port
