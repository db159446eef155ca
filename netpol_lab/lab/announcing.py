"""What the live region says after an answer: what changed, and why."""

from collections.abc import Iterator, Sequence

from netpol_lab.lab.picture import AT_GATES, refusing
from simulator.check import Result
from simulator.evaluate import evaluate
from simulator.explain import OUTCOME_WORDS, Explanation, explain
from simulator.model import NetworkPolicy, Outcome, Verdict
from simulator.parse import Reading
from simulator.phrases import flow
from simulator.scenario import Scenario


def changes(
    scenario: Scenario, before: Sequence[NetworkPolicy], verdicts: Sequence[Verdict]
) -> Iterator[Verdict]:
    """The verdicts that look otherwise on the picture than they did under `before`."""
    for verdict in verdicts:
        old = evaluate(scenario.cluster, before, verdict.probe)
        if _signature(old) != _signature(verdict):
            yield verdict


def _signature(verdict: Verdict) -> tuple[Outcome, str]:
    """What an arrow shows: its outcome, and for a denial the gates that refuse."""
    return verdict.outcome, refusing(verdict)


def announcement(
    reading: Reading,
    refused: bool,
    result: Result | None,
    changed: Sequence[Verdict],
    why: Explanation | None,
    *,
    submitted: bool,
) -> str:
    """The sentence for the live region: faults, what changed, or the picked arrow's reason."""
    if refused and submitted:
        number = len(reading.errors)
        noun = "problem" if number == 1 else "problems"
        return f"{number} {noun}. {_first_problem(reading)} The picture stays as it was."
    if not submitted:
        return why.sentence if why else ""
    solved = "Solved. " if result and result.solved else "Not solved yet. "
    return solved + _changes_sentence(changed)


def _first_problem(reading: Reading) -> str:
    problem = reading.errors[0]
    place = f"Line {problem.mark.line}: " if problem.mark else ""
    # A regular expression read aloud helps nobody.
    message = problem.message.partition(" (e.g.")[0]
    return f"{place}{message}."


def _changes_sentence(changed: Sequence[Verdict]) -> str:
    if not changed:
        return "No arrow changed."
    if len(changed) == 1:
        verdict = changed[0]
        return f"{_now(verdict)}: {_deciding_gate(verdict)}"
    return f"{len(changed)} arrows changed: {'; '.join(map(_now, changed))}."


def _now(verdict: Verdict) -> str:
    gates = AT_GATES[refusing(verdict)]
    return f"{flow(verdict.probe)} is now {OUTCOME_WORDS[verdict.outcome]}{gates}"


def _deciding_gate(verdict: Verdict) -> str:
    """The text of the gate that settles the outcome: the shut one, or the one with a rule."""
    gates = explain(verdict).gates
    decisive = next(
        (gate for gate in gates if gate.outcome is verdict.outcome and gate.marks), None
    )
    return (decisive or gates[1]).text
