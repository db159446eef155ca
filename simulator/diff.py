"""What two sets of policies decide differently: over a cluster, or over every cluster there can be.

Without a cluster the answer is exact: labels matter by the keys and values that the two sides
mention, addresses by the edges of CIDRs, ports by numbers and names, so finitely many connections
decide (simulator.universe). Pods have no address there, since the API leaves open whether an
ipBlock matches one; blocks differ by hosts outside. No hostNetwork pods, and no pings.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from simulator.evaluate import evaluate
from simulator.everywhere import Found, everywhere
from simulator.explain import explain
from simulator.labels import Budget
from simulator.matrix import PROTOCOLS, Matrix, Reach
from simulator.model import (
    Cluster,
    ContainerPort,
    Endpoint,
    Namespace,
    NetworkPolicy,
    Outcome,
    Probe,
    Protocol,
    Verdict,
)
from simulator.phrases import listed
from simulator.ports import EVERY_PORT, PortSet, nicest
from simulator.selectors import NAME_LABEL
from simulator.universe import namespaces
from simulator.witness import Strangers, listening, pairs, witnesses
from simulator.words import clip, renamed

#: Steps for the exact answer: some seconds of work. Beyond it, the witness set is compared.
BUDGET = 2_000_000
#: So many differences are told; the others are counted.
MOST_TOLD = 20
#: So many endpoints are compared where the exact answer is out of reach.
MOST_ENDPOINTS = 120


class Change(StrEnum):
    """What becomes of a connection between the old policies and the new."""

    OPENED = "opened"
    CLOSED = "closed"
    UNDEFINED = "undefined"  # the API leaves it open on one side, and only there


@dataclass(frozen=True, slots=True)
class Difference:
    """A connection that the two sides decide differently, with both verdicts as its proof.

    `cluster` holds the two ends. `names` is how a sentence calls source and target; `ports` are all
    that differ between these two in the same way. Where it is a made-up port that differs by what
    the target calls it, `port_names` are its names. `alike` counts the kinds of pairs that differ
    for the same reason, this one among them.
    """

    change: Change
    old: Verdict
    new: Verdict
    ports: tuple[tuple[Protocol, PortSet], ...]
    names: tuple[str, str]
    cluster: Cluster = field(repr=False)
    alike: int = 1
    port_names: tuple[str, ...] = ()

    @property
    def named_port(self) -> str:
        """`the TCP port named mysql (8080 here)`; empty where the name does not matter."""
        if not self.port_names:
            return ""
        probe, names = self.old.probe, listed([clip(name) for name in self.port_names])
        return f"the {probe.protocol} port named {names} ({probe.port} here)"

    @property
    def sentence(self) -> str:
        """Who, to whom, on which ports; what decides now, and what did before."""
        source, target = self.names
        says = f"{self.change}: {source} → {target} on {self.named_port or ports_words(self.ports)}"
        return f"{says}. Now: {self._reason(self.new)} Before: {self._reason(self.old)}"

    def _reason(self, verdict: Verdict) -> str:
        """The gates at which the two sides part."""
        changed = [
            text
            for text, old, new in zip(
                explain(verdict).gates, self.old.gates, self.new.gates, strict=True
            )
            if old.outcome is not new.outcome
        ]
        told = " ".join(f"{gate.heading}: {gate.text}" for gate in changed)
        ends = (verdict.probe.source, verdict.probe.target)
        for end, name, role in zip(ends, self.names, ("source", "target"), strict=True):
            if name != end.ref:  # a made-up pod, whose own name says nothing
                told = renamed(told, end.ref, f"the {role}")
        return told


@dataclass(frozen=True, slots=True)
class Diff:
    """The differences told, how `many` there are in all, and whether the answer is `exact`.

    Where it is not, `reason` says why: what is told is true, but there may be more.
    """

    differences: tuple[Difference, ...]
    many: int
    exact: bool = True
    reason: str = ""

    @property
    def equal(self) -> bool | None:
        """Whether both sides mean the same; None where nobody could tell."""
        if self.differences:
            return False
        return True if self.exact else None


def diff(
    old: Sequence[NetworkPolicy],
    new: Sequence[NetworkPolicy],
    *,
    cluster: Cluster | None = None,
    budget: int = BUDGET,
) -> Diff:
    """Compare two sets of policies (as the API server stores them).

    With a cluster: over its endpoints, every port of every protocol. Without: over every possible
    cluster, exactly, unless that takes more than `budget` steps; then over the witness set of the
    two (simulator.witness), with `exact` false.
    """
    if cluster is not None:
        return _in_cluster(old, new, cluster, names={})
    steps = Budget(budget)
    found = everywhere(old, new, budget=steps)
    if steps.passed:
        return _by_witnesses(old, new, budget)
    return Diff(tuple(_proved(each, old, new) for each in found[:MOST_TOLD]), len(found))


def equivalent(
    old: Sequence[NetworkPolicy], new: Sequence[NetworkPolicy], *, budget: int = BUDGET
) -> bool | None:
    """Whether both sides decide every connection of every cluster alike; None where it is open."""
    return diff(old, new, budget=budget).equal


def ports_words(ports: Iterable[tuple[Protocol, PortSet]]) -> str:
    """`every port`, or `TCP 80 and 443, every UDP port`; of many spans a few are named."""
    found = list(ports)
    if len(found) == len(PROTOCOLS) and all(ports == EVERY_PORT for _, ports in found):
        return "every port"
    return ", ".join(_of_protocol(protocol, ports) for protocol, ports in found)


def _of_protocol(protocol: Protocol, ports: PortSet) -> str:
    if ports == EVERY_PORT:
        return f"every {protocol} port"
    spans = [str(low) if low == high else f"{low}–{high}" for low, high in ports.intervals]
    return f"{protocol} {listed(spans)}"


# ── Over every cluster ───────────────────────────────────────────────────────────────────────


def _proved(found: Found, old: Sequence[NetworkPolicy], new: Sequence[NetworkPolicy]) -> Difference:
    """A difference with what `evaluate` says of both sides; it must say that they differ."""
    before, after = (evaluate(found.cluster, side, found.probe) for side in (old, new))
    expected = (Outcome.DENIED, Outcome.ALLOWED)
    if (before.outcome, after.outcome) != (expected if found.opened else expected[::-1]):
        raise RuntimeError(f"no difference at {found.probe}: {before.outcome}, {after.outcome}")
    change = Change.OPENED if found.opened else Change.CLOSED
    ports, names, alike = found.ports, found.names, found.alike
    return Difference(
        change, before, after, ports, names, found.cluster, alike, port_names=found.port_names
    )


def _by_witnesses(old: Sequence[NetworkPolicy], new: Sequence[NetworkPolicy], budget: int) -> Diff:
    """The fall-back: pods and hosts made after the policies, as many as can be compared."""
    both = (*old, *new)
    spaces = tuple(Namespace(name, {NAME_LABEL: name}) for name in namespaces(both))
    made = witnesses(Cluster(spaces, ()), old, new, choice=Strangers(every_pod=True))
    borne = _named_ports(both)
    pods = tuple(replace(pod, ports=borne) for pod in made.cluster.pods[:MOST_ENDPOINTS])
    cluster = replace(made.cluster, pods=pods, hosts=made.cluster.hosts[:MOST_ENDPOINTS])
    names = {stranger.endpoint.ref: stranger.description for stranger in made.strangers}
    reason = (
        f"comparing every possible cluster takes more than {budget:,} steps, so only "
        f"{len(cluster.endpoints):,} pods and hosts made after these policies were compared"
    )
    return replace(_in_cluster(old, new, cluster, names=names), exact=False, reason=reason)


def _named_ports(policies: Iterable[NetworkPolicy]) -> tuple[ContainerPort, ...]:
    """A container port for each name that the policies mention."""
    rules = (rule for policy in policies for rule in policy.ingress + policy.egress)
    named = (port for rule in rules for port in rule.ports if isinstance(port.port, str))
    names = dict.fromkeys((port.protocol, str(port.port)) for port in named)
    return tuple(ContainerPort(30_000 + n, p, name) for n, (p, name) in enumerate(names))


# ── In one cluster ───────────────────────────────────────────────────────────────────────────


Ports = tuple[tuple[Protocol, PortSet], ...]


def _in_cluster(
    old: Sequence[NetworkPolicy],
    new: Sequence[NetworkPolicy],
    cluster: Cluster,
    *,
    names: Mapping[str, str],
) -> Diff:
    sides = Matrix(cluster, old), Matrix(cluster, new)
    found = [
        (change, source, target, ports)
        for source, target in pairs(cluster)
        for change, ports in _of_pair(sides, source, target)
    ]
    found.sort(key=lambda each: list(Change).index(each[0]))
    told = []
    for change, source, target, ports in found[:MOST_TOLD]:
        protocol, numbers = ports[0]
        port = nicest(numbers, listening(target, protocol))
        probe = Probe(source, target, protocol, port)
        before, after = (evaluate(cluster, side, probe) for side in (old, new))
        called = (names.get(source.ref, source.ref), names.get(target.ref, target.ref))
        told.append(Difference(change, before, after, ports, called, cluster))
    return Diff(tuple(told), len(found))


def _of_pair(
    sides: tuple[Matrix, Matrix], source: Endpoint, target: Endpoint
) -> Iterator[tuple[Change, Ports]]:
    """How a pair's connections change, and on which ports of which protocols."""
    found: dict[Change, list[tuple[Protocol, PortSet]]] = {}
    for protocol in PROTOCOLS:
        old, new = (side.reach(source, target, protocol) for side in sides)
        if old != new:
            for change, ports in _changes(old, new):
                if ports:
                    found.setdefault(change, []).append((protocol, ports))
    yield from ((change, tuple(ports)) for change, ports in found.items())


def _changes(old: Reach, new: Reach) -> Iterator[tuple[Change, PortSet]]:
    yield Change.OPENED, new.certain - old.possible
    yield Change.CLOSED, old.certain - new.possible
    before, after = old.possible - old.certain, new.possible - new.certain
    either = PortSet.of((*before.intervals, *after.intervals))
    yield Change.UNDEFINED, either - (before & after)
