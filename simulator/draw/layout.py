"""From a cluster and its arrows to the drawing."""

from simulator.draw.cards import cards, fences
from simulator.draw.drawing import ArrowSpec, Drawing
from simulator.draw.frame import Frame, frame_of
from simulator.draw.labels import place_labels
from simulator.draw.measure import Measured, measure
from simulator.draw.obstacles import obstacles
from simulator.draw.paths import route
from simulator.draw.search import search
from simulator.model import Cluster

SPARE_ROOM = (0.0, 24.0, 48.0, 96.0)


def lay_out(
    cluster: Cluster,
    arrows: tuple[ArrowSpec, ...],
    *,
    upright: bool,
    before: Cluster | None = None,
) -> Drawing:
    """Place the cluster's cards and route the arrows, alike for like input.

    `before` is the cluster before its labels were changed, where they may be: both are drawn in
    one size, with room for a label more.
    """
    frame = frame_of(cluster, arrows, upright=upright, before=before)
    plan = search(frame)
    for spare in SPARE_ROOM:  # more room between rows until no label clashes
        drawing, clash = _drawn(frame, measure(frame, plan, spare=spare))
        if not clash:
            break
    return drawing


def _drawn(frame: Frame, measured: Measured) -> tuple[Drawing, bool]:
    """The drawing of a measured plan, and whether a label found no free place in it."""
    positions, ways = measured.positions, measured.points
    width, height = positions.width, positions.height
    pods, spaces = cards(frame, positions), fences(frame, positions)
    in_the_way = obstacles(width, height, pods, spaces, ways)
    labels, clash = place_labels(ways, frame.label_widths, in_the_way)
    routes = tuple(route(points, label) for points, label in zip(ways, labels, strict=True))
    return (
        Drawing(round(width, 1), round(height, 1), frame.grid.upright, spaces, pods, routes),
        clash,
    )
