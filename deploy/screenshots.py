#!/usr/bin/env python3
"""Take the README's screenshots anew, from a site that is running: make screenshots (BASE).

Each lesson is solved and one arrow is picked, wide, on a phone and in the dark; then come the pages
of signing in and of one's own progress.
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from deploy.lab import find_chromium  # noqa: E402 - found by the line above
from simulator.document import Exercise, read_document  # noqa: E402

BASE = os.environ.get("BASE", "http://127.0.0.1:8000")
PICTURES = ROOT / "docs" / "screenshots"
#: Lesson, its exercise, and the cell to pick.
LESSONS = (
    ("api-to-db", "api-to-db", "4-2-3306-tcp"),
    ("namespace-a-b-c", "c-must-not-reach-b", "2-1-80-tcp"),
    ("deny-all-then-dns", "deny-all-then-dns", "0-s0-80-tcp"),
)
VIEWS = (("wide", 1440, 900, "light"), ("dark", 1440, 900, "dark"), ("phone", 390, 844, "light"))
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def main() -> None:
    """Write docs/screenshots/<lesson>-<view>.png."""
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for lesson, exercise, cell in LESSONS:
            for view in VIEWS:
                take(browser, lesson, solution(exercise), cell, view)
        for view in VIEWS:
            take_progress(browser, view)
        browser.close()


def solution(slug: str) -> str:
    """The solution of an exercise in fixtures/."""
    document = read_document(
        (ROOT / "fixtures" / "exercises" / f"{slug}.yaml").read_bytes()
    ).document
    assert isinstance(document, Exercise)
    return document.solution


def take(
    browser: Browser, lesson: str, text: str, cell: str, view: tuple[str, int, int, str]
) -> None:
    """One picture: the whole page on a desk, the picture's card on a phone."""
    name, width, height, scheme = view
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{BASE}/lab/{lesson}/")
    page.locator("#policy").fill(text)
    page.locator("#check").click()
    page.locator(".check.solved").wait_for()
    page.locator(f"#cell-{cell}").click()
    page.locator(".why .gates").wait_for()
    page.mouse.move(0, 0)
    page.evaluate("scrollTo(0, 0)")
    path = PICTURES / f"{lesson}-{name}.png"
    if name == "phone":
        page.locator(".picture").scroll_into_view_if_needed()
        page.evaluate("scrollBy(0, document.querySelector('.picture').getBoundingClientRect().top)")
    page.screenshot(path=path)
    print(path.relative_to(ROOT))
    context.close()


def take_progress(browser: Browser, view: tuple[str, int, int, str]) -> None:
    """The page for signing in; then one's progress with a misconception mastered and one met."""
    name, width, height, scheme = view
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    context.add_init_script("localStorage.setItem('netpol-lab-editor', 'plain')")
    page = context.new_page()
    page.goto(f"{BASE}/accounts/login/")
    page.screenshot(path=PICTURES / f"sign-in-{name}.png")
    right = solution("api-to-db")
    other = solution("c-must-not-reach-b")
    for lesson, text in (
        ("api-to-db", right.replace("namespace: prod", "namespace: staging")),
        ("api-to-db", right),
        (
            "namespace-a-b-c",
            other.replace("kubernetes.io/metadata.name: namespace-a", "name: namespace-a"),
        ),
    ):
        page.goto(f"{BASE}/lab/{lesson}/")
        page.locator("#policy").fill(text)
        with page.expect_response("**/submit") as answer:
            page.locator("#check").click()
        answer.value.finished()
    page.goto(f"{BASE}/me/")
    page.screenshot(path=PICTURES / f"my-progress-{name}.png", full_page=name != "phone")
    print(f"docs/screenshots/my-progress-{name}.png")
    context.close()


if __name__ == "__main__":
    main()
