"""The lesson page's values: from a text and a lesson to everything that its templates print.

Pure: no database, no request. All reachability comes from the simulator's verdicts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from netpol_lab.lab.announcing import announcement, changes
from netpol_lab.lab.judging import CheckView, check_view
from netpol_lab.lab.picture import SIGNS, Picture, label_space, picture
from netpol_lab.lab.probes import probe_id, probe_of, table_probes
from netpol_lab.lab.texts import (
    Line,
    ProblemView,
    affordable,
    deciding_lines,
    listing,
    problem_views,
    read_text,
    refusal,
)
from simulator.check import Result, check
from simulator.document import Exercise
from simulator.draw import ArrowSpec, Drawing, lay_out
from simulator.evaluate import evaluate
from simulator.explain import OUTCOME_WORDS, Explanation, explain
from simulator.matrix import Matrix
from simulator.model import (
    NetworkPolicy,
    Probe,
    Verdict,
)
from simulator.phrases import port_text
from simulator.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Cell:
    """One probe in the table."""

    id: str
    sign: str
    port: str
    outcome: str
    label: str
    selected: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A source and its cells, one list for each target; empty where nothing is to be asked."""

    source: str
    cells: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """An arrow of the picture in words."""

    id: str
    outcome: str
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class Why:
    """The picked probe explained, with the lines that decide it."""

    id: str
    outcome: str
    explanation: Explanation
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything on the lesson page that follows from the learner's text."""

    text: str
    listing: tuple[Line, ...]
    problems: tuple[ProblemView, ...]
    refused: bool  # the picture is then that of the last text that was accepted
    refusal: str  # who refuses it, as a heading
    pictures: tuple[Picture, ...]
    targets: tuple[str, ...]
    rows: tuple[Row, ...]
    sentences: tuple[Sentence, ...]
    why: Why | None
    check: CheckView | None
    live: str
    result: Result | None  # for the record of the attempt


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the workbench.

    `text` is what the learner has now; `good_text` the last one that was accepted (the picture
    stays with it while `text` is refused); `judged` whether to say if the task is solved; `why` the
    id of a probe; `announce` whether a submission is being answered, whose changes against
    `good_text` are then told.
    """

    text: str
    good_text: str = ""
    judged: bool = False
    why: str = ""
    announce: bool = False


def set_up(exercise: Exercise, scenario: Scenario, question: Question) -> Bench:
    """Work out the page for one question."""
    reading, reference = read_text(question.text, scenario), _reference(exercise.solution, scenario)
    if question.judged and reading.accepted:
        reading = affordable(reading, exercise, scenario, reference)
    # A starter may be a skeleton that no API server takes; nobody is told off for it unasked.
    untouched = not question.judged and question.text == exercise.starter
    refused = not reading.accepted and not untouched
    shown = _policies(question.good_text, scenario) if refused else reading.policies
    result = None
    if question.judged and reading.accepted:
        result = check(
            scenario.cluster,
            reading.policies,
            reference,
            exercise.scope,
            scenario.arrows,
            strangers=exercise.strangers,
        )
    verdicts = tuple(evaluate(scenario.cluster, shown, probe) for probe in scenario.arrows)
    changed: tuple[Verdict, ...] = ()
    if question.announce and not refused:
        changed = tuple(changes(scenario, _policies(question.good_text, scenario), verdicts))
    why = _why(scenario, shown, question, stale=refused)
    problems = () if untouched else tuple(problem_views(reading, question.text))
    return Bench(
        text=question.text,
        listing=listing(question.text, why.lines if why else (), problems),
        problems=problems,
        refused=refused,
        refusal=refusal(reading),
        pictures=_pictures(scenario, verdicts, question.why, changed),
        targets=tuple(endpoint.ref for endpoint in scenario.cluster.endpoints),
        rows=tuple(_rows(scenario, shown, question.why)),
        sentences=tuple(
            Sentence(probe_id(scenario, v.probe), v.outcome.value, explain(v)) for v in verdicts
        ),
        why=why,
        check=check_view(scenario, result),
        live=announcement(
            reading,
            refused,
            result,
            changed,
            why.explanation if why else None,
            submitted=question.announce,
        ),
        result=result,
    )


def _policies(text: str, scenario: Scenario) -> tuple[NetworkPolicy, ...]:
    return read_text(text, scenario).policies


# Solutions are few and never change, unlike learners' texts, of which none is kept.
_reference = lru_cache(maxsize=256)(_policies)


# ── Picture and table ────────────────────────────────────────────────────────────────────────


def _pictures(
    scenario: Scenario, verdicts: Sequence[Verdict], selected: str, changed: Sequence[Verdict]
) -> tuple[Picture, ...]:
    ids = [probe_id(scenario, verdict.probe) for verdict in verdicts]
    moved = frozenset(probe_id(scenario, verdict.probe) for verdict in changed)
    return tuple(
        picture(drawing, verdicts, ids=ids, prefix=prefix, selected=selected, changed=moved)
        for prefix, drawing in (
            ("wide", _drawing(scenario, False)),
            ("upright", _drawing(scenario, True)),
        )
    )


@lru_cache(maxsize=256)
def _drawing(scenario: Scenario, upright: bool) -> Drawing:
    """The layout depends on the scenario alone, so an edit moves nothing; each is made once."""
    arrows = tuple(
        ArrowSpec(probe.source.ref, probe.target.ref, label_space(probe))
        for probe in scenario.arrows
    )
    return lay_out(scenario.cluster, arrows, upright=upright)


def _rows(scenario: Scenario, policies: Sequence[NetworkPolicy], selected: str) -> Iterator[Row]:
    matrix = Matrix(scenario.cluster, policies)
    for source in scenario.cluster.endpoints:
        cells = (
            tuple(
                _cell(scenario, matrix, probe, selected)
                for probe in table_probes(scenario, source, target)
            )
            for target in scenario.cluster.endpoints
        )
        yield Row(source.ref, tuple(cells))


def _cell(scenario: Scenario, matrix: Matrix, probe: Probe, selected: str) -> Cell:
    if probe.protocol == "ICMP" or probe.port is None:
        outcome = evaluate(scenario.cluster, matrix.policies, probe).outcome
    else:
        outcome = matrix.outcome(probe.source, probe.target, probe.protocol, probe.port)
    sign, port, name = SIGNS[outcome], port_text(probe), probe_id(scenario, probe)
    label = (
        f"{sign} {port} {OUTCOME_WORDS[outcome]}: {probe.source.ref} to {probe.target.ref}. Why?"
    )
    return Cell(name, sign, port, outcome.value, label, name == selected)


# ── Why ──────────────────────────────────────────────────────────────────────────────────────


def _why(
    scenario: Scenario, policies: Sequence[NetworkPolicy], question: Question, *, stale: bool
) -> Why | None:
    probe = probe_of(scenario, question.why)
    if probe is None:
        return None
    verdict = evaluate(scenario.cluster, policies, probe)
    explanation = explain(verdict)
    # While the text is refused, the lines of the earlier text are no lines of this one.
    lines = () if stale else deciding_lines(question.text, explanation)
    return Why(question.why, verdict.outcome.value, explanation, lines)
