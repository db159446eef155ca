"""Addresses of what is published of our own documents."""

from django.urls import path

from netpol_lab.content import views

app_name = "content"
urlpatterns = [path("schemas/<slug:name>.json", views.schema, name="schema")]
