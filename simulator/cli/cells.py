"""Who reaches whom, as data: a cell for each pair of groups, whatever format it is shown in."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from simulator.cli.ends import AskedPort, numbers
from simulator.cli.groups import Group
from simulator.connect import connect
from simulator.evaluate import evaluate
from simulator.matrix import PROTOCOLS, Matrix
from simulator.model import (
    Cluster,
    Connection,
    Dial,
    Endpoint,
    ExternalHost,
    NetworkPolicy,
    Outcome,
    Probe,
    Protocol,
    Service,
    Verdict,
)
from simulator.ports import EVERY_PORT, PortSet

Spans = tuple[tuple[Protocol, PortSet], ...]
_EVERY: Spans = tuple((protocol, EVERY_PORT) for protocol in PROTOCOLS)


@dataclass(frozen=True, slots=True)
class Cell:
    """The answer for one pair.

    Without a port asked, `certain` are the ports that are open under every reading of the API and
    `undefined` those under some; with one, `outcome` is the answer and `verdicts` its evidence.
    """

    certain: Spans = ()
    undefined: Spans = ()
    outcome: Outcome | None = None
    verdicts: tuple[Verdict, ...] = field(default=(), compare=False)
    connection: Connection | None = field(default=None, compare=False)

    @property
    def is_open(self) -> bool:
        """Whether every port of every protocol is open."""
        return self.certain == _EVERY


_OPEN = Cell(_EVERY)
Row = tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Sources, targets, and a row of cells for each source; None where no policy can say a thing.

    That is between a pod and itself, and between two hosts outside.
    """

    sources: tuple[Group, ...]
    targets: tuple[Group, ...]
    rows: tuple[Row, ...]
    port: AskedPort | None = None


def table(
    cluster: Cluster,
    policies: Sequence[NetworkPolicy],
    *,
    sources: tuple[Group, ...],
    targets: tuple[Group, ...],
    port: AskedPort | None = None,
    progress: Callable[[int, int], None] = lambda done, whole: None,
) -> Table:
    """Decide every pair, by one member of each group (they are alike)."""
    cells = _Cells(Matrix(_with_ends(cluster, sources + targets), policies), port)
    rows = []
    for done, source in enumerate(sources):
        progress(done, len(sources))
        rows.append(tuple(cells.cell(source, target) for target in targets))
    return Table(sources, targets, tuple(rows), port)


class _Cells:
    """Makes cells; the many that say the same are one object."""

    def __init__(self, matrix: Matrix, port: AskedPort | None) -> None:
        self.matrix, self.port = matrix, port
        self.known: dict[object, Cell] = {}

    def cell(self, source: Group, target: Group) -> Cell | None:
        """The cell of two groups."""
        pair = _pair(source, target)
        if pair is None:
            return None
        if self.port is not None:
            return _on_port(self.matrix, *pair, self.port)
        if not self.matrix.cluster.plugin.enforces:
            return _OPEN
        masks = self.matrix.cells.between(*pair)
        if masks not in self.known:
            self.known[masks] = _by_protocol(self.matrix, *pair)
        return self.known[masks]


def _with_ends(cluster: Cluster, groups: Sequence[Group]) -> Cluster:
    """The cluster with the hosts that are asked about and that no file names."""
    asked = dict.fromkeys(member for group in groups for member in group.members)
    known = set(cluster.hosts)
    new = (end for end in asked if isinstance(end, ExternalHost) and end not in known)
    return replace(cluster, hosts=(*cluster.hosts, *new))


def _pair(source: Group, target: Group) -> tuple[Endpoint, Endpoint] | None:
    """A member of each, two different ones where the groups overlap; None for two hosts outside."""
    first = source.members[0]
    other = next((member for member in target.members if member != first), None)
    if other is None or (isinstance(first, ExternalHost) and isinstance(other, ExternalHost)):
        return None
    return first, other


def _by_protocol(matrix: Matrix, source: Endpoint, target: Endpoint) -> Cell:
    found = [(protocol, matrix.reach(source, target, protocol)) for protocol in PROTOCOLS]
    certain = tuple((protocol, reach.certain) for protocol, reach in found if reach.certain)
    unsure = ((protocol, reach.possible - reach.certain) for protocol, reach in found)
    return Cell(certain, tuple((protocol, ports) for protocol, ports in unsure if ports))


def _on_port(matrix: Matrix, source: Endpoint, target: Endpoint, port: AskedPort) -> Cell:
    verdicts = tuple(
        evaluate(matrix.cluster, matrix.policies, Probe(source, target, port.protocol, number))
        for number in numbers(port, target)
    )
    return Cell(outcome=together(v.outcome for v in verdicts), verdicts=verdicts)


def together(outcomes: Iterable[Outcome]) -> Outcome:
    """The common outcome; MIXED where some differ, UNREACHABLE where there is none."""
    found = set(outcomes)
    if len(found) > 1:
        return Outcome.MIXED
    return found.pop() if found else Outcome.UNREACHABLE


# ── Services ─────────────────────────────────────────────────────────────────────────────────


def service_table(
    cluster: Cluster,
    policies: Sequence[NetworkPolicy],
    *,
    sources: tuple[Group, ...],
    service: Service,
    name: str,
    port: AskedPort | None,
) -> Table:
    """The same for a Service: a column for the port asked, or one for each of its ports."""
    dialled = service_ports(service, port)
    rows = tuple(
        tuple(_dialled(cluster, policies, dial) for dial in _dials(source, service, name, dialled))
        for source in sources
    )
    targets = tuple(
        Group(f"{service.ref} : {own.number}/{own.protocol}", (), service.namespace)
        for own in dialled
    )
    return Table(sources, targets, rows, port)


def _dials(
    source: Group, service: Service, name: str, ports: Sequence[AskedPort]
) -> Iterator[Dial]:
    for port in ports:
        yield Dial(source.members[0], service, name, port.protocol, port.number)


def _dialled(cluster: Cluster, policies: Sequence[NetworkPolicy], dial: Dial) -> Cell:
    connection = connect(cluster, policies, dial)
    return Cell(outcome=connection.outcome, verdicts=connection.verdicts, connection=connection)


def service_ports(service: Service, port: AskedPort | None) -> tuple[AskedPort, ...]:
    """The ports to dial: the one asked (a name is that of the Service's port), or all of them."""
    if port is not None and not port.name:
        return (port,)
    return tuple(
        AskedPort(own.protocol, own.port)
        for own in service.ports
        if port is None or (own.name == port.name and own.protocol == port.protocol)
    )
