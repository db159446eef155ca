"""POST /lab/<slug>/evaluate"""

import pytest
from django.test import Client

from netpol_lab.accounts.models import Learner
from netpol_lab.lab.models import Attempt
from tests.lab.conftest import SOLUTION

pytestmark = pytest.mark.django_db
URL = "/lab/api-to-db/evaluate"
STAGING_API = "4-2-3306-tcp"


def ask(client: Client, policy: str = SOLUTION, why: str = STAGING_API, **headers: str) -> str:
    response = client.post(URL, {"policy": policy, "why": why}, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_it_works(ana: Client) -> None:
    page = ask(ana)
    assert "staging/api → prod/db : 3306 is denied</h2>" in page
    assert "db-policy isolates it, and rule 1 (line 14) admits name=api-pod in prod only." in page
    assert "This pod has the label, but lives in staging." in page


def test_it_marks_the_deciding_line_in_the_listing_and_quotes_it(ana: Client) -> None:
    page = ask(ana)
    assert '<li class="decides"><mark>    - podSelector:</mark></li>' in page
    assert '<span class="number">14</span> <mark><code>    - podSelector:</code></mark>' in page


def test_it_marks_the_picked_arrow(ana: Client) -> None:
    page = ask(ana)
    assert f'class="arrow arrow-denied selected" data-arrow="{STAGING_API}"' in page
    assert 'aria-current="true"' in page


def test_it_explains_any_port_not_only_those_of_the_table(ana: Client) -> None:
    assert "on 3306/TCP only, not on 22/TCP" in ask(ana, why="1-2-22-tcp")


def test_it_writes_nothing(ana: Client) -> None:
    ask(ana)
    assert not Attempt.objects.exists()
    assert not Learner.objects.exists()


def test_to_htmx_it_gives_fragments(ana: Client) -> None:
    page = ask(ana, **{"HX-Request": "true"})
    assert "<html" not in page
    assert page.lstrip().startswith('<div id="result"')
    for id_ in ("feedback", "listing", "key"):
        assert f'id="{id_}"' in page
    assert 'hx-swap-oob="innerHTML:#live"' in page


@pytest.mark.parametrize(
    "why",
    ["", "x", "0-0", "9-9-80-tcp", "0-1-0-tcp", "0-1-70000-tcp", "0-1-80-icmp", "0-1-ping-tcp",
     "-1-2-80-tcp", "٣-1-80-tcp", "0-1-٣-tcp", "0-1-80-tcp-", "a" * 9999, "<script>"],
)  # fmt: skip
def test_a_probe_that_is_none_explains_nothing(ana: Client, why: str) -> None:
    page = ask(ana, why=why)
    assert "Pick an arrow" in page
    assert "<script>alert" not in page


def test_a_refused_text_keeps_the_last_good_picture_and_the_text(ana: Client) -> None:
    ana.post("/lab/api-to-db/submit", {"policy": SOLUTION})
    page = ask(ana, policy=SOLUTION.replace("3306", '"3306"'))
    assert "The API server refuses this" in page
    assert "As of the last text that was accepted" in page
    assert "port: &quot;3306&quot;" in page
    assert 'class="arrow arrow-allowed" data-arrow="1-2-3306-tcp"' in page
    # Lines of the earlier text are not marked in this one.
    assert 'class="decides"' not in page


def test_what_was_checked_stays_judged_and_other_text_does_not(ana: Client) -> None:
    ana.post("/lab/api-to-db/submit", {"policy": SOLUTION})
    assert "Solved." in ask(ana)
    assert "Solved." not in ask(ana, policy=SOLUTION + "# more\n")


def test_a_get_leads_back_to_the_lesson(ana: Client) -> None:
    """As Enter in the address bar asks after an answer without JavaScript."""
    for url in (URL, URL.replace("evaluate", "submit")):
        assert ana.get(url)["Location"] == "/lab/api-to-db/"


def test_a_post_without_a_text_is_none_of_ours(ana: Client) -> None:
    assert ana.post(URL, {"why": STAGING_API}).status_code == 400


def test_it_needs_the_csrf_token(course: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    for headers in ({}, {"HX-Request": "true"}):
        assert strict.post(URL, {"policy": SOLUTION}, headers=headers).status_code == 403
