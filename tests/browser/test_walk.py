"""Every page and state once, as an auditor walks them; and a lesson from end to end by keys alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import axe
from tests.lab.conftest import SOLUTION

pytestmark = pytest.mark.usefixtures("course")

LESSON, LOCKED, RELABEL = (
    "/lab/api-to-db/", "/lab/deny-all-then-dns/", "/lab/dont-touch-the-policies/",
)  # fmt: skip
PLAIN_PAGES = [
    "/", "/me/", "/me/erase/", "/sandbox/", "/accounts/login/", "/accounts/signup/", "/nowhere", RELABEL, LOCKED,
    "/glossary/", "/cheat-sheet/", "/course-notes/",
]  # fmt: skip


def write(page: Page, text: str) -> None:
    page.locator("#policy").fill(text)
    page.get_by_role("button", name="Check", exact=True).click()


# ── axe ──


def test_axe_is_clean_on_every_page(page: Page, console_errors: list[str]) -> None:
    for path in PLAIN_PAGES:
        page.goto(path)
        axe(page, path)
    # Chromium logs the 404 itself; nothing else may be said.
    console_errors[:] = [error for error in console_errors if "404" not in error]


def test_axe_is_clean_in_every_state_of_a_lesson(page: Page) -> None:
    page.goto(LESSON)
    write(page, SOLUTION.partition("    ports:")[0])
    expect(page.locator(".check.unsolved")).to_be_visible()
    for view in ("Picture", "Table", "Sentences", "History"):
        page.get_by_role("tab", name=view).click()
        axe(page, f"unsolved, {view}")
    page.get_by_role("tab", name="Picture").click()
    page.locator("#policy").fill(SOLUTION.replace("policyTypes", "policytypes"))
    expect(page.locator("#status")).to_have_text("✕ Refused")
    axe(page, "refused while typing")
    for step in ("1 of 3", "2 of 3", "3 of 3", "the solution"):
        page.locator("#next-hint").click()
        expect(page.locator("#hints")).to_contain_text(step, ignore_case=True)
    axe(page, "hints to the solution")
    write(page, SOLUTION)
    expect(page.get_by_role("heading", name="Solved")).to_be_visible()
    page.locator('.topology-wide [data-arrow="4-2-3306-tcp"] .label').click()
    page.locator("#show-flip").click()
    expect(page.locator("#flip")).to_be_focused()
    axe(page, "the smallest edit")
    page.get_by_role("button", name="Keys").click()
    axe(page, "the sheet of keys")
    page.keyboard.press("Escape")
    page.locator("#policy").press("Control+End")
    page.keyboard.type("# more")
    axe(page, "edited after the check")


# ── nothing is lost from sight or from the keys ──


def test_what_was_said_of_an_older_text_keeps_its_contrast(page: Page) -> None:
    page.goto(LESSON)
    write(page, SOLUTION.partition("    ports:")[0])
    expect(page.locator(".check.unsolved")).to_be_visible()
    page.route("**/evaluate", lambda _: None)  # the answer never comes
    page.locator("#policy").press("Control+End")
    page.keyboard.type("#")
    expect(page.locator("form.lab")).to_have_class("lab tabbed edited waiting")
    expect(page.locator("#feedback")).to_have_css("opacity", "1")
    expect(page.locator(".check.unsolved")).to_have_css("border-top-style", "dashed")


@pytest.mark.parametrize("editor_choice", ["plain", "rich"])
def test_the_written_line_is_never_behind_the_task(page: Page, editor_choice: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(LESSON)
    written = page.locator("#policy" if editor_choice == "plain" else ".cm-content")
    expect(written).to_be_visible()
    written.focus()
    page.keyboard.press("Control+End")
    page.evaluate("scrollTo(0, 600)")
    page.keyboard.press("Control+Home")
    card = "document.querySelector('.task').getBoundingClientRect().bottom"
    top = "document.querySelector('.editor').getBoundingClientRect().top"
    page.wait_for_function(f"{top} + 10 >= {card}")


def test_a_hint_asked_at_once_never_takes_the_pictures_place(page: Page) -> None:
    page.goto(LESSON)
    page.evaluate(  # before htmx has taken the new button over
        "document.body.addEventListener('htmx:afterSwap',"
        " () => document.getElementById('next-hint').click(), { once: true })"
    )
    page.keyboard.press("Alt+Shift+H")
    expect(page.locator("#hints")).to_contain_text("Hint 2 of 3")
    expect(page.locator("#hints")).to_have_count(1)
    expect(page.locator("#result .topology-wide")).to_be_visible()


def test_the_history_stands_alone_and_why_leads_out_of_it(page: Page) -> None:
    page.goto(LESSON)
    write(page, SOLUTION.partition("    ports:")[0])
    expect(page.locator(".check.unsolved")).to_be_visible()
    page.get_by_role("tab", name="History").click()
    expect(page.locator("#why")).to_be_hidden()
    page.locator("#feedback").get_by_role("button", name="Why?").first.click()
    expect(page.locator("#why-title")).to_contain_text("prod/api → prod/db")
    expect(page.get_by_role("tab", name="Picture")).to_have_attribute("aria-selected", "true")


def test_paper_holds_what_the_tabs_hold(page: Page) -> None:
    page.goto(LESSON)
    expect(page.get_by_role("tab", name="Table")).to_be_visible()
    page.emulate_media(media="print", color_scheme="dark")
    for panel in ("#panel-picture", "#panel-table", "#panel-sentences"):
        expect(page.locator(panel)).to_be_visible()
    for gone in ("#panel-history", "#terminal", "#tabs"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator(".task")).to_have_css("background-color", "rgb(255, 255, 255)")


# ── a lesson from end to end ──


@pytest.mark.parametrize("editor_choice", ["plain", "rich"])
def test_a_lesson_by_keys_alone_from_the_front_page_to_the_next(
    page: Page, editor_choice: str
) -> None:
    keys = page.keyboard
    page.goto("/")
    tab_to(page, page.get_by_role("link", name="Start: api → db on 3306").evaluate("a => a.href"))
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("api → db on 3306")
    editor = page.locator("#policy" if editor_choice == "plain" else ".cm-content")
    expect(editor).to_be_visible()
    keys.press("Alt+Shift+E")
    expect(editor).to_be_focused()
    # Wrong: named, said aloud, and the focus stays where one writes.
    keys.press("Control+a")
    keys.insert_text(SOLUTION.replace("    ports:", "  - ports:"))
    keys.press("Control+Enter")
    expect(page.locator("#live")).to_contain_text(
        "Not yet: 5 connections that should be refused are let through."
    )
    expect(page.locator("#mistakes")).to_contain_text("a dash cut one entry in two")
    expect(editor).to_be_focused()
    # Every hint, and the solution: asked by keys, the editor keeps the focus.
    for said in ("Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3", "The solution is open"):
        keys.press("Alt+Shift+H")
        expect(page.locator("#live")).to_contain_text(said)
        expect(editor).to_be_focused()
    keys.press("Control+a")
    keys.insert_text(SOLUTION)
    keys.press("Control+Enter")
    expect(page.locator("#live")).to_contain_text("Solved.")
    expect(editor).to_be_focused()
    # Tab leaves; the table tells why; the focus stays on what was asked.
    keys.press("Tab")
    expect(page.get_by_role("button", name="Check", exact=True)).to_be_focused()
    keys.press("Alt+Shift+P")
    keys.press("ArrowRight")
    expect(page.get_by_role("tab", name="Table")).to_be_focused()
    tab_to(page, "cell-4-2-3306-tcp")
    keys.press("Enter")
    expect(page.locator("#live")).to_contain_text("but lives in staging")
    expect(page.locator("#cell-4-2-3306-tcp")).to_be_focused()
    # The terminal, and on.
    keys.press("Alt+Shift+T")
    keys.type("k get netpol -n prod")
    keys.press("Enter")
    expect(page.locator("#terminal-log")).to_contain_text("db-policy")
    expect(page.locator("#terminal-line")).to_be_focused()
    keys.press("Alt+Shift+N")
    expect(page.get_by_role("heading", level=1)).to_have_text("namespace-a, -b, -c")


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the element with this id or address has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if wanted in page.evaluate("[document.activeElement.id, document.activeElement.href]"):
            return
    pytest.fail(f"{wanted} is not reached by Tab")


def test_a_locked_lesson_from_end_to_end_without_javascript(plain_page: Page) -> None:
    page = plain_page
    page.goto(LOCKED)
    for question in page.locator("[data-asked]").all():
        question.get_by_role("radio", name="denied").check()
    page.get_by_role("button", name="Show what happens").click()
    expect(page.locator(".mark")).to_have_count(4)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("heading", name="Not yet")).to_be_visible()
    for _ in range(4):
        page.locator("#next-hint").click()
    page.locator("#put-solution").click()
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("heading", name="Solved. Every connection")).to_be_visible()
    page.locator("#terminal-line").fill("k get netpol -n shop")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#terminal-log")).to_contain_text("web-egress")


def test_a_refusal_while_typing_moves_nothing(page: Page) -> None:
    page.goto("/lab/api-to-db/")
    places = "['#check', '#hints', '.look'].map((one) => document.querySelector(one).offsetTop)"
    before = page.evaluate(places)
    page.locator("#policy").press("Control+End")
    page.locator("#policy").press_sequentially("\nfoo: bar")
    expect(page.get_by_role("heading", name="The API server refuses this")).to_be_visible()
    assert page.evaluate(places) == before


def test_the_question_is_answered_where_it_stands(page: Page) -> None:
    page.goto("/lab/api-to-db/")
    page.locator("#policy").fill(SOLUTION)
    page.locator("#check").click()
    page.locator("#question-form").get_by_role("radio").first.check()
    page.locator("#answer-question").click()
    expect(page.locator("#question .told h3")).to_be_visible()
    expect(page.locator("#question-title")).to_be_focused()
    expect(page.locator("#policy")).to_have_value(SOLUTION)
