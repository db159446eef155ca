"""Pictures of an item: a cluster alone, arrows to predict, and arrows with a given outcome.

Nothing is decided here: outcomes come from the simulator, and a picture to predict holds none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from django.utils.translation import gettext as _

from netpol_lab.lab.answers import SIGNS
from netpol_lab.lab.parts import ArrowView, Picture
from netpol_lab.lab.shapes import drawings, half_arrow, scene
from simulator.draw import Drawing, Route
from simulator.explain import OUTCOME_WORDS
from simulator.model import Dial, Outcome, Probe
from simulator.phrases import flow, port_text
from simulator.scenario import Scenario

Arrows = Sequence[Probe | Dial]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One arrow: its id on the page, its words, and its outcome where one is to be shown."""

    id: str
    flow: str
    port: str
    outcome: Outcome | None = None

    @property
    def sign(self) -> str:
        """The sign on the arrow."""
        return SIGNS[self.outcome] if self.outcome else "?"

    @property
    def word(self) -> str:
        """What becomes of it; empty where that is asked."""
        return OUTCOME_WORDS[self.outcome] if self.outcome else ""

    @property
    def aria(self) -> str:
        """The arrow as a sentence."""
        if self.outcome:
            return _("%(flow)s is %(word)s") % {"flow": self.flow, "word": self.word}
        return _("%(flow)s: what do you expect?") % {"flow": self.flow}


def drawn(probes: Arrows, outcomes: Sequence[Outcome] = ()) -> tuple[Drawn, ...]:
    """The arrows by their numbers from 1; without outcomes they are asked."""
    found = outcomes or (None,) * len(probes)
    return tuple(
        Drawn(str(number), flow(probe), port_text(probe), outcome)
        for number, (probe, outcome) in enumerate(zip(probes, found, strict=True), 1)
    )


def pictures(
    scenario: Scenario,
    probes: Arrows,
    arrows: Sequence[Drawn],
    *,
    name: str = "item",
    numbered: bool = False,
) -> tuple[Picture, ...]:
    """The scenario with these arrows instead of its own, wide and upright; `name` parts its ids
    from other pictures of the page, and `numbered` ones say which question they belong to."""
    # A picture draws arrows to pods first and those to Services after them.
    dials = tuple(probe for probe in probes if isinstance(probe, Dial))
    plain = tuple(probe for probe in probes if isinstance(probe, Probe))
    by_probe = dict(zip(probes, arrows, strict=True))
    drawn_first: list[Probe | Dial] = [*plain, *dials]
    rows = [by_probe[probe] for probe in drawn_first]
    pictured = _pictured(scenario, plain, dials)
    return tuple(
        _picture(drawing, rows, prefix=f"{name}-{shape}", numbered=numbered)
        for shape, drawing in drawings(pictured)
    )


@lru_cache(maxsize=256)  # one object for the same arrows: its layouts are kept by it, and are work
def _pictured(scenario: Scenario, plain: tuple[Probe, ...], dials: tuple[Dial, ...]) -> Scenario:
    return replace(scenario, arrows=plain, dials=dials)


def _picture(drawing: Drawing, rows: Sequence[Drawn], *, prefix: str, numbered: bool) -> Picture:
    pairs = zip(drawing.routes, rows, strict=True)
    arrows = (_arrow(*pair, numbered=numbered) for pair in pairs)
    return scene(drawing, arrows, prefix=prefix, classes="locked")


def _arrow(route: Route, one: Drawn, *, numbered: bool) -> ArrowView:
    """An arrow that says how it ends and not where it is stopped; an asked one leads to its
    question."""
    words = f"{one.sign} {one.port}"
    if numbered:
        words = f"{one.id}: {words}"
    return half_arrow(route, words, id=one.id, aria=one.aria, outcome=one.outcome)
