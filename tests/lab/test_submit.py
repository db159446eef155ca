"""POST /lab/<slug>/submit"""

from uuid import uuid4

import pytest
from django.test import Client

from netpol_lab.lab.models import Attempt
from tests.lab.conftest import SOLUTION

pytestmark = pytest.mark.django_db
URL = "/lab/api-to-db/submit"


def send(client: Client, policy: str, **more: str) -> str:
    response = client.post(URL, {"policy": policy, "key": str(uuid4()), **more})
    assert response.status_code == 200
    return response.content.decode()


def test_it_works(ana: Client) -> None:
    page = send(ana, SOLUTION)
    assert "Solved. Every connection is as the task asks." in page
    attempt = Attempt.objects.get()
    assert (attempt.accepted, attempt.solved) == (True, True)
    assert attempt.text == SOLUTION
    assert attempt.exercise.slug == "api-to-db"
    assert attempt.exercise_revision.document.slug == "api-to-db"
    assert attempt.scenario_revision.document.slug == "three-tiers"


def test_it_leads_to_the_next_lesson_when_solved(ana: Client) -> None:
    assert 'href="/lab/namespace-a-b-c/">Next: namespace-a, -b, -c</a>' in send(ana, SOLUTION)


def test_the_question_comes_before_the_next_lesson_the_first_time(ana: Client) -> None:
    ask = 'class="button primary" href="#question"'
    go_on = 'class="button primary" href="/lab/namespace-a-b-c/"'
    posted = {"policy": SOLUTION}
    first, again = (
        ana.post(URL, posted, headers={"HX-Request": "true"}).content.decode() for _ in range(2)
    )
    assert (ask in first, go_on in first) == (True, False)
    assert (ask in again, go_on in again) == (False, True)


def test_it_says_what_changed(ana: Client) -> None:
    """The starter denied api; one arrow turns green, and the rule that turns it is told."""
    page = send(ana, SOLUTION)
    live = page.partition('aria-live="polite">')[2].partition("</div>")[0]
    assert live == (
        "Solved. prod/api → prod/db : 3306 is now allowed: db-policy, rule 1 (line 14) admits it."
    )


def test_it_says_that_nothing_changed(ana: Client) -> None:
    send(ana, SOLUTION)
    assert "Solved. No arrow changed." in send(ana, SOLUTION + "# a comment\n")


def test_it_names_the_connections_that_the_task_wants_otherwise(ana: Client) -> None:
    page = send(
        ana,
        SOLUTION.replace(
            "podSelector:\n        matchLabels:\n          name: api-pod", "namespaceSelector: {}"
        ),
    )
    assert "Not yet: 3 connections that should be refused are let through." in page
    assert "staging/web → prod/db : 3306 is allowed; the task wants it denied." in page
    assert Attempt.objects.get().solved is False
    assert Attempt.objects.get().too_open == 3


def test_a_port_that_nobody_uses_is_checked_too(ana: Client) -> None:
    page = send(ana, SOLUTION.partition("    ports:")[0])
    assert "Not yet: 1 connection that should be refused is let through." in page
    assert "prod/api → prod/db : 22 is allowed; the task wants it denied." in page
    assert "It stands for every port that the task does not ask for." in page


def test_a_refused_text_is_recorded_kept_and_located(ana: Client) -> None:
    page = send(ana, SOLUTION.replace("policyTypes", "policytypes"))
    assert "Error, line 10, column 3:" in page.replace("</strong>", "").replace("<strong>", "")
    assert "unknown field &quot;spec.policytypes&quot;" in page
    assert "Did you mean <code>policyTypes</code>?" in page
    assert '<li class="error"><mark>  policytypes:</mark></li>' in page
    assert Attempt.objects.get().accepted is False


def test_a_syntax_error_has_a_caret(ana: Client) -> None:
    page = send(ana, "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n\tmetadata: {}\n")
    assert "line 3" in page
    assert '<span aria-hidden="true">^</span>' in page
    assert "A tab indents this line" in page


@pytest.mark.parametrize("policy", ["", "# nothing\n"])
def test_nothing_is_no_answer(ana: Client, policy: str) -> None:
    assert "no objects passed to apply" in send(ana, policy)


def test_a_namespace_that_the_cluster_lacks_is_refused(ana: Client) -> None:
    page = send(ana, SOLUTION.replace("namespace: prod", "namespace: produ"))
    assert "namespaces &quot;produ&quot; not found" in page


def test_a_warning_does_not_refuse(ana: Client) -> None:
    page = send(ana, SOLUTION.replace("port: 3306", "port: 0o6352"))
    assert "Accepted, but look at this" in page
    assert "Solved." in page


def test_one_key_makes_one_attempt(ana: Client) -> None:
    key = str(uuid4())
    for _ in range(3):
        send(ana, SOLUTION, key=key)
    assert Attempt.objects.count() == 1


def test_another_text_under_a_used_key_is_an_attempt_of_its_own(ana: Client) -> None:
    key = str(uuid4())
    send(ana, SOLUTION, key=key)
    send(ana, SOLUTION + "# after Back\n", key=key)
    assert Attempt.objects.count() == 2


@pytest.mark.parametrize("key", ["", "x", "0" * 40])
def test_a_mangled_key_loses_no_attempt(ana: Client, key: str) -> None:
    send(ana, SOLUTION, key=key)
    assert Attempt.objects.count() == 1


def test_learners_do_not_share_attempts(ana: Client, otto: Client) -> None:
    send(ana, SOLUTION)
    send(otto, SOLUTION)
    assert Attempt.objects.values("learner").distinct().count() == 2


def test_a_picked_arrow_stays_picked(ana: Client) -> None:
    assert "staging/api → prod/db : 3306 is denied</h2>" in send(
        ana, SOLUTION, picked="4-2-3306-tcp"
    )


def test_windows_newlines_do_not_shift_lines(ana: Client) -> None:
    page = send(ana, SOLUTION.replace("\n", "\r\n"), why="1-2-3306-tcp")
    assert "rule 1 (line 14) admits it" in page


def test_over_the_limit_is_413_and_stores_nothing(ana: Client) -> None:
    response = ana.post(URL, {"policy": "#" * 65_537}, headers={"HX-Request": "true"})
    assert response.status_code == 413
    assert "64 KiB" in response.content.decode()
    assert response["HX-Retarget"] == "#feedback"
    assert not Attempt.objects.exists()


def test_it_needs_the_csrf_token(course: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(URL, {"policy": SOLUTION}).status_code == 403
    assert not Attempt.objects.exists()


def test_extra_fields_change_no_result(ana: Client) -> None:
    send(ana, "", solved="true", accepted="1", result="full")
    assert Attempt.objects.get().solved is False


BUT_TWO = SOLUTION.replace(
    "        matchLabels:\n          name: api-pod",
    "        matchExpressions:\n        - {key: role, operator: NotIn, values: [web, db]}",
)


def test_a_stranger_is_told_of_with_its_reason_where_the_picture_is_right(ana: Client) -> None:
    page = send(ana, BUT_TWO)
    assert "Not yet: between these pods and hosts all is as the task asks" in page
    assert (
        "a pod without labels in prod → prod/db : 3306 is allowed; the task wants it denied. "
        "Entering prod/db: db-policy, rule 1 (line 14) admits it." in page
    )
    assert "prod/unlabelled" not in page
    feedback = page.partition('class="differences"')[2].partition("</ul>")[0]
    assert feedback.count("<li>") == 1
    assert "<button" not in feedback  # it has no cell to explain
    attempt = Attempt.objects.get()
    assert (attempt.solved, attempt.too_open) == (False, 1)


def test_the_picture_comes_before_strangers(ana: Client) -> None:
    page = send(ana, SOLUTION.replace("  - from:", "  - {}\n  - from:"))
    assert "a pod without labels" not in page
    assert "a copy of" not in page
