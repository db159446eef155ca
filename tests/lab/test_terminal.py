"""POST /lab/<slug>/terminal: a line, the page's state, and what comes back."""

import json
from html.parser import HTMLParser

import pytest
from django.test import Client

from netpol_lab.lab.models import Attempt
from tests.lab.conftest import SOLUTION

LESSON = "/lab/api-to-db/"
LABELS = "/lab/dont-touch-the-policies/"
HTMX = {"HX-Request": "true"}


class _State(HTMLParser):
    """The attributes of #terminal_state and of the namespace's field."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if given.get("id") == "terminal_state":
            self.found |= given
        if given.get("name") == "namespace":
            self.found["namespace"] = given["value"]


def state(page: str) -> dict[str, str]:
    parser = _State()
    parser.feed(page)
    return parser.found


def post(client: Client, line: str, lesson: str = LESSON, **fields: str) -> str:
    data = {"policy": "", "labels": "", "namespace": "prod", "line": line, **fields}
    response = client.post(f"{lesson}terminal", data, headers=HTMX)
    assert response.status_code == 200
    return response.content.decode()


def test_it_works(ana: Client) -> None:
    page = post(ana, "k get pods")
    assert '<pre class="terminal-out">NAME   READY   STATUS' in page
    assert "k get pods" in page
    assert "<html" not in page
    assert not Attempt.objects.exists()


def test_a_policy_that_is_applied_comes_back_as_the_editors_text(ana: Client) -> None:
    page = post(ana, "k apply -f - <<EOF", stdin=SOLUTION)
    assert "networkpolicy.networking.k8s.io/db-policy created" in page
    assert state(page)["data-text"] == SOLUTION
    assert "  port: 3306" in page  # the log shows what was typed


def test_the_next_command_sees_what_stands_in_the_editor(ana: Client) -> None:
    assert "db-policy" in post(ana, "k get netpol", policy=SOLUTION)
    assert "open" in post(ana, "k exec api -- nc -zv 10.1.0.13 3306", policy=SOLUTION)
    assert "timed out" in post(ana, "k exec web -- nc -zv 10.1.0.13 3306", policy=SOLUTION)


def test_without_htmx_the_whole_page_comes_back_with_text_and_picture_changed(ana: Client) -> None:
    line = f"kubectl apply -f - <<EOF\n{SOLUTION}EOF"
    data = {"policy": "", "labels": "", "namespace": "staging", "line": line.replace("\n", "\r\n")}
    page = ana.post(f"{LESSON}terminal", data).content.decode()
    assert "<html" in page
    assert "db-policy created" in page
    assert 'name="policy"' in page
    assert "name: api-pod" in page.partition('<textarea id="policy"')[2].partition("</textarea>")[0]
    assert state(page)["namespace"] == "staging"
    assert "prod/api → prod/db : 3306 is now allowed" in page


def test_the_context_moves_on(ana: Client) -> None:
    page = post(ana, "k config set-context --current --namespace=staging")
    assert state(page)["namespace"] == "staging"
    assert state(post(ana, "ls", namespace='"><b>'))["namespace"] == "default"


def test_a_command_that_waits_for_a_text_says_so(ana: Client) -> None:
    page = post(ana, "k apply -f -")
    assert "data-reading" in state(page)
    assert "terminal-turn" not in page


def test_edit_leads_to_the_line(ana: Client) -> None:
    text = SOLUTION.replace("db-policy", "first") + "---\n" + SOLUTION
    page = post(ana, "k edit netpol db-policy", policy=text)
    goto = int(state(page)["data-goto"])
    assert text.splitlines()[goto - 1] == "  name: db-policy"


def test_labels_change_where_the_lesson_allows_it(ana: Client) -> None:
    page = post(ana, "k label pod api db-client=yes", LABELS)
    assert json.loads(state(page)["data-labels"]) == {"prod/api": {"db-client": "yes"}}
    back = post(ana, "k label pod api db-client-", LABELS, labels=state(page)["data-labels"])
    assert state(back)["data-labels"] == ""
    refused = post(ana, "k label pod api db-client=yes")
    assert "this exercise fixes its labels" in refused
    assert state(refused)["data-labels"] == ""


def test_policies_stay_where_labels_are_the_task(ana: Client) -> None:
    page = post(ana, "k delete netpol --all -A", LABELS)
    assert "this exercise fixes its policies" in page
    assert "name: db-clients" in state(page)["data-text"]


def test_while_the_picture_is_locked_nothing_can_be_dialled(ana: Client) -> None:
    lesson = "/lab/deny-all-then-dns/"
    line = "k exec -n shop web -- curl api"
    assert "say first what you expect" in post(ana, line, lesson)
    ana.post(f"{lesson}predict", {"policy": "", "skip": "1"})
    assert "say first" not in post(ana, line, lesson)


@pytest.mark.parametrize(
    "line", ["<script>alert(1)</script>", "echo '<b>x</b>'", "k get '<img src=x>'", "{{ 7|add:7 }}"]
)
def test_nothing_is_echoed_unescaped(ana: Client, line: str) -> None:
    page = post(ana, line, stdin="")
    assert not any(tag in page for tag in ("<script", "<b>", "<img"))
    assert ">14<" not in page


def test_what_hides_is_shown_in_the_log(ana: Client) -> None:
    page = post(ana, "echo \u202eabc", stdin="\u200bx")
    assert not set(page) & set("\u202e\u200b")
    assert page.count("\\u202eabc") == 2


@pytest.mark.parametrize("line", ["", "x" * 9_000, "\x00", "'", "k get po -o jsonpath={..*}{..*}"])
def test_odd_lines_are_answered(ana: Client, line: str) -> None:
    post(ana, line)


def test_a_get_leads_back_to_the_lesson_and_too_large_texts_are_refused(ana: Client) -> None:
    assert ana.get(f"{LESSON}terminal").headers["Location"] == LESSON
    data = {"policy": "x" * 70_000, "line": "k get pods"}
    assert ana.post(f"{LESSON}terminal", data).status_code == 413


def test_completion_is_offered_as_json(ana: Client) -> None:
    data = {"policy": SOLUTION, "namespace": "prod", "line": "k get netpol d", "cursor": "14"}
    assert ana.post(f"{LESSON}complete", data).json() == {"words": ["db-policy"]}
    assert ana.post(f"{LESSON}complete", {**data, "cursor": "x"}).status_code == 200
