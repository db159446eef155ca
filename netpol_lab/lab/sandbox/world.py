"""A cluster under its policies: what it is asked, and what the simulator answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from netpol_lab.lab.answers import Answer, Asked, answer
from simulator.matrix import Matrix
from simulator.model import (
    Dial,
    Endpoint,
    ExternalHost,
    NetworkPolicy,
    Outcome,
    Pod,
    Probe,
    ProbeProtocol,
    Service,
    ServiceType,
)
from simulator.scenario import Scenario

#: What is asked of a pod that declares no port, and of a host outside.
POD_PORT, HOST_PORT = 80, 443
#: Of a pod that declares more ports, the first are asked.
MOST_PORTS = 8
Port = tuple[ProbeProtocol, int | None]


@dataclass(frozen=True, slots=True)
class World:
    """A scenario, the policies in force, and the matrix of both."""

    scenario: Scenario
    policies: tuple[NetworkPolicy, ...]
    matrix: Matrix = field(compare=False, repr=False)

    def outcome(self, asked: Asked) -> Outcome:
        """The simulator's answer, by the quick way where there is one."""
        if isinstance(asked, Dial) or asked.protocol == "ICMP" or asked.port is None:
            return self.answer(asked).outcome
        return self.matrix.outcome(asked.source, asked.target, asked.protocol, asked.port)

    def answer(self, asked: Asked) -> Answer:
        """The same with its evidence."""
        return answer(self.scenario.cluster, self.policies, asked)


def world(scenario: Scenario, policies: Sequence[NetworkPolicy]) -> World:
    """Put a scenario under policies."""
    return World(scenario, tuple(policies), Matrix(scenario.cluster, policies))


def asked_ports(target: Endpoint, one: Port | None, *, most: int = MOST_PORTS) -> tuple[Port, ...]:
    """The ports that a column asks: the one that was wanted, else the first that it declares."""
    if one is not None:
        return (one,)
    if isinstance(target, Pod):
        declared = tuple(dict.fromkeys((port.protocol, port.port) for port in target.ports))
        return declared[:most] or (("TCP", POD_PORT),)
    return (("TCP", HOST_PORT),)


def probes(
    source: Endpoint, target: Endpoint, one: Port | None, *, most: int = MOST_PORTS
) -> tuple[Probe, ...]:
    """What a cell asks; nothing of an endpoint and itself, nor between two hosts."""
    hosts = isinstance(source, ExternalHost) and isinstance(target, ExternalHost)
    if source is target or hosts:
        return ()
    return tuple(Probe(source, target, *port) for port in asked_ports(target, one, most=most))


def dials(source: Endpoint, service: Service) -> tuple[Dial, ...]:
    """What a cell asks of a Service: by its full name, each port that this source can dial."""
    outside = isinstance(source, ExternalHost) and not source.node
    found: list[Dial] = []
    for port in service.ports:
        number: int | None = port.port
        if outside:
            number = {
                ServiceType.LOAD_BALANCER: port.port,
                ServiceType.NODE_PORT: port.node_port,
            }.get(service.type)
        elif service.headless and isinstance(port.target, int):
            number = port.target
        if number is not None:
            found.append(Dial(source, service, service.ref, port.protocol, number))
    return tuple(dict.fromkeys(found))
