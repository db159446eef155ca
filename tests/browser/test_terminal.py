"""The terminal of the lesson page in Chromium: both ways with the editor, by keyboard, without JavaScript."""

import pytest
from playwright.sync_api import Locator, Page, expect

from netpol_lab.lab.models import Attempt
from tests.browser.axe import axe
from tests.lab.conftest import SOLUTION

pytestmark = pytest.mark.usefixtures("course")

LESSON = "/lab/api-to-db/"
LABELS = "/lab/dont-touch-the-policies/"
API_TO_DB, WEB_TO_DB = "1-2-3306-tcp", "0-2-3306-tcp"


def line(page: Page) -> Locator:
    return page.locator("#terminal-line")


def run(page: Page, *commands: str) -> None:
    """Type commands, Enter after each, and wait until each has been answered."""
    for command in commands:
        turns = page.locator(".terminal-turn").count()
        line(page).fill(command)
        line(page).press("Enter")
        expect(page.locator(".terminal-turn")).to_have_count(turns + 1)


def log(page: Page) -> Locator:
    return page.get_by_role("log", name="Output")


def arrow(page: Page, name: str, outcome: str) -> Locator:
    return page.locator(f'.topology-wide [data-arrow="{name}"].arrow-{outcome}')


def test_a_policy_typed_into_the_terminal_turns_an_arrow_green(page: Page) -> None:
    page.goto(LESSON)
    expect(arrow(page, API_TO_DB, "denied")).to_be_visible()
    line(page).click()
    for typed in ("k apply -f - <<EOF", *SOLUTION.splitlines(), "EOF"):
        page.keyboard.insert_text(typed)
        page.keyboard.press("Enter")
    expect(log(page)).to_contain_text("networkpolicy.networking.k8s.io/db-policy")
    expect(arrow(page, API_TO_DB, "allowed")).to_be_visible()
    expect(page.get_by_role("textbox", name="Your policy")).to_have_value(SOLUTION)
    expect(line(page)).to_be_focused()
    expect(line(page)).to_have_value("")
    assert not Attempt.objects.exists()
    page.get_by_role("button", name="Undo").click()
    expect(arrow(page, API_TO_DB, "denied")).to_be_visible()


def test_what_is_typed_in_the_editor_is_what_the_next_command_sees(page: Page) -> None:
    page.goto(LESSON)
    page.get_by_role("textbox", name="Your policy").fill(SOLUTION)
    run(page, "k get netpol -n prod", "k exec -n prod web -- nc -zv -w 2 db 3306")
    expect(log(page)).to_contain_text("db-policy   role=db")
    expect(log(page)).to_contain_text("nc: db (10.1.0.13:3306): Connection timed out")
    expect(log(page)).to_contain_text("command terminated with exit code 1")


def test_a_label_turns_an_arrow_where_labels_may_change(page: Page) -> None:
    page.goto(LABELS)
    expect(arrow(page, API_TO_DB, "denied")).to_be_visible()
    run(page, "k config set-context --current --namespace=prod", "k label pod api db-client=yes")
    expect(page.locator("#terminal-prompt")).to_have_text("prod $")
    expect(log(page)).to_contain_text("pod/api labeled")
    expect(arrow(page, API_TO_DB, "allowed")).to_be_visible()
    expect(page.locator(".label-changes")).to_contain_text("prod/api db-client=yes")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("heading", name="Solved")).to_be_visible()


def test_apply_without_a_text_asks_for_it(page: Page) -> None:
    page.goto(LESSON)
    line(page).fill("k apply -f -")
    line(page).press("Enter")
    expect(page.locator("#terminal-prompt")).to_have_text(">")
    page.keyboard.insert_text(SOLUTION)
    page.keyboard.press("Control+d")
    expect(log(page)).to_contain_text("db-policy")
    expect(page.locator("#terminal-prompt")).to_have_text("default $")
    expect(arrow(page, API_TO_DB, "allowed")).to_be_visible()


def test_the_rich_editor_takes_a_text_from_the_terminal_too(page: Page) -> None:
    page.goto(LESSON)
    page.get_by_role("button", name="Rich editor").click()
    rich = page.locator(".cm-content")
    expect(rich).to_contain_text("db-policy")
    run(page, f"k apply -f - <<EOF\n{SOLUTION}EOF")
    expect(rich).to_contain_text("api-pod")
    expect(line(page)).to_be_focused()
    expect(arrow(page, API_TO_DB, "allowed")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(rich).not_to_contain_text("api-pod")
    expect(arrow(page, API_TO_DB, "denied")).to_be_visible()


def test_control_d_ends_a_heredoc_too(page: Page) -> None:
    page.goto(LESSON)
    line(page).focus()
    page.keyboard.insert_text("k apply -f - <<EOF")
    page.keyboard.press("Enter")
    page.keyboard.insert_text(SOLUTION)
    page.keyboard.press("Control+d")
    expect(arrow(page, API_TO_DB, "allowed")).to_be_visible()


def test_edit_leads_to_the_policy_in_the_editor(page: Page) -> None:
    page.goto(LESSON)
    page.get_by_role("textbox", name="Your policy").fill(SOLUTION)
    run(page, "k edit netpol db-policy -n prod")
    expect(page.get_by_role("textbox", name="Your policy")).to_be_focused()


def test_tab_completes_once_and_then_leaves(page: Page) -> None:
    page.goto(LESSON)
    line(page).focus()
    page.keyboard.type("k desc")
    page.keyboard.press("Tab")
    expect(line(page)).to_have_value("k describe ")
    page.keyboard.type("pods -n prod ")
    page.keyboard.press("Tab")
    expect(page.locator("#terminal-offers")).to_contain_text("api")
    expect(line(page)).to_be_focused()
    page.keyboard.press("Tab")
    expect(line(page)).not_to_be_focused()
    line(page).fill("")
    page.keyboard.press("Tab")
    expect(line(page)).not_to_be_focused()


def test_arrows_bring_back_what_was_typed_and_survive_a_reload(page: Page) -> None:
    page.goto(LESSON)
    run(page, "k get ns", "k get svc -A")
    page.keyboard.type("k desc")
    page.keyboard.press("ArrowUp")
    expect(line(page)).to_have_value("k get svc -A")
    page.keyboard.press("ArrowUp")
    expect(line(page)).to_have_value("k get ns")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(line(page)).to_have_value("k desc")
    page.reload()
    line(page).focus()
    page.keyboard.press("ArrowUp")
    expect(line(page)).to_have_value("k get svc -A")
    page.keyboard.press("Control+u")
    run(page, "k get pods")
    page.keyboard.press("Control+l")
    expect(page.locator(".terminal-turn")).to_have_count(0)


def test_one_can_type_ahead(page: Page) -> None:
    page.goto(LESSON)
    line(page).focus()
    for typed in ("k config set-context --current --namespace=prod", "k get pods", "k get netpol"):
        page.keyboard.insert_text(typed)
        page.keyboard.press("Enter")
    page.keyboard.type("k desc")
    expect(page.locator(".terminal-turn")).to_have_count(3)
    expect(page.locator(".terminal-turn").nth(1)).to_contain_text("web    1/1     Running")
    expect(line(page)).to_have_value("k desc")


def test_a_lost_server_is_said_and_the_line_is_kept(page: Page, console_errors: list[str]) -> None:
    page.goto(LESSON)
    page.route("**/terminal", lambda route: route.abort())
    line(page).fill("k get pods")
    line(page).press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached")
    expect(line(page)).to_have_value("k get pods")
    console_errors.clear()


def test_axe_finds_nothing(page: Page) -> None:
    page.goto(LESSON)
    run(page, "k get pods -A -o wide", "k get nothing", "help")
    axe(page, "terminal")


def test_without_javascript_it_is_a_field_and_a_button(plain_page: Page) -> None:
    page = plain_page
    page.goto(LESSON)
    line(page).fill(f"k apply -f - <<EOF\n{SOLUTION}EOF")
    page.get_by_role("button", name="Run").click()
    expect(log(page)).to_contain_text("db-policy configured")
    expect(page.locator("#policy")).to_have_value(SOLUTION)
    expect(page.locator(f'.topology-wide [data-arrow="{API_TO_DB}"].arrow-allowed')).to_have_count(
        1
    )
    line(page).fill("k exec -n prod web -- nc -zv db 3306")
    page.get_by_role("button", name="Run").click()
    expect(log(page)).to_contain_text("Connection timed out")
