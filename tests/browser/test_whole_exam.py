"""A whole exam paper in Chromium, as one sits it: eight tasks, and in the middle the line goes dead."""

import re

import pytest
from playwright.sync_api import Page, expect

from netpol_lab.quizzes.models import Sitting
from netpol_lab.quizzes.queries import desk_of
from simulator.quiz import ItemKind, right_answer

pytestmark = pytest.mark.usefixtures("course")


def put(page: Page, kind: ItemKind, key: object) -> None:
    """Give the right answer as its kind is given: written, chosen, or typed into the terminal."""
    match kind, key:
        case ItemKind.WRITE, str():
            page.get_by_role("textbox", name="Your policies").fill(key)
        case ItemKind.SINGLE, str():
            page.locator(f'input[name="choice"][value="{key}"]').check()
        case ItemKind.PREDICT, dict():
            for arrow, outcome in key.items():
                page.locator(f'input[name="arrow-{arrow}"][value="{outcome}"]').check()
        case ItemKind.RELABEL, dict():
            for command in labelling(key["labels"]):
                page.locator("#terminal-line").fill(command)
                page.locator("#terminal-line").press("Enter")
                expect(page.locator("#terminal-line")).to_have_value("")
        case _:
            pytest.fail(f"the paper has a kind that this test cannot answer: {kind}")


def labelling(labels: dict[str, dict[str, str | None]]) -> list[str]:
    """Changes of labels as commands."""
    return [
        f"k label pod {ref.partition('/')[2]} -n {ref.partition('/')[0]} --overwrite "
        + " ".join(f"{key}-" if value is None else f"{key}={value}" for key, value in keys.items())
        for ref, keys in labels.items()
    ]


def test_a_whole_paper_with_the_line_cut_in_the_middle(
    page: Page, console_errors: list[str]
) -> None:
    page.goto("/quizzes/exam-paper-1/")
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/sittings/**")
    desk = desk_of(Sitting.objects.get())
    assert len(desk.answers) == 8
    address = f"/sittings/{desk.sitting.id}/"
    for number, answer in enumerate(sorted(desk.answers, key=lambda a: a.position), 1):
        question = desk.question(answer)
        page.goto(f"{address}{number}/")
        if number == 4:
            for path in ("**/save", "**/answer"):
                page.route(path, lambda route: route.abort())
        put(page, question.item.kind, right_answer(question))
        if number == 4:
            expect(page.locator("#saved")).to_contain_text("waits in this browser")
            page.reload()
            page.unroute("**/save")
            page.unroute("**/answer")
            page.evaluate("dispatchEvent(new Event('online'))")
            expect(page.locator("#saved")).to_have_text(re.compile(r"^Saved"))
        page.get_by_role("button", name="Answer", exact=True).click()
        if number < 8:
            page.wait_for_url(re.compile(rf"{address}{number + 1}/(#.*)?$"))
    page.goto(address)
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", name="Item by item")).to_be_visible()
    done = Sitting.objects.get()
    assert done.score == done.max_score
    assert all(answer.credit == 1 for answer in desk_of(done).answers)
    console_errors.clear()  # the browser's own words on the aborted requests
