"""Does an exercise keep what it promises? Its answer key is its test.

The solution solves it, the starter does not, and each listed wrong answer fails for the flows that
it names. `load_content`, the tests and the instructor's editor ask the same function.
"""

from collections.abc import Iterator
from dataclasses import replace

from simulator.check import Difference, Fault, Result, check
from simulator.exercise import Changeable, Exercise, WrongAnswer
from simulator.fields import Flow
from simulator.model import NetworkPolicy, Problem
from simulator.parse import read_policies
from simulator.plugins import Settings
from simulator.relabel import (
    Changes,
    check_relabelled,
    read_changes,
    relabelled,
    write_changes,
)
from simulator.scenario import Scenario
from simulator.switching import check_switched, switched
from simulator.words import is_blank, quote


def rehearse(exercise: Exercise, scenario: Scenario) -> tuple[Problem, ...]:
    """Everything in which an exercise breaks its promises; empty when it keeps them all."""
    solution, problems = _policies(exercise.solution, scenario, "solution")
    if problems:
        return problems
    if exercise.changes is Changeable.LABELS:
        return tuple(_label_problems(exercise, scenario, solution))
    if exercise.changes is Changeable.PLUGIN:
        return tuple(_plugin_problems(exercise, scenario, solution))
    return (
        *_starter_problems(exercise, scenario, solution),
        *(
            p
            for wrong in exercise.wrong
            for p in _wrong_problems(exercise, scenario, wrong, solution)
        ),
    )


def _label_problems(
    exercise: Exercise, scenario: Scenario, policies: tuple[NetworkPolicy, ...]
) -> Iterator[Problem]:
    """The same promises where labels change and the policies stay."""
    for name, changes in (
        ("the solution", exercise.labels),
        *((f"wrong answer {wrong.name!r}", wrong.labels) for wrong in exercise.wrong),
    ):
        known = read_changes(write_changes(changes), scenario.cluster)
        for ref in changes.keys() - known.keys():
            yield Problem(f"{name}: no pod or namespace {quote(ref)} in this scenario")
    if _checked_labels(exercise, scenario, {}, policies).solved:
        yield Problem("the starter already solves the task")
    for wrong in exercise.wrong:
        result = _checked_labels(exercise, scenario, wrong.labels, policies)
        yield from _unkept(result, wrong)


def _checked_labels(
    exercise: Exercise,
    scenario: Scenario,
    changes: Changes,
    policies: tuple[NetworkPolicy, ...],
) -> Result:
    given, wanted = (relabelled(scenario.cluster, each) for each in (changes, exercise.labels))
    return check_relabelled(given, wanted, policies, exercise.scope)


def _plugin_problems(
    exercise: Exercise, scenario: Scenario, policies: tuple[NetworkPolicy, ...]
) -> Iterator[Problem]:
    """The same promises where the network plugin changes and the policies stay."""
    if _checked_plugin(exercise, scenario, {}, policies).solved:
        yield Problem("the starter already solves the task")
    for wrong in exercise.wrong:
        yield from _unkept(_checked_plugin(exercise, scenario, wrong.plugin, policies), wrong)


def _checked_plugin(
    exercise: Exercise,
    scenario: Scenario,
    settings: Settings,
    policies: tuple[NetworkPolicy, ...],
) -> Result:
    given, wanted = (switched(scenario.cluster, each) for each in (settings, exercise.plugin))
    return check_switched(given, wanted, policies, exercise.scope)


def _policies(
    text: str, scenario: Scenario, name: str
) -> tuple[tuple[NetworkPolicy, ...], tuple[Problem, ...]]:
    if is_blank(text) and name == "solution":
        return (), ()
    reading = read_policies(
        text, namespaces=scenario.cluster.namespace_names, version=scenario.kubernetes
    )
    problems = tuple(_within(p, name) for p in reading.errors)
    return reading.policies, problems


def _within(problem: Problem, name: str) -> Problem:
    """A problem of a text within the document: its line counts from where the text begins."""
    line = f"line {problem.mark.line}: " if problem.mark else ""
    return replace(problem, message=f"{name}: {line}{problem.message}", mark=None)


def _starter_problems(
    exercise: Exercise, scenario: Scenario, solution: tuple[NetworkPolicy, ...]
) -> Iterator[Problem]:
    """A starter may be refused (a skeleton with holes), but it must not solve the task.

    Nor must a cluster without policies, unless it is the solution: then there must be policies to
    take away.
    """
    starter, refused = _policies(exercise.starter, scenario, "starter")
    begun = _checked(exercise, scenario, starter, solution)
    if not refused and not (begun.in_scenario if exercise.takes_away else begun.differences):
        yield Problem("the starter already solves the task")
    if exercise.takes_away:
        yield from refused
    elif not _checked(exercise, scenario, (), solution).in_scenario:
        yield Problem("the task is solved without any policy")


def _checked(
    exercise: Exercise,
    scenario: Scenario,
    answer: tuple[NetworkPolicy, ...],
    solution: tuple[NetworkPolicy, ...],
) -> Result:
    cluster, scope = scenario.cluster, exercise.scope
    return check(cluster, answer, solution, scope, strangers=exercise.strangers)


def _wrong_problems(
    exercise: Exercise, scenario: Scenario, wrong: WrongAnswer, solution: tuple[NetworkPolicy, ...]
) -> Iterator[Problem]:
    name = f"wrong answer {wrong.name!r}"
    answer, problems = _policies(wrong.answer, scenario, name)
    if wrong.refused:
        if not problems:
            yield Problem(f"{name} is not refused")
        return
    yield from problems
    if problems:
        return
    yield from _unkept(_checked(exercise, scenario, answer, solution), wrong)


def _unkept(result: Result, wrong: WrongAnswer) -> Iterator[Problem]:
    """Where a wrong answer's result is not what the exercise says of it."""
    name = f"wrong answer {wrong.name!r}"
    if result.solved:
        yield Problem(f"{name} solves the task")
    for flow, fault in wrong.differs:
        if not _is_found(result, flow, fault):
            words = f"{flow.source} -> {flow.target} : {flow.port}/{flow.protocol}"
            yield Problem(f"{name}: {words} is not {fault.value}", flow.mark)


def _is_found(result: Result, flow: Flow, fault: Fault) -> bool:
    return any(_fits(difference, flow, fault) for difference in result.differences)


def _fits(difference: Difference, flow: Flow, fault: Fault) -> bool:
    probe = difference.probe
    return (
        difference.fault is fault
        and (probe.source.ref, probe.target.ref) == (flow.source, flow.target)
        and probe.protocol == flow.protocol
        and flow.port is not None
        and flow.port in difference.ports
    )
