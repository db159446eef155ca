"""Signing in through GitHub or Google: what of a person is kept."""

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest


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
