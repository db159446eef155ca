"""Every address of a sitting, for whoever it does not belong to; and places that no paper has."""

import pytest
from django.test import Client
from django.urls import reverse

from netpol_lab.quizzes.models import Answer, Sitting
from netpol_lab.quizzes.urls import urlpatterns
from tests.quizzes.conftest import begin, url

pytestmark = pytest.mark.django_db
OWN = [p.name for p in urlpatterns if "uuid" in str(p.pattern)]
WAYS: tuple[dict[str, str], ...] = ({}, {"HX-Request": "true"}, {"Accept": "application/json"})


def addresses(sitting: Sitting) -> list[str]:
    """All addresses of a sitting, by the list of the app's own: a new one is tried too."""
    at_item = {p.name for p in urlpatterns if "number" in str(p.pattern)}
    return [
        reverse(f"quizzes:{name}", args=[sitting.pk, *([1] if name in at_item else [])])
        for name in OWN
    ]


def test_a_stranger_is_told_nothing_at_any_address(
    ana: Client, otto: Client, client: Client
) -> None:
    sitting = begin(ana, "paper")
    begin(otto, "paper")
    before = list(Answer.objects.filter(sitting=sitting).order_by("pk").values())
    for who in (otto, client):
        for address in addresses(sitting):
            for way in WAYS:
                assert who.get(address, headers=way).status_code == 404, address
                body = {"payload": '"x"', "on": "1", "line": "k get pods", "policy": "x"}
                # One that is read alone refuses a post before it looks whose it is.
                assert who.post(address, body, headers=way).status_code in {404, 405}, address
    assert list(Answer.objects.filter(sitting=sitting).order_by("pk").values()) == before
    sitting.refresh_from_db()
    assert sitting.finished is None


def test_a_place_that_no_paper_has_is_not_there(ana: Client) -> None:
    sitting = begin(ana, "paper")
    for place in ("0", "99", "9" * 40, "-1", "1.5", "1%00"):
        address = f"{url(sitting)}{place}/"
        assert ana.get(address).status_code == 404, place
        for what in ("save", "answer", "flag", "look", "terminal", "complete", "hint"):
            assert ana.post(f"{address}{what}", {"payload": "1"}).status_code == 404, place
