"""Help on the lesson page in Chromium: named mistakes, hints, the smallest edit, plain words."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import axe, width
from tests.lab.conftest import SOLUTION

pytestmark = pytest.mark.usefixtures("course")

LESSON = "/lab/api-to-db/"
WEB_TO_DB = "0-2-3306-tcp"
#: `ports` became a rule of its own.
CUT = SOLUTION.replace("    ports:", "  - ports:")


def editor(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Your policy")


def check(page: Page, text: str) -> None:
    editor(page).fill(text)
    page.get_by_role("button", name="Check").click()


def arrow(page: Page, name: str) -> Locator:
    """An arrow of the drawing that is shown."""
    return page.locator(f'.topology-wide [data-arrow="{name}"]')


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


# ── named mistakes ──


def test_a_wrong_check_names_the_mistake_its_line_and_its_lesson(page: Page) -> None:
    page.goto("/lab/namespace-a-b-c/")
    bare = CUT.partition("spec:")[0].replace("prod", "namespace-b") + (
        "spec:\n  podSelector: {}\n  ingress:\n  - from:\n    - podSelector: {matchLabels: {app: a}}\n"
    )
    check(page, bare)
    mistakes = page.locator("#mistakes")
    words = "a podSelector alone was meant to look into other namespaces (line 10)"
    expect(mistakes).to_contain_text(f"Part of it looks as if {words}")
    expect(page.locator("#live")).to_contain_text(words)
    mistakes.get_by_role("button", name="line 10").click()
    chosen = page.evaluate(
        "(() => { const a = document.getElementById('policy');"
        " return a.value.slice(a.selectionStart, a.selectionEnd); })()"
    )
    assert chosen == "    - podSelector: {matchLabels: {app: a}}"
    mistakes.get_by_role("link", name="Its lesson: api → db on 3306").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("api → db on 3306")


def test_a_right_check_takes_the_name_away_again(page: Page) -> None:
    page.goto(LESSON)
    check(page, CUT)
    expect(page.locator("#mistakes")).to_contain_text("a dash cut one entry in two")
    check(page, SOLUTION)
    expect(page.get_by_role("heading", name="Solved")).to_be_visible()
    expect(page.locator("#mistakes")).to_have_count(0)
    expect(page.locator("#feedback")).to_contain_text("You solved this without hints.")


# ── hints ──


def test_hints_and_the_solution_by_keyboard(page: Page) -> None:
    page.goto(LESSON)
    editor(page).fill(CUT)
    expect(arrow(page, WEB_TO_DB)).to_have_class(re.compile("arrow-allowed"))
    button = page.get_by_role("button", name="Show hint 1 of 3")
    expect(button).to_have_accessible_description(re.compile("solved with 1 hint"))
    button.focus()
    for step in (1, 2, 3):
        expect(page.locator("#next-hint")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=f"Hint {step} of 3")).to_be_visible()
        expect(page.locator("#live")).to_contain_text(f"Hint {step} of 3: ")
    expect(page.get_by_role("button", name="Show the solution")).to_be_focused()
    expect(page.locator("#solution")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator("#solution")).to_be_focused()
    expect(page.locator("#live")).to_have_text("The solution is open, below the hints.")
    page.get_by_role("button", name="Put it into the editor").press("Enter")
    expect(editor(page)).to_have_value(re.compile("name: api-pod"))
    expect(editor(page)).to_be_focused()
    expect(arrow(page, WEB_TO_DB)).to_have_class(re.compile("arrow-denied"))
    expect(page.locator("#notice")).to_have_text(
        "The solution is in the editor. Undo brings your text again."
    )
    page.keyboard.press("Control+z")
    expect(editor(page)).to_have_value(CUT)


def test_a_key_asks_for_the_next_hint(page: Page) -> None:
    page.goto(LESSON)
    editor(page).focus()
    page.keyboard.press("Alt+Shift+H")
    expect(page.get_by_role("heading", name="Hint 1 of 3")).to_be_visible()
    expect(editor(page)).to_be_focused()
    page.reload()
    expect(page.get_by_role("heading", name="Hint 1 of 3")).to_be_visible()
    expect(page.get_by_role("button", name="Show hint 2 of 3")).to_be_visible()


def test_the_solution_can_be_copied(page: Page) -> None:
    page.goto(LESSON)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for step in range(4):
        page.locator("#next-hint").click()
        expect(page.locator("#hints h3")).to_have_count(step + 1)
    hints = page.locator("#hints")
    hints.get_by_role("button", name="Copy").click()
    expect(hints.get_by_role("button", name="Copied.")).to_be_visible()
    assert (
        page.evaluate("navigator.clipboard.readText()")
        == page.locator("#solution-text").text_content()
    )


def test_labels_are_set_where_they_are_the_solution(page: Page) -> None:
    page.goto("/lab/dont-touch-the-policies/")
    for step in range(4):
        page.locator("#next-hint").click()
        expect(page.locator("#hints h3")).to_have_count(step + 1)
    page.get_by_role("button", name="Set these labels").click()
    expect(page.locator("#relabelled")).to_contain_text("prod/api db-client=yes")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("heading", name="Solved")).to_be_visible()
    expect(page.locator("#feedback")).to_contain_text("You solved this with the solution.")


# ── the smallest edit ──


def test_the_smallest_edit_flips_its_arrow_and_can_be_undone(page: Page) -> None:
    page.goto(LESSON)
    check(page, SOLUTION)
    expect(page.get_by_role("heading", name="Solved")).to_be_visible()
    arrow(page, WEB_TO_DB).locator(".label").first.click()
    page.get_by_role("button", name="Show the smallest edit that would flip it").press("Enter")
    expect(page.locator("#flip")).to_be_focused()
    expect(page.locator("#live")).to_contain_text("would be allowed: In db-policy, rule 1")
    expect(page.locator("#flip .added")).to_have_count(3)
    page.get_by_role("button", name="Put it into the editor").click()
    expect(editor(page)).to_have_value(re.compile("name: web-pod"))
    expect(arrow(page, WEB_TO_DB)).to_have_class(re.compile("arrow-allowed"))
    expect(page.locator("#why-title")).to_have_text("prod/web → prod/db : 3306 is allowed")
    expect(page.locator("#flip")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(editor(page)).to_have_value(SOLUTION)
    expect(arrow(page, WEB_TO_DB)).to_have_class(re.compile("arrow-denied"))


# ── plain words ──


def test_what_is_folded_away_stays_so(page: Page) -> None:
    page.goto(LESSON)
    page.get_by_role("tab", name="Sentences").click()
    words = page.locator("details.aloud")
    expect(words).to_contain_text("Selects the pods of namespace prod whose label role is db.")
    words.locator("summary").click()
    expect(words).not_to_have_attribute("open", "")
    editor(page).fill(SOLUTION)
    expect(arrow(page, "1-2-3306-tcp")).to_have_class(re.compile("arrow-allowed"))
    expect(words).not_to_have_attribute("open", "")


# ── for everyone ──


def test_all_of_it_without_javascript(plain_page: Page) -> None:
    page = plain_page
    page.goto(LESSON)
    check(page, CUT)
    expect(page.locator("#mistakes")).to_contain_text("a dash cut one entry in two")
    for step in (1, 2, 3, 4):
        page.locator("#next-hint").click()
        expect(page.locator("#hints h3")).to_have_count(step)
        expect(editor(page)).to_have_value(CUT)
    page.locator("#put-solution").click()
    expect(editor(page)).to_have_value(re.compile("name: api-pod"))
    page.locator(f"#cell-{WEB_TO_DB}").click()
    page.get_by_role("button", name="Show the smallest edit").click()
    expect(page.locator("#flip")).to_contain_text("would be allowed")
    page.locator("#put-flip").click()
    expect(page.locator("#why-title")).to_have_text("prod/web → prod/db : 3306 is allowed")
    expect(editor(page)).to_have_value(re.compile("name: web-pod"))


def test_axe_finds_no_violation(page: Page) -> None:
    page.goto(LESSON)
    check(page, CUT)
    page.locator("#mistakes summary").click()
    for step in range(4):
        page.locator("#next-hint").click()
        expect(page.locator("#hints h3")).to_have_count(step + 1)
    arrow(page, WEB_TO_DB).locator(".label").first.click()
    page.get_by_role("button", name="Show the smallest edit").click()
    expect(page.locator("#flip")).to_be_visible()
    page.get_by_role("tab", name="Sentences").click()
    axe(page, "help")
    page.goto("/lab/namespace-a-b-c/")
    editor(page).fill(SOLUTION.replace("prod", "namespace-b").replace("role: db", "app: b"))
    expect(arrow(page, "0-1-ping-icmp")).to_have_class(re.compile("arrow-undefined"))
    page.get_by_role("tab", name="Table").click()
    page.locator("#cell-0-1-ping-icmp").click()
    expect(page.locator(".settings")).to_contain_text("plugin.ping")
    axe(page, "why of a setting")


def test_on_a_phone_nothing_overflows(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(LESSON)
    check(page, CUT)
    expect(page.locator("#mistakes")).to_be_visible()
    for step in range(4):
        page.locator("#next-hint").click()
        expect(page.locator("#hints h3")).to_have_count(step + 1)
    page.locator('.topology-upright [data-arrow="4-2-3306-tcp"] .label').first.click()
    page.get_by_role("button", name="Show the smallest edit").click()
    expect(page.locator("#flip")).to_be_in_viewport()
    assert width(page) <= 360
