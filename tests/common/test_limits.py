"""The first limit: how much a request may bring."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from netpol_lab.common.limits import RefuseLargeBodies

LIMIT = 256 * 1024


class Unreadable:
    """A body that must not be looked at."""

    def read(self, *_: object) -> bytes:
        raise AssertionError("The body was read.")


def answer(**meta: Any) -> HttpResponse:
    """Send a POST with these WSGI variables through the middleware alone."""
    request = RequestFactory().generic("POST", "/")
    request.META.pop("CONTENT_LENGTH", None)
    request.META.update(meta)
    request._stream = Unreadable()  # type: ignore[assignment]

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("through")

    return RefuseLargeBodies(view)(request)


@pytest.mark.parametrize("length", ["", "0", "1", str(LIMIT)])
def test_it_lets_through_what_fits(length: str) -> None:
    assert answer(CONTENT_LENGTH=length).content == b"through"


def test_it_lets_through_a_post_without_body() -> None:
    assert answer().content == b"through"


@pytest.mark.parametrize("length", [str(LIMIT + 1), "9" * 5000])
def test_it_refuses_a_large_body_unread(length: str) -> None:
    response = answer(CONTENT_LENGTH=length)
    assert response.status_code == 413
    assert b"256 KiB" in response.content
    assert b"<!doctype html>" in response.content.lower()
    assert response["Vary"] == "HX-Request"


def test_htmx_gets_the_refusal_as_a_fragment() -> None:
    response = answer(CONTENT_LENGTH=str(LIMIT + 1), HTTP_HX_REQUEST="true")
    assert response.status_code == 413
    assert response.content.startswith(b'<section id="too_large"')


@pytest.mark.parametrize("length", ["-1", "1.5", "0x10", "abc", "1 2", "٣"])
def test_it_refuses_a_length_that_is_no_number(length: str) -> None:
    assert answer(CONTENT_LENGTH=length).status_code == 400


@pytest.mark.parametrize("length", ["", "0"])
def test_it_refuses_a_body_of_unknown_length(length: str) -> None:
    response = answer(CONTENT_LENGTH=length, HTTP_TRANSFER_ENCODING="chunked")
    assert response.status_code == 411


def test_it_stands_before_every_view(client: Client) -> None:
    response = client.post("/healthz", b"x" * (LIMIT + 1), content_type="text/plain")
    assert response.status_code == 413
