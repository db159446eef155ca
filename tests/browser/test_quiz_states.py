"""The states of a quiz's pages that come and go: axe, the focus, targets, and flags without a reload."""

import json
import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from netpol_lab.content.actions import load
from netpol_lab.quizzes.models import Answer, Card
from tests.browser.axe import axe, width
from tests.browser.test_quiz import PAPER, QUIZ, number_of, open_item, start
from tests.quizzes.conftest import files

WRONG = {
    "predict": {"1": "denied", "2": "denied"},
    "fill": "- namespaceSelector: {}",
}
HAND_IN = """async ([url, payload]) => {
    const data = new FormData();
    data.set("payload", payload);
    const headers = {Accept: "application/json"};
    headers["X-CSRFToken"] = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
    await (await fetch(url, {method: "POST", body: data, headers})).json();
}"""


@pytest.fixture(autouse=True)
def documents(live_server: LiveServer) -> None:
    """The sample quiz and paper in the database that the live server reads."""
    load(files())


def test_what_is_told_is_clean_to_axe_and_has_the_focus(page: Page) -> None:
    sitting = start(page, QUIZ)
    for item, said in WRONG.items():
        page.evaluate(HAND_IN, [f"{sitting}{number_of(item)}/answer", json.dumps(said)])
    page.goto(f"{sitting}{number_of('predict')}/#told")
    expect(page.locator("#told")).to_be_focused()
    # A picture that went on showing the guess would teach it.
    expect(page.locator(".topology-wide [data-arrow='1']")).to_have_class(
        re.compile("arrow-allowed")
    )
    axe(page, "predicted")
    open_item(page, sitting, "fill")
    axe(page, "told: fill", schemes=("dark",))
    page.goto(QUIZ)
    axe(page, "a quiz under way", schemes=("light",))
    assert Card.objects.exists()
    page.goto("/reviews/")
    axe(page, "reviews")
    page.get_by_role("button", name="Review").click()
    expect(page.get_by_role("heading", name="Review", exact=True)).to_be_visible()
    expect(page.locator(".rail")).to_have_count(0)
    axe(page, "a review", schemes=("light",))


def test_trouble_is_clean_to_axe_and_overflows_no_phone(
    page: Page, console_errors: list[str]
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    open_item(page, start(page, PAPER), "fill")
    page.route("**/save", lambda route: route.abort())
    page.get_by_role("textbox", name="The missing part").fill("- podSelector: {}")
    expect(page.locator("#saved")).to_contain_text("waits in this browser")
    page.evaluate("document.getElementById('clash').hidden = false")
    last = "document.dispatchEvent(new CustomEvent('quiz:clock', {detail: {remaining: 55}}))"
    page.evaluate(last)
    expect(page.locator("#live")).to_have_text("One minute is left.")
    expect(page.locator("#clock")).to_have_class("clock short")
    assert width(page) <= 360
    axe(page, "trouble")
    page.unroute("**/save")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#saved")).to_have_text(re.compile(r"^Saved"))
    console_errors.clear()  # the browser's own words on the aborted requests


def test_what_is_told_comes_into_sight(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 500})
    open_item(page, start(page, QUIZ), "point")
    page.get_by_role("checkbox").last.check()
    page.locator("#answer").click()
    expect(page.locator("#told")).to_be_focused()
    expect(page.locator("#told h3")).to_be_in_viewport()


def test_a_flag_stays_in_the_page(page: Page) -> None:
    open_item(page, start(page, PAPER), "write")
    editor = page.get_by_role("textbox", name="Your policies")
    editor.fill("# half a thought")
    page.keyboard.press("Alt+Shift+F")
    expect(page.locator("#live")).to_have_text("Flagged")
    expect(page.locator(".rail [aria-current] .rail-flag")).to_be_visible()
    expect(page.locator("#flagged")).to_be_visible()
    expect(editor).to_be_focused()
    page.get_by_role("button", name="Take the flag off").click()
    expect(page.locator("#live")).to_have_text("The flag is off")
    assert not Answer.objects.get(item="write").flagged


def test_the_next_item_begins_where_the_last_one_ended(page: Page) -> None:
    sitting = start(page, PAPER)
    page.goto(f"{sitting}1/")
    page.locator("#answer").click()
    page.wait_for_url("**/2/#item-title")
    expect(page.locator("#item-title")).to_be_focused()
    small = page.evaluate(
        "[...document.querySelectorAll('#paper :is(a, button, input, select, summary)')].filter(one =>"
        " !one.closest('svg, label') && one.checkVisibility() && one.getBoundingClientRect().height < 24"
        ").map(one => one.outerHTML)"
    )
    assert small == []
