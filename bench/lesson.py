#!/usr/bin/env python3
"""A lesson's text → its answer in a warm process, as a ratio to the plain load of that text.

    .venv/bin/python bench/lesson.py [--rounds 400]

For each exercise's solution: CPU time of yaml.load(text, CSafeLoader), of reading the text as
policies, and of the outcome of every cell of the lesson's table, in a process that has met the
scenario before. Medians of rounds in which the three take turns.
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

from netpol_lab.lab.probes import table_probes  # noqa: E402
from simulator.document import Exercise, read_document  # noqa: E402
from simulator.matrix import Matrix  # noqa: E402
from simulator.model import Probe  # noqa: E402
from simulator.parse import read_policies  # noqa: E402
from simulator.scenario import Scenario  # noqa: E402


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=400)
    rounds = parser.parse_args().rounds
    print(f"{'exercise':28} {'plain':>9} {'read':>9} {'table':>9}   read   table  whole")
    for path in sorted((ROOT / "fixtures/exercises").glob("*.yaml")):
        exercise = read_document(path.read_bytes()).document
        assert isinstance(exercise, Exercise)
        found = ROOT / "fixtures/scenarios" / f"{exercise.scenario}.yaml"
        scenario = read_document(found.read_bytes()).document
        assert isinstance(scenario, Scenario)
        show(path.stem, measure(exercise.solution, scenario, rounds=rounds))


def measure(text: str, scenario: Scenario, *, rounds: int) -> list[list[float]]:
    """CPU seconds of plain load, reading and table, round by round."""
    policies = read_policies(text).policies
    board, ends = Matrix(scenario.cluster, ()), scenario.cluster.endpoints
    asked = [
        p for source in ends for target in ends for p in table_probes(scenario, source, target)
    ]
    steps: list[Callable[[], object]] = [
        lambda: list(yaml.load_all(text, yaml.CSafeLoader)),
        lambda: read_policies(text),
        lambda: every_cell(board.under(policies), asked),
    ]
    taken = [[seconds(step) for step in steps] for _ in range(rounds)]
    return [list(each) for each in zip(*taken, strict=True)]


def every_cell(matrix: Matrix, asked: Sequence[Probe]) -> None:
    """Ask for the outcome of each cell (pings, of which no matrix knows, apart)."""
    for probe in asked:
        if probe.protocol != "ICMP" and probe.port is not None:
            matrix.outcome(probe.source, probe.target, probe.protocol, probe.port)


def seconds(step: Callable[[], object]) -> float:
    """The CPU time of one call."""
    start = time.process_time()
    step()
    return time.process_time() - start


def show(name: str, times: list[list[float]]) -> None:
    """One line: milliseconds, and ratios to the plain load."""
    plain, read, table = (statistics.median(each) for each in times)
    ratios = (read / plain, table / plain, (read + table) / plain)
    middle = "".join(f"{1000 * value:7.3f}ms" for value in (plain, read, table))
    print(f"{name:28} {middle}" + "".join(f"{ratio:7.2f}" for ratio in ratios))


if __name__ == "__main__":
    main()
