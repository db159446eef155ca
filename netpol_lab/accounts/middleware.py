"""What every page of signing in carries, allauth's own too."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control

# Browsers hold form-action against redirects too, so a page with a button names where it leads.
ORIGINS = {"github": "https://github.com", "google": "https://accounts.google.com"}


def around_signing_in(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: such a page is kept nowhere, and its forms may lead to our providers."""
    origins = [ORIGINS[name] for name in settings.SOCIALACCOUNT_PROVIDERS]

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith(reverse("account_login").removesuffix("login/")):
            patch_cache_control(response, private=True, no_store=True)
            if origins:
                response._csp_update = {"form-action": origins}  # type: ignore[attr-defined]
        return response

    return middleware
