"""The database is away: 503, a page that says so, and the log."""

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory

from netpol_lab.common.outage import SayDatabaseAway


def answer(fault: Exception, **headers: str) -> HttpResponse | None:
    request = RequestFactory().get("/", headers=headers)
    return SayDatabaseAway(lambda request: HttpResponse()).process_exception(request, fault)


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError])
def test_it_says_so(kind: type[Exception], caplog: pytest.LogCaptureFixture) -> None:
    response = answer(kind("unable to open database file"))
    assert response is not None
    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert b"<!doctype html>" in response.content
    assert b'<section id="database_away"' in response.content
    assert "The database does not answer" in caplog.text


def test_htmx_gets_a_fragment() -> None:
    response = answer(OperationalError(), **{"HX-Request": "true"})
    assert response is not None
    assert response.content.startswith(b'<section id="database_away"')


@pytest.mark.parametrize("fault", [IntegrityError(), ValueError()])
def test_a_fault_of_ours_stays_one(fault: Exception) -> None:
    assert answer(fault) is None


def test_it_stands_behind_every_view(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(name: str) -> str:
        raise OperationalError("database is locked")

    monkeypatch.setattr("netpol_lab.common.views.static", away)
    assert client.get("/favicon.ico").status_code == 503
