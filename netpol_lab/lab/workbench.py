"""The lesson page's values: from a text and a lesson to everything that its templates print.

Pure: no database, no request. All reachability comes from the simulator's verdicts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from netpol_lab.lab.picture import SIGNS, Picture, label_space, picture, refusing
from simulator.check import Difference, Fault, Result, check
from simulator.document import Exercise, Scenario
from simulator.draw import ArrowSpec, Drawing, lay_out
from simulator.evaluate import evaluate
from simulator.explain import (
    OUTCOME_WORDS,
    Explanation,
    explain,
    flow,
    headline,
    port_text,
)
from simulator.limits import SUBMISSION
from simulator.matrix import Matrix, steps
from simulator.model import (
    ExternalHost,
    Mark,
    NetworkPolicy,
    Outcome,
    Pod,
    Probe,
    Problem,
    Severity,
    Verdict,
)
from simulator.parse import MOST_PROBLEMS, Reading, read_policies
from simulator.selectors import matches
from simulator.words import caret, clip

MOST_DIFFERENCES = 6
#: What one answer may cost, in comparisons of a rule's entry with a pair (trust.md, section 7).
MOST_STEPS = 5_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the learner's text in the numbered listing."""

    number: int
    text: str
    mark: str = ""  # "", "decides", "error" or "warning"


@dataclass(frozen=True, slots=True)
class ProblemView:
    """A problem with the line that it is in and a caret below its column."""

    problem: Problem
    excerpt: str = ""
    caret: str = ""

    @property
    def is_error(self) -> bool:
        """Whether it refuses the text."""
        return self.problem.severity is Severity.ERROR


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
    reading = read_text(question.text, scenario)
    # A starter may be a skeleton that no API server takes; nobody is told off for it unasked.
    untouched = not question.judged and question.text == exercise.starter
    refused = not reading.accepted and not untouched
    shown = _policies(question.good_text, scenario) if refused else reading.policies
    result = None
    if question.judged and reading.accepted:
        reference = _policies(exercise.solution, scenario)
        result = check(
            scenario.cluster, reading.policies, reference, exercise.scope, scenario.arrows
        )
    verdicts = tuple(evaluate(scenario.cluster, shown, probe) for probe in scenario.arrows)
    changed: tuple[Verdict, ...] = ()
    if question.announce and not refused:
        changed = tuple(_changes(scenario, _policies(question.good_text, scenario), verdicts))
    why = _why(scenario, shown, question, stale=refused)
    problems = () if untouched else tuple(_problem_views(reading, question.text))
    return Bench(
        text=question.text,
        listing=_listing(question.text, why, problems),
        problems=problems,
        refused=refused,
        refusal=_refusal(reading),
        pictures=_pictures(scenario, verdicts, question.why, changed),
        targets=tuple(endpoint.ref for endpoint in scenario.cluster.endpoints),
        rows=tuple(_rows(scenario, shown, question.why)),
        sentences=tuple(
            Sentence(probe_id(scenario, v.probe), v.outcome.value, explain(v)) for v in verdicts
        ),
        why=why,
        check=_check_view(scenario, result),
        live=_live(reading, refused, result, changed, why, question),
        result=result,
    )


def read_text(text: str, scenario: Scenario) -> Reading:
    """Read a learner's text for a scenario: its namespaces exist, others do not."""
    reading = read_policies(text, namespaces=[n.name for n in scenario.cluster.namespaces])
    asked = steps(scenario.cluster, reading.policies)
    if asked <= MOST_STEPS:
        forgotten = any(problem.path == "metadata.namespace" for problem in reading.problems)
        idle = () if forgotten else tuple(_idle(scenario, reading.policies[:MOST_PROBLEMS]))
        return replace(reading, problems=reading.problems + idle)
    message = f"these policies take {asked:,} steps to evaluate; at most {MOST_STEPS:,} are taken"
    hint = "kubectl would take them; this lab's limit keeps everybody's answers quick."
    problem = Problem(message, Mark(1, 1), hint=hint, limit="steps")
    return replace(reading, policies=(), problems=(problem, *reading.problems))


def _refusal(reading: Reading) -> str:
    """The heading over a refused text: kubectl takes some of what this lab does not."""
    if any(problem.message.startswith("no objects") for problem in reading.errors):
        return "There is nothing to apply yet"
    if any(problem.limit for problem in reading.errors):
        return "This lab does not take this"
    return "The API server refuses this"


def _idle(scenario: Scenario, policies: Sequence[NetworkPolicy]) -> Iterator[Problem]:
    """Policies that select none of the scenario's pods: accepted, and without any effect."""
    for policy in policies:
        pods = [pod for pod in scenario.cluster.pods if pod.namespace == policy.namespace]
        if any(matches(policy.pod_selector, pod.labels) for pod in pods):
            continue
        where = f"no pod of {policy.namespace}"
        if not pods:
            where = f"nothing: {policy.namespace} has no pods here"
        message = f"{clip(policy.name)} selects {where}, so it isolates nobody"
        mark = policy.pod_selector.mark or policy.mark
        hint = "Compare spec.podSelector with the labels of the pods to protect."
        if not pods:
            hint = "A policy protects pods of its own namespace only: look at metadata.namespace."
        yield Problem(message, mark, "spec.podSelector", hint, Severity.WARNING)


def _policies(text: str, scenario: Scenario) -> tuple[NetworkPolicy, ...]:
    return read_text(text, scenario).policies


# ── Probes and their ids ─────────────────────────────────────────────────────────────────────


def probe_id(scenario: Scenario, probe: Probe) -> str:
    """An id that is safe in HTML and URLs: the endpoints' places, the port and the protocol."""
    refs = [endpoint.ref for endpoint in scenario.cluster.endpoints]
    source, target = refs.index(probe.source.ref), refs.index(probe.target.ref)
    port = "ping" if probe.port is None else str(probe.port)
    return f"{source}-{target}-{port}-{probe.protocol.lower()}"


def probe_of(scenario: Scenario, text: str) -> Probe | None:
    """The probe of an id, or None for anything else."""
    parts = text.split("-")
    ends = scenario.cluster.endpoints
    if len(parts) != 4 or len(text) > 40 or not all(p.isascii() and p.isdigit() for p in parts[:2]):
        return None
    source, target = int(parts[0]), int(parts[1])
    if source >= len(ends) or target >= len(ends):
        return None
    if parts[2:] == ["ping", "icmp"]:
        return Probe(ends[source], ends[target], "ICMP", None)
    if not (parts[2].isascii() and parts[2].isdigit() and 1 <= int(parts[2]) <= 65_535):
        return None
    match parts[3]:
        case "tcp":
            return Probe(ends[source], ends[target], "TCP", int(parts[2]))
        case "udp":
            return Probe(ends[source], ends[target], "UDP", int(parts[2]))
        case "sctp":
            return Probe(ends[source], ends[target], "SCTP", int(parts[2]))
    return None


def table_probes(
    scenario: Scenario, source: Pod | ExternalHost, target: Pod | ExternalHost
) -> tuple[Probe, ...]:
    """What the table asks of a pair: the target's ports, and those that an arrow to it names."""
    if source == target or (isinstance(source, ExternalHost) and isinstance(target, ExternalHost)):
        return ()
    probes = []
    if isinstance(target, Pod):
        probes = [Probe(source, target, port.protocol, port.port) for port in target.ports]
    for arrow in scenario.arrows:
        if arrow.target == target:
            probes.append(Probe(source, target, arrow.protocol, arrow.port))
    return tuple(dict.fromkeys(probes))


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
    lines = () if stale else _deciding_lines(question.text, explanation)
    return Why(question.why, verdict.outcome.value, explanation, lines)


def _deciding_lines(text: str, explanation: Explanation) -> tuple[Line, ...]:
    rows = text.split("\n")
    numbers = dict.fromkeys(mark.line for mark in explanation.marks)
    return tuple(Line(n, rows[n - 1], "decides") for n in numbers if n <= len(rows))


def _listing(text: str, why: Why | None, problems: Sequence[ProblemView]) -> tuple[Line, ...]:
    marks: dict[int, str] = {line.number: "decides" for line in why.lines} if why else {}
    for view in reversed(problems):
        if view.problem.mark is not None:
            marks[view.problem.mark.line] = view.problem.severity.value
    rows = text.split("\n")[: SUBMISSION.lines]
    return tuple(Line(n, row, marks.get(n, "")) for n, row in enumerate(rows, 1))


def _problem_views(reading: Reading, text: str) -> Iterator[ProblemView]:
    rows = text.split("\n")
    for problem in reading.problems:
        if problem.mark is None or not problem.mark.line <= len(rows):
            yield ProblemView(problem)
        else:
            yield ProblemView(problem, *caret(rows[problem.mark.line - 1], problem.mark.column))


# ── Check ────────────────────────────────────────────────────────────────────────────────────


def _check_view(scenario: Scenario, result: Result | None) -> CheckView | None:
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


# ── The live region ──────────────────────────────────────────────────────────────────────────


def _changes(
    scenario: Scenario, before: Sequence[NetworkPolicy], verdicts: Sequence[Verdict]
) -> Iterator[Verdict]:
    for verdict in verdicts:
        old = evaluate(scenario.cluster, before, verdict.probe)
        if _signature(old) != _signature(verdict):
            yield verdict


def _signature(verdict: Verdict) -> tuple[Outcome, str]:
    """What an arrow shows: its outcome, and for a denial the gates that refuse."""
    return verdict.outcome, refusing(verdict)


def _live(
    reading: Reading,
    refused: bool,
    result: Result | None,
    changed: Sequence[Verdict],
    why: Why | None,
    question: Question,
) -> str:
    if refused and question.announce:
        number = len(reading.errors)
        noun = "problem" if number == 1 else "problems"
        return f"{number} {noun}. {_first_problem(reading)} The picture stays as it was."
    if not question.announce:
        return why.explanation.sentence if why else ""
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
    gates = {"both": " at both gates", "": ""}.get(refusing(verdict), f" at {refusing(verdict)}")
    return f"{flow(verdict.probe)} is now {OUTCOME_WORDS[verdict.outcome]}{gates}"


def _deciding_gate(verdict: Verdict) -> str:
    """The text of the gate that settles the outcome: the shut one, or the one with a rule."""
    gates = explain(verdict).gates
    decisive = next(
        (gate for gate in gates if gate.outcome is verdict.outcome and gate.marks), None
    )
    return (decisive or gates[1]).text
