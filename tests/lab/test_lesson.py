"""GET /lab/<slug>/"""

import pytest
from django.test import Client

from netpol_lab.accounts.models import Learner
from netpol_lab.content.models import Document
from tests.lab.conftest import SOLUTION

pytestmark = pytest.mark.django_db
URL = "/lab/api-to-db/"


def test_it_works(ana: Client) -> None:
    response = ana.get(URL)
    page = response.content.decode()
    assert response.status_code == 200
    assert "Only the <strong>api</strong> pod" in page
    assert page.count('<svg class="topology') == 2
    assert 'data-arrow="1-2-3306-tcp"' in page
    assert "prod/api → prod/db : 3306 is denied." in page


def test_it_shows_every_cell_of_the_table(ana: Client) -> None:
    page = ana.get(URL).content.decode()
    ends = 6  # five pods and a host, each to every other
    assert page.count('class="cell ') == ends * (ends - 1)


def test_the_picture_and_the_table_agree(ana: Client) -> None:
    page = ana.get(URL).content.decode()
    for arrow in ("0-1-8080-tcp", "1-2-3306-tcp", "0-2-3306-tcp", "2-5-443-tcp"):
        _, _, rest = page.partition(f'id="cell-{arrow}" class="cell ')
        outcome = rest.partition('"')[0]
        assert f'class="arrow arrow-{outcome}" data-arrow="{arrow}"' in page


def test_a_starter_without_a_policy_shows_the_open_cluster_and_no_complaint(ana: Client) -> None:
    page = ana.get("/lab/namespace-a-b-c/").content.decode()
    assert 'class="arrow arrow-denied' not in page
    assert 'class="card problems' not in page
    assert page.count('class="arrow arrow-allowed') == 12  # six arrows, drawn wide and upright


def test_a_get_writes_nothing(ana: Client) -> None:
    response = ana.get(URL)
    assert Learner.objects.count() == 0
    assert "learner" not in response.cookies


def test_it_comes_back_with_the_learners_own_text(ana: Client, otto: Client) -> None:
    ana.post(URL + "submit", {"policy": SOLUTION + "# mine\n"})
    assert "# mine" in ana.get(URL).content.decode()
    assert "# mine" not in otto.get(URL).content.decode()


def test_it_comes_back_with_what_the_check_said(ana: Client) -> None:
    ana.post(URL + "submit", {"policy": SOLUTION})
    assert "Solved. Every connection is as the task asks." in ana.get(URL).content.decode()


def test_it_starts_over_on_request_and_forgets_nothing(ana: Client) -> None:
    ana.post(URL + "submit", {"policy": SOLUTION + "# mine\n"})
    assert "# mine" not in ana.get(URL + "?start=over").content.decode()
    assert "# mine" in ana.get(URL).content.decode()


def test_the_solution_is_in_no_byte(ana: Client) -> None:
    page = ana.get(URL).content.decode()
    assert "port: 3306" not in page
    assert "api pods of every namespace" not in page


@pytest.mark.parametrize("url", ["/lab/no-such/", "/lab/three-tiers/", "/lab/c-must-not-reach-b/"])
def test_what_is_no_lesson_is_not_found(ana: Client, url: str) -> None:
    assert ana.get(url).status_code == 404


def test_a_withdrawn_lesson_is_not_found(ana: Client) -> None:
    Document.objects.filter(kind="lesson", slug="api-to-db").update(published=False)
    assert ana.get(URL).status_code == 404
    assert ana.post(URL + "submit", {"policy": SOLUTION}).status_code == 404


def test_it_is_kept_in_no_cache(ana: Client) -> None:
    response = ana.get(URL)
    assert "no-store" in response["Cache-Control"]
    assert "HX-Request" in response["Vary"]


def test_a_post_is_not_allowed(ana: Client) -> None:
    assert ana.post(URL).status_code == 405
