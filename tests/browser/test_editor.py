"""The editor enhanced by CodeMirror: the form and everything around it goes on as with the textarea."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import axe
from tests.lab.conftest import SOLUTION

pytestmark = pytest.mark.usefixtures("course")

LESSON = "/lab/api-to-db/"
STAGING_TO_DB = "4-2-3306-tcp"
BROKEN = SOLUTION.replace("port: 3306", 'port: "3306"')


@pytest.fixture
def editor_choice() -> str:
    """These pages have the rich editor."""
    return "rich"


@pytest.fixture
def lesson(page: Page) -> Page:
    """The lesson, its rich editor in place."""
    page.goto(LESSON)
    expect(editor(page)).to_be_visible()
    return page


def editor(page: Page) -> Locator:
    """The rich editor, by the role and name that a screen reader meets it with."""
    return page.get_by_role("textbox", name="Your policy").and_(page.locator(".cm-content"))


def posted(page: Page) -> str:
    """What the form would send."""
    return page.locator("#policy").input_value()


def lines(page: Page, marked: str) -> Locator:
    return page.locator(f".cm-line{marked}")


def options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Completions").get_by_role("option")


def take(page: Page) -> None:
    """Take what is chosen; Enter means that only once the choice has been in sight for a moment."""
    page.wait_for_timeout(120)
    page.keyboard.press("Enter")


def write(page: Page, text: str) -> None:
    """Put the text in the place of what stands there."""
    editor(page).focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def go_on(page: Page, text: str) -> None:
    """Type at the end."""
    editor(page).focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


# ── the textarea stays the form's field ──


def test_typing_turns_the_arrows_and_the_form_posts_the_text(lesson: Page) -> None:
    write(lesson, SOLUTION)
    arrow = lesson.locator('.topology-wide [data-arrow="1-2-3306-tcp"]')
    expect(arrow).to_have_class(re.compile("arrow-allowed"))
    assert posted(lesson) == SOLUTION
    lesson.get_by_role("button", name="Check").click()
    expect(lesson.get_by_role("heading", name="Solved")).to_be_visible()
    lesson.reload()
    expect(editor(lesson)).to_contain_text("name: api-pod")
    assert posted(lesson) == SOLUTION


def test_a_text_put_in_from_outside_shows_and_can_be_undone(lesson: Page) -> None:
    write(lesson, SOLUTION)
    lesson.get_by_role("link", name="Start over").click()
    expect(editor(lesson)).to_contain_text("Add the rule that admits api")
    assert "Add the rule that admits api" in posted(lesson)
    expect(lesson.locator("#notice")).to_contain_text("The starter is back")
    editor(lesson).press("Control+z")
    expect(editor(lesson)).to_contain_text("name: api-pod")
    assert posted(lesson) == SOLUTION
    lesson.get_by_role("button", name="Redo").click()
    assert "Add the rule that admits api" in posted(lesson)
    lesson.get_by_role("button", name="Undo").click()
    assert posted(lesson) == SOLUTION


def test_what_was_typed_survives_a_reload(lesson: Page) -> None:
    go_on(lesson, "# half a thought")
    lesson.reload()
    expect(editor(lesson)).to_contain_text("# half a thought")


def test_a_value_that_a_script_sets_shows(lesson: Page) -> None:
    lesson.locator("#policy").evaluate(
        "area => { area.value = 'kind: x'; area.dispatchEvent(new Event('input')); }"
    )
    expect(editor(lesson)).to_have_text("kind: x")


# ── completion ──


def test_fields_and_the_scenarios_labels_are_offered_and_enter_takes_them(lesson: Page) -> None:
    go_on(lesson, "  ing")
    expect(options(lesson)).to_have_text(["ingress"])
    take(lesson)
    expect(options(lesson)).to_have_text(["from", "ports"])
    take(lesson)
    expect(options(lesson).first).to_have_text("podSelector")
    take(lesson)
    expect(options(lesson)).to_have_text(["matchLabels", "matchExpressions"])
    take(lesson)
    expect(options(lesson)).to_have_text(["nameweb-pod, api-pod", "roleweb, api, db"])
    take(lesson)
    expect(options(lesson).nth(1)).to_have_text("api-podprod/api, staging/api")
    lesson.wait_for_timeout(120)
    lesson.keyboard.press("ArrowDown")
    take(lesson)
    expect(options(lesson)).to_have_count(0)
    assert posted(lesson).endswith(
        "  ingress:\n  - from:\n    - podSelector:\n        matchLabels:\n          name: api-pod"
    )


def test_escape_closes_the_choice_and_control_space_opens_it(lesson: Page) -> None:
    go_on(lesson, "  e")
    expect(options(lesson)).to_have_text(["egress"])
    lesson.keyboard.press("Escape")
    expect(options(lesson)).to_have_count(0)
    lesson.keyboard.press("Control+Space")
    expect(options(lesson).first).to_have_text("egress")
    described = lesson.locator(".cm-completionInfo")
    expect(described).to_contain_text("Rules for what goes out")


def test_the_page_tells_no_more_than_the_scenario(lesson: Page) -> None:
    words = lesson.locator("#completion-data").text_content() or ""
    assert '"api-pod"' in words
    assert "db-policy" not in words
    assert "solution" not in words


# ── keys ──


def test_tab_leaves_the_editor_and_enter_keeps_the_indentation(lesson: Page) -> None:
    go_on(lesson, "  egress:")
    lesson.keyboard.press("Enter")
    lesson.keyboard.type("- to:")
    lesson.keyboard.press("Enter")
    lesson.keyboard.type("- ipBlock:")
    lesson.keyboard.press("Enter")
    lesson.keyboard.type("cidr: 10.0.0.0/8")
    lesson.keyboard.press("Enter")
    assert posted(lesson).endswith(
        "  egress:\n  - to:\n    - ipBlock:\n        cidr: 10.0.0.0/8\n        "
    )
    lesson.keyboard.press("Control+[")
    assert posted(lesson).endswith("8\n      ")
    before = posted(lesson)
    lesson.keyboard.press("Tab")
    expect(lesson.get_by_role("button", name="Check")).to_be_focused()
    lesson.keyboard.press("Shift+Tab")
    expect(editor(lesson)).to_be_focused()
    lesson.keyboard.press("Shift+Tab")
    expect(editor(lesson)).not_to_be_focused()
    assert posted(lesson) == before


def test_tab_leaves_while_a_choice_is_open(lesson: Page) -> None:
    go_on(lesson, "  ing")
    expect(options(lesson)).to_have_count(1)
    lesson.keyboard.press("Tab")
    expect(lesson.get_by_role("button", name="Check")).to_be_focused()
    expect(options(lesson)).to_have_count(0)
    assert posted(lesson).endswith("  ing")


def test_the_exercise_by_keyboard_in_the_rich_editor(lesson: Page) -> None:
    lesson.keyboard.press("Alt+Shift+E")
    expect(editor(lesson)).to_be_focused()
    lesson.keyboard.press("Control+a")
    lesson.keyboard.insert_text(SOLUTION)
    lesson.keyboard.press("Control+Enter")
    expect(lesson.get_by_role("heading", name="Solved")).to_be_visible()
    expect(editor(lesson)).to_be_focused()
    assert posted(lesson) == SOLUTION


# ── what the answers mark ──


def test_a_problem_stands_at_its_line_and_f8_tells_it(lesson: Page) -> None:
    write(lesson, BROKEN)
    expect(lesson.locator(".cm-lintRange-error")).to_have_text('"3306"')
    expect(lesson.locator(".cm-lint-marker-error")).to_have_count(1)
    lesson.evaluate(
        "window.told = ''; new MutationObserver((all) => all.forEach((change) => { window.told +="
        " change.target.textContent; })).observe(document.querySelector('.cm-announced'), {childList: true})"
    )
    lesson.keyboard.press("Control+Home")
    lesson.keyboard.press("F8")
    expect(lesson.locator(".cm-problem")).to_contain_text("must contain at least one letter")
    assert "Line 19: " in str(lesson.evaluate("window.told"))
    lesson.keyboard.press("Escape")
    expect(lesson.locator(".cm-problem")).to_have_count(0)
    lesson.keyboard.press("Control+Shift+M")
    listed = lesson.get_by_role("listbox", name="Diagnostics")
    expect(listed).to_be_focused()
    expect(listed).to_contain_text("must contain at least one letter")
    lesson.keyboard.press("Escape")
    expect(editor(lesson)).to_be_focused()
    write(lesson, SOLUTION)
    expect(lesson.locator(".cm-lintRange-error")).to_have_count(0)
    expect(lesson.locator(".cm-lint-marker-error")).to_have_count(0)


def test_the_lines_that_decide_are_marked_and_keep_up_with_edits(lesson: Page) -> None:
    write(lesson, SOLUTION)
    lesson.get_by_role("button", name="Check").click()
    expect(lesson.get_by_role("heading", name="Solved")).to_be_visible()
    lesson.locator(f'.topology-wide [data-arrow="{STAGING_TO_DB}"] .label').click()
    expect(lines(lesson, ".cm-decides")).to_have_text(
        ["    - podSelector:", "          name: api-pod"]
    )
    lesson.get_by_role("button", name="14     - podSelector:").click()
    expect(editor(lesson)).to_be_focused()
    assert lesson.evaluate("getSelection().toString()") == "    - podSelector:"
    # A line above moves them; a line that changes is no longer meant.
    lesson.keyboard.press("Control+Home")
    with lesson.expect_response("**/evaluate"):
        lesson.keyboard.type("# mine\n")
        expect(lines(lesson, ".cm-decides")).to_have_count(2)
        lesson.locator(".cm-content").get_by_text("name: api-pod", exact=True).last.click()
        lesson.keyboard.press("End")
        lesson.keyboard.type("s")
        expect(lines(lesson, ".cm-decides")).to_have_text(["    - podSelector:"])


# ── plain or rich ──


def test_the_choice_of_the_plain_editor_is_remembered(page: Page) -> None:
    page.goto(LESSON)
    go_on(page, "# mine")
    rich = page.get_by_role("button", name="Rich editor")
    expect(rich).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Plain editor").click()
    expect(page.locator("#policy")).to_be_visible()
    expect(page.locator(".cm-editor")).to_have_count(0)
    expect(page.locator("#policy")).to_have_value(re.compile("# mine$"))
    page.locator("#policy").press("Control+End")
    page.keyboard.type("!")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload(wait_until="networkidle")
    expect(page.locator("#policy")).to_be_visible()
    assert not [url for url in asked if "codemirror" in url]
    rich.click()
    expect(editor(page)).to_contain_text("# mine!")


def test_without_its_bundle_the_plain_editor_does_everything(
    page: Page, console_errors: list[str]
) -> None:
    page.route("**/vendor/codemirror/*.js", lambda route: route.abort())
    page.goto(LESSON)
    expect(page.get_by_text("could not be loaded")).to_be_visible()
    expect(page.get_by_role("button", name="Plain editor")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.locator("#policy").fill(SOLUTION)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("heading", name="Solved")).to_be_visible()
    console_errors.clear()  # the refused request itself


def test_nobody_who_writes_is_interrupted(page: Page) -> None:
    page.route("**/vendor/codemirror/*.js", lambda route: held.append(route))
    held: list[object] = []
    page.goto(LESSON)
    page.locator("#policy").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("# I write")
    page.wait_for_function("document.querySelector('link[href*=rich-editor]')?.sheet")
    for route in held:
        route.continue_()  # type: ignore[attr-defined]
    page.keyboard.type(" on")
    expect(page.locator("#policy")).to_be_focused()
    page.keyboard.press("Tab")
    expect(editor(page)).to_contain_text("# I write on")
    editor(page).press("Control+z")
    expect(editor(page)).not_to_contain_text("# I write on")


def test_policies_that_stay_as_they_are_can_be_read_only(page: Page) -> None:
    page.goto("/lab/dont-touch-the-policies/")
    policies = page.get_by_role("textbox", name="The policies").and_(page.locator(".cm-content"))
    expect(policies).to_have_attribute("aria-readonly", "true")
    before = posted(page)
    policies.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("ki")
    page.keyboard.press("Enter")
    page.keyboard.press("Backspace")
    page.keyboard.press("Control+Space")
    expect(policies).to_contain_text("kind: NetworkPolicy")
    expect(options(page)).to_have_count(0)
    assert posted(page) == before


def test_a_text_that_comes_later_is_made_rich_too(page: Page) -> None:
    page.goto("/sandbox/")
    page.get_by_role("button", name="Three tiers, two namespaces").click()
    expect(page.locator("#completion-data")).to_contain_text("api-pod")
    rich = page.get_by_role("textbox", name="Policies as YAML").and_(page.locator(".cm-content"))
    rich.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("\nmetadata:\nnamespace: st")
    expect(options(page)).to_have_text(["stagingweb, api"])
    take(page)
    assert posted(page).endswith("metadata:\n  namespace: staging")


# ── for everyone ──


def test_axe_finds_no_violation_in_the_rich_editor(page: Page) -> None:
    page.goto(LESSON)
    write(page, SOLUTION)
    page.locator(f"#cell-{STAGING_TO_DB}").dispatch_event("click")
    expect(lines(page, ".cm-decides")).to_have_count(2)
    check(page)
    write(page, BROKEN.replace("kind:", "kinds:"))
    expect(page.locator(".cm-lint-marker-error")).not_to_have_count(0)
    go_on(page, "  eg")
    expect(options(page)).not_to_have_count(0)
    check(page)


def check(page: Page) -> None:
    expect(page.locator("form.waiting")).to_have_count(
        0
    )  # the last answer, while it is old, is faint
    axe(page, within=".write")


def test_the_strict_policy_refuses_nothing_of_it(page: Page) -> None:
    page.goto(LESSON)
    go_on(page, "  ing")
    expect(options(page)).to_have_count(1)
    page.keyboard.press("Escape")
    write(page, BROKEN)
    expect(page.locator(".cm-lint-marker-error")).to_have_count(1)
    page.locator(".cm-lint-marker-error").hover()
    expect(page.locator(".cm-diagnostic")).to_be_visible()
    editor(page).press("Control+Shift+M")
    expect(page.locator(".cm-panel-lint")).to_be_visible()
