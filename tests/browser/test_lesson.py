"""The lesson page in Chromium: the main job, by mouse, by keyboard, without JavaScript."""

import re

import pytest
from django.db import OperationalError
from playwright.sync_api import Locator, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from netpol_lab.lab.models import Attempt
from tests.browser.axe import axe, width
from tests.lab.conftest import SOLUTION

pytestmark = pytest.mark.usefixtures("course")

LESSON = "/lab/api-to-db/"
API_TO_DB, STAGING_TO_DB = "1-2-3306-tcp", "4-2-3306-tcp"


def editor(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Your policy")


def check(page: Page, text: str) -> None:
    editor(page).fill(text)
    page.get_by_role("button", name="Check").click()


def selection(page: Page) -> str:
    """What is selected in the editor."""
    selected = page.evaluate(
        "(() => { const a = document.getElementById('policy');"
        " return a.value.slice(a.selectionStart, a.selectionEnd); })()"
    )
    return str(selected)


def arrow_class(page: Page, arrow: str) -> str:
    """The classes of an arrow in the drawing that is shown."""
    return page.locator(f'.topology-wide [data-arrow="{arrow}"]').get_attribute("class") or ""


# ── the main job ──


def test_a_learner_types_the_notes_policy_and_sees_the_arrows_turn(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Start: api → db on 3306").click()
    assert "arrow-denied" in arrow_class(page, API_TO_DB)
    editor(page).click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("")
    for line in SOLUTION.splitlines():
        page.keyboard.type(line)
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("heading", name="Solved. Every connection")).to_be_visible()
    assert "arrow-allowed" in arrow_class(page, API_TO_DB)
    assert "changed" in arrow_class(page, API_TO_DB)
    assert "arrow-denied" in arrow_class(page, STAGING_TO_DB)
    expect(page.locator("#live")).to_have_text(
        "Solved. prod/api → prod/db : 3306 is now allowed: db-policy, rule 1 (line 14) admits it."
    )
    page.locator("#feedback").get_by_role("link", name="Next: namespace-a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("namespace-a, -b, -c")


def test_picking_an_arrow_tells_why_and_marks_the_line(page: Page) -> None:
    page.goto(LESSON)
    check(page, SOLUTION)
    expect(page.get_by_role("heading", name="Solved")).to_be_visible()
    page.locator(f'.topology-wide [data-arrow="{STAGING_TO_DB}"] .label').click()
    why = page.locator(".why")
    expect(why).to_contain_text("staging/api → prod/db : 3306 is denied")
    expect(why).to_contain_text("admits name=api-pod in prod only. This pod has the label")
    expect(page.locator("#listing .decides")).to_have_text(
        ["    - podSelector:", "          name: api-pod"]
    )
    assert "selected" in arrow_class(page, STAGING_TO_DB)
    assert selection(page) == ""
    page.get_by_role("button", name="14     - podSelector:").click()
    assert selection(page) == "    - podSelector:"
    # The check's words stay while one asks why.
    expect(page.get_by_role("heading", name="Solved")).to_be_visible()


def test_a_refused_text_is_kept_and_so_is_the_picture(page: Page) -> None:
    page.goto(LESSON)
    check(page, SOLUTION)
    expect(page.get_by_role("heading", name="Solved")).to_be_visible()
    broken = SOLUTION.replace("port: 3306", 'port: "3306"')
    check(page, broken)
    expect(page.locator(".problems")).to_contain_text("must contain at least one letter (a-z)")
    expect(page.locator(".problems")).to_contain_text("line 19, column 13")
    expect(editor(page)).to_have_value(broken)
    assert "arrow-allowed" in arrow_class(page, API_TO_DB)
    expect(page.locator("#listing .error")).to_have_count(1)


def test_the_listing_follows_the_typing(page: Page) -> None:
    page.goto(LESSON)
    editor(page).fill("one\ntwo\nthree")
    expect(page.locator("#listing li")).to_have_text(["one", "two", "three"])


def test_the_picture_follows_the_typing_and_writes_nothing(page: Page) -> None:
    page.goto(LESSON)
    editor(page).fill(SOLUTION)
    expect(page.locator(f'.topology-wide [data-arrow="{API_TO_DB}"].arrow-allowed')).to_be_visible()
    expect(page.locator("#live")).to_contain_text("prod/api → prod/db : 3306 is now allowed")
    expect(page.locator(".edited-note")).to_be_visible()
    assert not Attempt.objects.exists()
    # What is half typed leaves the picture as it was, and says where it hurts.
    editor(page).fill(SOLUTION.replace("policyTypes", "policytypes"))
    expect(page.locator("#status")).to_have_text("✕ Refused")
    expect(page.locator(".problems")).to_contain_text("Did you mean policyTypes?")
    assert "arrow-allowed" in arrow_class(page, API_TO_DB)


def test_the_newest_text_wins(page: Page) -> None:
    held: list[Route] = []
    page.goto(LESSON)
    page.route("**/evaluate", lambda route: held.append(route))
    editor(page).fill(SOLUTION.replace("port: 3306", "port: 1"))
    expect(page.locator("#following.htmx-request")).to_be_attached()
    check(page, SOLUTION)
    expect(page.get_by_role("heading", name="Solved. Every connection")).to_be_visible()
    # The slow answer to what was typed before comes last, and changes nothing.
    with page.expect_response("**/evaluate"):
        held[0].continue_()
    expect(page.locator("#following.htmx-request")).not_to_be_attached()
    expect(page.get_by_role("heading", name="Solved. Every connection")).to_be_visible()
    assert "arrow-allowed" in arrow_class(page, API_TO_DB)


def test_the_tabs_are_worked_by_keys_and_remembered(page: Page) -> None:
    page.goto(LESSON)
    expect(page.locator("#panel-table")).to_be_hidden()
    page.keyboard.press("Alt+Shift+P")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Table")).to_be_focused()
    expect(page.locator("#panel-table")).to_be_visible()
    expect(page.locator("#panel-picture")).to_be_hidden()
    check(page, SOLUTION)
    expect(page.get_by_role("heading", name="Solved. Every connection")).to_be_visible()
    expect(page.locator("#panel-table")).to_be_visible()
    page.goto("/lab/namespace-a-b-c/")
    expect(page.locator("#panel-table")).to_be_visible()


def test_the_sheet_of_keys_opens_and_closes(page: Page) -> None:
    page.goto(LESSON)
    editor(page).focus()
    page.keyboard.press("Alt+Shift+K")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.keyboard.press("Alt+Shift+N")
    expect(page.get_by_role("heading", level=1)).to_have_text("namespace-a, -b, -c")


def test_undo_and_redo(page: Page) -> None:
    page.goto(LESSON)
    before = editor(page).input_value()
    editor(page).focus()
    page.keyboard.press("Control+Home")
    page.keyboard.type("#")
    page.get_by_role("button", name="Undo").click()
    expect(editor(page)).to_have_value(before)
    page.get_by_role("button", name="Redo").click()
    expect(editor(page)).to_have_value(f"#{before}")


def test_the_picture_turns_on_a_phone_and_nothing_overflows(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    for path in ("/", LESSON, "/lab/namespace-a-b-c/"):
        page.goto(path)
        assert width(page) <= 360
    expect(page.locator(".topology-upright")).to_be_visible()
    expect(page.locator(".topology-wide")).to_be_hidden()
    size = page.evaluate(
        "(() => { const s = document.querySelector('.topology-upright');"
        " const scale = s.getBoundingClientRect().width / s.viewBox.baseVal.width;"
        " return scale * parseFloat(getComputedStyle(s.querySelector('.detail')).fontSize); })()"
    )
    assert size >= 11.9


def test_what_the_server_cannot_answer_is_said_and_loses_nothing(
    page: Page, console_errors: list[str]
) -> None:
    page.goto(LESSON)
    page.route("**/submit", lambda route: route.abort())
    check(page, SOLUTION)
    expect(page.locator("#notice")).to_contain_text("cannot be reached")
    expect(editor(page)).to_have_value(SOLUTION)
    page.unroute("**/submit")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("heading", name="Solved")).to_be_visible()
    expect(page.locator("#notice")).to_be_empty()
    console_errors.clear()  # the refused request itself


def test_a_text_that_is_too_large_is_refused_in_place(
    page: Page, console_errors: list[str]
) -> None:
    page.goto(LESSON)
    check(page, "#" * 70_000)
    expect(page.locator("#feedback")).to_contain_text("That is too large")
    expect(page.locator(".topology-wide")).to_be_visible()
    check(page, SOLUTION)
    expect(page.get_by_role("heading", name="Solved")).to_be_visible()
    console_errors.clear()  # Chromium logs the 413


def test_a_check_never_moves_the_caret_of_a_writer(page: Page) -> None:
    page.goto(LESSON)
    check(page, SOLUTION.replace("apiVersion", "apiversion"))
    expect(page.locator(".problems")).to_be_visible()
    editor(page).focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("# more")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#listing .error").first).to_be_attached()
    page.keyboard.type("!")
    assert editor(page).input_value().endswith("# more!")


def test_an_edit_after_the_check_is_said(page: Page) -> None:
    page.goto(LESSON)
    check(page, SOLUTION)
    expect(page.get_by_role("heading", name="Solved")).to_be_visible()
    expect(page.get_by_text("Edited, not checked")).to_be_hidden()
    editor(page).press("Control+End")
    page.keyboard.type("#")
    expect(page.get_by_text("Edited, not checked")).to_be_visible()
    page.keyboard.press("Backspace")
    expect(page.get_by_text("Edited, not checked")).to_be_hidden()


def test_starting_over_can_be_undone(page: Page) -> None:
    page.goto(LESSON)
    editor(page).click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(SOLUTION)
    page.get_by_role("link", name="Start over").click()
    expect(editor(page)).to_have_value(re.compile("Add the rule that admits api"))
    editor(page).press("Control+z")
    expect(editor(page)).to_have_value(SOLUTION)


def test_what_was_typed_survives_a_reload_until_it_is_checked(page: Page) -> None:
    page.goto(LESSON)
    editor(page).fill("# half a thought")
    page.reload()
    expect(editor(page)).to_have_value("# half a thought")
    expect(page.locator("#notice")).to_contain_text("what you had typed")
    check(page, SOLUTION)
    expect(page.get_by_role("heading", name="Solved")).to_be_visible()
    page.reload()
    expect(editor(page)).to_have_value(SOLUTION)
    expect(page.locator("#notice")).to_be_empty()


def test_a_database_that_is_away_costs_neither_text_nor_picture(
    page: Page, console_errors: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page.goto(LESSON)

    def away(*args: object, **kwargs: object) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as patched:
        patched.setattr("netpol_lab.lab.views.record_attempt", away)
        check(page, SOLUTION)
        expect(page.locator("#feedback")).to_contain_text("cannot reach its database")
        expect(page.locator(".topology-wide")).to_be_visible()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("heading", name="Solved")).to_be_visible()
    console_errors.clear()  # Chromium logs the 503


def test_picking_on_a_phone_shows_the_explanation(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(LESSON)
    page.locator(f'.topology-upright [data-arrow="{STAGING_TO_DB}"] .label').click()
    expect(page.locator(".why")).to_contain_text("staging/api → prod/db")
    expect(page.locator("#why-title")).to_be_in_viewport()


# ── for everyone ──


def test_the_whole_exercise_by_keyboard(page: Page) -> None:
    page.goto(LESSON)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "policy":
            break
    expect(editor(page)).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(SOLUTION)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Solved")).to_be_visible()
    expect(editor(page)).to_be_focused()
    page.keyboard.press("Tab")  # no trap
    expect(page.get_by_role("button", name="Check")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_contain_text("No arrow changed")
    expect(page.get_by_role("button", name="Check")).to_be_focused()
    arrow = page.locator(f'.topology-wide a[data-why="{STAGING_TO_DB}"]')
    arrow.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".why")).to_contain_text("lives in staging")
    expect(page.locator(f'.topology-wide a[data-why="{STAGING_TO_DB}"]')).to_be_focused()


def test_a_cell_keeps_the_focus_that_picked_it(page: Page) -> None:
    page.goto(LESSON)
    page.get_by_role("tab", name="Table").click()
    page.locator(f"#cell-{STAGING_TO_DB}").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".why")).to_contain_text("staging/api → prod/db")
    expect(page.locator(f"#cell-{STAGING_TO_DB}")).to_be_focused()


def test_the_main_job_without_javascript(plain_page: Page) -> None:
    page = plain_page
    page.goto(LESSON)
    check(page, SOLUTION)
    expect(page.get_by_role("heading", name="Solved")).to_be_visible()
    expect(editor(page)).to_have_value(SOLUTION)
    page.locator(f"#cell-{STAGING_TO_DB}").click()
    expect(page.locator(".why")).to_contain_text("This pod has the label, but lives in staging.")
    expect(page.locator("#listing .decides")).to_have_count(2)
    check(page, SOLUTION.replace("policyTypes", "policytypes"))
    expect(page.locator(".problems")).to_contain_text("Did you mean policyTypes?")
    # An arrow of the picture leads to its cell, and the text stays.
    page.locator(f'.topology-wide a[data-why="{API_TO_DB}"]').focus()
    page.keyboard.press("Enter")
    assert page.url.endswith(f"#cell-{API_TO_DB}")


@pytest.mark.parametrize("state", ["home", "start", "solved", "unsolved", "refused", "abc", "404"])
def test_axe_finds_no_violation(page: Page, console_errors: list[str], state: str) -> None:
    paths = {"home": "/", "abc": "/lab/namespace-a-b-c/", "404": "/nowhere"}
    page.goto(paths.get(state, LESSON))
    if state == "solved":
        check(page, SOLUTION)
        page.get_by_role("tab", name="Table").click()
        page.locator(f"#cell-{STAGING_TO_DB}").click()
        expect(page.locator(".why")).to_contain_text("lives in staging")
    if state == "unsolved":
        check(page, SOLUTION.partition("    ports:")[0])
        expect(page.locator(".check.unsolved")).to_be_visible()
    if state == "refused":
        check(page, SOLUTION.replace("policyTypes", "policytypes"))
        expect(page.locator(".problems")).to_be_visible()
    if state == "abc":
        check(page, SOLUTION.replace("prod", "namespace-b").replace("role: db", "app: b"))
        expect(page.locator(".check.unsolved")).to_be_visible()
    axe(page, state)
    # Chromium logs the 404 itself; nothing else may be said.
    console_errors[:] = [error for error in console_errors if state != "404" or "404" not in error]


def test_the_choice_of_colours_is_remembered(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Dark").click()
    page.goto(LESSON)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="System").click()
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")


def test_nothing_is_fetched_from_elsewhere(page: Page, live_server: LiveServer) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(LESSON)
    check(page, SOLUTION)
    expect(page.get_by_role("heading", name="Solved")).to_be_visible()
    assert asked
    assert all(url.startswith(live_server.url) for url in asked)
