"""Signing in through GitHub or Google: what of a person is kept, and where a form may lead."""

from collections.abc import Callable
from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

# Browsers hold form-action against redirects too, so a page with a button names where it leads.
ORIGINS = {"github": "https://github.com", "google": "https://accounts.google.com"}


class Adapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Keep the id by which the provider knows the person, and nothing else."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Drop the profile (real name, picture, address …) before anything stores it."""
        sociallogin.account.extra_data = {}
        sociallogin.email_addresses = []

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> Any:
        """Propose the provider's user name at most; names of people stay out."""
        kept = {"username": data.get("username")}
        return super().populate_user(request, sociallogin, kept)


def leads_out(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: let the forms of signing in lead to the providers that are set up."""
    origins = [ORIGINS[name] for name in settings.SOCIALACCOUNT_PROVIDERS]

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith(reverse("account_login").removesuffix("login/")):
            response._csp_update = {"form-action": origins}  # type: ignore[attr-defined]
        return response

    return middleware
