"""The cells of the matrix, each a question and its answer, and the lines that they stand in."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from netpol_lab.lab.answers import Asked
from netpol_lab.lab.probes import ProbeIds, probe_ids
from netpol_lab.lab.sandbox.compare import Earlier
from netpol_lab.lab.sandbox.look import Look
from netpol_lab.lab.sandbox.world import MOST_PORTS, World, dials, probes
from netpol_lab.lab.table import Cell, answered
from simulator.explain import OUTCOME_WORDS
from simulator.model import Endpoint, Outcome, Service

_SHOWN_AS = {
    Outcome.NOT_ENFORCED: "allowed",
    Outcome.NOT_RESOLVED: "denied",
    Outcome.UNREACHABLE: "denied",
    Outcome.MIXED: "undefined",
}
Target = Endpoint | Service


@dataclass(frozen=True, slots=True)
class Sum:
    """A namespace's cells towards another's, counted; `zoom` opens them."""

    zoom: str
    text: str
    outcome: str
    label: str
    changed: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A source, or several that are alike, and its cells, one list for each column."""

    label: str
    note: str
    title: str
    cells: tuple[tuple[Cell, ...], ...] = ()
    sums: tuple[Sum | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head."""

    label: str
    note: str
    title: str


@dataclass(frozen=True, slots=True)
class Grid:
    """What is shown, as which of `look.ROWS`, and what is said of what is not."""

    mode: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    shown: int  # questions in sight
    total: int  # questions that there are without the filters of verdict and change
    counts: tuple[tuple[str, int], ...]  # of all of them, by verdict
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What one row or column stands for: all members are alike, or all of one namespace."""

    members: tuple[Target, ...]

    @property
    def head(self) -> Head:
        """Its name, and how many more it stands for."""
        more = len(self.members) - 1
        title = ", ".join(member.ref for member in self.members[:40]) if more else ""
        service = _(" (Service)") if isinstance(self.members[0], Service) else ""
        return Head(
            self.members[0].ref + service,
            _("+%(number)s alike") % {"number": more} if more else "",
            title,
        )


@dataclass(frozen=True, slots=True)
class Told:
    """A question with its answer now, and the word for the earlier one where it was another."""

    asked: Asked
    outcome: Outcome
    was: str


@dataclass(slots=True)
class Maker:
    """What the cells of one grid share."""

    world: World
    look: Look
    earlier: Earlier | None
    ports: int = MOST_PORTS  # asked of each pod
    ids: ProbeIds = field(init=False)

    def __post_init__(self) -> None:
        self.ids = probe_ids(self.world.scenario)

    def told(self, source: Line, target: Line) -> tuple[Told, ...]:
        """What the pair of lines asks, answered."""
        return tuple(map(self._tell, self._asked(source, target)))

    def _asked(self, source: Line, target: Line) -> tuple[Asked, ...]:
        """Asked of the first members, or of the first two of one line."""
        one, other = source.members[0], target.members[0]
        if isinstance(one, Service):
            return ()
        if isinstance(other, Service):
            return dials(one, other)
        if one is other and len(target.members) > 1:
            other = target.members[1]
        return (
            ()
            if isinstance(other, Service)
            else probes(one, other, self.look.asked, most=self.ports)
        )

    def _tell(self, asked: Asked) -> Told:
        now = self.world.outcome(asked)
        before = self.earlier.outcome(asked) if self.earlier else now
        was = "" if before is now else OUTCOME_WORDS[before] if before else _("not there")
        return Told(asked, now, was)

    def wanted(self, told: Told) -> bool:
        """Whether the filters of verdict and change let it through."""
        verdict = _SHOWN_AS.get(told.outcome, told.outcome.value)
        if self.look.verdict and verdict != self.look.verdict:
            return False
        return bool(told.was) or not self.look.changed

    def cell(self, told: Told) -> Cell:
        """The cell of one question."""
        name = self.ids.of(told.asked)
        chosen = name == self.look.why
        return answered(told.asked, told.outcome, name=name, selected=chosen, was=told.was)
