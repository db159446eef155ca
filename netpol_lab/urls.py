"""Every address of the site."""

from django.urls import include, path

from netpol_lab.common.views import favicon, healthz

urlpatterns = [
    path("", include("netpol_lab.home.urls")),
    path("lab/", include("netpol_lab.lab.urls")),
    path("healthz", healthz, name="healthz"),
    path("favicon.ico", favicon, name="favicon"),
]
