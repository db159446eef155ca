"""Does an exercise keep what it promises? Its answer key is its test.

The solution solves it, the starter does not, and each listed wrong answer fails for the flows that
it names. `load_content`, the tests and the instructor's editor ask the same function.
"""

from collections.abc import Iterator
from dataclasses import replace

from simulator.check import Difference, Fault, Result, check
from simulator.document import Exercise, WrongAnswer
from simulator.fields import Flow
from simulator.model import NetworkPolicy, Problem
from simulator.parse import read_policies
from simulator.scenario import Scenario


def rehearse(exercise: Exercise, scenario: Scenario) -> tuple[Problem, ...]:
    """Everything in which an exercise breaks its promises; empty when it keeps them all."""
    solution, problems = _policies(exercise.solution, scenario, "solution")
    if problems:
        return problems
    return (
        *_starter_problems(exercise, scenario, solution),
        *(
            p
            for wrong in exercise.wrong
            for p in _wrong_problems(exercise, scenario, wrong, solution)
        ),
    )


def _policies(
    text: str, scenario: Scenario, name: str
) -> tuple[tuple[NetworkPolicy, ...], tuple[Problem, ...]]:
    reading = read_policies(
        text, namespaces=scenario.cluster.namespace_names, version=scenario.kubernetes
    )
    problems = tuple(replace(p, message=f"{name}: {p.message}") for p in reading.errors)
    return reading.policies, problems


def _starter_problems(
    exercise: Exercise, scenario: Scenario, solution: tuple[NetworkPolicy, ...]
) -> Iterator[Problem]:
    """A starter may be refused (a skeleton with holes), but it must not solve the task."""
    starter, refused = _policies(exercise.starter, scenario, "starter")
    if not refused and _checked(exercise, scenario, starter, solution).solved:
        yield Problem("the starter already solves the task")
    if not _checked(exercise, scenario, (), solution).in_scenario:
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
    yield from problems
    if problems:
        return
    result = _checked(exercise, scenario, answer, solution)
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
