"""Addresses of what one looks up: words, the sheet, what the notes say."""

from django.urls import path

from netpol_lab.reference import views

app_name = "reference"
urlpatterns = [
    path("glossary/", views.glossary, name="glossary"),
    path("cheat-sheet/", views.cheat_sheet, name="cheat_sheet"),
    path("course-notes/", views.course_notes, name="course_notes"),
]
