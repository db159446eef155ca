"""Who reaches whom as a picture of its own: one SVG file, light and dark, with words for readers.

The geometry is that of the lab (`simulator.draw`); this module only writes it down.
"""

from collections.abc import Iterable, Iterator
from html import escape
from ipaddress import ip_address

from simulator.cli.cells import Cell, Table
from simulator.cli.groups import Group
from simulator.cli.stop import Stop
from simulator.cli.wording import CLOSED, port_words, shade, short, sign, words
from simulator.draw import ArrowSpec, Box, Card, Drawing, Fence, Point, Route, TextLine, lay_out
from simulator.model import Cluster, Endpoint, ExternalHost, Namespace, Pod
from simulator.selectors import namespace_labels
from simulator.words import harmless

#: More arrows than this cannot be told apart, whatever way they take.
MOST_ARROWS = 40
#: With this many pairs at the most, the refused ones are drawn too.
_FEW = 16
_STYLE = """\
svg { color-scheme: light dark; font: 12px system-ui, sans-serif;
  --page: #fff; --ink: #1b2129; --soft: #55606e; --edge: #7a8694;
  --good: #0b7a4b; --bad: #b3261e; --part: #8a5a00; --open: #6a4fb3; }
@media (prefers-color-scheme: dark) { svg {
  --page: #181e26; --ink: #e8ecf1; --soft: #a7b1be; --edge: #7f8b9b;
  --good: #4fd08f; --bad: #ff8d80; --part: #ffc266; --open: #c0a8ff; } }
.page, .card rect, .back { fill: var(--page); }
.space rect { fill: none; stroke: var(--edge); stroke-dasharray: 2 3; }
.card rect { stroke: var(--edge); }
text { fill: var(--soft); }
.name { fill: var(--ink); font-size: 14px; font-weight: 600; }
.label { fill: var(--ink); font-weight: 600; text-anchor: middle; }
.good { --hue: var(--good); } .bad { --hue: var(--bad); } .part { --hue: var(--part); }
.open { --hue: var(--open); }
.way { fill: none; stroke: var(--hue); stroke-width: 1.75; }
.quiet { --hue: var(--edge); }
.bad .way, .quiet .way { stroke-dasharray: 9 5; } .open .way { stroke-dasharray: 2 4; }
.head { fill: var(--hue); } .bar { stroke: var(--hue); stroke-width: 3.5; }"""

Pair = tuple[Group, Group, Cell]


def svg_lines(cluster: Cluster, table: Table) -> Iterator[str]:
    """The lines of the file; stops where the cluster is too large for a picture."""
    drawn = _drawn(table)
    groups = tuple(dict.fromkeys(table.sources + table.targets))
    ends = {group: _card_end(group, number) for number, group in enumerate(groups)}
    arrows = tuple(ArrowSpec(ends[a].ref, ends[b].ref, short(cell)) for a, b, cell in drawn)
    drawing = lay_out(_cluster(cluster, tuple(ends.values())), arrows, upright=False)
    yield from _opening(table, drawing, drawn)
    yield from (line for fence in drawing.namespaces for line in _fence(fence))
    yield from (line for card in drawing.cards for line in _card(card))
    for route, pair in zip(drawing.routes, drawn, strict=True):
        yield from _arrow(route, pair)
    yield "</svg>"


def _drawn(table: Table) -> list[Pair]:
    pairs = [
        (source, target, cell)
        for source, cells in zip(table.sources, table.rows, strict=True)
        for target, cell in zip(table.targets, cells, strict=True)
        if cell is not None
    ]
    if len(pairs) > _FEW:
        pairs = [pair for pair in pairs if sign(pair[2]) not in CLOSED]
    if len(pairs) > MOST_ARROWS:
        raise Stop(
            f"a picture of {len(pairs):,} connections would tell nothing (at most {MOST_ARROWS}): "
            "narrow the question with --from, --to and --port, or take --format dot or table"
        )
    return pairs


# ── The cluster of the picture: one card for each group ──────────────────────────────────────


def _card_end(group: Group, number: int) -> Endpoint:
    first = group.members[0] if group.members else None
    if isinstance(first, ExternalHost):
        return first
    title = group.title.removeprefix(f"{group.namespace}/")
    if isinstance(first, Pod):
        return Pod(group.namespace, title, first.labels, first.addresses, first.ports)
    return Pod(group.namespace, title, {}, (ip_address(number),))


def _cluster(cluster: Cluster, ends: tuple[Endpoint, ...]) -> Cluster:
    pods = tuple(end for end in ends if isinstance(end, Pod))
    hosts = tuple(end for end in ends if isinstance(end, ExternalHost))
    names = dict.fromkeys(pod.namespace for pod in pods)
    spaces = tuple(Namespace(name, namespace_labels(cluster, name)) for name in names)
    return Cluster(spaces, pods, hosts)


# ── Marks ────────────────────────────────────────────────────────────────────────────────────


def _opening(table: Table, drawing: Drawing, drawn: Iterable[Pair]) -> Iterator[str]:
    asked = f" on {port_words(table.port)}" if table.port else ""
    width, height = _number(drawing.width), _number(drawing.height)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-labelledby="title desc">'
    )
    yield f'<title id="title">{_text(f"Who reaches whom{asked}")}</title>'
    said = "; ".join(_sentence(pair) for pair in drawn) or "no connection passes"
    yield f'<desc id="desc">{_text(said)}. Where no arrow is drawn, nothing passes.</desc>'
    yield f"<style>{_STYLE}</style>"
    yield '<rect class="page" width="100%" height="100%"/>'


def _sentence(pair: Pair) -> str:
    source, target, cell = pair
    return f"{source.title} to {target.title}: {words(cell)}"


def _fence(fence: Fence) -> Iterator[str]:
    yield '<g class="space">'
    yield _box(fence.box, 10)
    yield _line("name", fence.title)
    if fence.labels:
        yield _line("detail", fence.labels)
    yield "</g>"


def _card(card: Card) -> Iterator[str]:
    yield '<g class="card">'
    yield _box(card.box, 8)
    yield _line("name", card.title)
    yield from (_line("detail", line) for line in card.lines)
    yield "</g>"


def _arrow(route: Route, pair: Pair) -> Iterator[str]:
    cell = pair[2]
    yield f'<g class="{shade(cell)}"><title>{_text(_sentence(pair))}</title>'
    yield f'<path class="way" d="{escape(route.path)}"/>'
    if sign(cell) in CLOSED:
        x1, y1, x2, y2 = map(_number, route.target_bar)
        yield f'<line class="bar" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'
    else:
        yield f'<polygon class="head" points="{_points(route.head)}"/>'
    yield _box(route.label, 4, "back")
    x, y = route.label.x + route.label.width / 2, route.label.y + route.label.height / 2 + 4.2
    yield f'<text class="label" x="{_number(x)}" y="{_number(y)}">{_text(short(cell))}</text></g>'


def _box(box: Box, radius: int, kind: str = "") -> str:
    name = f'class="{kind}" ' if kind else ""
    x, y, width, height = map(_number, (box.x, box.y, box.width, box.height))
    return f'<rect {name}x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}"/>'


def _line(kind: str, line: TextLine) -> str:
    full = f"<title>{_text(line.full)}</title>" if line.full != line.text else ""
    x, y = _number(line.x), _number(line.y)
    return f'<text class="{kind}" x="{x}" y="{y}">{_text(line.text)}{full}</text>'


def _text(text: str) -> str:
    return escape(harmless(text), quote=False)


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
