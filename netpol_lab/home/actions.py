"""Writes about a learner's whole work: claiming and erasing it."""

import logging

from django.db import transaction

from netpol_lab.accounts.actions import end_sessions
from netpol_lab.accounts.models import Learner, User, new_token
from netpol_lab.lab import handover as of_the_lab
from netpol_lab.quizzes import handover as of_the_quizzes

log = logging.getLogger("netpol_lab.security")


def claim(browser: Learner | None, user: User) -> None:
    """Make the work of a browser's learner the user's; a second claim of it finds nothing.

    The browser's learner stays as a row without work and with another token: no cookie leads to
    it, and a submission that was under way finds the user's learner through it (`settled`).
    """
    if browser is None:
        return
    with transaction.atomic():
        # In the order in which `settled` locks: first who may be claimed, then who claims.
        unclaimed = Learner.objects.select_for_update().filter(user=None, merged_into=None)
        given = unclaimed.filter(pk=browser.pk).first()
        if given is None:
            return
        own, _ = Learner.objects.select_for_update().get_or_create(user=user)
        of_the_lab.hand_over(given, own)
        of_the_quizzes.hand_over(given, own)
        given.merged_into, given.token = own, new_token()
        given.save(update_fields=["merged_into", "token"])
    log.info("claimed: learner %s by user %s", given.pk, user.pk)


def erase_work(learner: Learner) -> None:
    """Delete a learner and all that they did; an account stays, empty."""
    number = learner.pk
    learner.delete()
    log.info("erased: learner %s", number)


def erase_account(user: User) -> None:
    """Delete a user, all that they did, and their sessions everywhere."""
    number = user.pk
    with transaction.atomic():
        end_sessions(user)
        user.delete()
    log.info("erased: user %s", number)
