"""Addresses of the front page and of one's own progress."""

from django.urls import path

from netpol_lab.home import views

app_name = "home"
urlpatterns = [
    path("", views.index, name="index"),
    path("me/", views.me, name="me"),
    path("me/progress.json", views.download, name="download"),
    path("me/upload", views.upload, name="upload"),
    path("me/erase/", views.erase, name="erase"),
]
