"""Learners without an account: a signed cookie, and nothing else."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from netpol_lab.accounts import queries
from netpol_lab.accounts.actions import ensure_learner, forget, remember
from netpol_lab.accounts.models import Learner, User
from netpol_lab.accounts.queries import learner_of

pytestmark = pytest.mark.django_db


def request_with(cookie: str | None = None) -> HttpRequest:
    request = RequestFactory().get("/")
    if cookie is not None:
        request.COOKIES[settings.LEARNER_COOKIE_NAME] = cookie
    return request


def cookie_of(learner: Learner) -> str:
    response = HttpResponse()
    remember(response, learner)
    return str(response.cookies[settings.LEARNER_COOKIE_NAME].value)


def test_it_works() -> None:
    learner = ensure_learner(request_with())
    assert learner_of(request_with(cookie_of(learner))) == learner


def test_a_stranger_is_nobody_and_leaves_no_row() -> None:
    assert learner_of(request_with()) is None
    assert not Learner.objects.exists()


def test_ensuring_twice_makes_one_learner() -> None:
    learner = ensure_learner(request_with())
    assert ensure_learner(request_with(cookie_of(learner))) == learner
    assert Learner.objects.count() == 1


def test_the_token_is_long_random_and_url_safe() -> None:
    first, second = Learner.objects.create(), Learner.objects.create()
    assert first.token != second.token
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", first.token)


@pytest.mark.parametrize("cookie", ["", "nonsense", "a:b:c", "é", "x" * 4000])
def test_a_forged_cookie_is_nobodys(cookie: str) -> None:
    assert learner_of(request_with(cookie)) is None


def test_the_bare_token_is_not_enough() -> None:
    learner = Learner.objects.create()
    assert learner_of(request_with(learner.token)) is None


def test_another_signature_of_ours_is_not_enough() -> None:
    learner = Learner.objects.create()
    elsewhere = signing.get_cookie_signer(salt="elsewhere").sign(learner.token)
    assert learner_of(request_with(elsewhere)) is None


def test_an_unknown_learner_is_nobody() -> None:
    learner = Learner.objects.create()
    cookie = cookie_of(learner)
    learner.delete()
    assert learner_of(request_with(cookie)) is None


def test_the_cookie_ends_after_a_year(monkeypatch: pytest.MonkeyPatch) -> None:
    cookie = cookie_of(Learner.objects.create())
    monkeypatch.setattr(queries, "COOKIE_AGE", timedelta(seconds=-1))
    assert learner_of(request_with(cookie)) is None


def test_the_cookie_is_the_browsers_alone() -> None:
    response = HttpResponse()
    remember(response, Learner.objects.create())
    cookie = response.cookies[settings.LEARNER_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert cookie["max-age"] == 365 * 24 * 3600
    assert not cookie["secure"]


def test_the_cookie_is_secure_over_https(settings: Settings) -> None:
    settings.HTTPS = True
    response = HttpResponse()
    remember(response, Learner.objects.create())
    assert response.cookies[settings.LEARNER_COOKIE_NAME]["secure"]


def test_forgetting_over_https_is_a_cookie_that_browsers_take(settings: Settings) -> None:
    settings.LEARNER_COOKIE_NAME = "__Host-learner"
    response = HttpResponse()
    forget(response)
    cookie = response.cookies["__Host-learner"]
    assert (cookie["secure"], cookie["path"], cookie["max-age"]) == (True, "/", 0)


def test_a_learner_has_a_name_for_people() -> None:
    ana = User.objects.create_user("ana")
    assert str(Learner.objects.create(user=ana)) == "ana"
    nameless = Learner.objects.create()
    assert str(nameless) == f"learner {nameless.pk}"
