"""Two policy sets over every possible cluster: each way to differ, with its smallest case.

Every source is held against every target of the universe where a gate may part the sides. Gates are
sets of port classes, so one pair costs a few operations on bits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

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
from simulator.universe import Bits, Example, Numbered, Role, Universe, namespaces, number
from simulator.words import clip


@dataclass(frozen=True, slots=True)
class Found:
    """One way in which the sides differ, shown on the smallest cluster that has it.

    `ports` are all that differ in the same way between the two ends; `names` call the ends in a
    sentence; `alike` counts the kinds of pairs that differ for the same reason.
    """

    opened: bool
    cluster: Cluster
    probe: Probe
    ports: tuple[tuple[Protocol, PortSet], ...]
    names: tuple[str, str]
    alike: int


def everywhere(
    old: Sequence[NetworkPolicy], new: Sequence[NetworkPolicy], *, budget: Budget
) -> list[Found]:
    """Every way in which two sides differ, smallest first; not complete once `budget` is passed."""
    numbered = number(old, new)
    if numbered.old == numbered.new:
        return []
    universe = Universe(numbered, budget)
    universe.fill()
    classes = port_classes([rule for _, _, rule in numbered.rules], budget)
    if budget.passed:
        return []
    search = _Search(universe, classes)
    search.run()
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

    @property
    def changed(self) -> bool:
        return self.old != self.new


def _ends(role: Role, numbered: Numbered, direction: Direction) -> list[_End]:
    return [
        _End(
            bits,
            _side(bits.isolating & numbered.old, numbered, direction),
            _side(bits.isolating & numbered.new, numbered, direction),
            tuple(sorted(examples.values(), key=lambda example: example.size)),
        )
        for bits, examples in role.items()
    ]


def _side(isolating: int, numbered: Numbered, direction: Direction) -> _Side:
    rules = 0
    for index in _bits(isolating):
        rules |= numbered.rules_of[index, direction]
    return _Side(isolating, rules)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


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

    def run(self) -> None:
        """Hold every source against every target that may part the sides."""
        numbered, budget = self.universe.numbered, self.universe.budget
        targets = _ends(self.universe.targets, numbered, Direction.INGRESS)
        changed = [target for target in targets if target.changed]
        for source in _ends(self.universe.sources, numbered, Direction.EGRESS):
            held = targets if source.changed else changed
            if not budget.take(len(held)):
                return
            for target in held:
                self._compare(source, target)

    def _compare(self, source: _End, target: _End) -> None:
        old = _Gates(self, source.old, target.old, source.bits, target.bits)
        new = _Gates(self, source.new, target.new, source.bits, target.bits)
        differing = old.open ^ new.open
        if target.bits.host:
            differing &= self._nameless
        pair = self._smallest(source, target) if differing else None
        if pair is None or not self.universe.budget.take(differing.bit_count()):
            return
        for bit in _bits(differing):
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
        for one in source.examples:
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
        ports = [self.classes[bit] for bit in _bits(group.ports)]
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
        return Found(group.opened, cluster, probe, _by_protocol(ports, first), names, group.alike)

    def _spaces(
        self, source: Example, target: Example
    ) -> tuple[tuple[Namespace, Namespace], tuple[str, str]]:
        """Both ends' namespaces; ends that live elsewhere share one only where their labels do."""
        elsewhere = self.universe.elsewhere
        second = target.space[0]
        if source.space[0] == second == elsewhere and source.space != target.space:
            taken = {elsewhere, *namespaces(self.universe.numbered.policies)}
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
        return ExternalHost(f"host-{name}", example.address)
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
