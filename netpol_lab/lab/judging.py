"""The outcome of a check in words: solved, or which connections the task wants otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass

from netpol_lab.lab.probes import probe_id, table_probes
from simulator.check import Difference, Fault, Result
from simulator.document import Scenario
from simulator.explain import OUTCOME_WORDS, headline

MOST_DIFFERENCES = 6


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """A connection that the task wants otherwise."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class CheckView:
    """The outcome of a check in words."""

    solved: bool
    summary: str
    differences: tuple[DifferenceView, ...] = ()
    more: int = 0


def check_view(scenario: Scenario, result: Result | None) -> CheckView | None:
    """A check's result for the page; None where nothing was checked."""
    if result is None:
        return None
    if result.solved:
        return CheckView(True, "Solved. Every connection is as the task asks.")
    groups = _by_pair(result.differences)
    counts = {fault: sum(group[0].fault is fault for group in groups) for fault in Fault}
    parts = [_count(counts[fault], fault) for fault in Fault if counts[fault]]
    # What a scenario's own ports show says more than a port that nobody uses.
    shown = sorted(groups, key=lambda group: group[0].verdict.probe not in scenario.arrows)
    views = tuple(_difference_view(scenario, group) for group in shown[:MOST_DIFFERENCES])
    more = max(0, len(groups) - MOST_DIFFERENCES)
    return CheckView(False, f"Not yet: {' and '.join(parts)}.", views, more)


def _by_pair(differences: Sequence[Difference]) -> list[list[Difference]]:
    """The differences of one pair and one fault together: its protocols are one story."""
    groups: dict[tuple[str, str, Fault], list[Difference]] = {}
    for difference in differences:
        groups.setdefault(_pair(difference), []).append(difference)
    return list(groups.values())


def _pair(difference: Difference) -> tuple[str, str, Fault]:
    probe = difference.verdict.probe
    return probe.source.ref, probe.target.ref, difference.fault


def _count(number: int, fault: Fault) -> str:
    noun = "connection is" if number == 1 else "connections are"
    if fault is Fault.UNDEFINED:
        return f"{number} {noun} left undefined by the API"
    return f"{number} {noun} {fault.value}"


def _difference_view(scenario: Scenario, group: list[Difference]) -> DifferenceView:
    first = group[0]
    probe = first.verdict.probe
    wanted = {
        Fault.TOO_OPEN: "the task wants it denied",
        Fault.TOO_STRICT: "the task wants it allowed",
        Fault.UNDEFINED: f"the task wants it {OUTCOME_WORDS[first.wanted]}",
    }[first.fault]
    more = ""
    if len(group) > 1 or first.ports.intervals != ((probe.port, probe.port),):
        more = " Other ports of this pair differ too."
        if probe not in table_probes(scenario, probe.source, probe.target):
            more = " It stands for every port that the task does not ask for."
    return DifferenceView(probe_id(scenario, probe), f"{headline(first.verdict)}; {wanted}.{more}")
