"""The addresses that belong to no room."""

import pytest
from django.db import OperationalError, connection
from django.test import Client


@pytest.mark.django_db
def test_healthz_is_ok(client: Client) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.content == b"ok\n"
    assert "no-store" in response["Cache-Control"]


def test_healthz_is_503_without_the_database(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError("unable to open database file")

    monkeypatch.setattr(connection, "cursor", away)
    assert client.get("/healthz").status_code == 503


@pytest.mark.django_db
def test_favicon_leads_to_the_drawing(client: Client) -> None:
    response = client.get("/favicon.ico", follow=True)
    response.close()
    assert response.status_code == 200
    assert response["Content-Type"] == "image/svg+xml"


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_healthz_is_for_reading(client: Client, method: str) -> None:
    assert getattr(client, method)("/healthz").status_code == 405
