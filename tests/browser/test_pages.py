"""A real browser, on the pages that every site has."""

from playwright.sync_api import Page


def test_the_front_page_opens_without_complaint(page: Page) -> None:
    page.goto("/")
    assert page.title()


def test_a_missing_page_leads_back(page: Page, console_errors: list[str]) -> None:
    response = page.goto("/no-such-page/")
    assert response is not None
    assert response.status == 404
    # The browser itself logs the status of the page that was asked for.
    assert [error.partition(": ")[0] for error in console_errors] == ["Failed to load resource"]
    console_errors.clear()
    page.get_by_role("main").get_by_role("link", name="front page").click()
    page.wait_for_url("**/")
