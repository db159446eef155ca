#!/usr/bin/env python3
"""What a cluster's whole matrix costs, as ratios to the plain load of the same files.

    .venv/bin/python bench/cluster.py [S M L XL adversarial] [--runs 5] [--against COMMAND]

For each size, processes of its own take turns: one reads the manifests, makes the matrix and
counts its allowed cells; one loads the same files with yaml.load_all(text, CSafeLoader) and
nothing more. Printed are medians of their CPU time (start-up and imports left out), the peak of
resident memory, the count, and the ratios with the least and the greatest of any pair of runs. At
last it replaces one policy after the other by another one's rules and tells how much of a full
evaluation that costs, median and 95th percentile.

With `--against "netpol-analyzer list -q --multiple-networks=false --dirpath"` it compares the list
of bench/connections.py with that of another tool on the same folder (replicas with their owners):
CPU time of whole processes, and lines that differ.
"""

import argparse
import json
import random
import resource
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.workload import SIZES, write  # noqa: E402

Figures = dict[str, float]


def main() -> None:
    """Measure each size, or, in a process of its own, one thing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("sizes", nargs="*", metavar="SIZE", help=f"of {', '.join(SIZES)} (all)")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--against", metavar="COMMAND", help="compare lists with another tool")
    parser.add_argument("--only", choices=MEASURED, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.only:
        print(json.dumps(MEASURED[asked.only](Path(asked.sizes[0]))))
        return
    unknown = set(asked.sizes) - set(SIZES)
    if unknown:
        parser.error(f"no such size: {', '.join(sorted(unknown))}")
    for size in asked.sizes or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), size, owners=bool(asked.against))
            if asked.against:
                compare(size, folder, asked.against, runs=asked.runs)
            else:
                show(size, folder, asked.runs)


# ── In a process of its own ──────────────────────────────────────────────────────────────────


def whole(folder: Path) -> Figures:
    """Read, matrix, count, in a process set up as that of the command line."""
    from bench.loading import load
    from simulator.cli.collector import collect_rarely
    from simulator.matrix import Matrix

    collect_rarely()
    start = time.process_time()
    cluster, policies = load(folder)
    read = time.process_time()
    matrix = Matrix(cluster, policies)
    cells = matrix.count()
    done = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"read": read - start, "matrix": done - read, "peak": peak, "cells": cells}


def plain(folder: Path) -> Figures:
    """The plain load."""
    import yaml

    from bench.loading import texts

    start = time.process_time()
    for _, text in texts(folder):
        for _ in yaml.load_all(text, yaml.CSafeLoader):
            pass
    return {"plain": time.process_time() - start}


def replaced(folder: Path, tries: int = 300) -> Figures:
    """One policy after the other with the rules of another; then every gate stands again."""
    from bench.loading import load
    from simulator.matrix import Matrix

    cluster, policies = load(folder)
    start = time.process_time()
    matrix = Matrix(cluster, policies)
    matrix.count()
    full = time.process_time() - start
    dice, shares = random.Random(1), []
    for _ in range(tries):
        old, other = dice.choice(policies), dice.choice(policies)
        new = replace(other, namespace=old.namespace, name=old.name)
        start = time.process_time()
        matrix.replaced(old, new)
        shares.append((time.process_time() - start) / full)
    return {"full": full, "median": median(shares), "p95": quantiles(shares, n=20)[-1]}


MEASURED: dict[str, Callable[[Path], Figures]] = {
    "whole": whole,
    "plain": plain,
    "replaced": replaced,
}


# ── Around them ──────────────────────────────────────────────────────────────────────────────


def show(size: str, folder: str, runs: int) -> None:
    """The figures of one size."""
    pairs = [{**measured("whole", folder), **measured("plain", folder)} for _ in range(runs)]
    ms = {key: 1000 * median(pair[key] for pair in pairs) for key in ("plain", "read", "matrix")}
    namespaces, pods, policies = SIZES[size]
    print(f"{size}: {namespaces} namespaces, {pods:,} pods, {policies:,} policies")
    print(f"  plain load {ms['plain']:,.1f} ms; ours: {ms['read']:,.1f} read", end="")
    print(f" + {ms['matrix']:,.1f} matrix and count", end="")
    print(f"; peak {max(pair['peak'] for pair in pairs):.0f} MiB; {pairs[0]['cells']:,.0f} cells")
    ratio("after reading", [pair["matrix"] / pair["plain"] for pair in pairs])
    ratio("whole", [(pair["read"] + pair["matrix"]) / pair["plain"] for pair in pairs])
    one = measured("replaced", folder)
    print(
        f"  one policy replaced: 1/{1 / one['median']:,.0f} of {1000 * one['full']:.1f} ms", end=""
    )
    print(f" (p95 1/{1 / one['p95']:,.0f})", flush=True)


def ratio(name: str, ratios: list[float]) -> None:
    """A median with its spread."""
    print(f"  {name}: {median(ratios):.3f} × ({min(ratios):.3f}–{max(ratios):.3f})")


def measured(what: str, folder: str) -> Figures:
    """Figures from a process of its own."""
    command = [sys.executable, __file__, folder, "--only", what]
    found: Figures = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return found


def compare(size: str, folder: str, command: str, *, runs: int) -> None:
    """Our list beside that of another tool."""
    ours = [sys.executable, str(ROOT / "bench/connections.py"), folder]
    theirs = [*shlex.split(command), folder]
    pairs = [(listed(ours), listed(theirs)) for _ in range(runs)]
    (_, mine), (_, other) = pairs[0]
    us, them = (median(pair[side][0] for pair in pairs) for side in (0, 1))
    print(f"{size}: ours {us:.3f} s, theirs {them:.3f} s of CPU; {len(mine):,} lines", end="")
    print(f", {len(mine - other)} of them not theirs, {len(other - mine)} theirs alone")
    ratio("list", [one[0] / two[0] for one, two in pairs])


def listed(command: list[str]) -> tuple[float, set[str]]:
    """The CPU time of a whole process, and the lines that it prints."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, {line for line in lines if " => " in line}


if __name__ == "__main__":
    main()
