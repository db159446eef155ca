"""The pages that one looks things up in."""

import re
import shutil
from pathlib import Path

import pytest
from django.test import Client

from netpol_lab.content.actions import load
from netpol_lab.content.folder import read_folder
from netpol_lab.reference.terms import KUBERNETES, OURS

TERMS = (*KUBERNETES, *OURS)


@pytest.mark.parametrize("path", ["/glossary/", "/cheat-sheet/"])
def test_it_works_without_a_database(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "sessionid" not in answer.cookies
    assert client.post(path).status_code == 405


def test_every_page_leads_to_them(client: Client) -> None:
    foot = client.get("/glossary/").content.decode().partition('<footer class="foot">')[2]
    assert re.findall(r'href="([^"]+)"', foot) == [
        "/cheat-sheet/",
        "/glossary/",
        "/documentation/",
        "/course-notes/",
    ]


def test_every_word_has_one_place_and_every_reference_leads_to_one(client: Client) -> None:
    slugs = [term.slug for term in TERMS]
    assert len(set(slugs)) == len(slugs)
    assert {see for term in TERMS for see in term.see} <= set(slugs)
    page = client.get("/glossary/").content.decode()
    assert all(f'id="{slug}"' in page for slug in slugs)
    assert "<code>matchLabels</code>" in page


@pytest.mark.usefixtures("course")
def test_the_notes_tell_where_kubernetes_does_otherwise(client: Client) -> None:
    page = client.get("/course-notes/").content.decode()
    assert page.count('<div class="erratum">') >= 13
    at_names = page.partition('id="by-address-or-service"')[2].partition("</li>")[0]
    assert "no DNS name by default" in at_names


@pytest.mark.django_db
def test_a_statement_leads_to_the_lessons_that_teach_it_or_its_erratum(
    client: Client, course_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(course_folder, tmp_path / "course")
    for slug, taught in (("api-to-db", "only-prod-api"), ("namespace-a-b-c", "e8")):
        path = tmp_path / "course" / "lessons" / f"{slug}.yaml"
        kept = re.sub(r"(?m)^teaches:.*\n", "", path.read_text(encoding="utf-8"))
        path.write_text(f"{kept}teaches: [{taught}]\n", encoding="utf-8")
    load(read_folder(tmp_path / "course").files)
    page = client.get("/course-notes/").content.decode()
    for statement, slug in (("only-prod-api", "api-to-db"), ("abc-policy", "namespace-a-b-c")):
        told = page.partition(f'id="{statement}"')[2].partition("</li>")[0]
        assert f'href="/lab/{slug}/"' in told


@pytest.mark.django_db
def test_without_notes_it_says_how_to_load_them(client: Client) -> None:
    assert "manage.py load_content" in client.get("/course-notes/").content.decode()
