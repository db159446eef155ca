#!/usr/bin/env python3
"""A lesson's text → its answer in a warm process, as a ratio to the plain load of that text.

    .venv/bin/python bench/lesson.py [--rounds 400]

For each exercise's solution: CPU time of yaml.load(text, CSafeLoader), of reading the text as
policies, and of the whole matrix (each ordered pair of the scenario's endpoints, every port of
every protocol). Medians of rounds in which the three take turns.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from simulator.document import Exercise, read_document  # noqa: E402
from simulator.matrix import PROTOCOLS, Matrix  # noqa: E402
from simulator.model import Cluster, NetworkPolicy  # noqa: E402
from simulator.parse import read_policies  # noqa: E402
from simulator.scenario import Scenario  # noqa: E402


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=400)
    rounds = parser.parse_args().rounds
    print(f"{'exercise':28} {'plain':>9} {'read':>9} {'matrix':>9}   read  matrix  whole")
    for path in sorted((ROOT / "fixtures/exercises").glob("*.yaml")):
        exercise = read_document(path.read_bytes()).document
        assert isinstance(exercise, Exercise)
        found = ROOT / "fixtures/scenarios" / f"{exercise.scenario}.yaml"
        scenario = read_document(found.read_bytes()).document
        assert isinstance(scenario, Scenario)
        show(path.stem, measure(exercise.solution, scenario.cluster, rounds=rounds))


def measure(text: str, cluster: Cluster, *, rounds: int) -> list[list[float]]:
    """CPU seconds of plain load, reading and matrix, round by round."""
    policies = read_policies(text).policies
    steps: list[Callable[[], object]] = [
        lambda: list(yaml.load_all(text, yaml.CSafeLoader)),
        lambda: read_policies(text),
        lambda: every_cell(cluster, policies),
    ]
    taken = [[seconds(step) for step in steps] for _ in range(rounds)]
    return [list(each) for each in zip(*taken, strict=True)]


def every_cell(cluster: Cluster, policies: Sequence[NetworkPolicy]) -> None:
    """Ask a matrix for all that it knows."""
    matrix = Matrix(cluster, policies)
    for source in cluster.endpoints:
        for target in cluster.endpoints:
            for protocol in PROTOCOLS:
                matrix.reach(source, target, protocol)


def seconds(step: Callable[[], object]) -> float:
    """The CPU time of one call."""
    start = time.process_time()
    step()
    return time.process_time() - start


def show(name: str, times: list[list[float]]) -> None:
    """One line: milliseconds, and ratios to the plain load."""
    plain, read, matrix = (statistics.median(each) for each in times)
    ratios = (read / plain, matrix / plain, (read + matrix) / plain)
    middle = "".join(f"{1000 * value:7.3f}ms" for value in (plain, read, matrix))
    print(f"{name:28} {middle}" + "".join(f"{ratio:7.2f}" for ratio in ratios))


if __name__ == "__main__":
    main()
