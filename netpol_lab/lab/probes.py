"""The probes of a scenario, and ids for them that are safe in HTML and URLs."""

from simulator.model import ExternalHost, Pod, Probe
from simulator.scenario import Scenario


def probe_id(scenario: Scenario, probe: Probe) -> str:
    """An id that is safe in HTML and URLs: the endpoints' places, the port and the protocol."""
    refs = [endpoint.ref for endpoint in scenario.cluster.endpoints]
    source, target = refs.index(probe.source.ref), refs.index(probe.target.ref)
    port = "ping" if probe.port is None else str(probe.port)
    return f"{source}-{target}-{port}-{probe.protocol.lower()}"


def probe_of(scenario: Scenario, text: str) -> Probe | None:
    """The probe of an id, or None for anything else."""
    parts = text.split("-")
    ends = scenario.cluster.endpoints
    if len(parts) != 4 or len(text) > 40 or not all(p.isascii() and p.isdigit() for p in parts[:2]):
        return None
    source, target = int(parts[0]), int(parts[1])
    if source >= len(ends) or target >= len(ends):
        return None
    if parts[2:] == ["ping", "icmp"]:
        return Probe(ends[source], ends[target], "ICMP", None)
    if not (parts[2].isascii() and parts[2].isdigit() and 1 <= int(parts[2]) <= 65_535):
        return None
    match parts[3]:
        case "tcp":
            return Probe(ends[source], ends[target], "TCP", int(parts[2]))
        case "udp":
            return Probe(ends[source], ends[target], "UDP", int(parts[2]))
        case "sctp":
            return Probe(ends[source], ends[target], "SCTP", int(parts[2]))
    return None


def table_probes(
    scenario: Scenario, source: Pod | ExternalHost, target: Pod | ExternalHost
) -> tuple[Probe, ...]:
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
