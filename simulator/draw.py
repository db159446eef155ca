"""The geometry of the topology picture: where cards stand and which way arrows go. No markup.

Cards stand in a grid; between its rows and columns run channels that no card enters. An arrow
leaves a side of its source, follows lanes of one to three channels and enters a side of its
target, so it cannot cross another card, and every lane is as high as a label. Among the possible
ways a small search takes the one with the fewest crossings and bends. Nothing here knows a
verdict or a policy: an edit never moves anything.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from simulator.model import Cluster, ContainerPort, ExternalHost, Namespace, Pod

Point = tuple[float, float]
Segment = tuple[float, float, float, float]
Side = Literal["left", "right", "top", "bottom"]
Axis = Literal["H", "V"]
Channel = tuple[Axis, int]
Cell = tuple[int, int]

# Sizes in units; the drawing is shown at about one unit to the pixel.
NAME_SIZE, TEXT_SIZE, LABEL_SIZE = 14.0, 12.0, 12.0
LABEL_HEIGHT, LABEL_PADDING = 18.0, 5.0
NAME_LINE, TEXT_LINE, CARD_PADDING = 20.0, 16.0, 11.0
MARGIN, PAD, SLIM_PAD, GAP = 2.0, 14.0, 10.0, 14.0
PORT_PITCH, BAR, HEAD = 24.0, 16.0, 10.0
CORNER, NUDGE = 14.0, 11.0
LANE: Mapping[Axis, float] = {"H": 24.0, "V": 16.0}
UPRIGHT_WIDTH = 340.0
NEAREST_LANE = 12.0
LABELS_SHOWN, PORTS_SHOWN = 3, 2


# ── What a drawing is ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ArrowSpec:
    """An arrow to draw, from ref to ref; `label` is the widest text its label can ever have."""

    source: str
    target: str
    label: str


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle by its top left corner and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of its lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> Point:
        """Its centre."""
        return (self.x + self.width / 2, self.y + self.height / 2)

    def overlaps(self, other: "Box", gap: float = 0.0) -> bool:
        """Whether the two come nearer to each other than `gap`."""
        return (
            self.x < other.x + other.width + gap
            and other.x < self.x + self.width + gap
            and self.y < other.y + other.height + gap
            and other.y < self.y + self.height + gap
        )

    def contains(self, other: "Box") -> bool:
        """Whether the other lies within this one."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.right <= self.right
            and other.bottom <= self.bottom
        )


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text; x, y is the left end of its baseline, `full` what it was shortened from."""

    text: str
    x: float
    y: float
    full: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A pod, or (outside) a host."""

    ref: str
    title: TextLine
    lines: tuple[TextLine, ...]
    outside: bool
    box: Box


@dataclass(frozen=True, slots=True)
class Fence:
    """A namespace's box, with its name and label text in the corner (covering `title_box`)."""

    name: str
    title: TextLine
    labels: TextLine | None
    title_box: Box
    box: Box


@dataclass(frozen=True, slots=True)
class Route:
    """The way of one arrow. The `…path`, `…half`, `…stub` texts are SVG path data.

    The egress half runs from the source to the middle of the label, the ingress half from there
    to the base of the head. A bar is a line (x1, y1, x2, y2) across the way: right after the
    source, where `source_stub` ends, or at the target's edge. The head is a triangle (tip first).
    """

    points: tuple[Point, ...]
    path: str
    egress_half: str
    ingress_half: str
    source_stub: str
    label: Box
    middle: Point  # where the label sits on the line
    source_bar: Segment
    target_bar: Segment
    head: tuple[Point, Point, Point]
    head_half: tuple[Point, Point, Point]
    open_head: tuple[Point, Point, Point]
    reply: str
    reply_head: tuple[Point, Point, Point]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A laid-out cluster; `routes` stand in the order of the arrows asked for."""

    width: float
    height: float
    upright: bool
    namespaces: tuple[Fence, ...]
    cards: tuple[Card, ...]
    routes: tuple[Route, ...]


def lay_out(cluster: Cluster, arrows: tuple[ArrowSpec, ...], *, upright: bool) -> Drawing:
    """Place the cluster's cards and route the arrows, alike for like input."""
    grid = _grid(cluster, upright=upright)
    texts = {ref: _texts(endpoint) for ref, endpoint in _endpoints(cluster, grid).items()}
    frame = _Frame(grid, texts, arrows)
    plan = _search(frame)
    for frame.spare in (0.0, 24.0, 48.0, 96.0):  # more room between rows until no label clashes
        drawing, clash = _finish(frame, frame.measure(plan))
        if not clash:
            break
    return drawing


# ── Text ─────────────────────────────────────────────────────────────────────────────────────

# Advance widths in em of DejaVu Sans, the widest of the usual system fonts; the rest is narrower.
_EM = (
    dict.fromkeys("ijlI", 0.29)
    | dict.fromkeys("ftr.,:;'|!/ -()[]", 0.36)
    | dict.fromkeys("csz_?J", 0.56)
    | dict.fromkeys("w=+~<>✕✓±", 0.84)
    | dict.fromkeys("mMW@%…", 0.99)
    | dict.fromkeys("ABCDEFGHKLNOPQRSTUVXYZ", 0.76)
)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """A generous estimate of a text's width in a system sans font."""
    return sum(_EM.get(c, 0.64) for c in text) * size * (1.1 if bold else 1.0)


def shorten(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """The text, or as much of its start as fits the room with an ellipsis."""
    if text_width(text, size, bold=bold) <= room:
        return text
    while text and text_width(text + "…", size, bold=bold) > room:
        text = text[:-1]
    return text.rstrip(" -./=") + "…"


def label_width(label: str) -> float:
    """How wide the box of an arrow's label is."""
    return text_width(label, LABEL_SIZE, bold=True) + 2 * LABEL_PADDING


def _texts(endpoint: Pod | ExternalHost) -> tuple[str, ...]:
    """A card's texts: its name, then its lines."""
    if isinstance(endpoint, ExternalHost):
        return (endpoint.name, "outside", str(endpoint.address))
    labels = [f"{key}={value}" for key, value in endpoint.labels.items()]
    return (
        endpoint.name,
        *_at_most(labels, LABELS_SHOWN, "more"),
        *_at_most([_port(port) for port in endpoint.ports], PORTS_SHOWN, "more ports"),
    )


def _port(port: ContainerPort) -> str:
    protocol = "" if port.protocol == "TCP" else f"/{port.protocol}"
    return f":{port.port}{protocol} {port.name}".rstrip()


def _at_most(lines: list[str], limit: int, rest: str) -> list[str]:
    """The first lines, and how many are left."""
    more = len(lines) - limit
    return lines[:limit] + ([f"+{more} {rest}"] if more > 0 else [])


def _label_text(namespace: Namespace) -> str:
    """A namespace's labels but the one that Kubernetes gives every namespace."""
    shown = {k: v for k, v in namespace.labels.items() if k != "kubernetes.io/metadata.name"}
    return ", ".join(f"{key}={value}" for key, value in shown.items())


# ── The grid: which row and column each card stands in ───────────────────────────────────────

Arrangement = Literal["rows", "columns", "single"]


@dataclass(frozen=True, slots=True)
class _Grid:
    """Cells by ref. Namespaces are rows or columns of cells or, in `single`, one cell each."""

    arrangement: Arrangement
    upright: bool
    cells: dict[str, Cell]
    namespaces: tuple[Namespace, ...]
    inner_rows: int  # rows and columns that hold pods; hosts stand beyond them
    inner_columns: int
    rows: int
    columns: int


def _grid(cluster: Cluster, *, upright: bool) -> _Grid:
    pods = _pods_by_namespace(cluster)
    namespaces = _namespaces(cluster, pods)
    if all(len(group) <= 1 for group in pods.values()):
        inner = [(0, i) for i, name in enumerate(pods)]
        cells = {group[0].ref: cell for cell, group in zip(inner, pods.values(), strict=True)}
        return _with_hosts("single", cells, namespaces, cluster, upright=upright)
    cells = {}
    for row, (group, columns) in enumerate(zip(pods.values(), _tiers(pods), strict=True)):
        cells |= {pod.ref: (row, column) for pod, column in zip(group, columns, strict=True)}
    return _with_hosts(
        "columns" if upright else "rows", cells, namespaces, cluster, upright=upright
    )


def _pods_by_namespace(cluster: Cluster) -> dict[str, list[Pod]]:
    """The pods of each namespace that has some, in the order of the namespaces."""
    groups: dict[str, list[Pod]] = {namespace.name: [] for namespace in cluster.namespaces}
    for pod in cluster.pods:
        groups.setdefault(pod.namespace, []).append(pod)
    return {name: group for name, group in groups.items() if group}


def _namespaces(cluster: Cluster, names: Iterable[str]) -> tuple[Namespace, ...]:
    known = {namespace.name: namespace for namespace in cluster.namespaces}
    return tuple(known.get(name, Namespace(name, {})) for name in names)


def _tiers(pods: dict[str, list[Pod]]) -> Iterator[list[int]]:
    """Each namespace's columns: the same short name stands in the same one where it can."""
    home: dict[str, int] = {}
    for group in pods.values():
        kept = {home[pod.name] for pod in group if pod.name in home}
        free = (column for column in range(99) if column not in kept)
        taken: set[int] = set()
        columns = []
        for pod in group:
            column = home.get(pod.name, -1)
            if column in taken or column < 0:
                column = next(free)
            taken.add(column)
            home.setdefault(pod.name, column)
            columns.append(column)
        yield columns


def _with_hosts(
    arrangement: Arrangement,
    cells: dict[str, Cell],
    namespaces: tuple[Namespace, ...],
    cluster: Cluster,
    *,
    upright: bool,
) -> _Grid:
    """Turn the pods' cells for a phone, and stand the outside hosts beyond them."""
    if upright:
        cells = {ref: (column, row) for ref, (row, column) in cells.items()}
    rows = 1 + max((row for row, _ in cells.values()), default=-1)
    columns = 1 + max((column for _, column in cells.values()), default=-1)
    across = max(columns, 1 if arrangement == "single" else min(2, len(cluster.hosts)))
    for i, host in enumerate(cluster.hosts):
        cells[host.ref] = (rows + i // across, i % across) if upright else (i, columns)
    return _Grid(
        arrangement,
        upright,
        cells,
        namespaces,
        rows,
        columns,
        1 + max((row for row, _ in cells.values()), default=0),
        1 + max((column for _, column in cells.values()), default=0),
    )


def _endpoints(cluster: Cluster, grid: _Grid) -> dict[str, Pod | ExternalHost]:
    return {endpoint.ref: endpoint for endpoint in cluster.endpoints if endpoint.ref in grid.cells}


# ── Ways: through which channels an arrow may go ─────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Way:
    """The sides that an arrow leaves and enters by, and the channels it follows in between.

    Without channels it is straight or, if the sides stand square to each other, has one corner.
    """

    leave: Side
    enter: Side
    channels: tuple[Channel, ...] = ()

    @property
    def straight(self) -> bool:
        """Whether it has no corner."""
        return not self.channels and _axis(self.leave) == _axis(self.enter)

    @property
    def corners(self) -> int:
        """How many corners it has."""
        return 0 if self.straight else 1 + len(self.channels)


def _axis(side: Side) -> Axis:
    """The axis of the channel that runs along a side."""
    return "H" if side in ("top", "bottom") else "V"


def _channel_at(cell: Cell, side: Side) -> Channel:
    """The channel that a side of a cell faces; channel k lies before row or column k."""
    row, column = cell
    at = {"top": row, "bottom": row + 1, "left": column, "right": column + 1}
    return (_axis(side), at[side])


_SIDES: tuple[Side, ...] = ("right", "left", "bottom", "top")


def _ways(source: Cell, target: Cell, taken: set[Cell]) -> Iterator[_Way]:
    """Every way from cell to cell, free of other cards by its making."""
    yield from _short_ways(source, target, taken)
    for leave in _SIDES:
        for enter in _SIDES:
            first, last = _channel_at(source, leave), _channel_at(target, enter)
            if first == last:
                if leave == enter or not _in_line(source, target, first[0]):
                    yield _Way(leave, enter, (first,))
            elif first[0] != last[0]:
                yield _Way(leave, enter, (first, last))
            else:
                yield from _detours(leave, enter, first, last, source, target)


def _in_line(a: Cell, b: Cell, channel: Axis) -> bool:
    """Whether a way between two cells crosses a channel between them without a bend."""
    return a[1] == b[1] if channel == "H" else a[0] == b[0]


def _detours(
    leave: Side, enter: Side, first: Channel, last: Channel, source: Cell, target: Cell
) -> Iterator[_Way]:
    """The ways that change between two parallel channels by a third across them."""
    across: Axis = "V" if first[0] == "H" else "H"
    i = 1 if across == "V" else 0
    low, high = sorted((source[i], target[i]))
    for k in range(low, high + 2):
        yield _Way(leave, enter, (first, (across, k), last))


def _short_ways(source: Cell, target: Cell, taken: set[Cell]) -> Iterator[_Way]:
    """The ways without a channel: straight, or round one corner, over empty cells only."""
    (r1, c1), (r2, c2) = source, target
    across: Side = "right" if c2 > c1 else "left"
    down: Side = "bottom" if r2 > r1 else "top"
    opposite: dict[Side, Side] = {
        "right": "left",
        "left": "right",
        "bottom": "top",
        "top": "bottom",
    }
    between = set(_cells_between(source, (r1, c2))) | set(_cells_between((r1, c2), target))
    between2 = set(_cells_between(source, (r2, c1))) | set(_cells_between((r2, c1), target))
    if r1 == r2 and not between & taken:
        yield _Way(across, opposite[across])
    elif c1 == c2 and not between & taken:
        yield _Way(down, opposite[down])
    elif r1 != r2 and c1 != c2:
        if not (between | {(r1, c2)}) & taken:
            yield _Way(across, opposite[down])
        if not (between2 | {(r2, c1)}) & taken:
            yield _Way(down, opposite[across])


def _cells_between(a: Cell, b: Cell) -> Iterator[Cell]:
    """The cells strictly between two cells of one row or column."""
    if a[0] == b[0]:
        low, high = sorted((a[1], b[1]))
        yield from ((a[0], c) for c in range(low + 1, high))
    elif a[1] == b[1]:
        low, high = sorted((a[0], b[0]))
        yield from ((r, a[1]) for r in range(low + 1, high))


# ── Lanes: where in its channels each way runs ───────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Run:
    """One way's stretch of a channel, in cell units (cell i at 2i + 1, channel k at 2k).

    Sorted runs cross little: those that hang on the near row first, the shortest nearest to it;
    then those that pass from side to side; then those of the far row. A `seat` is no line, it
    keeps room for a label where a line crosses the channel.
    """

    channel: Channel
    low: float
    high: float
    key: tuple[float, float]
    seat: bool = False


def _runs(way: _Way, source: Cell, target: Cell) -> tuple[_Run, ...]:
    """A way's runs in the order walked, and its label's seat if none of them has room for it."""
    stops = _stops(way, source, target)
    runs = tuple(_run(channel, stops[i : i + 4]) for i, channel in enumerate(way.channels))
    if any(run.channel[0] == "H" for run in runs):
        return runs
    return runs + _seat(way, stops)


def _stops(way: _Way, source: Cell, target: Cell) -> list[Point]:
    """The way's points in cell units, from card to card."""
    x, y = 2.0 * source[1] + 1, 2.0 * source[0] + 1
    end = (2.0 * target[1] + 1, 2.0 * target[0] + 1)
    stops = [(x, y)]
    for axis, k in way.channels:
        x, y = (x, 2.0 * k) if axis == "H" else (2.0 * k, y)
        stops.append((x, y))
    last = _axis(way.enter)
    stops.append((end[0], y) if last == "H" else (x, end[1]))
    return [*stops, end]


def _run(channel: Channel, stops: Sequence[Point]) -> _Run:
    """The stretch between the second and third of four points."""
    i = 0 if channel[0] == "H" else 1
    before, here, there, after = ((p[i], p[1 - i]) for p in stops)
    low, high = sorted((here[0], there[0]))
    if i == 0 and high - low < 2:  # as wide as a label, at least
        low, high = (low + high) / 2 - 1, (low + high) / 2 + 1
    sides = (before[1] > here[1]) + (after[1] > here[1])
    if sides == 1:
        near, far = (here, there) if before[1] < here[1] else (there, here)
        return _Run(channel, low, high, (0, -near[0] if far[0] > near[0] else near[0]))
    return _Run(channel, low, high, (-1, high - low) if sides == 0 else (1, low - high))


def _seat(way: _Way, stops: Sequence[Point]) -> tuple[_Run, ...]:
    """Room for a label in the channel that a vertical way crosses in its middle."""
    for (x1, y1), (x2, y2) in pairwise(stops):
        if x1 == x2 and abs(y2 - y1) >= 2:
            k = int((y1 + y2) / 2) // 2 + int((y1 + y2) / 2) % 2
            return (_Run(("H", k), x1 - 0.9, x1 + 0.9, (0, 0), seat=True),)
    return ()


def _lanes(runs: Iterable[tuple[tuple[float, float], int, _Run]]) -> dict[int, int]:
    """A lane for each arrow's run in one channel: in the order of keys, none on another."""
    placed: list[tuple[_Run, int]] = []
    lanes: dict[int, int] = {}
    for _, arrow, run in sorted(runs, key=lambda entry: entry[:2]):
        below = (n for other, n in placed if run.low <= other.high and other.low <= run.high)
        lane = 1 + max(below, default=-1)
        placed.append((run, lane))
        lanes[arrow] = lane
    return lanes


# ── Measure: from ways to coordinates ────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Plan:
    """A way for each arrow (None: not yet), and the run keys that the search has changed."""

    ways: tuple[_Way | None, ...]
    keys: Mapping[tuple[Channel, int], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class _End:
    """Where a way meets a card: sorted ends of one side do not cross each other."""

    key: tuple[int, int, int]
    arrow: int
    at_target: bool
    straight: bool


@dataclass(slots=True)
class _Measured:
    """Coordinates of everything for one plan."""

    plan: _Plan
    lanes: dict[Channel, dict[int, int]]
    card_width: float
    card_height: float
    lefts: list[float]  # of columns
    tops: list[float]  # of rows
    starts: dict[Channel, float]  # where a channel's first lane begins
    width: float
    height: float
    points: list[tuple[Point, ...]]

    def card(self, cell: Cell) -> Box:
        """The box of the card in a cell."""
        return Box(self.lefts[cell[1]], self.tops[cell[0]], self.card_width, self.card_height)

    def lanes_end(self, channel: Channel) -> float:
        """Where a channel's last lane ends."""
        used = 1 + max(self.lanes[channel].values(), default=-1) if channel in self.lanes else 0
        return self.starts[channel] + used * LANE[channel[0]]


class _Frame:
    """What stays the same while ways are tried."""

    def __init__(
        self, grid: _Grid, texts: dict[str, tuple[str, ...]], arrows: tuple[ArrowSpec, ...]
    ) -> None:
        self.grid = grid
        self.texts = texts
        self.arrows = arrows
        self.ends = [(grid.cells[arrow.source], grid.cells[arrow.target]) for arrow in arrows]
        self.label_widths = [label_width(arrow.label) for arrow in arrows]
        self.card_width, self.card_height = self._card_size()
        self.titles = [_title_texts(grid, n, self.card_width) for n in grid.namespaces]
        self.band = 46.0 if any(labels for _, labels in self.titles) else 30.0
        self.pad = SLIM_PAD if grid.arrangement == "columns" else PAD
        names = [text_width(t[0], NAME_SIZE, bold=True) for t in texts.values()]
        self.least_width = min(max(names, default=0.0) + 2 * CARD_PADDING, 112.0)
        self.spare = 0.0
        self.known_runs: dict[tuple[int, _Way], tuple[_Run, ...]] = {}

    def _card_size(self) -> tuple[float, float]:
        """The size that the widest and the longest text ask for, within reason."""
        widths = [text_width(t[0], NAME_SIZE, bold=True) for t in self.texts.values()]
        widths += [text_width(x, TEXT_SIZE) for t in self.texts.values() for x in t[1:]]
        low, high = (190.0, 200.0) if self._stacked else (100.0, 148.0)
        if self.grid.arrangement != "rows":  # there a title is no wider than its cards
            widths += [text_width(n.name, NAME_SIZE, bold=True) for n in self.grid.namespaces]
        lines = max((len(t) - 1 for t in self.texts.values()), default=0)
        width = min(max(max(widths, default=0.0) + 2 * CARD_PADDING, low), high)
        return (width, NAME_LINE + TEXT_LINE * lines + 2 * CARD_PADDING - 3)

    @property
    def _stacked(self) -> bool:
        return self.grid.upright and self.grid.arrangement == "single"

    def reach(self, cell: Cell, side: Side, length: float) -> tuple[float, float]:
        """From where to where along a side, from its middle, ends may meet it.

        Beside a namespace's title only the room to its right is left, or none (low > high).
        """
        half = length / 2 - 12
        title = self._title_above(cell) if side == "top" else 0.0
        return (max(-half, title + BAR / 2 + 9 - length / 2) if title else -half, half)

    def _title_above(self, cell: Cell) -> float:
        """The width of the namespace title between a card and the channel above, or 0."""
        row, column = cell
        single = self.grid.arrangement == "single"
        if single and row < self.grid.inner_rows and column < self.grid.inner_columns:
            return _title_width(self.titles[max(row, column)])
        below = row < self.grid.inner_rows and column == 0
        if self.grid.arrangement == "rows" and below:
            return _title_width(self.titles[row])
        return 0.0

    def runs(self, arrow: int, way: _Way) -> tuple[_Run, ...]:
        """The runs of an arrow's way."""
        if (arrow, way) not in self.known_runs:
            self.known_runs[arrow, way] = _runs(way, *self.ends[arrow])
        return self.known_runs[arrow, way]

    def measure(self, plan: _Plan) -> _Measured:
        """The coordinates of a plan."""
        lanes = self._lanes(plan)
        sides = self._sides(plan, lanes)
        sizes = self._channel_sizes(plan, lanes)
        width, height = self._grown_card(sides, sizes)
        lefts, v_starts, right = _stack("V", self.grid.columns, width, sizes)
        tops, h_starts, bottom = _stack("H", self.grid.rows, height, sizes)
        measured = _Measured(
            plan, lanes, width, height, lefts, tops, v_starts | h_starts, right, bottom, []
        )
        measured.points = self._points(measured, sides)
        return measured

    def _lanes(self, plan: _Plan) -> dict[Channel, dict[int, int]]:
        runs = defaultdict(list)
        for arrow, way in enumerate(plan.ways):
            for run in self.runs(arrow, way) if way else ():
                key = plan.keys.get((run.channel, arrow), run.key)
                runs[run.channel].append((key, arrow, run))
        return {channel: _lanes(group) for channel, group in runs.items()}

    def _sides(
        self, plan: _Plan, lanes: dict[Channel, dict[int, int]]
    ) -> dict[tuple[Cell, Side], list[_End]]:
        """The ends on each side of each card, from left to right or top to bottom."""
        sides = defaultdict(list)
        for arrow, way in enumerate(plan.ways):
            if way:
                source, target = self.ends[arrow]
                stops = _stops(way, source, target)
                for cell, side, near, at_target in (
                    (source, way.leave, stops[:3], False),
                    (target, way.enter, stops[:-4:-1], True),
                ):
                    key = _end_key(cell, side, near, way, lanes, arrow)
                    sides[cell, side].append(_End(key, arrow, at_target, way.straight))
        return {place: sorted(ends, key=lambda end: end.key) for place, ends in sides.items()}

    def _grown_card(
        self,
        sides: dict[tuple[Cell, Side], list[_End]],
        sizes: dict[Channel, tuple[float, float, float]],
    ) -> tuple[float, float]:
        """The card's size, with room for its ends, and on a phone within the screen."""
        most = {"H": 0, "V": 0}
        for (_, side), ends in sides.items():
            most[_axis(side)] = max(most[_axis(side)], len(ends))
        width = self.card_width
        if self.grid.arrangement == "columns":
            room = UPRIGHT_WIDTH - sum(sum(s) for c, s in sizes.items() if c[0] == "V")
            width = min(width, max(room / self.grid.columns, self.least_width))
        return (width, max(self.card_height, PORT_PITCH * most["V"] + 6))

    def _channel_sizes(
        self, plan: _Plan, lanes: dict[Channel, dict[int, int]]
    ) -> dict[Channel, tuple[float, float, float]]:
        """Each channel's lead, lanes and tail."""
        least = self._least(plan)
        sizes = {}
        for axis, count in (("H", self.grid.rows), ("V", self.grid.columns)):
            for k in range(count + 1):
                channel: Channel = ("H" if axis == "H" else "V", k)
                used = 1 + max(lanes.get(channel, {}).values(), default=-1)
                lead, tail = self._margins(channel)
                if axis == "H" and 0 < k < count:
                    lead, tail = lead + self.spare / 2, tail + self.spare / 2
                if used:  # a bar must fit between a card and the nearest lane
                    lead, tail = max(lead, NEAREST_LANE), max(tail, NEAREST_LANE)
                spare = max(0.0, least.get(channel, 0.0) - lead - tail - used * LANE[channel[0]])
                sizes[channel] = (lead + spare / 2, used * LANE[channel[0]], tail + spare / 2)
        if self._stacked:
            _centre(sizes, self.grid.columns, self.card_width)
        return sizes

    def _least(self, plan: _Plan) -> dict[Channel, float]:
        """How wide the channels must be that straight arrows and their labels cross."""
        least: dict[Channel, float] = {}
        for column in range(1, self.grid.columns):
            least["V", column] = 0.0 if self.grid.upright else 72.0
        if self.grid.arrangement == "rows":  # the first row's lanes run beside its title
            least["H", 0] = MARGIN + self.band + 4
        for row in range(1, self.grid.rows):
            least["H", row] = 48.0 if self.grid.upright else 0.0
        for arrow, way in enumerate(plan.ways):
            if way and way.straight and way.leave in ("left", "right"):
                channel = _channel_at(self.ends[arrow][0], way.leave)
                room = self.label_widths[arrow] + 2 * (HEAD + 5)
                least[channel] = max(least.get(channel, 0.0), room)
        return least

    def _margins(self, channel: Channel) -> tuple[float, float]:
        """The room before and after a channel's lanes."""
        axis, k = channel
        margins = _H_MARGINS if axis == "H" else _V_MARGINS
        inner = self.grid.inner_rows if axis == "H" else self.grid.inner_columns
        count = self.grid.rows if axis == "H" else self.grid.columns
        place = (
            "first"
            if k == 0
            else "inner"
            if k < inner
            else "last"
            if k == count and k == inner
            else "edge"
            if k == inner
            else "end"
            if k == count
            else "hosts"
        )
        lead, tail, band = margins[self.grid.arrangement][place]
        before = self.grid.arrangement == "columns" and axis == "H" and k == 0
        return (lead + self.band * band * before, tail + self.band * band * (not before))

    def _points(
        self, measured: _Measured, sides: dict[tuple[Cell, Side], list[_End]]
    ) -> list[tuple[Point, ...]]:
        """The corner points of each arrow's way, from edge to edge."""
        ends: dict[tuple[int, bool], Point] = {}
        for (cell, side), group in sides.items():
            box = measured.card(cell)
            offsets = self._offsets(measured, cell, side, group)
            for end, offset in zip(group, offsets, strict=True):
                ends[end.arrow, end.at_target] = _on_side(box, side, offset)
        return [
            _corners(way, ends[arrow, False], ends[arrow, True], measured, arrow) if way else ()
            for arrow, way in enumerate(measured.plan.ways)
        ]

    def _offsets(
        self, measured: _Measured, cell: Cell, side: Side, ends: list[_End]
    ) -> list[float]:
        """Where along a side its ends meet it, from its middle: straight ones in the middle."""
        length = measured.card_width if _axis(side) == "H" else measured.card_height
        low, high = self.reach(cell, side, length)
        straight = [end for end in ends if end.straight]
        if not straight:
            return _spread(len(ends), low, high, 0.0)
        inner_low, inner_high = self._shared_reach(straight[0], side, length)
        nudge = self._nudge(measured, cell, side, pair=len(straight) > 1)
        middle = _spread(len(straight), inner_low, inner_high, nudge)
        before = ends.index(straight[0])
        after = len(ends) - before - len(straight)
        left = min(PORT_PITCH, (middle[0] - low) / max(before, 1))
        right = min(PORT_PITCH, (high - middle[-1]) / max(after, 1))
        return [
            *(middle[0] - left * i for i in range(before, 0, -1)),
            *middle,
            *(middle[-1] + right * i for i in range(1, after + 1)),
        ]

    def _shared_reach(self, end: _End, side: Side, length: float) -> tuple[float, float]:
        """The reach that a straight way has at both of its ends."""
        if _axis(side) == "V":
            return self.reach((0, 0), side, length)
        lower = max(self.ends[end.arrow])
        return self.reach(lower, "top", length)

    def _nudge(self, measured: _Measured, cell: Cell, side: Side, *, pair: bool) -> float:
        """On a phone, straight ways at the rim stand inwards to make room for labels there."""
        if self.grid.arrangement != "columns" or _axis(side) == "V":
            return 0.0
        last = self.grid.columns
        left = cell[1] == 0 and (pair or ("V", 0) in measured.lanes)
        right = cell[1] == last - 1 and (pair or ("V", last) in measured.lanes)
        return NUDGE * (left - right)


def _spread(count: int, low: float, high: float, middle: float) -> list[float]:
    """Offsets around a middle, a pitch apart or as far as the room allows."""
    pitch = max(0.0, min(PORT_PITCH, (high - low) / max(count - 1, 1)))
    span = pitch * (count - 1)
    start = min(max(middle - span / 2, low), high - span)
    return [start + pitch * i for i in range(count)]


def _end_key(
    cell: Cell,
    side: Side,
    near: Sequence[Point],
    way: _Way,
    lanes: dict[Channel, dict[int, int]],
    arrow: int,
) -> tuple[int, int, int]:
    """Sorts the ends of a side: those that turn left in the nearest lane come first."""
    if way.straight:
        return (0, 0, arrow)
    i = 0 if _axis(side) == "H" else 1
    turn = 1 if near[2][i] > near[0][i] else -1
    lane = lanes[_channel_at(cell, side)][arrow] if way.channels else 99
    distance = -lane if side in ("top", "left") and way.channels else lane
    return (turn, -turn * distance, arrow)


def _stack(
    axis: Axis, count: int, size: float, sizes: dict[Channel, tuple[float, float, float]]
) -> tuple[list[float], dict[Channel, float], float]:
    """Where cards and lanes start along an axis, and where the drawing ends."""
    at, cards, starts = 0.0, [], {}
    for k in range(count + 1):
        channel: Channel = (axis, k)
        lead, lanes, tail = sizes[channel]
        starts[channel] = at + lead
        at += lead + lanes + tail
        if k < count:
            cards.append(at)
            at += size
    return cards, starts, at


def _centre(sizes: dict[Channel, tuple[float, float, float]], columns: int, card: float) -> None:
    """Widen the outer channels to fill a phone's width evenly."""
    used = columns * card + sum(sum(s) for c, s in sizes.items() if c[0] == "V")
    left, right = sizes["V", 0], sizes["V", columns]
    spare = max(0.0, UPRIGHT_WIDTH - used)
    shift = min(max((spare + sum(right) - sum(left)) / 2, 0.0), spare)
    sizes["V", 0] = (left[0] + shift, left[1], left[2])
    sizes["V", columns] = (right[0], right[1], right[2] + spare - shift)


def _on_side(box: Box, side: Side, offset: float) -> Point:
    """The point of a box's side at an offset from the side's middle."""
    x, y = box.middle
    at: dict[Side, Point] = {
        "left": (box.x, y + offset),
        "right": (box.right, y + offset),
        "top": (x + offset, box.y),
        "bottom": (x + offset, box.bottom),
    }
    return at[side]


def _corners(
    way: _Way, start: Point, end: Point, measured: _Measured, arrow: int
) -> tuple[Point, ...]:
    """The points of a way between its two ends."""
    points = [start]
    x, y = start
    for channel in way.channels:
        axis = channel[0]
        lane = measured.starts[channel] + LANE[axis] * (measured.lanes[channel][arrow] + 0.5)
        x, y = (x, lane) if axis == "H" else (lane, y)
        points.append((x, y))
    if way.corners:
        points.append((end[0], y) if _axis(way.enter) == "H" else (x, end[1]))
    return (*points, end)


def _title_texts(grid: _Grid, namespace: Namespace, card_width: float) -> tuple[str, str]:
    """A namespace's name and label text, shortened to the room beside the first column."""
    room = card_width + {"rows": 40, "single": 0, "columns": 80}[grid.arrangement]
    return (
        shorten(namespace.name, NAME_SIZE, room, bold=True),
        shorten(_label_text(namespace), TEXT_SIZE, room),
    )


def _title_width(title: tuple[str, str]) -> float:
    return max(text_width(title[0], NAME_SIZE, bold=True), text_width(title[1], TEXT_SIZE))


# Lead and tail of the channels, and whether a title's band follows: before the first row of pods,
# between rows of pods, after the last (with hosts beyond: edge), between and after hosts.
_Margins = Mapping[Arrangement, Mapping[str, tuple[float, float, int]]]
_H_MARGINS: _Margins = {
    "rows": {
        "first": (MARGIN + 6, 10, 0),
        "inner": (0, PAD + GAP, 1),
        "edge": (0, PAD + GAP, 0),
        "last": (0, PAD + MARGIN, 0),
        "hosts": (0, GAP, 0),
        "end": (0, MARGIN, 0),
    },
    "columns": {
        "first": (MARGIN, 4, 1),
        "inner": (16, 14, 0),
        "edge": (PAD + 8, 10, 0),
        "last": (12, PAD + MARGIN, 0),
        "hosts": (10, 10, 0),
        "end": (8, MARGIN, 0),
    },
    "single": {
        "first": (MARGIN, 0, 1),
        "inner": (PAD + 14, 12, 1),
        "edge": (PAD + 6, 10, 0),
        "last": (PAD + 4, MARGIN, 0),
        "hosts": (10, 10, 0),
        "end": (8, MARGIN, 0),
    },
}
_V_MARGINS: _Margins = {
    "rows": {
        "first": (MARGIN + PAD, 0, 0),
        "inner": (20, 20, 0),
        "edge": (PAD + 6, 16, 0),
        "last": (8, PAD + MARGIN, 0),
        "hosts": (20, 20, 0),
        "end": (8, MARGIN, 0),
    },
    "columns": {
        "first": (MARGIN + SLIM_PAD, 0, 0),
        "inner": (SLIM_PAD + 4, SLIM_PAD + 4, 0),
        "edge": (SLIM_PAD + 4, 16, 0),
        "last": (0, SLIM_PAD + MARGIN, 0),
        "hosts": (16, 16, 0),
        "end": (8, MARGIN, 0),
    },
    "single": {
        "first": (MARGIN, PAD, 0),
        "inner": (PAD + 8, PAD + 8, 0),
        "edge": (PAD + 8, 16, 0),
        "last": (PAD, MARGIN, 0),
        "hosts": (16, 16, 0),
        "end": (8, MARGIN, 0),
    },
}


# ── Search: the plan with the fewest crossings and bends ─────────────────────────────────────

WAYS_TRIED = 7
CROSSING, CORNER_COST, SQUEEZED, SHARED_SIDE = 90.0, 22.0, 150.0, 40.0
CROWDED = NARROW = 700.0
STRAIGHT = 160.0  # what a straight way may cost in width and in detours of others


def _search(frame: _Frame) -> _Plan:
    """Give each arrow its best way, the most certain first; then mend what got in the way."""
    choices = [_choices(frame, arrow) for arrow in range(len(frame.arrows))]
    plan = _Plan((None,) * len(choices), {})
    by_certainty = sorted(range(len(choices)), key=lambda arrow: (choices[arrow][0][0], arrow))
    for arrow in by_certainty:
        plan = _best(frame, [_with_way(plan, arrow, way) for _, way in choices[arrow]])
    for arrow in by_certainty[::-1]:
        plan = _best(frame, [plan, *(_with_way(plan, arrow, way) for _, way in choices[arrow])])
    return _untangled(frame, plan)


def _choices(frame: _Frame, arrow: int) -> list[tuple[float, _Way]]:
    """An arrow's likeliest ways with their cost on an empty drawing, the cheapest first."""
    source, target = frame.ends[arrow]
    ways = {
        way: _first_cost(frame, way, source, target)
        for way in _ways(source, target, set(frame.grid.cells.values()))
        if _open(frame, source, way.leave)
        and _open(frame, target, way.enter)
        and not _over_title(frame, way, source, target)
        and not {("H", 0), ("V", 0)} <= set(way.channels)  # there stands a title
    }
    return [(cost, way) for way, cost in sorted(ways.items(), key=lambda w: w[1])[:WAYS_TRIED]]


def _over_title(frame: _Frame, way: _Way, source: Cell, target: Cell) -> bool:
    """Whether a way without channels runs down the first column, over a namespace's title."""
    if way.channels or frame.grid.arrangement != "rows":
        return False
    down = [cell for cell, side in ((source, way.leave), (target, way.enter)) if _axis(side) == "H"]
    near = way.straight and abs(source[0] - target[0]) == 1
    return any(cell[1] == 0 for cell in down) and not near


def _open(frame: _Frame, cell: Cell, side: Side) -> bool:
    low, high = frame.reach(cell, side, frame.card_width)
    return low <= high


def _first_cost(frame: _Frame, way: _Way, source: Cell, target: Cell) -> float:
    """Length and corners of a way in a drawing with nothing else, in rough units."""
    stops = _stops(way, source, target)
    length = sum(abs(a - c) * 110 + abs(b - d) * 70 for (a, b), (c, d) in pairwise(stops))
    return length + _way_cost(frame, way)


def _toll(frame: _Frame, channel: Channel) -> float:
    """What it costs to use a channel: outer ones are narrow, or widen the drawing."""
    axis, k = channel
    if axis == "V":
        outer = k in (0, frame.grid.columns)
        return (30.0 if frame.grid.upright else 400.0) if outer else 40.0
    if frame.grid.arrangement == "single" and k == 0:
        return 400.0
    return 0.0


def _with_way(plan: _Plan, arrow: int, way: _Way) -> _Plan:
    ways = (*plan.ways[:arrow], way, *plan.ways[arrow + 1 :])
    return _Plan(ways, plan.keys)


def _best(frame: _Frame, plans: Sequence[_Plan]) -> _Plan:
    return plans[0] if len(plans) == 1 else min(plans, key=lambda plan: _cost(frame, plan))


def _untangled(frame: _Frame, plan: _Plan) -> _Plan:
    """Swap neighbouring lanes wherever that helps."""
    cost = _cost(frame, plan)
    measured = frame.measure(plan)
    for channel, lanes in measured.lanes.items():
        order = sorted(lanes, key=lambda arrow: (lanes[arrow], arrow))
        for i in range(len(order) - 1):
            order[i], order[i + 1] = order[i + 1], order[i]
            keys = {(channel, arrow): (0.0, float(n)) for n, arrow in enumerate(order)}
            other = _Plan(plan.ways, {**plan.keys, **keys})
            if (better := _cost(frame, other)) < cost:
                plan, cost = other, better
            else:
                order[i], order[i + 1] = order[i + 1], order[i]
    return plan


def _cost(frame: _Frame, plan: _Plan) -> float:
    """How far a plan is from a calm picture."""
    measured = frame.measure(plan)
    level, upright = _segments(measured.points)
    cost = CROSSING * _crossings(level, upright)
    cost += sum(_way_cost(frame, way) for way in plan.ways if way)
    cost += 0.6 * sum(end - start for start, end, _, _ in (*level, *upright))
    cost += CROWDED * _crowding(frame, plan) + SHARED_SIDE * _sharing(frame, plan)
    return cost + 0.15 * measured.width + 0.5 * measured.height + SQUEEZED * _squeezed(measured)


def _way_cost(frame: _Frame, way: _Way) -> float:
    tolls = sum(_toll(frame, channel) for channel in way.channels)
    # Side by side on a phone there is no room for a label between two cards.
    narrow = frame.grid.arrangement == "columns" and way.straight and _axis(way.leave) == "V"
    fit = NARROW if narrow else -STRAIGHT if way.straight else 0.0
    return CORNER_COST * way.corners + tolls + fit


_Flat = tuple[float, float, float, int]  # from, to, at, arrow


def _segments(points: Sequence[tuple[Point, ...]]) -> tuple[list[_Flat], list[_Flat]]:
    """All level and all upright segments."""
    level, upright = [], []
    for arrow, way in enumerate(points):
        for (x1, y1), (x2, y2) in pairwise(way):
            if y1 == y2:
                level.append((min(x1, x2), max(x1, x2), y1, arrow))
            else:
                upright.append((min(y1, y2), max(y1, y2), x1, arrow))
    return level, upright


def _crossings(level: list[_Flat], upright: list[_Flat]) -> int:
    """How often arrows cross; near the ends of a segment counts double, on one line tenfold."""
    count = 0
    for x1, x2, y, arrow in level:
        for y1, y2, x, other in upright:
            if arrow != other and x1 - 8 < x < x2 + 8 and y1 - 8 < y < y2 + 8:
                count += 1
    for group in (level, upright):
        for i, (a1, a2, at, _) in enumerate(group):
            for b1, b2, also, _ in group[i + 1 :]:
                if abs(at - also) < 12 and a1 < b2 and b1 < a2:
                    count += 10
    return count


def _squeezed(measured: _Measured) -> int:
    """How many pairs of ends stand so near to each other that their bars would touch."""
    ends = sorted(point for way in measured.points for point in (way[:1] + way[-1:]))
    return sum(
        a != b and abs(a[0] - b[0]) + abs(a[1] - b[1]) < BAR + 3
        for a, b in (*pairwise(ends), *zip(ends, ends[2:], strict=False))
    )


def _sharing(frame: _Frame, plan: _Plan) -> int:
    """How many bent ways meet a side that others meet too."""
    straight: set[tuple[Cell, Side]] = set()
    bent: dict[tuple[Cell, Side], int] = defaultdict(int)
    for (source, target), way in zip(frame.ends, plan.ways, strict=True):
        for place in ((source, way.leave), (target, way.enter)) if way else ():
            if way and way.straight:
                straight.add(place)
            else:
                bent[place] += 1
    return sum(count - (place not in straight) for place, count in bent.items())


def _crowding(frame: _Frame, plan: _Plan) -> int:
    """How many straight ways too many join two cards side by side or one above the other."""
    bundles: dict[tuple[Axis, frozenset[Cell]], int] = defaultdict(int)
    for ends, way in zip(frame.ends, plan.ways, strict=True):
        if way and way.straight:
            bundles[_axis(way.leave), frozenset(ends)] += 1
    return sum(max(0, n - (2 if axis == "H" else 3)) for (axis, _), n in bundles.items())


# ── Labels: a place on the line that covers nothing ──────────────────────────────────────────

SHORT_LABEL = 56.0
LABEL_ROUNDS = 3
JOINT_PLACES, NEAR = 40, 160.0
HIDES, CLASHES = 45.0, 5e3  # costs: of hiding a line, of covering what may not be covered
LABEL_STEP = 5.0
ASIDE = (0.0, 0.2, -0.2, 0.33, -0.33, 0.43, -0.43)
_Place = tuple[float, Box]


def _labels(
    frame: _Frame, measured: _Measured, cards: Sequence[Card], fences: Sequence[Fence]
) -> tuple[list[Box], bool]:
    """A box for each arrow's label, and whether one of them covers what it may not."""
    ground = _Ground(
        Box(0, 0, measured.width, measured.height),
        [card.box for card in cards] + [fence.title_box for fence in fences],
        [fence.box for fence in fences],
        [line for arrow, points in enumerate(measured.points) for line in _lines(arrow, points)],
    )
    places = [
        [(cost + ground.cost(box, arrow), box) for cost, box in _label_places(points, width)]
        for arrow, (points, width) in enumerate(
            zip(measured.points, frame.label_widths, strict=True)
        )
    ]
    return _settled(places)


def _settled(places: list[list[_Place]]) -> tuple[list[Box], bool]:
    """Each label's best place: placed one by one, then again beside all the others."""
    chosen: dict[int, _Place] = {}
    order = sorted(range(len(places)), key=lambda arrow: (len(places[arrow]), arrow))
    for arrow in order * LABEL_ROUNDS:
        chosen[arrow] = _ranked(places, chosen, (arrow,))[0]
    for arrow in order:
        for other in order:
            if other != arrow and chosen[arrow][0] > HIDES and _gap(chosen, arrow, other) < NEAR:
                chosen |= _jointly(places, chosen, arrow, other)
    clash = any(cost > CLASHES for cost, _ in chosen.values())
    return [chosen[arrow][1] for arrow in range(len(places))], clash


def _ranked(
    places: list[list[_Place]], chosen: dict[int, _Place], free: tuple[int, ...]
) -> list[_Place]:
    """The places of the first free label among all labels that are not free, the best first."""
    others = [box for other, (_, box) in chosen.items() if other not in free]
    ranked = [(cost + _depths(box, others), box) for cost, box in places[free[0]]]
    return sorted(ranked, key=lambda place: place[0])


def _jointly(
    places: list[list[_Place]], chosen: dict[int, _Place], one: int, two: int
) -> dict[int, _Place]:
    """The best places for two labels that may both give way."""
    firsts = _ranked(places, chosen, (one, two))[:JOINT_PLACES]
    seconds = _ranked(places, chosen, (two, one))[:JOINT_PLACES]
    cost, first, second = min(
        (
            (first[0] + second[0] + _depths(first[1], [second[1]]), first, second)
            for first in firsts
            for second in seconds
        ),
        key=lambda pair: pair[0],
    )
    return {one: (cost - second[0], first[1]), two: (cost - first[0], second[1])}


def _gap(chosen: dict[int, _Place], one: int, two: int) -> float:
    """How far apart two labels stand."""
    (x1, y1), (x2, y2) = chosen[one][1].middle, chosen[two][1].middle
    return abs(x1 - x2) + abs(y1 - y2)


def _depths(box: Box, others: list[Box]) -> float:
    """How deep labels lie in each other: a little less is a little nearer to a way out."""
    return sum(
        1e4 * (LABEL_HEIGHT + 4 - abs(box.y - other.y))
        for other in others
        if box.overlaps(other, 3.0)
    )


@dataclass(frozen=True, slots=True)
class _Ground:
    """What a label may not cover, and what it had better not."""

    canvas: Box
    blocked: list[Box]
    fences: list[Box]
    lines: list[tuple[int, Box]]

    def cost(self, box: Box, arrow: int) -> float:
        """What a label would hide at this place."""
        if not self.canvas.contains(box):
            return 1e6
        if covered := sum(box.overlaps(other, 4.0) for other in self.blocked):
            return 1e5 * covered
        cost = 12.0 * sum(box.overlaps(f) and not f.contains(box) for f in self.fences)
        hidden = [(other, line) for other, line in self.lines if box.overlaps(line)]
        mine = [line for other, line in hidden if other == arrow]
        cost += 150 * sum(line.width > 4 and line.height > 4 for _, line in hidden)  # bars
        return cost + 15 * (len(mine) - 1) + self._foreign_cost(box, arrow, hidden)

    def _foreign_cost(self, box: Box, arrow: int, hidden: list[tuple[int, Box]]) -> float:
        """The space kept for the longest word may cover a line; a short word should not."""
        core = _core(box, [line for other, line in hidden if other == arrow])
        return sum(50 + 60 * core.overlaps(line) for other, line in hidden if other != arrow)


def _core(box: Box, way: list[Box]) -> Box:
    """The part of a label's space that a short word takes: on the line."""
    x = next((line.middle[0] for line in way if line.width < 3), box.middle[0])
    left = min(max(x - SHORT_LABEL / 2, box.x), box.right - SHORT_LABEL)
    return Box(left, box.y, SHORT_LABEL, box.height)


def _lines(arrow: int, points: tuple[Point, ...]) -> Iterator[tuple[int, Box]]:
    """An arrow's segments as boxes without width, and its two ends with their bars."""
    for a, b in pairwise(points):
        yield arrow, _around(a, b, 1.0)
    for end, inward in ((points[0], points[1]), (points[-1], points[-2])):
        at = _toward(end, inward, HEAD)
        x1, y1, x2, y2 = _bar(at, end)
        yield arrow, _around((x1, y1), (x2, y2), 3.0)


def _around(a: Point, b: Point, reach: float) -> Box:
    x, y = min(a[0], b[0]), min(a[1], b[1])
    return Box(x - reach, y - reach, abs(a[0] - b[0]) + 2 * reach, abs(a[1] - b[1]) + 2 * reach)


def _label_places(points: tuple[Point, ...], width: float) -> Iterator[_Place]:
    """Places along a way with their own cost: in the middle of a long level stretch is best."""
    for (x1, y1), (x2, y2) in pairwise(points):
        level = y1 == y2
        length = max(abs(x2 - x1) + abs(y2 - y1), 1.0)
        room = length - (width if level else LABEL_HEIGHT) - 2 * CORNER
        own = max(0.0, -room) * 0.5 - min(length, 300) * 0.1 + (0 if level else 10)
        for share in _shares(room):
            at = 0.5 + share * room / length
            x, y = x1 + (x2 - x1) * at, y1 + (y2 - y1) * at
            for aside in ASIDE[:1] if level else ASIDE:
                box = Box(x - width * (0.5 + aside), y - LABEL_HEIGHT / 2, width, LABEL_HEIGHT)
                yield own + 30 * abs(share) + 40 * abs(aside), box


def _shares(room: float) -> Iterator[float]:
    """Steps of a part of a label's height from the middle of a stretch towards its ends."""
    steps = min(max(int(room / 2 / LABEL_STEP), 0), 32)
    yield 0.0
    for i in range(1, steps + 1):
        yield from (0.5 * i / steps, -0.5 * i / steps)


# ── Finish: paths, bars and heads ────────────────────────────────────────────────────────────


def _finish(frame: _Frame, measured: _Measured) -> tuple[Drawing, bool]:
    """The drawing of a measured plan, and whether a label found no free place in it."""
    cards = tuple(_card(frame, measured, ref) for ref in frame.texts)
    fences = tuple(_fence(frame, measured, i) for i in range(len(frame.titles)))
    labels, clash = _labels(frame, measured, cards, fences)
    routes = [_route(way, box) for way, box in zip(measured.points, labels, strict=True)]
    width, height = round(measured.width, 1), round(measured.height, 1)
    drawing = Drawing(width, height, frame.grid.upright, fences, cards, tuple(routes))
    return drawing, clash


def _card(frame: _Frame, measured: _Measured, ref: str) -> Card:
    cell = frame.grid.cells[ref]
    box = measured.card(cell)
    title, *lines = frame.texts[ref]
    x, y, room = box.x + CARD_PADDING, box.y + CARD_PADDING + 11, box.width - 2 * CARD_PADDING
    return Card(
        ref,
        _line(title, x, y, room, bold=True),
        tuple(
            _line(text, x, y + NAME_LINE - 1 + TEXT_LINE * i, room) for i, text in enumerate(lines)
        ),
        cell[0] >= frame.grid.inner_rows or cell[1] >= frame.grid.inner_columns,
        box,
    )


def _line(text: str, x: float, y: float, room: float, *, bold: bool = False) -> TextLine:
    return TextLine(shorten(text, NAME_SIZE if bold else TEXT_SIZE, room, bold=bold), x, y, text)


def _fence(frame: _Frame, measured: _Measured, index: int) -> Fence:
    box = _fence_box(frame, measured, index)
    name, labels = frame.titles[index]
    x = max(box.x + frame.pad, min(left for left in measured.lefts if left > box.x))
    y, namespace = box.y + 21, frame.grid.namespaces[index]
    name = shorten(name, NAME_SIZE, box.right - x - 6, bold=True)
    labels = shorten(labels, TEXT_SIZE, box.right - x - 6)
    return Fence(
        namespace.name,
        TextLine(name, x, y, namespace.name),
        TextLine(labels, x, y + 16, _label_text(namespace)) if labels else None,
        Box(x, box.y + 8, _title_width((name, labels)), 34.0 if labels else 18.0),
        box,
    )


def _fence_box(frame: _Frame, measured: _Measured, i: int) -> Box:
    """A namespace's box: round its row, its column or its one card."""
    grid, pad, first_h, first_v = frame.grid, frame.pad, MARGIN, MARGIN
    last_column, last_row = grid.inner_columns - 1, grid.inner_rows - 1
    left, right = measured.lefts[0] - pad, measured.lefts[last_column] + measured.card_width + pad
    top = measured.tops[0] - frame.band
    bottom = measured.tops[last_row] + measured.card_height + pad
    if grid.arrangement == "rows":
        top = first_h if i == 0 else measured.tops[i] - frame.band
        bottom = measured.lanes_end(("H", i + 1)) + pad
        left = first_v
    elif grid.arrangement == "columns":
        left = first_v if i == 0 else measured.lefts[i] - pad
        right = measured.lefts[i] + measured.card_width + pad
        if i == grid.columns - 1:
            right = measured.width - MARGIN
        top = first_h
        if grid.rows == grid.inner_rows:
            bottom = measured.height - MARGIN
    else:
        row, column = (i, 0) if grid.upright else (0, i)
        card = measured.card((row, column))
        left, right = card.x - pad, card.right + pad
        top, bottom = card.y - frame.band, card.bottom + pad
    return Box(left, top, right - left, bottom - top)


def _route(points: tuple[Point, ...], label: Box) -> Route:
    """The parts of an arrow along its points, split where its label sits."""
    tip, base = points[-1], _toward(points[-1], points[-2], HEAD)
    drawn = (*points[:-1], base)
    first, second = _split(drawn, label)
    back = _shifted(points[::-1], 5.0)
    stub_end = _toward(points[0], points[1], HEAD)
    return Route(
        points,
        _path(drawn),
        _path(first),
        _path(second),
        _path((points[0], stub_end)),
        label,
        second[0],
        _bar(stub_end, points[0]),
        _bar(_toward(tip, base, HEAD - 2), tip),
        _head(tip, base, 5.0),
        _half_head(tip, base, 5.0),
        _open_head(tip, base, 5.0),
        _path((*back[:-1], _toward(back[-1], back[-2], 6.0))),
        _head(back[-1], _toward(back[-1], back[-2], 7.0), 3.5),
    )


def _toward(start: Point, end: Point, distance: float) -> Point:
    """The point at a distance from the start on the way to the end."""
    length = abs(end[0] - start[0]) + abs(end[1] - start[1]) or 1.0
    share = min(1.0, distance / length)
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


def _split(points: tuple[Point, ...], label: Box) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """The points before and after the place on the way where the label sits."""
    x, y = label.middle
    best = min(
        (
            (not _around(a, b, 0.5).overlaps(label), abs(px - x) + abs(py - y), i, (px, py))
            for i, (a, b) in enumerate(pairwise(points))
            for px, py in [(_clamp(x, a[0], b[0]), _clamp(y, a[1], b[1]))]
        ),
    )
    *_, i, middle = best
    return (*points[: i + 1], middle), (middle, *points[i + 1 :])


def _clamp(value: float, a: float, b: float) -> float:
    return min(max(value, min(a, b)), max(a, b))


def _path(points: tuple[Point, ...]) -> str:
    """SVG path data through the points with rounded corners."""
    parts = [f"M{_pair(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        reach = min(CORNER, _distance(before, corner) / 2, _distance(corner, after) / 2)
        parts.append(f"L{_pair(_toward(corner, before, reach))}")
        parts.append(f"Q{_pair(corner)} {_pair(_toward(corner, after, reach))}")
    return "".join([*parts, f"L{_pair(points[-1])}"])


def _distance(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _pair(point: Point) -> str:
    return f"{point[0]:.1f},{point[1]:.1f}"


def _aside(tip: Point, base: Point, reach: float) -> Point:
    """A step of `reach` across the direction from base to tip."""
    length = _distance(tip, base) or 1.0
    return (-(tip[1] - base[1]) / length * reach, (tip[0] - base[0]) / length * reach)


def _bar(at: Point, edge: Point) -> Segment:
    dx, dy = _aside(at, edge, BAR / 2)
    return (at[0] - dx, at[1] - dy, at[0] + dx, at[1] + dy)


def _head(tip: Point, base: Point, half: float) -> tuple[Point, Point, Point]:
    dx, dy = _aside(tip, base, half)
    return tip, (base[0] + dx, base[1] + dy), (base[0] - dx, base[1] - dy)


def _half_head(tip: Point, base: Point, half: float) -> tuple[Point, Point, Point]:
    return tip, _head(tip, base, half)[1], base


def _open_head(tip: Point, base: Point, half: float) -> tuple[Point, Point, Point]:
    _, left, right = _head(tip, base, half)
    return left, tip, right


def _shifted(points: tuple[Point, ...], by: float) -> tuple[Point, ...]:
    """The way moved aside by a constant distance."""
    steps = [_aside(b, a, by) for a, b in pairwise(points)]
    corners = [
        (x + before[0] + after[0], y + before[1] + after[1])
        for (x, y), before, after in zip(points[1:-1], steps, steps[1:], strict=False)
    ]
    (x1, y1), (x2, y2) = points[0], points[-1]
    first, last = steps[0], steps[-1]
    return ((x1 + first[0], y1 + first[1]), *corners, (x2 + last[0], y2 + last[1]))
