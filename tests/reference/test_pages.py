"""The pages that one looks things up in."""

import re

import pytest
from django.test import Client

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
    assert re.findall(r'href="([^"]+)"', foot) == ["/cheat-sheet/", "/glossary/", "/documentation/"]


def test_every_word_has_one_place_and_every_reference_leads_to_one(client: Client) -> None:
    slugs = [term.slug for term in TERMS]
    assert len(set(slugs)) == len(slugs)
    assert {see for term in TERMS for see in term.see} <= set(slugs)
    page = client.get("/glossary/").content.decode()
    assert all(f'id="{slug}"' in page for slug in slugs)
    assert "<code>matchLabels</code>" in page
