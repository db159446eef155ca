"""Addresses of the sandbox, below /sandbox/."""

from django.urls import path

from netpol_lab.lab.sandbox import views

app_name = "sandbox"
urlpatterns = [
    path("", views.sandbox, name="sandbox"),
    path("evaluate", views.evaluate, name="evaluate"),
    path("state", views.download_state, name="state"),
    path("manifests", views.download_manifests, name="manifests"),
    path("check", views.download_check, name="check"),
]
