"""The search for the plan with the fewest crossings and bends."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from simulator.draw.cost import plan_cost, way_cost
from simulator.draw.frame import Frame
from simulator.draw.grid import Cell, Side, axis_of
from simulator.draw.lanes import Plan, lanes_of
from simulator.draw.ways import Way, stops, ways

WAYS_TRIED = 7


def search(frame: Frame) -> Plan:
    """Give each arrow its best way, the most certain first; then mend what got in the way."""
    choices = [_choices(frame, arrow) for arrow in range(len(frame.ends))]
    plan = Plan((None,) * len(choices), {})
    by_certainty = sorted(range(len(choices)), key=lambda arrow: (choices[arrow][0][0], arrow))
    for arrow in by_certainty:
        plan = _best(frame, [plan.with_way(arrow, way) for _, way in choices[arrow]])
    for arrow in by_certainty[::-1]:
        others = [way for _, way in choices[arrow] if way != plan.ways[arrow]]
        plan = _best(frame, [plan, *(plan.with_way(arrow, way) for way in others)])
    return _untangled(frame, plan)


def _choices(frame: Frame, arrow: int) -> list[tuple[float, Way]]:
    """An arrow's likeliest ways with their cost on an empty drawing, the cheapest first."""
    source, target = frame.ends[arrow]
    costs = {
        way: _first_cost(frame, way, source, target)
        for way in ways(source, target, set(frame.grid.cells.values()))
        if _open(frame, source, way.leave)
        and _open(frame, target, way.enter)
        and not _over_title(frame, way, source, target)
        and not {("H", 0), ("V", 0)} <= set(way.channels)  # there stands a title
    }
    cheapest = sorted(costs.items(), key=lambda choice: choice[1])[:WAYS_TRIED]
    return [(cost, way) for way, cost in cheapest]


def _open(frame: Frame, cell: Cell, side: Side) -> bool:
    low, high = frame.reach(cell, side, frame.card_width)
    return low <= high


def _over_title(frame: Frame, way: Way, source: Cell, target: Cell) -> bool:
    """Whether a way without channels runs down the first column, over a namespace's title."""
    if way.channels or frame.grid.arrangement != "rows":
        return False
    ends = ((source, way.leave), (target, way.enter))
    low, high = sorted((source[0], target[0]))
    near = way.straight and not any(low < row < high for row in frame.grid.tops)
    return not near and any(axis_of(side) == "H" and cell[1] == 0 for cell, side in ends)


def _first_cost(frame: Frame, way: Way, source: Cell, target: Cell) -> float:
    """Length and corners of a way in a drawing with nothing else, in rough units."""
    points = stops(way, source, target)
    length = sum(abs(a - c) * 110 + abs(b - d) * 70 for (a, b), (c, d) in pairwise(points))
    return length + way_cost(frame, way)


def _best(frame: Frame, plans: Sequence[Plan]) -> Plan:
    return plans[0] if len(plans) == 1 else min(plans, key=lambda plan: plan_cost(frame, plan))


def _untangled(frame: Frame, plan: Plan) -> Plan:
    """Swap neighbouring lanes wherever that helps."""
    cost = plan_cost(frame, plan)
    for channel, lanes in lanes_of(plan, frame.ends).items():
        order = sorted(lanes, key=lambda arrow: (lanes[arrow], arrow))
        for i in range(len(order) - 1):
            order[i], order[i + 1] = order[i + 1], order[i]
            keys = {(channel, arrow): (0.0, float(n)) for n, arrow in enumerate(order)}
            other = replace(plan, keys={**plan.keys, **keys})
            if (better := plan_cost(frame, other)) < cost:
                plan, cost = other, better
            else:
                order[i], order[i + 1] = order[i + 1], order[i]
    return plan
