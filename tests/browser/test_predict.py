"""Predicting, the goal and the history in Chromium: by mouse, by keyboard, without JavaScript."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from netpol_lab.lab.models import Prediction
from tests.browser.axe import axe, width
from tests.lab.conftest import SOLUTION

pytestmark = pytest.mark.usefixtures("course")

LOCKED, LESSON = "/lab/deny-all-then-dns/", "/lab/api-to-db/"
DNS, INTERNET, API_OUT, API = "0-3-53-udp", "0-4-443-tcp", "1-4-443-tcp", "0-s0-80-tcp"
SHUT = SOLUTION.partition("  ingress:")[0]


def question(page: Page, arrow: str) -> Locator:
    return page.locator(f'[data-asked="{arrow}"]')


def say(page: Page, arrow: str, word: str) -> None:
    question(page, arrow).get_by_role("radio", name=word).check()


def say_all(page: Page) -> None:
    """Three right, one wrong."""
    for arrow, word in (
        (DNS, "denied"),
        (INTERNET, "denied"),
        (API_OUT, "denied"),
        (API, "denied"),
    ):
        say(page, arrow, word)


def write(page: Page, text: str) -> None:
    """Put a text into whichever editor runs."""
    page.evaluate(
        "text => document.getElementById('policy').dispatchEvent(new CustomEvent("
        "'policy:set', { detail: { text }, cancelable: true, bubbles: true }))",
        text,
    )


def check(page: Page, text: str) -> None:
    write(page, text)
    with page.expect_response("**/submit"):
        page.get_by_role("button", name="Check").click()


# ── predict, then reveal ──


def test_the_picture_opens_once_every_arrow_is_predicted(page: Page) -> None:
    page.goto(LOCKED)
    arrow = page.locator(f'.topology-wide [data-arrow="{DNS}"]')
    expect(arrow.locator(".label")).to_have_text("? 53/UDP")
    say(page, DNS, "allowed")
    expect(arrow.locator(".label")).to_have_text("✓ 53/UDP")
    expect(arrow).to_have_attribute("data-guess", "allowed")
    say_all(page)
    page.get_by_role("button", name="Show what happens").click()
    expect(page.get_by_text("You said 3 of 4 arrows right.").first).to_be_visible()
    expect(page.locator(".mark.wrong")).to_contain_text("shop/api-v1 → internet : 443 is allowed")
    expect(page.locator("#live")).to_have_text("You said 3 of 4 arrows right.")
    expect(page.locator("#predict-title")).to_be_focused()
    expect(arrow).to_have_class(re.compile("arrow-denied"))
    page.locator(".mark.wrong").get_by_role("button", name="Why?").click()
    expect(page.locator("#why")).to_contain_text("shop/api-v1 → internet : 443 is allowed")
    page.reload()
    expect(page.get_by_text("You said 3 of 4 arrows right.")).to_be_visible()


def test_an_arrow_leads_to_its_question(page: Page) -> None:
    page.goto(LOCKED)
    page.locator(f'.topology-wide [data-arrow="{API}"] a').focus()
    page.keyboard.press("Enter")
    expect(question(page, API).get_by_role("radio", name="allowed")).to_be_focused()


def test_typing_opens_nothing_and_loses_no_choice(page: Page) -> None:
    page.goto(LOCKED)
    say(page, DNS, "denied")
    with page.expect_response("**/evaluate"):
        write(page, "# nothing at all\n")
    expect(page.locator(".arrow-asked")).to_have_count(8)
    expect(question(page, DNS).get_by_role("radio", name="denied")).to_be_checked()
    expect(page.locator(f'.topology-wide [data-arrow="{DNS}"] .label')).to_have_text("✕ 53/UDP")


def test_a_prediction_by_keyboard_alone(page: Page) -> None:
    page.goto(LOCKED)
    question(page, DNS).get_by_role("radio", name="allowed").focus()
    for _ in range(4):
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")  # from allowed to denied
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Show what happens")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#predict-title")).to_be_focused()
    assert Prediction.objects.get().right == 3


def test_enter_in_a_choice_predicts_and_checks_nothing(page: Page) -> None:
    page.goto(LOCKED)
    say_all(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("You said 3 of 4 arrows right.").first).to_be_visible()
    expect(page.locator(".check")).to_have_count(0)


def test_what_was_typed_before_the_prediction_stays(page: Page) -> None:
    page.goto(LOCKED)
    write(page, "# mine\n")
    say_all(page)
    page.get_by_role("button", name="Show what happens").click()
    expect(page.get_by_text("You said 3 of 4 arrows right.").first).to_be_visible()
    assert page.locator("#policy").input_value() == "# mine\n"


def test_the_main_job_without_javascript(plain_page: Page) -> None:
    page = plain_page
    page.goto(LOCKED)
    page.get_by_role("button", name="Show what happens").click()
    expect(page.locator(".marks")).to_have_count(0)  # the browser wants the choices first
    say_all(page)
    page.get_by_role("button", name="Show what happens").click()
    expect(page.locator(".mark")).to_have_count(4)
    expect(page.locator(".topology-wide .arrow-denied").first).to_be_attached()
    page.goto(LOCKED)
    expect(page.get_by_text("You said 3 of 4 arrows right.")).to_be_visible()


# ── the goal ──


def test_the_goal_follows_the_typing(page: Page) -> None:
    page.goto(LESSON)
    goal = page.locator("#goal")
    expect(goal).to_contain_text("1 of 7 arrows still differs from the goal.")
    expect(goal.locator(".goal-wide .ring")).to_have_count(1)
    write(page, SOLUTION)
    expect(goal).to_contain_text("Every arrow is as the task wants it.")
    expect(goal.locator(".ring")).to_have_count(0)


def test_the_goal_is_folded_on_a_phone_and_stays_as_one_leaves_it(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(LESSON)
    wishes = page.locator(".wishes")
    expect(wishes).to_be_hidden()
    page.locator("#goal summary").click()
    expect(wishes).to_be_visible()
    write(page, SOLUTION)
    expect(page.locator("#goal")).to_contain_text("Every arrow is as the task wants it.")
    expect(wishes).to_be_visible()
    assert width(page) <= 360


# ── history ──


def test_an_attempt_tells_what_it_changed_and_gives_its_text_back(page: Page) -> None:
    page.goto(LESSON)
    page.get_by_role("tab", name="History").click()
    expect(page.locator("#history")).to_contain_text("No attempt yet.")
    check(page, SHUT)
    expect(page.locator(".attempt-row")).to_have_count(1)
    check(page, SOLUTION)
    expect(page.locator(".attempt-row")).to_have_count(2)
    newest = page.locator(".attempt-row").first
    newest.locator("summary").first.click()
    expect(newest).to_contain_text("This edit opened prod/api → prod/db : 3306.")
    oldest = page.locator(".attempt-row").last
    oldest.locator("summary").first.click()
    expect(oldest).to_contain_text("Nothing changed in meaning")
    oldest.get_by_role("link", name="Take this text back").click()
    expect(page.locator("#policy")).to_have_value(SHUT)
    expect(page.locator("#notice")).to_contain_text("The text of attempt 1 is back.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#policy")).to_have_value(SOLUTION)


def test_the_history_without_javascript(plain_page: Page) -> None:
    page = plain_page
    page.goto(LESSON)
    for text in (SHUT, SOLUTION):
        page.get_by_role("textbox", name="Your policy").fill(text)
        page.get_by_role("button", name="Check").click()
    page.locator(".attempt-row").last.locator("summary").click()
    page.locator(".attempt-row").last.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Attempt 1: 1 wrongly refused")
    page.get_by_role("link", name="Take this text back").click()
    expect(page.get_by_role("textbox", name="Your policy")).to_have_value(SHUT)


# ── for everyone ──


@pytest.mark.parametrize("state", ["locked", "missing", "marks", "history", "attempt"])
def test_axe_finds_no_violation(page: Page, state: str) -> None:
    if state in ("history", "attempt"):
        page.goto(LESSON)
        check(page, SHUT)
        check(page, SOLUTION)
        page.get_by_role("tab", name="History").click()
        expect(page.locator(".attempt-row")).to_have_count(2)
        page.locator(".attempt-row summary").first.click()
        page.locator(".edit-lines summary").first.click()
        if state == "attempt":
            page.goto(page.locator(".attempt-row").first.get_attribute("hx-get") or "")
    else:
        page.goto(LOCKED)
    if state == "missing":
        say(page, DNS, "denied")
        page.evaluate("document.getElementById('predicting').noValidate = true")
        page.get_by_role("button", name="Show what happens").click()
        expect(page.get_by_text("3 arrows are without an answer.")).to_be_visible()
    if state == "marks":
        say_all(page)
        page.get_by_role("button", name="Show what happens").click()
        expect(page.locator(".mark").first).to_be_visible()
    axe(page, state)


@pytest.mark.parametrize("path", [LOCKED, LESSON])
def test_nothing_overflows_a_phone(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)
    if path == LOCKED:
        say_all(page)
        page.get_by_role("button", name="Show what happens").click()
        expect(page.locator(".mark").first).to_be_visible()
    else:
        check(page, SOLUTION)
        page.get_by_role("tab", name="History").click()
        page.locator(".attempt-row summary").first.click()
        expect(page.locator(".edit-summary")).to_be_visible()
    assert width(page) <= 360
