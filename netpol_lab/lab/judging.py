"""The outcome of a check in words: solved, or which connections the task wants otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from netpol_lab.lab.probes import probe_ids, table_probes
from simulator.check import Difference, Fault, Result
from simulator.explain import OUTCOME_WORDS, explain, headline
from simulator.model import Verdict
from simulator.phrases import port_text
from simulator.scenario import Scenario
from simulator.witness import Stranger
from simulator.words import renamed

MOST_DIFFERENCES = 6


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """A connection that the task wants otherwise; `id` is empty where a stranger is one end."""

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
        return CheckView(True, _("Solved. Every connection is as the task asks."))
    groups = _by_pair(result.told)
    # What a scenario's own ports show says more than a port that nobody uses.
    shown = sorted(groups, key=lambda group: group[0].probe not in scenario.arrows)
    views = tuple(_difference_view(scenario, group) for group in shown[:MOST_DIFFERENCES])
    more = max(0, len(groups) - MOST_DIFFERENCES)
    return CheckView(False, _summary(result, groups), views, more)


def _summary(result: Result, groups: Sequence[list[Difference]]) -> str:
    if not result.in_scenario:
        return _(
            "Not yet: between these pods and hosts all is as the task asks, but it would not be "
            "with others."
        )
    counts = {fault: sum(group[0].fault is fault for group in groups) for fault in Fault}
    parts = [_count(counts[fault], fault) for fault in Fault if counts[fault]]
    return _("Not yet: %(parts)s.") % {"parts": _(" and ").join(parts)}


def _by_pair(differences: Sequence[Difference]) -> list[list[Difference]]:
    """The differences of one pair and one fault together: its protocols are one story."""
    groups: dict[tuple[str, str, Fault], list[Difference]] = {}
    for difference in differences:
        groups.setdefault(_pair(difference), []).append(difference)
    return list(groups.values())


def _pair(difference: Difference) -> tuple[str, str, Fault]:
    probe = difference.probe
    return probe.source.ref, probe.target.ref, difference.fault


def _count(number: int, fault: Fault) -> str:
    told = {
        Fault.TOO_OPEN: ngettext(
            "%(number)s connection that should be refused is let through",
            "%(number)s connections that should be refused are let through",
            number,
        ),
        Fault.TOO_STRICT: ngettext(
            "%(number)s connection that should pass is refused",
            "%(number)s connections that should pass are refused",
            number,
        ),
        Fault.UNDEFINED: ngettext(
            "%(number)s connection is left undefined by the API",
            "%(number)s connections are left undefined by the API",
            number,
        ),
    }[fault]
    return told % {"number": number}


def _difference_view(scenario: Scenario, group: list[Difference]) -> DifferenceView:
    first = group[0]
    wanted = {
        Fault.TOO_OPEN: _("the task wants it denied"),
        Fault.TOO_STRICT: _("the task wants it allowed"),
        Fault.UNDEFINED: _("the task wants it %(outcome)s")
        % {"outcome": OUTCOME_WORDS[first.wanted]},
    }[first.fault]
    verdict = first.verdict
    if first.stranger is not None:
        source, target = first.names
        flow = f"{source} → {target} : {port_text(first.probe)}"
        words = {"flow": flow, "outcome": OUTCOME_WORDS[verdict.outcome], "wanted": wanted}
        says = _("%(flow)s is %(outcome)s; %(wanted)s.") % words
        return DifferenceView("", f"{says} {_reason(first.stranger, verdict)}")
    text = f"{headline(verdict)}; {wanted}.{_other_ports(scenario, group)}"
    return DifferenceView(probe_ids(scenario).of(first.probe), text)


def _other_ports(scenario: Scenario, group: list[Difference]) -> str:
    probe = group[0].probe
    if len(group) == 1 and group[0].ports.intervals == ((probe.port, probe.port),):
        return ""
    if probe not in table_probes(scenario, probe.source, probe.target):
        return _(" It stands for every port that the task does not ask for.")
    return _(" Other ports of this pair differ too.")


def _reason(stranger: Stranger, verdict: Verdict) -> str:
    """Why, at once: a stranger is in no picture and no table, so nobody can ask for it there.

    What is said is the gate that decides, with the stranger called as the sentence calls it.
    """
    gates = explain(verdict).gates
    known = [gate for gate in gates if gate.outcome is verdict.outcome and gate.marks] or gates
    text = f"{known[0].heading}: {known[0].text}"
    return renamed(text, stranger.endpoint.ref, stranger.description)
