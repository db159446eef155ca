"""GET /"""

import pytest
from django.test import Client

from tests.lab.conftest import SOLUTION

pytestmark = pytest.mark.django_db


def test_it_works(client: Client, course: None) -> None:
    page = client.get("/").content.decode()
    assert "api → db on 3306</a>" in page
    assert "namespace-a, -b, -c</a>" in page
    assert "0 of 3 solved" in page


def test_it_ticks_what_this_learner_has_solved(client: Client, course: None) -> None:
    client.post("/lab/api-to-db/submit", {"policy": SOLUTION})
    page = client.get("/").content.decode()
    assert "1 of 3 solved" in page
    assert "✓ Solved" in page
    assert "Go on: namespace-a, -b, -c" in page
    assert "0 of 3 solved" in Client().get("/").content.decode()


def test_without_content_it_says_how_to_load_it(client: Client) -> None:
    assert "manage.py load_content" in client.get("/").content.decode()
