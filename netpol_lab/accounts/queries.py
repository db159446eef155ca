"""Reads about people."""

from django.conf import settings
from django.http import HttpRequest

from netpol_lab.accounts.models import Learner

COOKIE_SALT = "netpol_lab.accounts.learner"
COOKIE_AGE = 365 * 24 * 3600


def learner_of(request: HttpRequest) -> Learner | None:
    """Return whose work it is: the user's where one is signed in, else the browser's."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return Learner.objects.filter(user=user).first()
    return learner_of_browser(request)


def learner_of_browser(request: HttpRequest) -> Learner | None:
    """Return the learner whose cookie this is; a forged, old or unknown one is nobody's.

    So is one that somebody has claimed by signing in: from then on it takes signing in.
    """
    token = request.get_signed_cookie(
        settings.LEARNER_COOKIE_NAME, None, salt=COOKIE_SALT, max_age=COOKIE_AGE
    )
    if not token:
        return None
    return Learner.objects.filter(token=token, user=None, merged_into=None).first()
