"""One connection out of a pod: which end a name means, and what the simulator says of it.

Nothing is decided here: `evaluate` answers for pods and hosts, `connect` for Services.
"""

from dataclasses import dataclass
from enum import StrEnum

from simulator.connect import connect, dns_pods, find_service
from simulator.evaluate import evaluate
from simulator.explain import explain, explain_connection
from simulator.kubectl.objects import sheet
from simulator.kubectl.state import State, note
from simulator.model import (
    Connection,
    Dial,
    Endpoint,
    Outcome,
    Pod,
    Probe,
    ProbeProtocol,
    Service,
    Verdict,
)


class Got(StrEnum):
    """How a connection ends, as the programs in a pod see it."""

    OPEN = "open"
    TIMED_OUT = "timed out"
    REFUSED = "refused"
    NO_NAME = "no such name"
    NO_ANSWER = "no answer from DNS"
    UNDEFINED = "undefined"


@dataclass(frozen=True, slots=True)
class Ending:
    """How a connection ends: the address dialled, who answers, and a note of the lab's own."""

    got: Got
    address: str = ""
    answering: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Client:
    """A pod of a state, from which something is dialled."""

    state: State
    pod: Pod


def dial(client: Client, name: str, port: int | None, protocol: ProbeProtocol = "TCP") -> Ending:
    """Open a connection by name or address. A verdict speaks of policy alone; on top of it, a port
    that the pod does not declare, where it declares some, is refused."""
    found = target(client, name)
    if found is None:
        return Ending(_lookup(client))
    if isinstance(found, Service):
        asked = Dial(client.pod, found, name, protocol, port)
        return _of_service(connect(client.state.cluster, sheet(client.state).policies, asked))
    asked_pod = Probe(client.pod, found, protocol, port)
    verdict = evaluate(client.state.cluster, sheet(client.state).policies, asked_pod)
    return _of_end(verdict, found, name)


def target(client: Client, name: str) -> Endpoint | Service | None:
    """What a name or an address means to a pod: a Service first, as DNS has it; then, for the
    lab's comfort, a pod (`db`, `db.prod`, `prod/db`) or an outside host by its name."""
    cluster, space = client.state.cluster, client.pod.namespace
    if service := find_service(cluster, name, namespace=space):
        return service
    if name in {"localhost", "127.0.0.1", "::1"}:
        return client.pod
    for end in cluster.endpoints:
        if name in map(str, end.addresses):
            return end
    for pod in cluster.pods:
        if name in {pod.ref, f"{pod.name}.{pod.namespace}"}:
            return pod
        if name == pod.name and pod.namespace == space:
            return pod
    return next((host for host in cluster.hosts if host.name == name), None)


def is_address(name: str) -> bool:
    """Whether a word is an address rather than a name."""
    return ":" in name or name.replace(".", "").isdigit()


def _lookup(client: Client) -> Got:
    """Why a name that nothing has does not resolve: nobody has it, or DNS cannot be asked."""
    return Got.NO_NAME if dns_answers(client) else Got.NO_ANSWER


def dns_answers(client: Client) -> bool:
    """Whether a pod can ask the cluster's DNS pods; a cluster without any resolves names."""
    policies = sheet(client.state).policies
    verdicts = [
        evaluate(client.state.cluster, policies, Probe(client.pod, pod, "UDP", port))
        for pod, port in dns_pods(client.state.cluster)
    ]
    return not verdicts or any(each.outcome is not Outcome.DENIED for each in verdicts)


# ── Endings ──


def _of_end(verdict: Verdict, end: Endpoint, name: str) -> Ending:
    address = str(end.addresses[0]) if end.addresses else ""
    said = ""
    if not is_address(name) and name != "localhost":
        said = note(f"a cluster's DNS knows Services only; here {name} stands for {address}")
    if verdict.outcome is Outcome.UNDEFINED:
        return Ending(Got.UNDEFINED, address, "", said + note(explain(verdict).sentence))
    if verdict.outcome is Outcome.DENIED:
        return Ending(Got.TIMED_OUT, address, "", said)
    if _is_closed(end, verdict.probe):
        return Ending(Got.REFUSED, address, "", said + _closed(end))
    return Ending(Got.OPEN, address, end.ref, said)


def _is_closed(end: Endpoint, probe: Probe) -> bool:
    if not isinstance(end, Pod) or not end.ports or probe.protocol == "ICMP":
        return False
    return not any(
        port.port == probe.port and port.protocol == probe.protocol for port in end.ports
    )


def _closed(end: Endpoint) -> str:
    return note(f"the policies let this through, but {end.ref} declares no such port")


def _of_service(connection: Connection) -> Ending:
    service = connection.probe.target
    address = str(service.addresses[0]) if service.addresses else _first_address(connection)
    outcome = connection.outcome
    if outcome is Outcome.NOT_RESOLVED:
        return Ending(Got.NO_ANSWER)
    if outcome is Outcome.UNREACHABLE:
        return Ending(Got.REFUSED, address, "", note(connection.obstacle))
    if outcome is Outcome.DENIED:
        return Ending(Got.TIMED_OUT, address)
    if outcome in {Outcome.UNDEFINED, Outcome.MIXED}:
        return Ending(Got.UNDEFINED, address, "", note(explain_connection(connection).sentence))
    pod = connection.verdicts[0].probe.target
    if all(_is_closed(each.probe.target, each.probe) for each in connection.verdicts):
        return Ending(Got.REFUSED, address, "", _closed(pod))
    return Ending(Got.OPEN, address, pod.ref)


def _first_address(connection: Connection) -> str:
    for verdict in connection.verdicts:
        if verdict.probe.target.addresses:
            return str(verdict.probe.target.addresses[0])
    return ""
