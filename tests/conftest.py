"""What tests share: a database that a browser can see, the course, and an honest last word."""

import itertools
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import hypothesis
import pytest
from django.db import connections, transaction
from django.db.models import Model
from django.test import Client, override_settings

from netpol_lab.content.actions import load
from netpol_lab.content.folder import File, read_folder
from netpol_lab.content.models import Document, Revision

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

# How long an example takes says more of the machine than of the code. In CI the examples are the same
# in every run, so that what passes there passes again; elsewhere each run looks at others.
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the browser, and keep it in one worker: two browsers starve two cores."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out, so that nobody takes silence for a pass."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(str(report.longrepr[2]) for report in skipped)
    if reasons:
        terminalreporter.section("NOT TESTED HERE", sep="*", red=True, bold=True)
    for reason, number in sorted(reasons.items()):
        terminalreporter.line(f"{number} × {reason.removeprefix('Skipped: ')}")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Put the test database in a file of this run's own, as the browser's server needs."""
    if connections["default"].vendor != "sqlite":
        return
    path = tmp_path_factory.mktemp("database") / "test.sqlite3"
    connections["default"].settings_dict["TEST"]["NAME"] = str(path)


# What the tests of the pages need of fixtures/: they stay quick, and right, however much it grows to.
COURSE = {
    "scenarios": ("three-tiers", "tiers-twice", "a-b-c", "shop-dns", "calls-by-name"),
    "exercises": ("api-to-db", "c-must-not-reach-b", "only-labels", "deny-all-then-dns"),
    "lessons": ("api-to-db", "namespace-a-b-c", "dont-touch-the-policies", "deny-all-then-dns"),
    "quizzes": ("entry-test", "peers", "drill-and-or", "exam-paper-1", "reviews"),
    "notes": ("course-notes",),
}


@pytest.fixture(scope="session")
def course_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the documents of COURSE."""
    root = tmp_path_factory.mktemp("course")
    for folder, slugs in COURSE.items():
        (root / folder).mkdir()
        for slug in slugs:
            file = f"{folder}/{slug}.yaml"
            (root / file).write_bytes((ROOT / "fixtures" / file).read_bytes())
    return root


@pytest.fixture(scope="session")
def course_rows(course_folder: Path) -> list[Model]:
    """Where the rows of COURSE are kept once they were loaded; empty before."""
    return []


@pytest.fixture
def course(db: None, course_folder: Path, course_rows: list[Model]) -> None:
    """COURSE in the database, also in that of the live server; read and rehearsed once in a run."""
    if not course_rows:
        folder = read_folder(course_folder)
        assert not folder.faults, "\n".join(map(str, folder.faults))
    load_once(course_rows, lambda: folder.files)


def load_once(rows: list[Model], files: Callable[[], Iterable[File]]) -> None:
    """Load files and keep the rows in `rows`; or, where it has some, put these back as they were."""
    if not rows:
        load(files())
        rows.extend((*Document.objects.all(), *Revision.objects.all()))
        return
    with transaction.atomic():
        for model, kept in itertools.groupby(rows, type):
            model._default_manager.bulk_create(kept)  # type: ignore[attr-defined]


@pytest.fixture
def ana(course: None) -> Client:
    """A learner's browser."""
    return Client()


@pytest.fixture
def otto(course: None) -> Client:
    """Somebody else's browser."""
    return Client()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Passwords hashed in no time."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recorded verdicts and odd inputs, which lies beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared beside the checkout: the recorded vectors were not compared")
    return SHARED
