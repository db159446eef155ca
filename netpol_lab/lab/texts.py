"""The learner's text: read for a scenario, its problems drawn, its lines marked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from netpol_lab.lab.kubeconfig import KUBECONFIG, holds_kubeconfig
from simulator.check import steps as check_steps
from simulator.document import Exercise
from simulator.explain import Explanation
from simulator.limits import SUBMISSION
from simulator.matrix import steps
from simulator.model import (
    Mark,
    NetworkPolicy,
    Operator,
    Pod,
    Problem,
    Selector,
    Severity,
)
from simulator.parse import MOST_PROBLEMS, Reading, read_policies
from simulator.scenario import Scenario
from simulator.selectors import matches
from simulator.words import caret, clip, is_blank, nearest

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


def read_text(text: str, scenario: Scenario) -> Reading:
    """Read a learner's text for a scenario: its namespaces exist, others do not."""
    if holds_kubeconfig(text):
        return Reading((), (Problem(_(KUBECONFIG), limit="kubeconfig"),))
    reading = read_policies(
        text, namespaces=scenario.cluster.namespace_names, version=scenario.kubernetes
    )
    asked = steps(scenario.cluster, reading.policies)
    if asked <= MOST_STEPS:
        forgotten = any(problem.path == "metadata.namespace" for problem in reading.problems)
        idle = () if forgotten else tuple(_idle(scenario, reading.policies[:MOST_PROBLEMS]))
        return replace(reading, problems=reading.problems + idle)
    return _too_dear(reading, asked, _("evaluate"))


def read_answer(text: str, exercise: Exercise, scenario: Scenario) -> Reading:
    """The same, but where policies are to be taken away, a text without any is an answer too."""
    if exercise.takes_away and is_blank(text):
        return Reading()
    return read_text(text, scenario)


def affordable(
    reading: Reading, exercise: Exercise, scenario: Scenario, reference: Sequence[NetworkPolicy]
) -> Reading:
    """The reading itself, or refused where checking it would take too many steps."""
    policies, strangers = reading.policies, exercise.strangers
    asked = check_steps(scenario.cluster, policies, reference, strangers=strangers)
    return reading if asked <= MOST_STEPS else _too_dear(reading, asked, _("check"))


def _too_dear(reading: Reading, asked: int, verb: str) -> Reading:
    told = _("these policies take %(asked)s steps to %(verb)s; at most %(most)s are taken")
    message = told % {"asked": f"{asked:,}", "verb": verb, "most": f"{MOST_STEPS:,}"}
    hint = _("kubectl would take them; this lab's limit keeps everybody's answers quick.")
    problem = Problem(message, Mark(1, 1), hint=hint, limit="steps")
    return replace(reading, policies=(), problems=(problem, *reading.problems))


def _idle(scenario: Scenario, policies: Sequence[NetworkPolicy]) -> Iterator[Problem]:
    """Policies that select none of the scenario's pods: accepted, and without any effect."""
    for policy in policies:
        pods = [pod for pod in scenario.cluster.pods if pod.namespace == policy.namespace]
        if any(matches(policy.pod_selector, pod.labels) for pod in pods):
            continue
        words = {"policy": clip(policy.name), "namespace": policy.namespace}
        told = _("%(policy)s selects no pod of %(namespace)s, so it isolates nobody")
        if not pods:
            told = _(
                "%(policy)s selects nothing: %(namespace)s has no pods here, so it isolates nobody"
            )
        mark = policy.pod_selector.mark or policy.mark
        hint = _("Compare spec.podSelector with the labels of the pods to protect.")
        if close := _nearest(policy.pod_selector, pods):
            hint = _("Did you mean %(label)s?") % {"label": close}
        if not pods:
            hint = _(
                "A policy protects pods of its own namespace only: look at metadata.namespace."
            )
        yield Problem(told % words, mark, "spec.podSelector", hint, Severity.WARNING)


def _nearest(selector: Selector, pods: Sequence[Pod]) -> str | None:
    """The label of a pod that is most like one which the selector asks for in vain."""
    known = {f"{key}={value}" for pod in pods for key, value in pod.labels.items()}
    asked = [r for r in selector.requirements if r.operator is Operator.IN and len(r.values) == 1]
    wanted = [f"{r.key}={r.values[0]}" for r in asked]
    return next((c for w in wanted if w not in known and (c := nearest(w, known))), None)


def refusal(reading: Reading) -> str:
    """The heading over a refused text: kubectl takes some of what this lab does not."""
    if any(problem.message.startswith("no objects") for problem in reading.errors):
        return _("There is nothing to apply yet")
    if any(problem.limit for problem in reading.errors):
        return _("This lab does not take this")
    return _("The API server refuses this")


def problem_views(reading: Reading, text: str) -> Iterator[ProblemView]:
    """Each problem with its line and a caret, where it has a place in this text."""
    rows = text.split("\n")
    for problem in reading.problems:
        if problem.mark is None or not problem.mark.line <= len(rows):
            yield ProblemView(problem)
        else:
            yield ProblemView(problem, *caret(rows[problem.mark.line - 1], problem.mark.column))


def listing(
    text: str, deciding: Sequence[Line], problems: Sequence[ProblemView]
) -> tuple[Line, ...]:
    """The text's lines with their marks; a problem's mark goes over that of a deciding line."""
    marks: dict[int, str] = {line.number: "decides" for line in deciding}
    for view in reversed(problems):
        if view.problem.mark is not None:
            marks[view.problem.mark.line] = view.problem.severity.value
    rows = text.split("\n")[: SUBMISSION.lines]
    return tuple(Line(n, row, marks.get(n, "")) for n, row in enumerate(rows, 1))


def deciding_lines(text: str, explanation: Explanation) -> tuple[Line, ...]:
    """The lines that an explanation speaks of."""
    rows = text.split("\n")
    numbers = dict.fromkeys(mark.line for mark in explanation.marks)
    return tuple(Line(n, rows[n - 1], "decides") for n in numbers if n <= len(rows))
