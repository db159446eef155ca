"""What tests share: a browser, a database that it can see, and an honest last word."""

import itertools
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import hypothesis
import pytest
from django.db import connections, transaction
from django.db.models import Model
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from deploy.lab import GET_A_BROWSER, Stop, find_chromium
from netpol_lab.content.actions import load
from netpol_lab.content.folder import File, read_folder
from netpol_lab.content.models import Document, Revision

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

# Playwright's sync API keeps an event loop in this thread, and Django would refuse the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Chromium calls home without these, and a closed network answers each call with an error.
CHROMIUM_FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # Needed as root only; nothing but our own pages is opened.
    "--no-sandbox",
]


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


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recorded verdicts and odd inputs, which lies beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared beside the checkout: the recorded vectors were not compared")
    return SHARED


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, found as deploy/lab.py finds it."""
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)


def chromium() -> str:
    try:
        path = find_chromium()
    except Stop as reason:
        pytest.fail(str(reason))
    if path is None and os.environ.get("CI"):
        pytest.fail(f"CI is set, and there is no browser. {GET_A_BROWSER}")
    return path or pytest.skip(f"no browser. {GET_A_BROWSER}")


@pytest.fixture
def console_errors() -> list[str]:
    """What the page complained about; a test that wants a complaint clears it afterwards."""
    return []


def prefer(editor: str, context: BrowserContext) -> None:
    """Choose the editor in a browser that has none chosen yet."""
    key = "netpol-lab-editor"
    context.add_init_script(
        f"try {{ localStorage.getItem('{key}') ?? localStorage.setItem('{key}', '{editor}') }} catch {{}}"
    )


@pytest.fixture
def editor_choice() -> str:
    """Which editor `page` has: the page itself is tried without the rich one, which has its own tests."""
    return "plain"


@pytest.fixture
def page(
    browser: Browser, live_server: LiveServer, console_errors: list[str], editor_choice: str
) -> Iterator[Page]:
    """A page of a fresh browser on our live server; its console must stay free of errors."""

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            console_errors.append(f"{message.text} ({message.location.get('url')})")

    context = browser.new_context(base_url=live_server.url)
    prefer(editor_choice, context)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("console", on_console)
    page.on("pageerror", lambda error: console_errors.append(str(error)))
    yield page
    context.close()
    assert not console_errors, "\n".join(console_errors)
