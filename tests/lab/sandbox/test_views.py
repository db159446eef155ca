"""The sandbox's addresses: pages, fragments, limits; nothing stored, nothing logged."""

import html
import logging
import re
import time
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from netpol_lab.lab.sandbox.views import BUDGET
from tests.lab.sandbox.conftest import DENY_ALL, Page

URL = "/sandbox/"
POSTS = ("", "evaluate", "state", "manifests", "check")
HTMX = {"HX-Request": "true"}


def hidden(content: bytes, name: str) -> str:
    """A hidden field of an answer."""
    found = re.search(rf'name="{name}" value="([^"]*)"', content.decode())
    assert found is not None
    return html.unescape(found[1])


def test_it_works(ana: Client) -> None:
    response = ana.get(URL)
    assert response.status_code == 200
    assert b"No pods yet" in response.content
    assert b"Three tiers, two namespaces" in response.content
    assert "no-store" in response["Cache-Control"]


def test_the_front_page_leads_to_it(ana: Client) -> None:
    assert f'href="{URL}"' in ana.get("/").content.decode()


def test_a_press_answers_with_the_page_or_with_its_parts(ana: Client) -> None:
    whole = ana.post(URL, {"start": "three-tiers"})
    parts = ana.post(URL, {"start": "three-tiers"}, headers=HTMX)
    assert b"<!doctype html>" in whole.content
    assert b"<!doctype html>" not in parts.content
    assert parts.content.lstrip().startswith(b'<div id="result"')
    assert hidden(whole.content, "state") == hidden(parts.content, "state")
    for part in ("state", "cluster", "tools", "notes", "filters", "matrix", "feedback"):
        assert f'id="{part}"' in parts.content.decode()


def test_typing_is_answered_without_the_editor_and_the_small_forms(
    ana: Client, tiers: Page
) -> None:
    fields = {**tiers.fields, "policy": DENY_ALL}
    response = ana.post(f"{URL}evaluate", fields, headers=HTMX)
    shown = response.content.decode()
    assert "arrow-denied" in shown
    assert 'id="editor"' not in shown
    assert 'id="cluster"' not in shown
    assert "prod/web → prod/api : 8080 is now denied at both gates" in shown
    assert "deny-all" in hidden(response.content, "state")


def test_a_press_leaves_an_editor_alone_that_shows_the_same_text(ana: Client, tiers: Page) -> None:
    fields = {**tiers.fields, "policy": DENY_ALL, "panel-open": "pod:"}
    assert 'id="editor"' not in ana.post(URL, fields, headers=HTMX).content.decode()
    del fields["panel-open"]
    assert (
        'id="editor"' in ana.post(URL, {**fields, "do": "tab-new"}, headers=HTMX).content.decode()
    )


@pytest.mark.parametrize("path", POSTS[1:])
def test_a_get_leads_back_to_the_page(ana: Client, path: str) -> None:
    response = ana.get(f"{URL}{path}")
    assert (response.status_code, response["Location"]) == (302, URL)


@pytest.mark.parametrize("path", POSTS)
def test_it_needs_the_csrf_token(course: None, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(f"{URL}{path}", {"state": ""}).status_code == 403
    assert client.post(f"{URL}{path}", {"state": ""}, headers=HTMX).status_code == 403


@pytest.mark.parametrize("path", POSTS)
def test_it_writes_nothing_and_logs_nothing(
    ana: Client, tiers: Page, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fields = {**tiers.fields, "policy": DENY_ALL + "# canary-in-the-text\n"}
    with CaptureQueriesContext(connection) as queries:
        assert ana.post(f"{URL}{path}", fields).status_code == 200
    written = [q["sql"] for q in queries if not q["sql"].startswith("SELECT")]
    assert written == []
    # The driver's own lines of its queries are no bodies, and there is no body in them.
    assert "canary" not in caplog.text


@pytest.mark.parametrize("path", POSTS)
def test_a_policy_over_the_limit_is_refused_in_place(ana: Client, path: str) -> None:
    response = ana.post(f"{URL}{path}", {"policy": "#" * (64 * 1024 + 1)}, headers=HTMX)
    assert response.status_code == 413
    assert response["HX-Retarget"] == "#feedback"


def test_a_pasted_cluster_may_be_larger_than_other_posts(ana: Client) -> None:
    namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
    text = namespace + "# much of a dump is of no interest here\n" * 40_000
    response = ana.post(URL, {"do": "import", "pasted": text, "panel": "import:"})
    assert b"Read 1 namespace" in response.content
    assert ana.post(URL, {"pasted": "#" * 6_000_000}).status_code == 413


def test_an_upload_never_touches_the_disk(ana: Client, tmp_path: Path) -> None:
    file = tmp_path / "dump.yaml"
    file.write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n")
    with file.open("rb") as upload:
        response = ana.post(URL, {"do": "import", "file": upload})
    assert b"Read 1 namespace" in response.content


def test_names_from_a_state_are_escaped(ana: Client, tiers: Page) -> None:
    name = "<img src=x onerror=alert(1)>"
    tiers.press(do="tab-rename", tab__name=name, policy=f"# {name}\n")
    for headers in ({}, HTMX):
        shown = ana.post(URL, {**tiers.fields, "do": "tab-new"}, headers=headers).content.decode()
        assert name not in shown
        assert "&lt;img" in shown


def test_every_file_of_the_corpus_is_answered(ana: Client, shared: Path, tiers: Page) -> None:
    files = sorted((shared / "bad-input").glob("*.yaml"))[::20]
    assert len(files) > 10
    for path in files:
        text = path.read_bytes().decode("utf-8", "replace")
        for fields in ({"policy": text}, {"pasted": text, "do": "import"}):
            response = ana.post(URL, {**tiers.fields, **fields}, headers=HTMX)
            assert response.status_code in (200, 413), path.name


def test_the_state_is_saved_as_a_file(ana: Client, tiers: Page) -> None:
    response = ana.post(f"{URL}state", {**tiers.fields, "policy": DENY_ALL})
    assert response["Content-Disposition"] == 'attachment; filename="sandbox.json"'
    tiers.press(start="empty")
    assert tiers.press(do="import", uploaded=response.content).state.tab.text == DENY_ALL


def test_work_beyond_the_budget_is_refused_for_a_while(
    ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ana.post(URL, {"do": "show"}).status_code == 200
    BUDGET.spend("127.0.0.1", BUDGET.most + 1)
    for post in POSTS:
        refused = ana.post(URL + post, {"do": "show"}, headers=HTMX)
        assert refused.status_code == 429, post
        assert 1 < int(refused["Retry-After"]) <= 8
        assert b"Nothing was done with what you sent" in refused.content
    assert ana.get(URL).status_code == 200
    assert ana.post(URL, {"do": "show"}, REMOTE_ADDR="192.0.2.7").status_code == 200
    later = time.monotonic() + 10
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert ana.post(URL, {"do": "show"}).status_code == 200
