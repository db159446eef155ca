"""What signing in does beyond allauth: claim the browser's work, and say little to guessers."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from netpol_lab.accounts.actions import forget
from netpol_lab.accounts.models import User
from netpol_lab.accounts.queries import learner_of_browser
from netpol_lab.common.limits import too_many
from netpol_lab.home.actions import claim

log = logging.getLogger("netpol_lab.security")

NO_MATCH = _("No account has this name and this password. Capitals count in the password only.")
LOCKED_SECONDS = 300


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Our account adapter."""

    error_messages = {  # noqa: RUF012 - allauth's own shape
        **DefaultAccountAdapter.error_messages,
        # One sentence for all: who asks learns nothing of which accounts there are.
        "email_password_mismatch": NO_MATCH,
        "username_password_mismatch": NO_MATCH,
        "username_blacklisted": _("This name is kept for the site. Choose another."),
        "username_taken": _("This name is taken. Choose another."),
    }

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in, under a new session key, and give the user what the browser's learner did."""
        browser = learner_of_browser(request)
        super().login(request, user)
        claim(browser, user)
        log.info("signed in: user %s", user.pk)

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        """Lead on, without the cookie of the learner that was claimed."""
        response: HttpResponse = super().post_login(request, user, **details)
        forget(response)
        return response

    def logout(self, request: HttpRequest) -> None:
        """Sign out."""
        log.info("signed out: user %s", request.user.pk)
        super().logout(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse for a while after too many wrong passwords."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as refusal:
            log.warning("sign-in throttled")
            raise ImmediateHttpResponse(too_many(request, seconds=LOCKED_SECONDS)) from refusal

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note that it happened; never what was typed."""
        log.warning("sign-in refused")

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """One spelling, and no @."""
        if "@" in username and not shallow:
            raise ValidationError(_("A username has no @. An address goes into the field below."))
        cleaned: str = super().clean_username(User.normalize_username(username), shallow)
        return cleaned

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to where one came from, not to an empty form."""
        return reverse("home:me") + "#your-account"

    def is_ajax(self, request: HttpRequest) -> bool:
        """Never: this site's forms are pages, and htmx wants no JSON."""
        return False

    def send_mail(self, template_prefix: str, email: str, context_: dict[str, Any]) -> None:
        """Send, and survive a mail server that is away."""
        try:
            super().send_mail(template_prefix, email, context_)
        except (OSError, SMTPException):
            log.exception("mail could not be sent")
            words = _("The mail server does not answer, so no mail was sent. Try again later.")
            messages.error(context.request, words)

    def should_send_confirmation_mail(
        self, request: HttpRequest, email_address: Any, signup: bool
    ) -> bool:
        """Only where there is mail."""
        return bool(settings.MAIL)
