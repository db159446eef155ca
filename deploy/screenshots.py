#!/usr/bin/env python3
"""Take the README's screenshots anew, from a site that is running: make screenshots (BASE).

Each lesson is solved and one arrow is picked, wide, on a phone and in the dark; then come a picture
that waits to be predicted, the terminal, the sandbox, signing in and one's own progress; and of the
quizzes their list, an item of a drill, a paper with its rail, a result and the reviews after it.
"""

import os
import re
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from deploy.lab import find_chromium  # noqa: E402 - found by the line above
from simulator.document import Exercise, read_document  # noqa: E402

BASE = os.environ.get("BASE", "http://127.0.0.1:8000")
PICTURES = ROOT / "docs" / "screenshots"
#: Lesson, its exercise, and the arrow to pick.
LESSONS = (
    ("api-to-db", "api-to-db", "4-2-3306-tcp"),
    ("namespace-a-b-c", "c-must-not-reach-b", "2-1-80-tcp"),
    ("deny-all-then-dns", "deny-all-then-dns", "0-s0-80-tcp"),
)
COMMANDS = (
    "k get pods -n prod --show-labels",
    "k label pod api -n prod db-client=yes",
    "k exec -it api -n prod -- nc -zv db 3306",
)
#: A task's policy, half written: it closes its namespace, and opens nothing yet.
PAPER_DRAFT = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {name}
  namespace: {namespace}
spec:
  podSelector: {{}}
  policyTypes: [Ingress]
"""
View = tuple[str, int, int, str]
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
            take_home(browser, view)
            take_locked(browser, view)
            take_terminal(browser, view)
            take_sandbox(browser, view)
            take_progress(browser, view)
            take_drill(browser, view)
            take_paper(browser, view)
        browser.close()


def solution(slug: str) -> str:
    """The solution of an exercise in fixtures/."""
    document = read_document(
        (ROOT / "fixtures" / "exercises" / f"{slug}.yaml").read_bytes()
    ).document
    assert isinstance(document, Exercise)
    return document.solution


def opened(browser: Browser, path: str, view: View) -> Page:
    """A page of a browser that nobody has used."""
    _, width, height, scheme = view
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{BASE}{path}")
    return page


def write(page: Page, text: str) -> None:
    """Put a text into the editor, plain or rich."""
    event = "new CustomEvent('policy:set', {detail: {text}, bubbles: true, cancelable: true})"
    page.evaluate(f"text => document.getElementById('policy').dispatchEvent({event})", text)


def keep(page: Page, name: str, view: View, *, whole: bool = False) -> None:
    """Take the picture and close the browser's window."""
    path = PICTURES / f"{name}-{view[0]}.png"
    page.mouse.move(0, 0)
    page.screenshot(path=path, full_page=whole)
    print(path.relative_to(ROOT))
    page.context.close()


def show(page: Page, selector: str) -> None:
    """Bring an element to the window's top, below the task."""
    page.locator(selector).scroll_into_view_if_needed()
    top = f"document.querySelector('{selector}').getBoundingClientRect().top"
    page.evaluate(f"scrollBy(0, {top} - (innerWidth < 1000 ? 150 : 0))")


def take(browser: Browser, lesson: str, text: str, arrow: str, view: View) -> None:
    """A lesson solved: the whole page on a desk, the picture's card on a phone."""
    page = opened(browser, f"/lab/{lesson}/", view)
    if page.get_by_role("button", name="Show me without guessing").count():
        page.get_by_role("button", name="Show me without guessing").click()
        page.locator("#goal").wait_for()
    page.locator(".cm-editor").wait_for()
    write(page, text)
    page.locator("#check").click()
    page.locator(".check.solved").wait_for()
    drawn = "upright" if view[0] == "phone" else "wide"
    page.locator(f'.topology-{drawn} [data-arrow="{arrow}"] .label').first.click()
    page.locator(".why .gates").wait_for()
    page.locator("#know summary").click()
    page.evaluate("scrollTo(0, 0)")
    if view[0] == "phone":
        show(page, "#panel-picture")
    keep(page, lesson, view)


def take_home(browser: Browser, view: View) -> None:
    """The front page."""
    keep(opened(browser, "/", view), "home", view)


def take_locked(browser: Browser, view: View) -> None:
    """A picture that waits to be predicted."""
    page = opened(browser, "/lab/deny-all-then-dns/", view)
    page.locator(".cm-editor").wait_for()
    show(page, "#panel-picture")
    keep(page, "predict", view)


def take_terminal(browser: Browser, view: View) -> None:
    """A lesson that is mended in the terminal."""
    page = opened(browser, "/lab/dont-touch-the-policies/", view)
    page.locator(".cm-editor").wait_for()
    for command in COMMANDS:
        page.locator("#terminal-line").fill(command)
        with page.expect_response("**/terminal") as answer:
            page.keyboard.press("Enter")
        answer.value.finished()
    page.locator('[data-arrow="1-2-3306-tcp"].arrow-allowed').first.wait_for(state="attached")
    page.locator("#know summary").click()
    if view[0] == "phone":
        show(page, "#terminal")
    else:
        page.evaluate("scrollTo(0, 0)")
    keep(page, "terminal", view, whole=view[0] != "phone")


def take_sandbox(browser: Browser, view: View) -> None:
    """The sandbox with the three tiers and the notes' policy."""
    page = opened(browser, "/sandbox/", view)
    page.get_by_role("button", name="Three tiers, two namespaces").click()
    page.locator(".topology").first.wait_for(state="attached")
    page.locator(".cm-editor").wait_for()
    write(page, solution("api-to-db"))
    page.locator(".arrow-denied").first.wait_for(state="attached")
    keep(page, "sandbox", view, whole=view[0] != "phone")


def take_progress(browser: Browser, view: View) -> None:
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


def begin(page: Page, quiz: str) -> str:
    """Start a quiz; the address of its sitting."""
    page.goto(f"{BASE}/quizzes/{quiz}/")
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/sittings/**")
    return page.url[: page.url.index("/sittings/") + len("/sittings//") + 36]


def snap(page: Page, name: str, view: View) -> None:
    """Take a picture of the window and go on."""
    path = PICTURES / f"{name}-{view[0]}.png"
    page.mouse.move(0, 0)
    page.screenshot(path=path)
    print(path.relative_to(ROOT))


def take_drill(browser: Browser, view: View) -> None:
    """The list, an item of a drill, what became of it, and the reviews that follow."""
    page = opened(browser, "/quizzes/", view)
    snap(page, "quizzes", view)
    sitting = begin(page, "drill-and-or")
    for question in page.locator("[data-asked]").all()[:2]:
        question.get_by_role("radio").first.check()
    page.locator("#saved[data-state=saved]").wait_for()
    snap(page, "quiz-item", view)
    for number in range(1, page.locator(".rail li").count() + 1):
        page.goto(f"{sitting}{number}/")
        guess(page, number)
    page.goto(f"{sitting}result")
    page.get_by_role("heading", name="Item by item").wait_for()
    snap(page, "quiz-result", view)
    page.goto(f"{BASE}/reviews/")
    snap(page, "reviews", view)
    page.context.close()


def guess(page: Page, number: int = 0) -> None:
    """Say something of every arrow of this item, and answer."""
    for place, question in enumerate(page.locator("[data-asked]").all()):
        question.get_by_role("radio").nth((place + number) % 2).check()
    with page.expect_navigation():
        page.locator("#answer").click()


def take_paper(browser: Browser, view: View) -> None:
    """A task of a paper with its rail: one answered, one flagged, a policy half written."""
    page = opened(browser, "/", view)
    sitting = begin(page, "exam-paper-1")
    page.goto(f"{sitting}5/")
    guess(page)
    page.goto(f"{sitting}3/")
    page.locator("[data-flag]").click()
    page.locator("#flagged").wait_for()
    page.goto(f"{sitting}1/")
    page.locator(".cm-editor").wait_for()
    asked = page.locator(".requirements").inner_text()
    name, namespace = re.findall(r"(?:policy|namespace) ([a-z0-9-]+)\.", asked)[:2]
    write(page, PAPER_DRAFT.format(name=name, namespace=namespace))
    page.locator("#result .arrow-denied").first.wait_for(state="attached")
    page.locator("#saved[data-state=saved]").wait_for()
    snap(page, "exam", view)
    page.context.close()


if __name__ == "__main__":
    main()
