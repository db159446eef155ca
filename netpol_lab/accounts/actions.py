"""Writes about people."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from netpol_lab.accounts.models import Learner
from netpol_lab.accounts.queries import COOKIE_AGE, COOKIE_SALT, learner_of


def ensure_learner(request: HttpRequest) -> Learner:
    """Return the learner of this browser, made now if there is none.

    For POST only: a GET writes no row. The response must then go through `remember`.
    """
    return learner_of(request) or Learner.objects.create()


def remember(response: HttpResponseBase, learner: Learner) -> None:
    """Give the browser this learner's cookie, good for a year from now."""
    response.set_signed_cookie(
        settings.LEARNER_COOKIE_NAME,
        learner.token,
        salt=COOKIE_SALT,
        max_age=COOKIE_AGE,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
