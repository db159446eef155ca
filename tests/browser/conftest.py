"""Chromium on a live server: pages of browsers that nobody has used, whose consoles must stay clean."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from deploy.lab import GET_A_BROWSER, Stop, find_chromium

#: Playwright's sync API keeps an event loop in this thread, and Django would refuse the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

#: Chromium calls home without these, and a closed network answers each call with an error.
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
PATIENCE = (
    15_000  # milliseconds: a loaded machine is slow, and nothing waits this long on a good day
)
EDITOR_KEY = "netpol-lab-editor"
#: Said aloud, as some refusals (of a worker, of what a report alone is wanted for) leave no error.
TELL_REFUSALS = (
    "addEventListener('securitypolicyviolation', (event) => console.error('refused by the policy:',"
    " event.violatedDirective, event.blockedURI, event.sample))"
)
FreshPage = Callable[..., Page]


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
    """What the pages complained about; a test that wants a complaint clears it afterwards."""
    return []


@pytest.fixture
def editor_choice() -> str:
    """Which editor a page has: the pages are tried without the rich one, which has its own tests."""
    return "plain"


@pytest.fixture
def fresh_page(
    browser: Browser, live_server: LiveServer, console_errors: list[str], editor_choice: str
) -> Iterator[FreshPage]:
    """Opens pages, each in a browser of its own that nobody has used, on our live server.

    Takes what `Browser.new_context` does: java_script_enabled, viewport, forced_colors and the like.
    """
    contexts: list[BrowserContext] = []

    def opened(**options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        listen(context, console_errors)
        prefer(editor_choice, context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    assert not console_errors, "\n".join(console_errors)


def listen(context: BrowserContext, errors: list[str]) -> None:
    """Note every error of every page of this browser, and what its policy refuses."""

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(f"{message.text} ({message.location.get('url')})")

    context.on("console", on_console)
    context.on("weberror", lambda fault: errors.append(str(fault.error)))
    context.add_init_script(TELL_REFUSALS)


def prefer(editor: str, context: BrowserContext) -> None:
    """Choose the editor in a browser that has none chosen yet."""
    context.add_init_script(
        f"try {{ localStorage.getItem('{EDITOR_KEY}') ?? localStorage.setItem('{EDITOR_KEY}',"
        f" '{editor}') }} catch {{}}"
    )


@pytest.fixture
def page(fresh_page: FreshPage) -> Page:
    """A page of a browser that nobody has used."""
    return fresh_page()


@pytest.fixture
def plain_page(fresh_page: FreshPage) -> Page:
    """A page of a browser that runs no JavaScript."""
    return fresh_page(java_script_enabled=False)
