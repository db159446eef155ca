"""Accounts: signing up, in and out, and what a stranger can do with these forms."""

import logging
import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from pytest_django.fixtures import Settings

from netpol_lab.accounts.models import User
from tests.accounts.people import PASSWORD, sign_in, sign_out, sign_up

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
SIGNUP = "/accounts/signup/"


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def refused(client: Client, path: str, form: dict[str, str]) -> str:
    """What a form says when it is not taken."""
    response = client.post(path, form)
    assert response.status_code == 200
    text = response.content.decode()
    return " ".join(re.findall(r"<li>(.*?)</li>", text))


def test_it_works(client: Client) -> None:
    sign_up(client, "ana", email="ana@lab.example")
    assert "You are signed in as ana." in page(client, "/me/")
    sign_out(client)
    assert "You are signed out." in page(client, "/")
    sign_in(client, "ana")
    sign_out(client)
    sign_in(client, "ana@lab.example")
    assert "Kept in the account ana" in page(client, "/me/")


def test_the_forms_look_like_the_site_and_ask_what_they_need(client: Client) -> None:
    text = page(client, LOGIN)
    assert '<a class="brand" href="/">' in text
    assert 'autocomplete="username"' in text
    assert 'autocomplete="current-password"' in text
    assert "placeholder" not in text
    assert "Continue with" not in text
    assert "This site sends no mail" in page(client, SIGNUP)


@pytest.mark.parametrize(
    "path",
    [LOGIN, SIGNUP, "/accounts/password/reset/", "/accounts/inactive/", "/accounts/confirm-email/x:y/"],
)  # fmt: skip
def test_every_page_for_strangers_is_in_our_frame_and_not_cached(client: Client, path: str) -> None:
    response = client.get(path)
    assert b'class="brand"' in response.content
    assert "no-store" in response["Cache-Control"]
    assert "form-action 'self';" in response["Content-Security-Policy"] + ";"


@pytest.mark.parametrize(
    "path", ["/accounts/password/change/", "/accounts/email/", "/accounts/logout/"]
)
def test_every_page_of_an_account_is_in_our_frame_and_takes_signing_in(
    client: Client, path: str
) -> None:
    assert client.get(path).status_code == 302
    sign_up(client, "ana")
    assert '<a class="brand" href="/">' in page(client, path)
    assert "no-store" in client.get(path)["Cache-Control"]


def test_unknown_and_known_names_get_the_same_answer(client: Client) -> None:
    sign_up(client, "ana", email="ana@lab.example")
    sign_out(client)
    wrong = [{"login": name, "password": "wrong words here"} for name in ("ana", "otto")]
    mails = [{"login": f"{name}@lab.example", "password": "wrong"} for name in ("ana", "otto")]
    answers = {refused(client, LOGIN, form) for form in wrong + mails}
    assert answers == {
        "No account has this name and this password. Capitals count in the password only."
    }


class Counted(MD5PasswordHasher):
    """Counts how many passwords were hashed: that is what takes the time."""

    algorithm = "counted"
    number = 0

    def encode(self, password: str, salt: str) -> str:
        Counted.number += 1
        return super().encode(password, salt)


def test_unknown_and_known_names_take_the_same_time(client: Client, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.Counted"]
    sign_up(client, "ana", email="ana@lab.example")
    sign_out(client)
    for login in ("ana", "otto", "ana@lab.example", "otto@lab.example", "@", "ana@"):
        Counted.number = 0
        refused(client, LOGIN, {"login": login, "password": "wrong words here"})
        assert (login, Counted.number) == (login, 1)


def test_an_address_that_is_taken_is_not_given_away(client: Client) -> None:
    sign_up(client, "ana", email="ana@lab.example")
    sign_out(client)
    sign_up(client, "otto", email="ana@lab.example", password="quite other words")
    sign_out(client)
    sign_in(client, "ana@lab.example")
    assert "Kept in the account ana" in page(client, "/me/")


@pytest.mark.parametrize("name", ["ana", "ANA", "Ana", "ａｎａ"])  # noqa: RUF001 - wide letters
def test_names_do_not_collide_by_case_or_width(client: Client, name: str) -> None:
    sign_up(client, "Ana")
    sign_out(client)
    form = {"username": name, "password1": PASSWORD, "password2": PASSWORD}
    assert refused(client, SIGNUP, form) == "This name is taken. Choose another."
    assert User.objects.count() == 1
    sign_in(client, name)


@pytest.mark.parametrize("name", ["ÄNNE", "änne", "a\u0308nne"])
def test_nor_beyond_ascii_where_sqlite_knows_no_case(client: Client, name: str) -> None:
    sign_up(client, "Änne")
    sign_out(client)
    form = {"username": name, "password1": PASSWORD, "password2": PASSWORD}
    assert refused(client, SIGNUP, form) == "This name is taken. Choose another."
    sign_in(client, name)


@pytest.mark.parametrize("name", ["Admin", "root", "ana@lab.example", "a b", "<b>", ""])
def test_names_that_mislead_are_refused(client: Client, name: str) -> None:
    form = {"username": name, "password1": PASSWORD, "password2": PASSWORD}
    assert refused(client, SIGNUP, form)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("eleven char", "at least 12"),
        ("password1234", "too common"),
        ("anastasia-smith", "too similar"),
    ],
)
def test_the_password_rules_hold_at_signing_up(client: Client, password: str, word: str) -> None:
    form = {"username": "anastasia-smith", "password1": password, "password2": password}
    assert word in refused(client, SIGNUP, form)
    assert not User.objects.exists()


def test_the_password_rules_hold_at_changing(client: Client) -> None:
    sign_up(client, "ana")
    form = {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
    assert "at least 12" in refused(client, "/accounts/password/change/", form)
    form |= {
        "oldpassword": "wrong",
        "password1": "other plain words",
        "password2": "other plain words",
    }
    assert "current password" in refused(client, "/accounts/password/change/", form)


def test_the_session_is_another_one_after_signing_in(client: Client) -> None:
    sign_up(client, "ana")
    sign_out(client)
    session = client.session
    session["planted"] = "by somebody"
    session.save()
    before = client.cookies["session"].value
    sign_in(client, "ana")
    assert client.cookies["session"].value != before
    assert not Session.objects.filter(session_key=before).exists()


def test_the_session_ends_with_the_browser_unless_asked(client: Client) -> None:
    sign_up(client, "ana")
    sign_out(client)
    sign_in(client, "ana")
    assert client.session.get_expire_at_browser_close()
    sign_out(client)
    form = {"login": "ana", "password": PASSWORD, "remember": "on"}
    client.post(LOGIN, form)
    assert not client.session.get_expire_at_browser_close()
    assert client.cookies["session"]["httponly"]
    assert client.cookies["session"]["samesite"] == "Lax"


def test_a_new_password_ends_all_other_sessions(client: Client) -> None:
    sign_up(client, "ana")
    other = Client()
    sign_in(other, "ana")
    new = {
        "oldpassword": PASSWORD,
        "password1": "other plain words",
        "password2": "other plain words",
    }
    assert client.post("/accounts/password/change/", new).status_code == 302
    assert "Kept in the account" in page(client, "/me/")
    assert "Kept in the account" not in page(other, "/me/")


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "https://127.0.0.1@evil.example/",
    ],
)
def test_signing_in_and_out_leads_nowhere_else(client: Client, target: str) -> None:
    sign_up(client, "ana")
    out = client.post("/accounts/logout/", {"next": target})
    assert out["Location"] == "/"
    response = client.post(LOGIN, {"login": "ana", "password": PASSWORD, "next": target})
    assert response["Location"] == "/me/"


def test_signing_in_leads_back_to_the_page(client: Client) -> None:
    sign_up(client, "ana")
    sign_out(client)
    assert 'href="/accounts/login/?next=/me/"' in page(client, "/me/")
    assert '<input type="hidden" name="next" value="/lab/x/">' in page(
        client, f"{LOGIN}?next=/lab/x/"
    )
    form = {"login": "ana", "password": PASSWORD, "next": "/lab/x/"}
    assert client.post(LOGIN, form)["Location"] == "/lab/x/"


@pytest.mark.parametrize(
    "path",
    [
        LOGIN,
        SIGNUP,
        "/accounts/logout/",
        "/accounts/password/change/",
        "/accounts/password/reset/",
        "/accounts/email/",
        "/me/upload",
        "/me/erase/",
    ],
)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_every_form_needs_the_csrf_token(path: str, headers: dict[str, str]) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(path, {"x": "y"}, headers=headers).status_code == 403


def test_signing_out_takes_a_post(client: Client) -> None:
    sign_up(client, "ana")
    client.get("/accounts/logout/")
    assert "Kept in the account" in page(client, "/me/")


def test_guessing_is_throttled_by_account_in_our_look(client: Client) -> None:
    sign_up(client, "ana")
    sign_out(client)
    form = {"login": "Ana", "password": "wrong words here"}
    for _ in range(8):
        assert client.post(LOGIN, form).status_code == 200
    response = client.post(LOGIN, form | {"password": PASSWORD})
    assert response.status_code == 429
    assert response["Retry-After"] == "300"
    assert b'class="brand"' in response.content
    assert b"Wait 5 minutes" in response.content
    assert client.post(LOGIN, {"login": "otto", "password": "wrong"}).status_code == 200


def test_a_right_password_counts_for_no_throttle(client: Client) -> None:
    sign_up(client, "ana")
    for _ in range(10):
        sign_out(client)
        sign_in(client, "ana")


def test_signing_up_is_throttled_by_address_far_above_a_class(
    client: Client, settings: Settings
) -> None:
    assert settings.ACCOUNT_RATE_LIMITS["signup"] == "90/m/ip"
    settings.ACCOUNT_RATE_LIMITS = {"signup": "2/m/ip"}
    answers = [client.post(SIGNUP, {}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == "60"
    assert "Wait a minute" in answers[2].content.decode()


def test_without_mail_a_forgotten_password_is_not_promised_a_link(client: Client) -> None:
    sign_up(client, "ana", email="ana@lab.example")
    sign_out(client)
    assert "This site sends no mail" in page(client, "/accounts/password/reset/")
    client.post("/accounts/password/reset/", {"email": "ana@lab.example"})
    assert mail.outbox == []


def with_mail(settings: Settings) -> None:
    settings.MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"


def test_with_mail_a_link_sets_a_new_password(client: Client, settings: Settings) -> None:
    with_mail(settings)
    sign_up(client, "ana", email="ana@lab.example")
    sign_out(client)
    mail.outbox.clear()
    sent = client.post("/accounts/password/reset/", {"email": "ana@lab.example"})
    assert sent["Location"] == "/accounts/password/reset/done/"
    assert "Look into your mail" in page(client, sent["Location"])
    link = re.search(r"http://testserver(/\S+)", str(mail.outbox[0].body))
    assert link
    form = client.get(link[1], follow=True)
    new = {"password1": "other plain words", "password2": "other plain words"}
    done = client.post(form.redirect_chain[-1][0], new, follow=True)
    assert "Your password is changed" in done.content.decode()
    sign_in(client, "ana", "other plain words")
    assert "This link does not work" in client.get(link[1], follow=True).content.decode()


def test_with_mail_unknown_addresses_get_the_same_page(client: Client, settings: Settings) -> None:
    with_mail(settings)
    sent = client.post("/accounts/password/reset/", {"email": "nobody@lab.example"})
    assert sent["Location"] == "/accounts/password/reset/done/"


def test_a_mail_server_that_is_away_breaks_nothing(client: Client, settings: Settings) -> None:
    with_mail(settings)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    sign_up(client, "ana", email="ana@lab.example")
    assert "The mail server does not answer" in page(client, "/me/")


def test_addresses_can_be_added_made_first_and_removed(client: Client) -> None:
    sign_up(client, "ana", email="ana@lab.example")
    where = "/accounts/email/"
    asked = client.post(where, {"email": "second@lab.example", "action_add": ""})
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert "Is it you?" in page(client, asked["Location"])
    assert "second@lab.example" not in page(client, where)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": where})
    assert "second@lab.example is added." in page(client, where)
    client.post(where, {"email": "second@lab.example", "action_primary": ""})
    client.post(where, {"email": "ana@lab.example", "action_remove": ""})
    text = page(client, where)
    assert "<strong>second@lab.example</strong>" in text
    assert "<strong>ana@lab.example</strong>" not in text


def test_a_closed_account_cannot_sign_in(client: Client) -> None:
    sign_up(client, "ana")
    sign_out(client)
    User.objects.update(is_active=False)
    response = client.post(LOGIN, {"login": "ana", "password": PASSWORD}, follow=True)
    assert "This account is closed" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_log_says_who_by_number_and_holds_no_word_typed(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    sign_up(client, "canary-name")
    sign_out(client)
    client.post(LOGIN, {"login": "canary-name", "password": "canary-password"})
    user = User.objects.get()
    assert f"signed in: user {user.pk}" in caplog.messages
    assert f"signed out: user {user.pk}" in caplog.messages
    assert "sign-in refused" in caplog.messages
    assert "canary" not in caplog.text
