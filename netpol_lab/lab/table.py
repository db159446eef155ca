"""The table of the lesson page: every source, every target, every port that somebody asks for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from netpol_lab.lab.answers import SIGNS, WORDS, Asked, answer
from netpol_lab.lab.probes import (
    ProbeIds,
    dialled_services,
    probe_ids,
    table_dials,
    table_probes,
)
from simulator.explain import OUTCOME_WORDS
from simulator.matrix import Matrix
from simulator.model import Dial, Endpoint, NetworkPolicy, Outcome
from simulator.phrases import port_text
from simulator.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Cell:
    """One probe or dial in a table; `was` is the earlier answer where it was another."""

    id: str
    text: str
    outcome: str
    label: str
    selected: bool = False
    was: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A source and its cells, one list for each target; empty where nothing is to be asked."""

    source: str
    cells: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The heads of its columns, and its rows."""

    targets: tuple[str, ...]
    rows: tuple[Row, ...]


def table(scenario: Scenario, policies: Sequence[NetworkPolicy], selected: str) -> Table:
    """Pods, hosts, and the Services that an arrow goes to, as targets of every pod and host."""
    maker = _CellMaker(scenario, policies, selected)
    heads = [endpoint.ref for endpoint in scenario.cluster.endpoints]
    heads += [
        _("%(service)s (Service)") % {"service": service.ref}
        for service in dialled_services(scenario)
    ]
    rows = (Row(source.ref, tuple(maker.row(source))) for source in scenario.cluster.endpoints)
    return Table(tuple(heads), tuple(rows))


@lru_cache(maxsize=256)
def _board(scenario: Scenario) -> Matrix:
    """What can be worked out of a scenario before anybody has written a policy."""
    return Matrix(scenario.cluster, ())


class _CellMaker:
    """What the cells of one table share."""

    def __init__(
        self, scenario: Scenario, policies: Sequence[NetworkPolicy], selected: str
    ) -> None:
        self.scenario, self.policies, self.selected = scenario, policies, selected
        self.ids: ProbeIds = probe_ids(scenario)
        self.matrix = _board(scenario).under(policies)

    def row(self, source: Endpoint) -> Iterator[tuple[Cell, ...]]:
        """The cells of a source, one tuple for each column."""
        asked: list[Sequence[Asked]] = [
            table_probes(self.scenario, source, target)
            for target in self.scenario.cluster.endpoints
        ]
        asked += [
            table_dials(self.scenario, source, service)
            for service in dialled_services(self.scenario)
        ]
        for column in asked:
            yield tuple(map(self.cell, column))

    def cell(self, asked: Asked) -> Cell:
        """The cell of one probe or dial."""
        outcome, name = self._outcome(asked), self.ids.of(asked)
        return answered(asked, outcome, name=name, selected=name == self.selected)

    def _outcome(self, asked: Asked) -> Outcome:
        if isinstance(asked, Dial) or asked.protocol == "ICMP" or asked.port is None:
            return answer(self.scenario.cluster, self.policies, asked).outcome
        return self.matrix.outcome(asked.source, asked.target, asked.protocol, asked.port)


def answered(asked: Asked, outcome: Outcome, *, name: str, selected: bool, was: str = "") -> Cell:
    """The cell of a question with its answer, in signs and in words."""
    before = _(", before: %(was)s") % {"was": was} if was else ""
    says = f"{SIGNS[outcome]} {port_text(asked)} {OUTCOME_WORDS[outcome]}{before}"
    words = {"says": says, "source": asked.source.ref, "target": asked.target.ref}
    label = _("%(says)s: %(source)s to %(target)s. Why?") % words
    return Cell(name, _text(asked, outcome), outcome.value, label, selected, was)


def _text(asked: Asked, outcome: Outcome) -> str:
    """`✓ 3306`; of a Service also `✕ 80 no name`, and `✓ 80 by IP` where no name is dialled."""
    words = [SIGNS[outcome], port_text(asked), _(WORDS.get(outcome, ""))]
    if isinstance(asked, Dial) and asked.name in map(str, asked.target.addresses):
        words.append(_("by IP"))
    return " ".join(filter(None, words))
