"""Quizzes in Chromium: a whole quiz by keyboard, a paper with a cut connection, without JavaScript."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from netpol_lab.content.actions import load
from netpol_lab.content.models import Kind
from netpol_lab.quizzes.models import Answer, Sitting
from tests.browser.axe import axe, width
from tests.quizzes.conftest import SHORT, file, files

BROKEN = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicyy\n"
QUIZ, PAPER, DRILL = "/quizzes/every-kind/", "/quizzes/paper/", "/quizzes/short/"

DASH = SHORT.replace("slug: short", "slug: dash").replace(
    "use: quiz", "use: drill\nseconds: 60"
) + SHORT.partition("items:\n")[2].replace("id: one", "id: two")


@pytest.fixture(autouse=True)
def documents(live_server: LiveServer) -> None:
    """The sample quiz, paper and a drill in the database that the live server reads."""
    load([*files(), file(Kind.QUIZ, DASH)])


def start(page: Page, quiz: str) -> str:
    """Begin a quiz; the address of its sitting."""
    page.goto(quiz)
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/sittings/**")
    return page.url[: page.url.index("/sittings/") + len("/sittings//") + 36]


def number_of(item: str) -> int:
    """Where an item stands in the newest sitting."""
    return Answer.objects.filter(item=item).latest("pk").position


def saved(item: str) -> object:
    return Answer.objects.filter(item=item).latest("pk").payload


def open_item(page: Page, sitting: str, item: str) -> None:
    page.goto(f"{sitting}{number_of(item)}/")


def status(page: Page) -> str:
    return page.locator("#saved").inner_text()


# ── the whole of it ──


def test_a_quiz_is_done_by_keyboard_alone(page: Page) -> None:
    page.goto(DRILL)
    page.get_by_role("button", name="Start").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sittings/*/1/")
    yes = page.get_by_role("radio").first
    expect(yes).to_be_visible()
    yes.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")  # a radio's Enter is the form's: no button needs to be sought
    expect(page.locator("#told")).to_be_visible()
    page.keyboard.press("Alt+Shift+N")
    page.get_by_role("button", name="Hand in").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Item by item")).to_be_visible()


def test_steps_are_put_in_order_by_buttons_that_keep_the_focus(page: Page) -> None:
    open_item(page, start(page, PAPER), "order")
    second = page.locator("#steps li").nth(1)
    words = second.locator(".option-body").inner_text()
    second.get_by_role("button", name="Move up").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#steps li").first.locator(".option-body")).to_have_text(words)
    expect(page.locator("#steps li").first.get_by_role("button", name="Move down")).to_be_focused()
    expect(page.locator("#live")).to_have_text(f"{words} is now step 1")
    expect(page.locator("#saved")).to_have_text(re.compile(r"^Saved \d\d:\d\d"))


def test_an_arrow_shows_what_is_said_of_it_and_leads_to_its_question(page: Page) -> None:
    open_item(page, start(page, PAPER), "predict")
    arrow = page.locator(".topology-wide [data-arrow='2'], .topology-upright [data-arrow='2']")
    shown = arrow.locator(".label").filter(visible=True)
    expect(shown).to_have_text(re.compile(r"^2: \? "))
    page.locator("#said-2").get_by_role("radio", name="denied").check()
    expect(shown).to_have_text(re.compile(r"^2: ✕ "))


def test_what_is_answered_at_once_is_told_at_once(page: Page) -> None:
    open_item(page, start(page, DRILL), "one")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Answer").click()
    expect(page.locator("#told")).to_contain_text(re.compile("Right|Wrong"))
    expect(page.get_by_role("radio").first).to_be_disabled()


# ── drafts ──


def test_a_draft_is_saved_soon_and_is_no_answer(page: Page) -> None:
    open_item(page, start(page, PAPER), "write")
    page.get_by_role("textbox", name="Your policies").fill("kind: NetworkPolicy\n")
    expect(page.locator("#saved")).to_have_text(re.compile(r"^Saved"), timeout=5_000)
    assert saved("write") == "kind: NetworkPolicy\n"
    assert Answer.objects.get(item="write").submitted is None
    expect(page.locator(".rail [aria-current] .rail-state")).to_have_text("draft saved")


def test_a_cut_connection_in_a_paper_loses_nothing(page: Page, console_errors: list[str]) -> None:
    sitting = start(page, PAPER)
    open_item(page, sitting, "write")
    page.route("**/save", lambda route: route.abort())
    page.route("**/answer", lambda route: route.abort())
    editor = page.get_by_role("textbox", name="Your policies")
    editor.fill("# typed while the line was dead\n")
    expect(page.locator("#saved")).to_contain_text("waits in this browser")
    expect(page.locator("#live")).to_contain_text("waits in this browser")
    # No link leads away from it, as there is nowhere to go.
    page.get_by_role("link", name="Overview and hand in").first.click()
    expect(page.locator("#saved")).to_contain_text("this page stays")
    assert saved("write") is None
    # A reload brings the page of the server, and what waited is in it.
    page.reload()
    expect(editor).to_have_value("# typed while the line was dead\n")
    # The line is back: it is sent by itself.
    page.unroute("**/save")
    page.unroute("**/answer")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#saved")).to_have_text(re.compile(r"^Saved"))
    assert saved("write") == "# typed while the line was dead\n"
    page.get_by_role("link", name="Overview and hand in").first.click()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", name="Item by item")).to_be_visible()
    console_errors.clear()  # the browser's own words on the aborted requests


def test_an_answer_to_a_dead_line_arrives_once(page: Page, console_errors: list[str]) -> None:
    sitting = start(page, PAPER)
    open_item(page, sitting, "numbers" if Answer.objects.filter(item="numbers") else "single")
    held: list[Route] = []

    def lose_the_echo(route: Route) -> None:
        route.fetch()
        held.append(route)
        route.abort()

    page.route("**/answer", lose_the_echo)
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Answer").click()
    expect(page.locator("#saved")).to_contain_text("waits in this browser")
    page.unroute("**/answer")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".rail [data-state='answered']")).to_have_count(1)
    answer = Answer.objects.exclude(submitted=None).get()
    assert held
    assert answer.submissions.count() == 1  # the first had arrived, and only its echo was lost
    console_errors.clear()


def test_a_second_tab_overwrites_no_newer_draft(page: Page, console_errors: list[str]) -> None:
    sitting = start(page, PAPER)
    open_item(page, sitting, "fill")
    other = page.context.new_page()
    other.goto(page.url)
    page.get_by_role("textbox", name="The missing part").fill("first")
    expect(page.locator("#saved")).to_have_text(re.compile(r"^Saved"))
    expect(other.locator("#clash")).to_be_visible()  # it is told at once
    other.get_by_role("textbox", name="The missing part").fill("second")
    expect(other.locator("#saved")).to_contain_text("Two drafts")
    assert saved("fill") == "first"
    other.get_by_role("button", name="Keep what is here").click()
    expect(other.locator("#saved")).to_have_text(re.compile(r"^Saved"))
    assert saved("fill") == "second"
    console_errors.clear()  # the refused save is a 409 on the console


# ── time ──


def test_the_clock_runs_by_the_server_and_tells_the_last_minutes(page: Page) -> None:
    page.clock.install()
    open_item(
        page, start(page, PAPER), "single" if Answer.objects.filter(item="single") else "order"
    )
    face = page.locator("#clock [role=timer]")
    expect(face).to_have_text(re.compile(r"^(20:00|19:5\d)$"))
    page.clock.run_for(15 * 60_000)
    expect(page.locator("#live")).to_have_text("Five minutes are left.")
    page.clock.run_for(4 * 60_000)
    expect(page.locator("#live")).to_have_text("One minute is left.")
    # The next answer of the server puts it right, whatever the browser counted.
    page.evaluate(
        "document.dispatchEvent(new CustomEvent('quiz:clock', {detail: {remaining: 600}}))"
    )
    expect(face).to_have_text(re.compile(r"^(10:00|9:59)$"))


def test_when_the_time_is_over_everything_is_handed_in(page: Page) -> None:
    sitting = start(page, PAPER)
    open_item(page, sitting, "fill")
    page.get_by_role("textbox", name="The missing part").fill("- podSelector: {}")
    expect(page.locator("#saved")).to_have_text(re.compile(r"^Saved"))
    row = Sitting.objects.latest("started")
    row.deadline = row.started - timedelta(minutes=1)
    row.save(update_fields=["deadline"])
    page.evaluate("document.dispatchEvent(new CustomEvent('quiz:clock', {detail: {remaining: 0}}))")
    expect(page.get_by_role("heading", name="Item by item")).to_be_visible()
    row.refresh_from_db()
    assert row.finished == row.deadline


# ── the desk of a task ──


def test_the_terminal_and_the_picture_follow_and_judge_nothing(page: Page) -> None:
    open_item(page, start(page, PAPER), "write")
    line = page.locator("#terminal-line")
    line.fill("k get pods -A")
    line.press("Enter")
    expect(page.locator("#terminal-log")).to_contain_text("NAMESPACE")
    page.get_by_role("textbox", name="Your policies").fill(BROKEN)
    expect(page.locator("#feedback")).to_contain_text("NetworkPolicyy")
    expect(page.locator("#feedback")).not_to_contain_text("Did you mean")
    expect(page.locator(".goal")).to_have_count(0)


def test_labels_that_the_terminal_sets_are_a_draft(page: Page) -> None:
    open_item(page, start(page, PAPER), "relabel")
    namespace = page.locator(".topology .namespace .name").first.text_content()
    line = page.locator("#terminal-line")
    line.fill(f"k label pod web -n {namespace} access=granted")
    line.press("Enter")
    expect(page.locator("#saved")).to_have_text(re.compile(r"^Saved"))
    assert saved("relabel") == {"labels": {f"{namespace}/web": {"access": "granted"}}}


def test_the_documentation_opens_beside_the_work(page: Page) -> None:
    open_item(page, start(page, PAPER), "write")
    page.keyboard.press("Alt+Shift+D")
    sheet = page.get_by_role("dialog", name="Documentation")
    expect(sheet.get_by_role("heading", name="Fields")).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


# ── without JavaScript, and for everybody ──


def test_a_paper_is_done_without_javascript(plain_page: Page) -> None:
    page = plain_page
    sitting = start(page, PAPER)
    open_item(page, sitting, "order")
    words = page.locator("#steps li").nth(1).locator(".option-body").inner_text()
    page.locator("#steps li").nth(1).get_by_role("button", name="Move up").click()
    expect(page.locator("#steps li").first.locator(".option-body")).to_have_text(words)
    page.get_by_role("button", name="Answer").click()
    open_item(page, sitting, "write")
    page.get_by_role("textbox", name="Your policies").fill(BROKEN)
    page.get_by_role("button", name="Look at the cluster").click()
    expect(page.locator("#feedback")).to_contain_text("NetworkPolicyy")
    page.locator("#terminal-line").fill("k get ns")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#terminal-log")).to_contain_text("NAME")
    expect(page.get_by_role("textbox", name="Your policies")).to_have_value(BROKEN)
    open_item(page, sitting, "fill")
    page.get_by_role("textbox", name="The missing part").fill("- podSelector: {}")
    page.get_by_role("button", name="Flag").click()
    expect(page.locator(".item-head")).to_contain_text("flagged")
    expect(page.get_by_role("textbox", name="The missing part")).to_have_value("- podSelector: {}")
    page.get_by_role("link", name="Overview and hand in").first.click()
    expect(page.get_by_text("1 item is flagged.")).to_be_visible()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", name="Item by item")).to_be_visible()


def test_every_page_is_clean_to_axe(page: Page) -> None:
    for address in ("/quizzes/", QUIZ, "/documentation/"):
        page.goto(address)
        axe(page, address)
    sitting = start(page, PAPER)
    axe(page, "overview")
    last = Sitting.objects.latest("started").answers.count()
    # The colours are the same on all: in the dark two items stand for the others.
    dark = (1, number_of("write"))
    for number in range(1, last + 1):
        page.goto(f"{sitting}{number}/")
        axe(page, f"item {number}", schemes=("light", "dark") if number in dark else ("light",))
    page.goto(sitting)
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", name="Item by item")).to_be_visible()
    axe(page, "result")


def test_nothing_overflows_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    sitting = start(page, PAPER)
    for number in range(1, Sitting.objects.latest("started").answers.count() + 1):
        page.goto(f"{sitting}{number}/")
        assert width(page) <= 360, number


def test_the_name_on_the_certificate_stays_in_the_page(page: Page) -> None:
    open_item(page, start(page, DRILL), "one")
    page.get_by_role("link", name="Overview and hand in").first.click()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", name="Item by item")).to_be_visible()
    page.wait_for_load_state("networkidle")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.get_by_label("Name").fill("Ana Example")
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert [one for one in sent if not one.endswith("favicon.svg")] == []
    expect(page.get_by_role("button", name="Print or save as PDF")).to_be_visible()


def test_a_drill_runs_by_enter_and_its_last_answer_stops_the_clock(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.extend([request.url] * (request.method == "POST")))
    start(page, "/quizzes/dash/")
    for number in (1, 2):
        expect(page.get_by_role("heading", name=f"Item {number} of 2")).to_be_visible()
        page.get_by_role("radio").first.focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Item by item")).to_be_visible()
    assert [one.rpartition("/")[2] for one in sent] == ["start", "answer", "answer"]
    page.goto("/quizzes/dash/")
    expect(page.locator(".facts")).to_contain_text(re.compile(r"Your best\s*\d+ % in \d+ s"))
