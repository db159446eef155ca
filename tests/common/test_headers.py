"""The headers that every response carries, whatever its status and wherever it was made."""

import re
from collections.abc import Mapping

import pytest
from django.test import Client

CSP = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
}
TOO_LARGE = b"x" * (256 * 1024 + 1)


def assert_headers(headers: Mapping[str, str]) -> None:
    policy = re.sub(r" 'nonce-[\w+/=-]{16,}'", "", headers["Content-Security-Policy"])
    assert set(policy.split("; ")) == CSP
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/healthz", 200),
        ("/favicon.ico", 302),
        ("/static/favicon.svg", 200),
        ("/static/no-such-file", 404),
        ("/no-such-page/", 404),
    ],
)
def test_they_are_on_a_get(client: Client, path: str, status: int) -> None:
    response = client.get(path)
    response.close()
    assert response.status_code == status
    assert_headers(response.headers)


def test_they_are_on_a_wrong_method(client: Client) -> None:
    response = client.put("/healthz")
    assert response.status_code == 405
    assert_headers(response.headers)


def test_they_are_on_a_body_too_large(client: Client) -> None:
    response = client.post("/", TOO_LARGE, content_type="text/plain")
    assert response.status_code == 413
    assert_headers(response.headers)


def test_they_are_on_a_missing_csrf_token() -> None:
    response = Client(enforce_csrf_checks=True).post("/healthz")
    assert response.status_code == 403
    assert b"out of date" in response.content
    assert_headers(response.headers)


def test_they_are_on_a_host_that_is_not_ours(client: Client) -> None:
    response = client.get("/healthz/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert b"ALLOWED_HOSTS" in response.content
    assert_headers(response.headers)


def test_they_are_on_our_own_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> str:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("netpol_lab.common.views.static", fail)
    response = Client(raise_request_exception=False).get("/favicon.ico")
    assert response.status_code == 500
    assert b"Something broke" in response.content
    assert_headers(response.headers)


@pytest.mark.django_db
def test_a_page_may_bring_its_styles_along_by_a_nonce_of_its_own(client: Client) -> None:
    seen = set()
    for _ in range(2):
        response = client.get("/")
        (nonce,) = re.findall(r"'nonce-([^']+)'", response.headers["Content-Security-Policy"])
        assert f'<style nonce="{nonce}">'.encode() in response.content
        assert (
            f"script-src 'self' 'nonce-{nonce}'" not in response.headers["Content-Security-Policy"]
        )
        seen.add(nonce)
    assert len(seen) == 2
