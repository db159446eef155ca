"""GET /"""

import pytest
from django.test import Client

from netpol_lab.content.models import Document, Kind
from tests.conftest import COURSE
from tests.lab.conftest import SOLUTION

pytestmark = pytest.mark.django_db
NUMBER = len(COURSE["lessons"])


def test_it_works(client: Client, course: None) -> None:
    page = client.get("/").content.decode()
    assert "api → db on 3306</a>" in page
    assert "namespace-a, -b, -c</a>" in page
    assert f"0 of {NUMBER} solved" in page


def test_it_ticks_what_this_learner_has_solved(client: Client, course: None) -> None:
    client.post("/lab/api-to-db/submit", {"policy": SOLUTION})
    page = client.get("/").content.decode()
    assert f"1 of {NUMBER} solved" in page
    assert "✓ Solved" in page
    assert "Go on: namespace-a, -b, -c" in page
    assert f"0 of {NUMBER} solved" in Client().get("/").content.decode()


def test_it_numbers_lessons_counts_modules_and_says_what_comes_after(ana: Client) -> None:
    ana.post("/lab/api-to-db/submit", {"policy": SOLUTION})
    page = ana.get("/").content.decode()
    assert '<span class="soft">3.2</span> <a href="/lab/api-to-db/">' in page
    assert '<span class="soft small">1 of 1 solved</span></h2>' in page
    assert '<a href="/quizzes/">Quizzes, drills and papers</a>' in page
    assert "3.2 api → db on 3306</span></nav>" in ana.get("/lab/api-to-db/").content.decode()


def test_without_content_it_says_how_to_load_it(client: Client) -> None:
    assert "manage.py load_content" in client.get("/").content.decode()


def test_the_next_lesson_is_shown_as_it_opens(client: Client, course: None) -> None:
    page = client.get("/").content.decode()
    assert page.count('class="hero-picture" inert aria-hidden="true"') == 1
    assert 'data-ref="prod/db"' in page


def test_a_lesson_to_be_predicted_is_not_given_away(client: Client, course: None) -> None:
    Document.objects.filter(kind=Kind.LESSON).exclude(slug="deny-all-then-dns").update(
        published=False
    )
    page = client.get("/").content.decode()
    assert "Start: Deny all, then let DNS out" in page
    picture = page.partition('class="hero-picture"')[2].partition("</svg>")[0]
    assert 'data-ref="shop/web"' in picture
    assert all(sign in picture for sign in ("? 80", "? 443"))
    assert not any(word in picture for word in ("arrow-allowed", "arrow-denied", "✕"))
