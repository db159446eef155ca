"""The matrix as a page can bear it: filtered, and folded where it would have too many cells.

Rows open connections, columns receive them. Pods that no policy tells apart fold into one row, and
a whole namespace into one where even that is too much. Every verdict comes from the world's matrix.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from netpol_lab.lab.answers import SIGNS
from netpol_lab.lab.sandbox.cells import Grid, Head, Line, Maker, Row, Sum, Target, Told
from netpol_lab.lab.sandbox.compare import Earlier
from netpol_lab.lab.sandbox.kinds import kinds
from netpol_lab.lab.sandbox.look import OUTSIDE, Look, space_of
from netpol_lab.lab.sandbox.world import World, asked_ports
from simulator.connect import backends
from simulator.model import Endpoint, Outcome, Service

#: Cells (not rows) that a page shows; more and the grid folds.
MOST_CELLS = 900
#: Rows, and columns, of any grid; and places for cells, most of them empty, in one.
MOST_LINES = 120
MOST_PLACES = 4_000
#: Questions put to the matrix for one page; and, of those that have no quick answer, how many times
#: policies are looked at.
MOST_QUESTIONS = 60_000
MOST_LOOKS = 200_000


def grid(world: World, look: Look, earlier: Earlier | None) -> Grid:
    """The matrix for a page."""
    maker = Maker(world, look, earlier)
    sources, targets = _ends(world, look)
    lines = [Line((each,)) for each in sources], [Line((each,)) for each in targets]
    mode = "pods" if look.rows == "auto" else look.rows
    if mode == "pods" and (made := _cells(maker, *lines, mode="pods")) is not None:
        return made
    lines = _alike(world, sources, targets)
    if (too_dear := _too_dear(world, look, *lines)) is not None:
        return too_dear
    if mode != "namespaces" and (made := _cells(maker, *lines, mode="alike")) is not None:
        note = _("Pods that no policy tells apart share a row, so that the table stays small.")
        return _noted(made, "" if mode == "alike" else note)
    return _sums(maker, *lines)


def _questions(look: Look, sources: Sequence[Line], targets: Sequence[Line], ports: int) -> int:
    """How many cells there are at the most, with so many ports of each pod."""
    asked = (
        len(t.ports) if isinstance(t, Service) else len(asked_ports(t, look.asked, most=ports))
        for t in (line.members[0] for line in targets)
    )
    return len(sources) * sum(asked)


def _too_dear(
    world: World, look: Look, sources: Sequence[Line], targets: Sequence[Line]
) -> Grid | None:
    """A grid without rows where pings or Services ask for too much of them; else None."""
    if not look.services and look.asked != ("ICMP", None):
        return None
    behind = [
        max(1, len(backends(world.scenario.cluster, target)))
        for target in (line.members[0] for line in targets)
        if isinstance(target, Service)
    ]
    asked = len(sources) * (sum(behind) if look.services else len(targets))
    if asked * (1 + len(world.policies)) <= MOST_LOOKS:
        return None
    note = _("These are too many to ask one by one. Narrow the filters to a namespace or a name.")
    return Grid("pods", (), (), 0, 0, (), note)


def _noted(made: Grid, note: str) -> Grid:
    return Grid(made.mode, made.heads, made.rows, made.shown, made.total, made.counts, note)


def _ends(world: World, look: Look) -> tuple[tuple[Endpoint, ...], tuple[Target, ...]]:
    cluster = world.scenario.cluster
    targets: tuple[Target, ...] = look.targets(cluster)
    if look.services:
        words = look.target_text.lower().split()
        targets = tuple(
            service
            for service in cluster.services
            if look.target_space in ("", service.namespace)
            and all(word in service.ref for word in words)
        )
    return look.sources(cluster), targets


def _alike(
    world: World, sources: Sequence[Endpoint], targets: Sequence[Target]
) -> tuple[list[Line], list[Line]]:
    """The ends, those that no policy tells apart together; Services stay each by itself."""
    by_kind = {
        each.ref: number
        for number, kind in enumerate(kinds(world.scenario.cluster, world.policies))
        for each in kind
    }

    def lines(ends: Sequence[Target]) -> list[Line]:
        found: dict[int | str, list[Target]] = {}
        for end in ends:
            key = end.ref if isinstance(end, Service) else by_kind[end.ref]
            found.setdefault(key, []).append(end)
        return [Line(tuple(members)) for members in found.values()]

    return lines(sources), lines(targets)


# ── Cell by cell ─────────────────────────────────────────────────────────────────────────────


def _cells(
    maker: Maker, sources: Sequence[Line], targets: Sequence[Line], *, mode: str
) -> Grid | None:
    """One cell for each question; None where these are too many to show."""
    if max(len(sources), len(targets)) > MOST_LINES:
        return None
    if _too_dear(maker.world, maker.look, sources, targets) or (
        _questions(maker.look, sources, targets, maker.ports) > MOST_QUESTIONS
    ):
        return None
    told = [[maker.told(source, target) for target in targets] for source in sources]
    kept = [[tuple(filter(maker.wanted, each)) for each in row] for row in told]
    narrowed = bool(maker.look.verdict) or maker.look.changed
    columns = [n for n in range(len(targets)) if not narrowed or any(row[n] for row in kept)]
    shown = sum(len(each) for row in kept for each in row)
    if shown > MOST_CELLS or len(columns) * len(sources) > MOST_PLACES:
        return None
    counts = Counter(each.outcome for row in told for cell in row for each in cell)
    rows = (
        _row(maker, line.head, [row[n] for n in columns])
        for line, row in zip(sources, kept, strict=True)
        if any(row) or not narrowed
    )
    heads = tuple(targets[n].head for n in columns)
    return Grid(mode, heads, tuple(rows), shown, counts.total(), _counted(counts))


def _row(maker: Maker, head: Head, told: Sequence[Sequence[Told]]) -> Row:
    cells = tuple(tuple(map(maker.cell, each)) for each in told)
    return Row(head.label, head.note, head.title, cells)


def _counted(counts: Counter[Outcome]) -> tuple[tuple[str, int], ...]:
    return tuple((outcome.value, counts[outcome]) for outcome in Outcome if counts[outcome])


# ── Namespace by namespace ───────────────────────────────────────────────────────────────────


def _sums(maker: Maker, sources: Sequence[Line], targets: Sequence[Line]) -> Grid:
    note = _(
        "More than %(most)s connections are in sight, so whole namespaces share a row. Pick a "
        "cell, or narrow the filters, to see its pods."
    ) % {"most": MOST_CELLS}
    if _questions(maker.look, sources, targets, maker.ports) > MOST_QUESTIONS:
        maker.ports = 1
        note += _(" Of each pod only its first port is counted.")
    rows, columns = _by_space(sources), _by_space(targets)
    counts: Counter[Outcome] = Counter()
    shown, total, made = 0, 0, []
    for space, lines in list(rows.items())[:MOST_LINES]:
        sums = []
        for other, theirs in list(columns.items())[:MOST_LINES]:
            here, asked = _tally(maker, lines, theirs)
            counts.update(asked)
            total += asked.total()
            shown += here.total()
            sums.append(_sum(space, other, here) if here else None)
        made.append(Row(_space_name(space), _pods_of(lines), "", sums=tuple(sums)))
    heads = tuple(Head(_space_name(space), _pods_of(each), "") for space, each in columns.items())
    return Grid("namespaces", heads, tuple(made), shown, total, _counted(counts), note)


def _by_space(lines: Sequence[Line]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        first = line.members[0]
        space = first.namespace if isinstance(first, Service) else space_of(first)
        found.setdefault(space, []).append(line)
    return found


def _tally(
    maker: Maker, sources: Sequence[Line], targets: Sequence[Line]
) -> tuple[Counter[tuple[Outcome, bool]], Counter[Outcome]]:
    """Outcomes between two namespaces: those let through, with whether they changed, and all."""
    kept: Counter[tuple[Outcome, bool]] = Counter()
    every: Counter[Outcome] = Counter()
    for source, target in _pairs(sources, targets):
        weight = _weight(source, target)
        for told in maker.told(source, target):
            every[told.outcome] += weight
            if maker.wanted(told):
                kept[told.outcome, bool(told.was)] += weight
    return kept, every


def _pairs(sources: Sequence[Line], targets: Sequence[Line]) -> Iterator[tuple[Line, Line]]:
    return ((source, target) for source in sources for target in targets)


def _weight(source: Line, target: Line) -> int:
    """How many pairs of endpoints the two lines stand for; nobody is asked about itself."""
    return sum(one is not other for one in source.members for other in target.members)


def _sum(space: str, other: str, counts: Counter[tuple[Outcome, bool]]) -> Sum:
    by_outcome: Counter[Outcome] = Counter()
    for (outcome, _moved), number in counts.items():
        by_outcome[outcome] += number
    text = "  ".join(f"{SIGNS[o]} {by_outcome[o]}" for o in Outcome if by_outcome[o])
    words = ", ".join(f"{by_outcome[o]} {o.value}" for o in Outcome if by_outcome[o])
    changed = sum(number for (_outcome, moved), number in counts.items() if moved)
    only = next(iter(by_outcome)).value if len(by_outcome) == 1 else "several"
    more = _(", %(number)s changed") % {"number": changed} if changed else ""
    label = _("%(source)s to %(target)s: %(words)s. Show its pods") % {
        "source": _space_name(space),
        "target": _space_name(other),
        "words": words + more,
    }
    return Sum(f"{space}>{other}", text, only, label, changed)


def _space_name(space: str) -> str:
    return _("outside") if space == OUTSIDE else space


def _pods_of(lines: Sequence[Line]) -> str:
    number = sum(len(line.members) for line in lines)
    return ngettext("%(number)s endpoint", "%(number)s endpoints", number) % {"number": number}
