"""GitHub and Google, as an operator sets them up: by environment variables, in a Python of its own."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.common.test_settings import python, refusal

TRY = """
import json, sys
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
settings.ALLOWED_HOSTS.append("testserver")
client = Client()
def said(response):
    return {"status": response.status_code, "text": response.content.decode(),
            "csp": response["Content-Security-Policy"], "to": response.headers.get("Location", "")}
print(json.dumps({
    "login": said(client.get("/accounts/login/")),
    "signup": said(client.get("/accounts/signup/")),
    "step": said(client.get("/accounts/github/login/")),
    "github": said(client.post("/accounts/github/login/?process=login")),
    "google": said(client.post("/accounts/google/login/?process=login")),
    "cancelled": said(client.get("/accounts/3rdparty/login/cancelled/")),
    "failed": said(client.get("/accounts/github/login/callback/?error=other")),
    "elsewhere": said(client.get("/")),
    "modules": [name for name in ("requests", "oauthlib") if name in sys.modules],
}))
"""
SIGN_UP = """
import json, re
import django
django.setup()
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter as GitHub
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from netpol_lab.accounts.models import User
call_command("migrate", verbosity=0)
settings.ALLOWED_HOSTS.append("testserver")
PERSON = {"id": 7, "login": "Octo", "name": "Canary Name", "email": "canary@lab.example"}
GitHub.get_access_token_data = lambda self, *args, **more: {"access_token": "canary-token"}
GitHub.complete_login = lambda self, request, app, token, **more: (
    self.get_provider().sociallogin_from_response(request, PERSON))
def come_back(client):
    there = client.post("/accounts/github/login/?process=login")["Location"]
    state = re.search("state=([^&]+)", there)[1]
    return client.get(f"/accounts/github/login/callback/?code=x&state={state}", follow=True)
client = Client()
step = come_back(client)
done = client.post("/accounts/3rdparty/signup/", {"username": "Ana"}, follow=True)
user, known = User.objects.get(), SocialAccount.objects.get()
again = come_back(Client())
print(json.dumps({
    "step": step.content.decode(), "done": done.content.decode(), "again": again.content.decode(),
    "user": [user.username, user.first_name, user.last_name, user.email],
    "known": [known.uid, known.extra_data], "users": User.objects.count(),
    "connections": client.get("/accounts/3rdparty/").content.decode(),
    "erase": client.get("/me/erase/").content.decode(),
}))
"""
Answers = dict[str, Any]


def answers(data: Path, program: str = TRY, **variables: str) -> Answers:
    done = python(
        "-c",
        program,
        DJANGO_SETTINGS_MODULE="netpol_lab.settings",
        NETPOL_LAB_DATA=str(data),
        **variables,
    )
    assert done.returncode == 0, done.stderr
    said: Answers = json.loads(done.stdout)
    return said


def test_with_both_set_up_the_pages_lead_there_and_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hush\n")
    said = answers(
        tmp_path, GITHUB_CLIENT_ID="lab-at-github", GITHUB_SECRET_FILE=str(tmp_path / "secret"),
        GOOGLE_CLIENT_ID="lab-at-google", GOOGLE_SECRET="hush",
    )  # fmt: skip
    for page in ("login", "signup"):
        assert "Continue with GitHub" in said[page]["text"]
        assert "Continue with Google" in said[page]["text"]
        assert (
            "form-action 'self' https://github.com https://accounts.google.com" in said[page]["csp"]
        )
    assert "form-action 'self';" in said["elsewhere"]["csp"] + ";"
    assert "hush" not in json.dumps(said)
    assert 'class="brand"' in said["step"]["text"]
    assert said["github"]["to"].startswith("https://github.com/login/oauth/authorize?")
    assert "client_id=lab-at-github" in said["github"]["to"]
    assert "scope=&" in said["github"]["to"] + "&"
    assert "code_challenge=" in said["github"]["to"]
    assert said["google"]["to"].startswith("https://accounts.google.com/")
    assert "scope=openid&" in said["google"]["to"] + "&"
    assert "You went back" in said["cancelled"]["text"]
    assert "That did not work" in said["failed"]["text"]


def test_somebody_signs_up_through_github_under_a_name_of_their_choice(tmp_path: Path) -> None:
    said = answers(tmp_path, SIGN_UP, GITHUB_CLIENT_ID="lab", GITHUB_SECRET="hush")
    assert "Choose the name that this site calls you by" in said["step"]
    assert "Kept in the account ana" in said["done"]
    assert "Kept in the account ana" in said["again"]
    assert said["users"] == 1
    # Nothing of the person at GitHub is kept but the number.
    assert said["user"] == ["ana", "", "", ""]
    assert said["known"] == ["7", {}]
    assert "canary" not in json.dumps(said)
    assert "Remove it" in said["connections"]
    assert "Your password" not in said["erase"]


def test_without_either_there_is_no_button_and_no_page(tmp_path: Path) -> None:
    said = answers(tmp_path)
    assert "Continue with" not in said["login"]["text"]
    assert "form-action 'self';" in said["login"]["csp"] + ";"
    assert {said[page]["status"] for page in ("step", "github", "google", "cancelled")} == {404}
    assert said["modules"] == []


@pytest.mark.parametrize("half", ["GITHUB_CLIENT_ID", "GITHUB_SECRET", "GOOGLE_SECRET"])
def test_half_of_it_is_a_mistake_worth_stopping_for(tmp_path: Path, half: str) -> None:
    assert f"Set {half.partition('_')[0]}_CLIENT_ID and" in refusal(tmp_path, **{half: "x"})
