"""A quiz and an exam of every kind of item, and the browsers of those who sit them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db.models import Model
from django.test import Client

from netpol_lab.accounts.models import Learner
from netpol_lab.content.folder import File
from netpol_lab.content.models import Kind
from netpol_lab.quizzes import actions, clock, reviews
from netpol_lab.quizzes.models import Sitting
from simulator.document import read_document
from tests.conftest import load_once

DOCUMENTS = Path(__file__).parents[1] / "simulator" / "quizzes"
QUIZ = (DOCUMENTS / "quizzes" / "every-kind.yaml").read_text(encoding="utf-8")
EXAM = (
    QUIZ.replace("slug: every-kind", "slug: paper")
    .replace("use: quiz", "use: exam")
    .replace("release: at-once", "release: at-end")
)
SHORT = """
kind: Quiz
slug: short
title: Short
use: quiz
module: 2
position: 9
summary: One item, no clock.
vary: {nth: [1, 2, 3, 4, 5, 6, 7, 8]}
items:
- id: one
  kind: single
  ask: Is ‹nth› a number?
  hint: Count.
  mistakes: [M03]
  options: [{text: "Yes, ‹nth› is", right: true}, {text: "No, ‹nth› is a pod", mistakes: [M03]}]
"""


def file(kind: Kind, text: str) -> File:
    document = read_document(text).document
    assert document is not None
    return File(Path(f"{document.slug}.yaml"), kind, text, document)


def files() -> list[File]:
    """Scenarios, exercises and quizzes; tests/simulator rehearses them."""
    folders = {Kind.SCENARIO: "scenarios", Kind.EXERCISE: "exercises"}
    found = [
        file(kind, path.read_text(encoding="utf-8"))
        for kind, name in folders.items()
        for path in sorted((DOCUMENTS / name).glob("*.yaml"))
    ]
    return [*found, *(file(Kind.QUIZ, text) for text in (QUIZ, EXAM, SHORT))]


@pytest.fixture(scope="session")
def quiz_rows() -> list[Model]:
    """Where the rows of the documents are kept once they were loaded; empty before."""
    return []


@pytest.fixture
def quizzes(db: None, quiz_rows: list[Model]) -> None:
    """The documents in the database."""
    load_once(quiz_rows, files)


@pytest.fixture(autouse=True)
def few_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chance is the same in every test: a paper's drawings are worked out once in a run, not for
    each, and what failed fails again."""
    drawn = (f"{number:016x}" for number in count())
    chance = SimpleNamespace(token_hex=lambda size: next(drawn))
    monkeypatch.setattr(actions, "secrets", chance)
    monkeypatch.setattr(reviews, "secrets", chance)


@pytest.fixture
def ana(quizzes: None) -> Client:
    """A learner's browser."""
    return Client()


@pytest.fixture
def otto(quizzes: None) -> Client:
    """Somebody else's browser."""
    return Client()


@dataclass
class Clocks:
    """Both clocks of the machine, standing still until they are moved."""

    wall: datetime = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    boot: str = "this-boot"
    ticks: float = 1000.0

    def go(self, seconds: float) -> None:
        """Time goes by."""
        self.wall += timedelta(seconds=seconds)
        self.ticks += seconds

    def step(self, seconds: float) -> None:
        """Somebody sets the time of day."""
        self.wall += timedelta(seconds=seconds)


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    found = Clocks()
    monkeypatch.setattr(clock, "now", lambda: found.wall)
    monkeypatch.setattr(clock, "read", lambda: clock.Reading(found.wall, found.boot, found.ticks))
    return found


def begin(client: Client, slug: str) -> Sitting:
    """Press Start."""
    response = client.post(f"/quizzes/{slug}/start")
    assert response.status_code == 302
    return Sitting.objects.get(pk=response["Location"].split("/")[2])


def url(sitting: Sitting, number: int | None = None, what: str = "") -> str:
    return f"/sittings/{sitting.pk}/{f'{number}/' if number else ''}{what}"


def only_learner() -> Learner:
    return Learner.objects.get()
