#!/usr/bin/env python3
"""What hostile and honest texts cost through the page, as ratios to the smallest refusal.

    .venv/bin/python bench/hostile.py [../shared/bad-input]

Posts every file of the folder to a lesson's Check, in this process, on a database in memory, and
prints CPU time and answer size: the median, the slowest ones and a solved lesson, each in
milliseconds and as a multiple of what refusing the text `x` costs in the same run.
"""

import os
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netpol_lab.settings")
os.environ.setdefault("NETPOL_LAB_LOG_LEVEL", "CRITICAL")

REPEATS = 5
SLOWEST = 8


@dataclass(frozen=True, slots=True, order=True)
class Cost:
    """CPU seconds (the best of a few), the answer's bytes, and what was posted."""

    seconds: float
    size: int
    name: str


def main() -> None:
    """Measure and print."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "bad-input"
    files = sorted(folder.glob("*.yaml"))
    if not files:
        sys.exit(f"{folder}: no *.yaml there")
    set_up_site()
    unit = measure("the text x", b"x")
    costs = sorted(measure(file.name, file.read_bytes()) for file in files)
    show("refusing `x`", unit, unit)
    show("a solved lesson", measure("solved", solution()), unit)
    middle = statistics.median_low(cost.seconds for cost in costs)
    show(f"median of {len(costs)}", next(c for c in costs if c.seconds == middle), unit)
    for cost in reversed(costs[-SLOWEST:]):
        show(cost.name, cost, unit)


def set_up_site() -> None:
    """Django on a database of its own, with the course loaded."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.DATABASES["default"]["NAME"] = ":memory:"
    settings.DATABASES["default"]["OPTIONS"] = {}
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("load_content", stdout=open(os.devnull, "w"))  # noqa: SIM115


def solution() -> bytes:
    """The first lesson's solution."""
    from simulator.document import Exercise, read_document

    exercise = read_document((ROOT / "fixtures/exercises/api-to-db.yaml").read_bytes()).document
    assert isinstance(exercise, Exercise)
    return exercise.solution.encode()


def measure(name: str, text: bytes) -> Cost:
    """Post a text a few times; the least CPU time counts."""
    from django.test import Client

    body = b"policy=" + b"".join(b"%%%02X" % byte for byte in text)
    client, best, size = Client(headers={"host": "localhost"}), float("inf"), 0
    for _ in range(REPEATS):
        start = time.process_time()
        response = client.post(
            "/lab/api-to-db/submit",
            body,
            content_type="application/x-www-form-urlencoded",
            headers={"HX-Request": "true"},
        )
        best, size = min(best, time.process_time() - start), len(response.content)
        assert response.status_code in {200, 413}, (name, response.status_code)
    return Cost(best, size, name)


def show(name: str, cost: Cost, unit: Cost) -> None:
    """One line: name, milliseconds, multiple, kilobytes."""
    times = cost.seconds / unit.seconds
    print(f"{name:32} {cost.seconds * 1000:8.1f} ms {times:7.1f} ×  {cost.size / 1024:8.0f} KiB")


if __name__ == "__main__":
    main()
