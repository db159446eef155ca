"""Accounts and progress in Chromium: from one browser to another, with and without JavaScript."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from netpol_lab.lab.models import Attempt
from tests.accounts.people import PASSWORD
from tests.browser.axe import axe, width
from tests.browser.conftest import FreshPage
from tests.lab.conftest import SOLUTION

pytestmark = pytest.mark.usefixtures("course")

LESSON = "/lab/api-to-db/"
MINE = SOLUTION + "# of this person\n"


def check(page: Page, text: str) -> None:
    page.goto(LESSON)
    page.locator("#policy").fill(text)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("heading", name="Solved")).to_be_visible()


def way_in(page: Page) -> None:
    """On a phone it stands behind a button."""
    if page.get_by_role("button", name="Menu").is_visible():
        page.get_by_role("button", name="Menu").click()
    page.locator("#account").get_by_role("link", name="Sign in").click()


def sign_up(page: Page, name: str) -> None:
    way_in(page)
    page.get_by_role("link", name="Make one").click()
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Make an account").click()


def sign_in(page: Page, name: str) -> None:
    way_in(page)
    page.get_by_label("Username or e-mail").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text(f"You are signed in as {name}.")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_progress_goes_from_one_browser_to_another_and_stays_with_its_person(
    fresh_page: FreshPage, scripts: bool
) -> None:
    page = fresh_page(java_script_enabled=scripts)
    check(page, MINE)
    page.get_by_role("link", name="My progress").click()
    expect(page.get_by_text("Kept for this browser only")).to_be_visible()
    sign_up(page, "ana")
    # Back where the way in was asked for.
    expect(page.get_by_role("heading", name="My progress")).to_be_visible()
    expect(page.get_by_text("Kept in the account ana")).to_be_visible()
    expect(page.locator(".line.solved")).to_contain_text("api → db on 3306")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.goto(LESSON)
    assert "of this person" not in page.locator("#policy").input_value()
    page.goto("/me/")
    expect(page.get_by_text("Nothing here yet")).to_be_visible()
    page = fresh_page(java_script_enabled=scripts)
    page.goto("/me/")
    expect(page.get_by_text("Nothing here yet")).to_be_visible()
    sign_in(page, "ana")
    expect(page.locator(".line.solved")).to_contain_text("api → db on 3306")
    page.goto(LESSON)
    assert "of this person" in page.locator("#policy").input_value()


def test_signing_out_drops_what_the_browser_kept_for_the_person(page: Page) -> None:
    """A draft that was not checked yet would otherwise meet whoever sits there next."""
    page.goto("/")
    page.get_by_role("button", name="Dark").click()
    sign_up(page, "ana")
    page.goto(LESSON)
    page.evaluate("localStorage.setItem('netpol-lab-draft:/x', 'secret')")
    page.goto("/me/")
    assert page.evaluate("localStorage.getItem('netpol-lab-draft:/x')") == "secret"
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    assert page.evaluate("localStorage.getItem('netpol-lab-draft:/x')") is None
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    # Without an account nothing is dropped: the draft goes along into the account.
    page.evaluate("localStorage.setItem('netpol-lab-draft:/x', 'mine')")
    sign_in(page, "ana")
    assert page.evaluate("localStorage.getItem('netpol-lab-draft:/x')") == "mine"


def test_a_file_takes_progress_along_without_an_account(
    fresh_page: FreshPage, tmp_path: Path
) -> None:
    file = tmp_path / "progress.json"
    page = fresh_page()
    check(page, MINE)
    page.goto("/me/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Save my progress").click()
    download.value.save_as(file)
    assert download.value.suggested_filename.startswith("netpol-lab-progress-")
    page = fresh_page()
    page.goto("/me/")
    page.get_by_label("Take from a file").set_input_files(file)
    page.get_by_role("button", name="Add to my progress").click()
    expect(page.get_by_role("status").filter(has_text="entry is added")).to_be_visible()
    expect(page.locator(".line.solved")).to_contain_text("api → db on 3306")
    file.write_text(file.read_text().replace('"solved": true', '"solved":  1'))
    page.get_by_label("Take from a file").set_input_files(file)
    page.get_by_role("button", name="Add to my progress").click()
    expect(page.get_by_role("alert")).to_contain_text("the file was changed")
    expect(page.get_by_label("Take from a file")).to_have_accessible_description(
        "A file that this site has saved. What is here stays; what is new is added. Taking it "
        'twice changes nothing. Not taken. "signature" does not fit: the file was changed, or '
        "another site has saved it. Nothing is changed."
    )


def test_an_account_by_keyboard_alone(page: Page) -> None:
    page.goto("/accounts/signup/")
    page.get_by_label("Username").focus()
    for text in ("ana", "", PASSWORD):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Show").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Password", exact=True)).to_have_attribute("type", "text")
    expect(page.get_by_label("Password", exact=True)).to_have_value(PASSWORD)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("You are signed in as ana.")).to_be_visible()


def addresses(page: Page) -> list[str]:
    """Every page of this part, in the order in which a person comes by."""
    page.goto("/")
    sign_up(page, "ana")
    check(page, SOLUTION)
    Attempt.objects.update(mistakes="M02 M07", solved=True)
    return [
        "/me/",
        "/me/erase/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/logout/",
    ]


STRANGERS = ["/me/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]


def test_axe_finds_no_violation_and_nothing_overflows_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    for path in [*STRANGERS, *addresses(page)]:
        page.goto(path)
        look(page, path)
    page.goto("/me/erase/")
    page.get_by_label("My work and my account").check()
    page.get_by_label("I am sure; this cannot be undone").check()
    page.get_by_role("button", name="Erase").click()
    expect(page.get_by_text("This is not the account's password.")).to_be_visible()
    look(page, "a form with an error")


def look(page: Page, what: str) -> None:
    axe(page, what)
    assert width(page) <= 360, what


def test_a_throttled_page_has_the_sites_look(
    page: Page, settings: Settings, console_errors: list[str]
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    for _ in range(2):
        page.goto("/accounts/login/")
        page.get_by_label("Username or e-mail").fill("ana")
        page.get_by_label("Password", exact=True).fill("wrong words here")
        page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("Wait a minute, then try again.")
    axe(page)
    console_errors.clear()  # the refused request itself


def test_the_states_differ_without_any_colour(fresh_page: FreshPage) -> None:
    """In forced colours too each has its own edge, and its word."""
    page = fresh_page(forced_colors="active")
    page.goto("/")
    check(page, SOLUTION)
    Attempt.objects.update(mistakes="M07", solved=False)
    page.goto("/me/")
    edges = page.evaluate(
        "['.not-met', '.met', '.mastered'].map(name => getComputedStyle("
        "document.querySelector('.swatch' + name)).borderTopStyle)"
    )
    assert edges == ["dotted", "dashed", "solid"]
    card = page.locator(".misconception.met")
    expect(card).to_contain_text("M07 met")
    assert card.evaluate("node => getComputedStyle(node).borderTopStyle") == "dashed"
