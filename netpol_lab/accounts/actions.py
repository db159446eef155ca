"""Writes about people."""

from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponseBase

from netpol_lab.accounts.models import Learner, User
from netpol_lab.accounts.queries import COOKIE_AGE, COOKIE_SALT, learner_of


def ensure_learner(request: HttpRequest) -> Learner:
    """Return the learner of this request, made now if there is none.

    For POST only: a GET writes no row. The response must then go through `remember`.
    """
    known = learner_of(request)
    if known is not None:
        return known
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return Learner.objects.get_or_create(user=user)[0]
    return Learner.objects.create()


def settled(learner: Learner) -> Learner:
    """Return the learner to write for, locked until the transaction ends.

    Between reading and writing a sign-in may have claimed this one: then it is the one who did. If
    it was erased meanwhile, it is a new one, so that nothing breaks and nothing comes back.
    """
    locked = Learner.objects.select_for_update()
    found = locked.filter(pk=learner.pk).first()
    while found is not None and found.merged_into_id is not None:
        found = locked.filter(pk=found.merged_into_id).first()
    return found or Learner.objects.create()


def remember(response: HttpResponseBase, learner: Learner) -> None:
    """Give the browser this learner's cookie, good for a year from now.

    A user's learner gets none: signing out must leave nothing of theirs behind.
    """
    if learner.user_id is not None:
        return
    response.set_signed_cookie(
        settings.LEARNER_COOKIE_NAME,
        learner.token,
        salt=COOKIE_SALT,
        max_age=COOKIE_AGE,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponseBase) -> None:
    """Take the learner's cookie from the browser."""
    response.delete_cookie(settings.LEARNER_COOKIE_NAME, samesite="Lax")


def end_sessions(user: User) -> None:
    """Sign the user out everywhere, and leave no session that holds their name."""
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
