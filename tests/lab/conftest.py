"""The lesson's solution, and lessons straight from their files."""

from functools import cache

from django.conf import settings

from simulator.document import Document, Exercise, read_document
from simulator.scenario import Scenario
from tests.simulator.worlds import DB_POLICY

SOLUTION = DB_POLICY.replace("role: api", "name: api-pod")


@cache
def lesson(slug: str = "api-to-db") -> tuple[Exercise, Scenario]:
    """A published exercise and its scenario, without a database."""
    exercise = published("exercises", slug)
    assert isinstance(exercise, Exercise)
    scenario = published("scenarios", exercise.scenario)
    assert isinstance(scenario, Scenario)
    return exercise, scenario


def published(folder: str, slug: str) -> Document | None:
    """What a file of fixtures/ says."""
    return read_document(
        (settings.BASE_DIR / f"fixtures/{folder}/{slug}.yaml").read_bytes()
    ).document
