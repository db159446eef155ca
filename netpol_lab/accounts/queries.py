"""Reads about people."""

from django.conf import settings
from django.http import HttpRequest

from netpol_lab.accounts.models import Learner

COOKIE_SALT = "netpol_lab.accounts.learner"
COOKIE_AGE = 365 * 24 * 3600


def learner_of(request: HttpRequest) -> Learner | None:
    """Return the learner whose cookie this is; a forged, old or unknown one is nobody's."""
    token = request.get_signed_cookie(
        settings.LEARNER_COOKIE_NAME, None, salt=COOKIE_SALT, max_age=COOKIE_AGE
    )
    return Learner.objects.filter(token=token).first() if token else None
