"""From a drawing and its answers to the finished words and numbers that the template prints.

It reads each answer's outcome and its gates' outcomes, and decides nothing about reachability.
"""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from netpol_lab.lab.answers import Answer, aria_text, gate_words, label_text, refusing
from netpol_lab.lab.parts import ArrowView, Bar, Frame, Picture, Stroke, Text
from netpol_lab.lab.shapes import label_view, number_text, points_text, scene
from simulator.draw import Drawing, Route, Segment, label_width
from simulator.model import Outcome


def picture(
    drawing: Drawing,
    answers: Sequence[Answer],
    *,
    ids: Sequence[str],
    prefix: str,
    selected: str = "",
    changed: frozenset[str] = frozenset(),
) -> Picture:
    """The drawing with an answer on each of its routes, in the routes' order."""
    rows = zip(drawing.routes, answers, ids, strict=True)
    arrows = (
        _arrow(route, given, arrow, _state(arrow, selected, changed))
        for route, given, arrow in rows
    )
    # In the order of the scenario always: a pick must not change where Tab goes next.
    picked = "has-selection" if selected != "" and selected in ids else ""
    return scene(drawing, arrows, prefix=prefix, classes=picked)


# ── Parts ────────────────────────────────────────────────────────────────────────────────────


def _arrow(route: Route, given: Answer, arrow: str, state: str) -> ArrowView:
    head, head_classes = _head(route, given.outcome)
    label, frame = label_view(route, label_text(given))
    reply_label, reply_frame = _reply_label(route, given)
    return ArrowView(
        arrow,
        f"arrow arrow-{given.outcome}{state}",
        aria_text(given),
        route.path,
        tuple(_strokes(route, given)),
        tuple(_bars(route, given)),
        head,
        head_classes,
        _half_head(route) if given.outcome is Outcome.MIXED else "",
        label,
        frame,
        route.reply,
        points_text(route.reply_head),
        reply_label,
        reply_frame,
        f"#cell-{arrow}",
    )


def _state(arrow: str, selected: str, changed: frozenset[str]) -> str:
    words = (" selected" if arrow == selected else "", " changed" if arrow in changed else "")
    return "".join(words)


def _strokes(route: Route, given: Answer) -> Iterable[Stroke]:
    """Both halves; what lies behind a shut egress gate, or a vain look-up, is only a ghost."""
    ghost = " ghost" if _never_leaves(given) else ""
    egress, ingress = gate_words(given)
    yield Stroke(f"half egress {egress}{ghost}", route.egress_half)
    yield Stroke(f"half ingress {ingress}{ghost}", route.ingress_half)
    if ghost:
        yield Stroke("stub", route.source_stub)
    if given.outcome is Outcome.NOT_ENFORCED:
        yield Stroke("core", route.path)


def _never_leaves(given: Answer) -> bool:
    return given.outcome is Outcome.NOT_RESOLVED or refusing(given) in ("egress", "both")


def _bars(route: Route, given: Answer) -> Iterable[Bar]:
    gates = refusing(given)
    if given.outcome is Outcome.NOT_RESOLVED:
        yield _bar("bar look-up", route.source_bar)
    if gates in ("egress", "both"):
        yield _bar("bar egress", route.source_bar)
    if gates in ("ingress", "both"):
        yield _bar("bar ingress", route.target_bar)


def _bar(classes: str, segment: Segment) -> Bar:
    x1, y1, x2, y2 = map(number_text, segment)
    return Bar(classes, x1, y1, x2, y2)


def _head(route: Route, outcome: Outcome) -> tuple[str, str]:
    """The points and classes of the head; a denied arrow does not arrive."""
    if outcome in {Outcome.DENIED, Outcome.NOT_RESOLVED, Outcome.UNREACHABLE}:
        return "", ""
    if outcome is Outcome.MIXED:
        return points_text((*route.head, route.head[0])), "head head-half"
    if outcome is Outcome.UNDEFINED:
        return points_text(route.open_head), "head head-open"
    return points_text(route.head), "head head-filled"


def _half_head(route: Route) -> str:
    tip, left, right = route.head
    return points_text((tip, left, ((left[0] + right[0]) / 2, (left[1] + right[1]) / 2)))


def _reply_label(route: Route, given: Answer) -> tuple[Text | None, Frame | None]:
    """The label that names the reply too, where one comes back and the space kept is enough."""
    text = _("%(label)s · reply") % {"label": label_text(given)}
    if given.outcome is not Outcome.ALLOWED or label_width(text) > route.label.width:
        return None, None
    return label_view(route, text)
