"""Addresses of the lab, below /lab/."""

from django.urls import path

from netpol_lab.lab import views

app_name = "lab"
urlpatterns = [
    path("<slug:slug>/", views.lesson, name="lesson"),
    path("<slug:slug>/evaluate", views.evaluate, name="evaluate"),
    path("<slug:slug>/submit", views.submit, name="submit"),
    path("<slug:slug>/hint", views.hint, name="hint"),
    path("<slug:slug>/predict", views.predict, name="predict"),
]
