"""Pages around signing in that allauth has not, or not as we need them."""

from allauth.account import views as allauth_views
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def password_reset(request: HttpRequest) -> HttpResponseBase:
    """Send a link to choose a new password; where no mail is sent, say what else there is."""
    if settings.MAIL:
        response: HttpResponseBase = allauth_views.password_reset(request)
        return response
    return render(request, "account/password_reset_without_mail.html")
