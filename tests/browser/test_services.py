"""The lesson with a Service in Chromium: its arrow turns, tells why, and can be read by everybody."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import axe, width
from tests.lab.conftest import lesson

pytestmark = pytest.mark.usefixtures("course")

LESSON = "/lab/deny-all-then-dns/"
TO_API = "0-s0-80-tcp"
EXERCISE, _ = lesson("deny-all-then-dns")


def wrong(start: str) -> str:
    return next(w.answer for w in EXERCISE.wrong if w.name.startswith(start))


def look(page: Page) -> None:
    """Open the lesson, and its picture without a prediction."""
    page.goto(LESSON)
    page.get_by_role("button", name="Show me without guessing").click()
    expect(page.get_by_text("You looked at this picture without one.")).to_be_visible()


def check(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Your policy").fill(text)
    page.get_by_role("button", name="Check").click()


def arrow_class(page: Page, drawing: str = "wide") -> str:
    found = page.locator(f'.topology-{drawing} [data-arrow="{TO_API}"]')
    return found.get_attribute("class") or ""


def test_the_arrow_to_a_service_turns_from_no_name_to_mixed_to_allowed(page: Page) -> None:
    look(page)
    assert "arrow-name-not-resolved" in arrow_class(page)
    check(page, wrong("one version"))
    expect(page.locator("#live")).to_contain_text("shop/web → api.shop : 80 is now mixed")
    assert "arrow-mixed" in arrow_class(page)
    expect(page.locator(".legend .mixed")).to_be_visible()
    check(page, EXERCISE.solution)
    expect(page.get_by_role("heading", name="Solved")).to_be_visible()
    assert "arrow-allowed" in arrow_class(page)
    expect(page.locator(".legend .mixed")).to_have_count(0)
    expect(page.locator("#live")).to_contain_text("shop/web → api.shop : 80 is now allowed")


def test_picking_it_lists_the_look_up_and_every_endpoint(page: Page) -> None:
    look(page)
    check(page, wrong("one version"))
    expect(page.locator(".check.unsolved")).to_be_visible()
    page.locator(f'.topology-wide [data-arrow="{TO_API}"] .label').click()
    steps = page.locator(".why dt")
    expect(steps).to_have_count(3)
    expect(steps.first).to_contain_text("Looking up api.shop: open")
    expect(steps.last).to_contain_text("shut")
    expect(page.locator(".why .lines")).to_contain_text("version: v1")
    expect(page.locator(f"#cell-{TO_API}")).to_have_attribute("aria-current", "true")


def test_a_phone_shows_the_service_above_its_pods_without_overflow(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    look(page)
    assert width(page) <= 360
    boxes = [
        page.locator(f'.topology-upright [data-ref="{ref}"]').bounding_box()
        for ref in ("shop/web", "api.shop", "shop/api-v1")
    ]
    tops = [box["y"] for box in boxes if box]
    assert len(tops) == 3
    assert tops == sorted(tops)


def test_text_in_the_wide_picture_keeps_its_size_on_a_desk(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    look(page)
    scale = page.evaluate(
        "(() => { const s = document.querySelector('.topology-wide');"
        " return s.getBoundingClientRect().width / s.viewBox.baseVal.width; })()"
    )
    assert scale >= 0.99


@pytest.mark.parametrize("answer", ["one version", "DNS forgotten"])
def test_axe_finds_no_violation(page: Page, answer: str) -> None:
    look(page)
    check(page, wrong(answer))
    expect(page.locator(".check.unsolved")).to_be_visible()
    page.get_by_role("tab", name="Table").click()
    page.locator(f"#cell-{TO_API}").click()
    expect(page.locator(".why dt").first).to_be_visible()
    axe(page, answer)
