"""GET /me/"""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from netpol_lab.accounts.models import Learner
from netpol_lab.content.models import Document
from netpol_lab.lab.models import Attempt
from tests.accounts.people import sign_in, sign_out, sign_up
from tests.home.test_progress_file import WRONG, busy, check
from tests.lab.conftest import SOLUTION

pytestmark = pytest.mark.django_db


def page(client: Client) -> str:
    response = client.get("/me/")
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_it_works(ana: Client) -> None:
    learner = busy(ana)
    learner.attempts.filter(solved=True).update(mistakes="")
    text = words(page(ana))
    assert "Lessons solved 1 of" in text
    assert "Checks 2" in text
    assert "Hints taken 2" in text
    assert "Arrows foreseen 3 of 4" in text
    assert "✓ 3.2 api → db on 3306 Solved without hints · 2 checks" in text
    assert "M11 mastered “The Service's port goes into the rule”" in text.replace("&#x27;", "'")
    assert "M01 not met" in text


@pytest.mark.parametrize(
    ("steps", "solved", "begun"),
    [
        (2, "Solved with 2 hints · 1 check", "Begun · 1 check · 2 hints"),
        (4, "Solved with the solution · 1 check", "Begun · 1 check · 3 hints"),
    ],
)
def test_it_says_with_how_much_help_an_exercise_was_solved(
    ana: Client, steps: int, solved: str, begun: str
) -> None:
    for slug, answer in (("api-to-db", SOLUTION), ("namespace-a-b-c", WRONG)):
        for step in range(1, steps + 1):
            ana.post(f"/lab/{slug}/hint", {"policy": "#", "step": str(step)})
        ana.post(f"/lab/{slug}/submit", {"policy": answer})
    text = words(page(ana))
    assert f"api → db on 3306 {solved}" in text
    assert f"namespace-a, -b, -c {begun}" in text
    assert f"Hints taken {2 * min(steps, 3)}" in text


def test_a_newcomer_is_told_what_will_stand_here(client: Client, course: None) -> None:
    text = words(page(client))
    assert "Nothing here yet" in text
    assert "Start: " in text
    assert "Kept for this browser only" in text
    assert "Checks" not in text
    assert text.count(" not met “") == 25
    assert not Learner.objects.exists()


def test_a_newcomer_with_an_account_too(client: Client, course: None) -> None:
    sign_up(client, "ana")
    text = words(page(client))
    assert "Nothing here yet" in text
    assert "Kept in the account ana" in text
    assert "Change your password" in text
    assert "Other ways to sign in" not in text


def test_without_content_it_says_how_to_load_it(client: Client) -> None:
    assert "manage.py load_content" in page(client)


def test_it_leads_to_the_lesson_that_was_begun_last(ana: Client) -> None:
    check(ana, WRONG)
    ana.post("/lab/namespace-a-b-c/submit", {"policy": WRONG})
    assert "Go on: namespace-a, -b, -c" in words(page(ana))
    check(ana, WRONG)
    assert "Go on: api → db on 3306" in words(page(ana))
    check(ana, SOLUTION)
    assert "Go on: namespace-a, -b, -c" in words(page(ana))


def test_it_leads_on_where_nothing_is_left_open(ana: Client) -> None:
    check(ana, SOLUTION)
    text = words(page(ana))
    assert "What comes next" in text
    assert "Next: namespace-a, -b, -c" in text


def test_at_the_end_it_says_so(ana: Client) -> None:
    check(ana, SOLUTION)
    Document.objects.filter(kind="lesson").exclude(slug="api-to-db").update(published=False)
    assert "Every lesson is solved" in words(page(ana))


def test_a_met_misconception_leads_to_its_lesson(ana: Client) -> None:
    check(ana, WRONG)
    Attempt.objects.update(mistakes="M02 M24")
    html = page(ana)
    card = html.partition(">M02<")[2].partition("</li>")[0]
    assert "In fact:" in card
    assert 'href="/lab/deny-all-then-dns/"' in card
    assert words(html).count(" met “") == 25
    assert "met 2: a check recognised it" in words(html)


def test_an_old_attempt_that_came_later_by_a_file_is_still_old(ana: Client) -> None:
    check(ana, SOLUTION)
    check(ana, WRONG)
    Attempt.objects.filter(text=WRONG).update(
        created=datetime(2026, 1, 2, tzinfo=UTC), mistakes="M11"
    )
    assert "M11 mastered" in words(page(ana))


def test_it_is_private(ana: Client, otto: Client) -> None:
    check(ana, WRONG)
    for client in (ana, otto):
        response = client.get("/me/")
        assert "no-store" in response["Cache-Control"]
        assert "private" in response["Cache-Control"]
        assert "Cookie" in response["Vary"]
    assert "Nothing here yet" in page(otto)


def test_each_sees_their_own_only(ana: Client, otto: Client, client: Client) -> None:
    """Owner, peer, and the browser of nobody; no address names anybody."""
    check(ana, WRONG)
    sign_up(ana, "ana")
    sign_up(otto, "otto")
    for path in ("/me/", "/me/progress.json", "/me/erase/"):
        assert "api-to-db" in ana.get("/me/progress.json").content.decode()
        for stranger in (otto, client):
            text = stranger.get(path).content.decode()
            assert "Begun" not in text
            assert "port: 3307" not in text
            assert "1 check with" not in text


def test_the_header_has_a_way_in_and_out(client: Client, course: None) -> None:
    assert 'href="/accounts/login/?next=/me/">Sign in</a>' in page(client)
    sign_up(client, "ana")
    html = page(client)
    assert 'action="/accounts/logout/"' in html
    assert ">Sign in</a>" not in html


def test_who_sits_there_is_said_without_a_name(client: Client, course: None) -> None:
    def who() -> str:
        found = re.search(r'data-who="([0-9a-f]*)"', page(client))
        assert found
        return found[1]

    assert who() == ""
    sign_up(client, "ana")
    ana = who()
    assert len(ana) == 16
    sign_out(client)
    assert who() == ""
    sign_up(client, "otto")
    assert who() not in {"", ana}
    sign_out(client)
    sign_in(client, "ana")
    assert who() == ana


def test_ways_through_another_site_are_shown_where_there_are_any(
    client: Client, course: None, settings: Settings
) -> None:
    sign_up(client, "ana")
    assert "Other ways" not in page(client)


def test_many_attempts_take_no_more_queries(
    ana: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(6):
        check(ana, f"{WRONG}# {number}\n")
    with django_assert_max_num_queries(10):
        page(ana)
