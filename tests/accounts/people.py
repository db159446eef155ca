"""Signing up, in and out, as a browser does it."""

from http import HTTPStatus

from django.test import Client

from netpol_lab.accounts.models import Learner

PASSWORD = "a few plain words"


def sign_up(client: Client, name: str, password: str = PASSWORD, **more: str) -> None:
    form = {"username": name, "password1": password, "password2": password, **more}
    response = client.post("/accounts/signup/", form)
    assert response.status_code == HTTPStatus.FOUND, response.content.decode()


def sign_in(client: Client, name: str, password: str = PASSWORD) -> None:
    response = client.post("/accounts/login/", {"login": name, "password": password})
    assert response.status_code == HTTPStatus.FOUND, response.content.decode()


def sign_out(client: Client) -> None:
    assert client.post("/accounts/logout/").status_code == HTTPStatus.FOUND


def learner_of_user(name: str) -> Learner:
    return Learner.objects.get(user__username=name)
