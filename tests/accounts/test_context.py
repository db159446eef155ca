"""What the header says on pages of every kind."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("/", "/accounts/login/?next=/"),
        ("/me/erase/", "/accounts/login/?next=/me/erase/"),
        ("/no-such-page/", "/accounts/login/?next=/no-such-page/"),
        ("/no-such-%22%3E%3Cb%3E/", "/accounts/login/?next=/no-such-%22%3E%3Cb%3E/"),
        ("/accounts/signup/", "/accounts/login/"),
    ],
)
def test_the_way_in_leads_back(client: Client, path: str, link: str) -> None:
    assert f'<a href="{link}">Sign in</a>' in client.get(path).content.decode()


@pytest.mark.parametrize(("path", "status"), [("/nowhere/", 404), ("/", 413)])
def test_pages_of_refusal_have_a_header_too(client: Client, path: str, status: int) -> None:
    body = b"x" * 300_000 if status == 413 else b""
    response = client.post(path, body, content_type="text/plain")
    assert response.status_code == status
    assert 'id="account"' in response.content.decode()
