"""Addresses of the front page."""

from django.urls import path

from netpol_lab.home import views

app_name = "home"
urlpatterns = [path("", views.index, name="index")]
