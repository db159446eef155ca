"""Every address of the site."""

from django.urls import include, path

from netpol_lab.common.limits import too_many
from netpol_lab.common.views import favicon, healthz

handler429 = too_many  # allauth's throttles ask for it

urlpatterns = [
    path("", include("netpol_lab.home.urls")),
    path("accounts/", include("netpol_lab.accounts.urls")),
    path("lab/", include("netpol_lab.lab.urls")),
    path("sandbox/", include("netpol_lab.lab.sandbox.urls")),
    path("", include("netpol_lab.quizzes.urls")),
    path("", include("netpol_lab.reference.urls")),
    path("", include("netpol_lab.content.urls")),
    path("healthz", healthz, name="healthz"),
    path("favicon.ico", favicon, name="favicon"),
]
