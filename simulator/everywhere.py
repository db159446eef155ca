"""Two policy sets over every possible cluster: each way to differ, with its smallest case.

Every source is held against every target of the universe where a gate may part the sides. Gates are
sets of port classes, so one pair costs a few operations on bits.
"""

import functools
import operator
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from simulator.labels import Budget, fresh, with_labels
from simulator.model import (
    Cluster,
    ContainerPort,
    Direction,
    Endpoint,
    ExternalHost,
    Namespace,
    NetworkPolicy,
    Pod,
    Probe,
    Protocol,
)
from simulator.portclasses import PortClass, port_classes
from simulator.ports import PortSet
from simulator.selectors import NAME_LABEL
from simulator.universe import (
    Bits,
    Example,
    Numbered,
    Role,
    SpaceKey,
    Universe,
    bits_in,
    number,
)
from simulator.words import clip


@dataclass(frozen=True, slots=True)
class Found:
    """One way in which the sides differ, shown on the smallest cluster that has it.

    `ports` are all that differ in the same way between the two ends, and `port_names` what the
    target calls the one where that matters; `names` call the ends in a sentence; `alike` counts the
    kinds of pairs that differ for the same reason.
    """

    opened: bool
    cluster: Cluster
    probe: Probe
    ports: tuple[tuple[Protocol, PortSet], ...]
    names: tuple[str, str]
    alike: int
    port_names: tuple[str, ...] = ()


def everywhere(
    old: Sequence[NetworkPolicy], new: Sequence[NetworkPolicy], *, budget: Budget
) -> list[Found]:
    """Every way in which two sides differ, smallest first; not complete once `budget` is passed."""
    numbered = number(old, new)
    if numbered.old == numbered.new:
        return []
    universe = Universe(numbered, budget)
    classes = port_classes([rule for _, _, rule in numbered.rules], budget)
    if budget.passed:
        return []
    search = _Search(universe, classes)
    for own in (Direction.INGRESS, Direction.EGRESS):
        search.run(own)
    if budget.passed:
        return []
    return [search.shown(group) for group in sorted(search.groups.values(), key=_size)]


# ── Gates ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Side:
    """One end's own gate on one side: the policies that isolate it, and their rules."""

    isolating: int
    rules: int


@dataclass(frozen=True, slots=True)
class _End:
    """An endpoint of the universe with its own gate under the old policies and the new."""

    bits: Bits
    old: _Side
    new: _Side
    examples: tuple[Example, ...]  # smallest first

    changed: bool


def _ends(role: Role, numbered: Numbered, direction: Direction) -> list[_End]:
    found = []
    for bits, examples in role.items():
        old, new = (
            _side(bits.isolating & side, numbered, direction)
            for side in (numbered.old, numbered.new)
        )
        smallest_first = tuple(sorted(examples.values(), key=lambda example: example.size))
        found.append(_End(bits, old, new, smallest_first, old != new))
    return found


def _side(isolating: int, numbered: Numbered, direction: Direction) -> _Side:
    return _Side(isolating, numbered.rules_of_all(isolating, direction))


def _without_needless(ends: list[_End], elsewhere: str) -> list[_End]:
    """Without isolated examples that an open end, named by the same rules, can stand in for.

    That one lives in the same namespace or where no policy does, and is no larger. What passes the
    isolated end's own gate passes the open one's, so nothing that differs is lost.
    """
    standing: dict[tuple[int, SpaceKey], int] = {}
    for end in ends:
        if not end.bits.isolating and not end.bits.host:  # a host's ports bear no names
            for example in end.examples:
                space = ("", 0) if example.space[0] == elsewhere else example.space
                key = (end.bits.named_by, space)
                standing[key] = min(standing.get(key, example.size[0]), example.size[0])
    kept = (
        end
        if end.changed or not end.bits.isolating
        else replace(end, examples=tuple(e for e in end.examples if _needed(end, e, standing)))
        for end in ends
    )
    return [end for end in kept if end.examples]


def _needed(end: _End, example: Example, standing: dict[tuple[int, SpaceKey], int]) -> bool:
    sizes = (standing.get((end.bits.named_by, space)) for space in (("", 0), example.space))
    return all(size is None or example.size[0] < size for size in sizes)


# ── The search ───────────────────────────────────────────────────────────────────────────────


#: Why a connection differs: opened or not, and at each gate that parts the sides, who isolates
#: where it is shut and which rule admits where it is open.
Reason = tuple[bool, tuple[int, int] | None, tuple[int, int] | None]


@dataclass(slots=True)
class _Group:
    """The pairs that differ for one reason, and the smallest of them."""

    opened: bool
    size: int
    source: Example
    target: Example
    ports: int
    alike: int = 0
    last: tuple[Example, Example] | None = None


def _size(group: _Group) -> tuple[bool, int]:
    return not group.opened, group.size


@dataclass(slots=True)
class _Search:
    universe: Universe
    classes: tuple[PortClass, ...]
    groups: dict[Reason, _Group] = field(default_factory=dict)
    _ports: dict[int, int] = field(default_factory=dict)

    def run(self, own: Direction) -> None:
        """Compare every pair whose `own` gate is isolated by a policy that one side alone has.

        Two sides part at such a gate only, so of the others' rules few matter: those of policies
        that live beside a changed one, and those that isolate somebody at the far end.
        """
        numbered = self.universe.numbered
        near_names = numbered.changed_namespaces(own)
        if not near_names or self.universe.budget.passed:
            return
        names = (*self.universe.named, self.universe.elsewhere)
        far_own = Direction.EGRESS if own is Direction.INGRESS else Direction.INGRESS
        far = self._ends(far_own, names, numbered.rules_in(near_names, own), hosts=True)
        isolating = functools.reduce(operator.or_, (end.bits.isolating for end in far), 0)
        naming = numbered.rules_of_all(isolating, far_own)
        near = [e for e in self._ends(own, near_names, naming, hosts=False) if e.changed]
        if own is Direction.EGRESS:  # pairs with a changed target have been compared before
            far = [end for end in far if not end.changed]
        alike: dict[int, list[_End]] = {}
        for end in far:
            # What is changed itself is compared always; the others only where `near` parts them.
            alike.setdefault(-1 if end.changed else end.bits.named_by, []).append(end)
        for one in near:
            for other in self._parted(one, alike):
                self._compare(*((other, one) if own is Direction.INGRESS else (one, other)))

    def _parted(self, near: _End, far: dict[int, list[_End]]) -> Iterator[_End]:
        """The far ends at which the gate of `near` parts the sides, or their own gate may."""
        if not self.universe.budget.take(len(far)):
            return
        for named_by, ends in far.items():
            changed = named_by == -1
            if changed or self.gate(near.old, named_by) != self.gate(near.new, named_by):
                if not self.universe.budget.take(len(ends)):
                    return
                yield from ends

    def _ends(
        self, own: Direction, names: Iterable[str], naming: int, *, hosts: bool
    ) -> list[_End]:
        universe = self.universe
        role = universe.ends(own, names, naming=naming, hosts=hosts)
        ends = _ends(role, universe.numbered, own)
        return _without_needless(ends, universe.elsewhere)

    def _compare(self, source: _End, target: _End) -> None:
        old = _Gates(self, source.old, target.old, source.bits, target.bits)
        new = _Gates(self, source.new, target.new, source.bits, target.bits)
        differing = old.open ^ new.open
        if target.bits.host:
            differing &= self._nameless
        pair = self._smallest(source, target) if differing else None
        if pair is None or not self.universe.budget.take(4 * differing.bit_count()):
            return
        for bit in bits_in(differing):
            opened = bool(new.open >> bit & 1)
            shut, opening = (old, new) if opened else (new, old)
            reason = (opened, *self._parting(bit, shut, opening))
            self._add(reason, bit, *pair)

    def gate(self, side: _Side, named_by: int) -> int:
        """The port classes that a gate lets through."""
        if not side.isolating:
            return (1 << len(self.classes)) - 1
        admitting = side.rules & named_by
        if admitting not in self._ports:
            self._ports[admitting] = sum(
                1 << i for i, port in enumerate(self.classes) if port.rules & admitting
            )
        return self._ports[admitting]

    @property
    def _nameless(self) -> int:
        return sum(1 << i for i, port in enumerate(self.classes) if not port.names)

    def _parting(
        self, bit: int, shut: "_Gates", opening: "_Gates"
    ) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
        """For each gate, if it parts the sides: who isolates, and the first rule that admits."""
        parts: list[tuple[int, int] | None] = []
        for own, other in ((shut.egress, opening.egress), (shut.ingress, opening.ingress)):
            admitting = other.side.rules & other.named_by & self.classes[bit].rules
            first = (admitting & -admitting) if other.side.isolating else -1
            parts.append(None if own.ports >> bit & 1 else (own.side.isolating, first))
        return parts[0], parts[1]

    def _smallest(self, source: _End, target: _End) -> tuple[Example, Example] | None:
        """The smallest two examples that one cluster can hold."""
        best: tuple[int, Example, Example] | None = None
        least = target.examples[0].size[0]
        for one in source.examples:
            if best is not None and one.size[0] + least >= best[0]:
                break
            for other in target.examples:
                size = one.size[0] + other.size[0]
                if best is not None and size >= best[0]:
                    break
                if not self._clash(one, other):
                    best = (size, one, other)
        return best and best[1:]

    def _clash(self, one: Example, other: Example) -> bool:
        """Whether both live in one namespace, which cannot carry two sets of labels."""
        (name, matched), (other_name, other_matched) = one.space, other.space
        if one.address or other.address or name != other_name:
            return False
        return name != self.universe.elsewhere and matched != other_matched

    def _add(self, reason: Reason, bit: int, source: Example, target: Example) -> None:
        size = source.size[0] + target.size[0]
        group = self.groups.get(reason)
        if group is None:
            group = self.groups[reason] = _Group(reason[0], size, source, target, 0)
        if size < group.size:
            group.size, group.source, group.target, group.ports = size, source, target, 0
        if (source, target) == (group.source, group.target):
            group.ports |= 1 << bit
        if group.last != (source, target):
            group.last = (source, target)
            group.alike += 1

    # ── the case to show ──

    def shown(self, group: _Group) -> Found:
        """A group's smallest pair as a cluster of two ends, and a probe between them."""
        ports = [self.classes[bit] for bit in bits_in(group.ports)]
        first = min(ports, key=lambda port: (len(port.names), _rank(port.protocol)))
        borne = tuple(ContainerPort(first.shown, first.protocol, name) for name in first.names)
        spaces, names = self._spaces(group.source, group.target)
        source = _end(group.source, spaces[0], "source")
        target = _end(group.target, spaces[1], "target", ports=borne)
        cluster = Cluster(
            tuple({space.name: space for space in spaces if space.name}.values()),
            tuple(end for end in (source, target) if isinstance(end, Pod)),
            tuple(end for end in (source, target) if isinstance(end, ExternalHost)),
        )
        probe = Probe(source, target, first.protocol, first.shown)
        spans = _by_protocol(ports, first)
        return Found(group.opened, cluster, probe, spans, names, group.alike, first.names)

    def _spaces(
        self, source: Example, target: Example
    ) -> tuple[tuple[Namespace, Namespace], tuple[str, str]]:
        """Both ends' namespaces; ends that live elsewhere share one only where their labels do."""
        elsewhere = self.universe.elsewhere
        second = target.space[0]
        if source.space[0] == second == elsewhere and source.space != target.space:
            taken = {elsewhere, *self.universe.named}
            second = fresh("another", taken)
        spaces = (_space(source, source.space[0]), _space(target, second))
        return spaces, (_words(source, elsewhere), _words(target, elsewhere))


@dataclass(frozen=True, slots=True)
class _Gate:
    """One gate of a pair on one side: whose it is, which rules name the other end, what passes."""

    side: _Side
    named_by: int
    ports: int


class _Gates:
    """Both gates of a pair on one side."""

    def __init__(
        self, search: _Search, egress: _Side, ingress: _Side, source: Bits, target: Bits
    ) -> None:
        self.egress = _Gate(egress, target.named_by, search.gate(egress, target.named_by))
        self.ingress = _Gate(ingress, source.named_by, search.gate(ingress, source.named_by))

    @property
    def open(self) -> int:
        return self.egress.ports & self.ingress.ports


def _space(example: Example, name: str) -> Namespace:
    return Namespace(name, {NAME_LABEL: name, **dict(example.space_labels)})


def _end(
    example: Example, space: Namespace, name: str, *, ports: tuple[ContainerPort, ...] = ()
) -> Endpoint:
    if example.address is not None:
        return ExternalHost(f"ip:{example.address}", example.address)
    return Pod(space.name, name, dict(example.labels), ports=ports)


def _words(example: Example, elsewhere: str) -> str:
    """`a pod with role=web in prod`; the place by its labels where no policy names it."""
    if example.address is not None:
        return f"an outside host at {example.address}"
    name, labels = clip(example.space[0]), dict(example.space_labels)
    if example.space[0] == elsewhere:
        place = f"a namespace {with_labels(labels)}" if labels else "another namespace"
    else:
        place = f"{name} ({with_labels(labels)})" if labels else name
    return f"a pod {with_labels(dict(example.labels))} in {place}"


def _rank(protocol: Protocol) -> int:
    return ("TCP", "UDP", "SCTP").index(protocol)


def _by_protocol(
    ports: Sequence[PortClass], first: PortClass
) -> tuple[tuple[Protocol, PortSet], ...]:
    """The ports that differ on the case shown: those without a name, or the one that bears it."""
    if first.names:
        return ((first.protocol, PortSet(((first.shown, first.shown),))),)
    found: dict[Protocol, list[tuple[int, int]]] = {}
    for port in ports:
        if not port.names:
            found.setdefault(port.protocol, []).extend(port.ports.intervals)
    return tuple((protocol, PortSet.of(spans)) for protocol, spans in found.items())
