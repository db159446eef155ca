"""Addresses of signing in, below /accounts/: allauth's, and around them what is ours."""

from allauth.urls import build_provider_urlpatterns
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from netpol_lab.accounts import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("", include("allauth.account.urls")),
]

# Without a provider there is nothing to connect.
if settings.SOCIALACCOUNT_PROVIDERS:
    urlpatterns += [
        path("3rdparty/", include("allauth.socialaccount.urls")),
        *build_provider_urlpatterns(),
    ]
