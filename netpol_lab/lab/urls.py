"""Addresses of the lab, below /lab/."""

from django.urls import path

from netpol_lab.lab import history_views, views

app_name = "lab"
urlpatterns = [
    path("<slug:slug>/", views.lesson, name="lesson"),
    path("<slug:slug>/evaluate", views.evaluate, name="evaluate"),
    path("<slug:slug>/submit", views.submit, name="submit"),
    path("<slug:slug>/hint", views.hint, name="hint"),
    path("<slug:slug>/predict", views.predict, name="predict"),
    path("<slug:slug>/history", history_views.history, name="history"),
    path("<slug:slug>/history/<int:number>", history_views.attempt, name="attempt"),
    path("<slug:slug>/terminal", views.terminal, name="terminal"),
    path("<slug:slug>/complete", views.complete, name="complete"),
]
