"""What axe-core finds on a page, for every browser test alike."""

from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

Scheme = Literal["light", "dark"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def axe(
    page: Page,
    what: str = "",
    *,
    within: str | None = None,
    schemes: tuple[Scheme, ...] = ("light", "dark"),
) -> None:
    """Fail with axe's report unless the page is clean in each scheme.

    `within` is the selector of the part to look at, and `what` the name of the state, for the report.
    Colours on their way to others would be measured half-way, so nothing may move.
    """
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = Axe().run(
            page, context=within, options={"runOnly": {"type": "tag", "values": RULES}}
        )
        assert found.violations_count == 0, f"{what} ({scheme})\n{found.generate_report()}"


def width(page: Page) -> int:
    """How wide the page is, with whatever stands out of the window."""
    return int(page.evaluate("document.documentElement.scrollWidth"))
