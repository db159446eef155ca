"""Addresses of quizzes, sittings and reviews."""

from django.urls import path

from netpol_lab.quizzes import (
    views_item,
    views_question,
    views_quiz,
    views_result,
    views_review,
    views_sitting,
    views_work,
)

app_name = "quizzes"
urlpatterns = [
    path("lab/<slug:slug>/question", views_question.question, name="question"),
    path("quizzes/", views_quiz.index, name="index"),
    path("documentation/", views_quiz.documentation, name="documentation"),
    path("quizzes/<slug:slug>/", views_quiz.quiz, name="quiz"),
    path("quizzes/<slug:slug>/start", views_quiz.start, name="start"),
    path("sittings/<uuid:id>/", views_sitting.sitting, name="sitting"),
    path("sittings/<uuid:id>/state.json", views_sitting.state, name="state"),
    path("sittings/<uuid:id>/finish", views_sitting.finish, name="finish"),
    path("sittings/<uuid:id>/result", views_result.result, name="result"),
    path("sittings/<uuid:id>/result.json", views_result.result_file, name="result_json"),
    path("sittings/<uuid:id>/<int:number>/", views_item.item, name="item"),
    path("sittings/<uuid:id>/<int:number>/save", views_item.save, name="save"),
    path("sittings/<uuid:id>/<int:number>/answer", views_item.answer, name="answer"),
    path("sittings/<uuid:id>/<int:number>/flag", views_item.flag, name="flag"),
    path("sittings/<uuid:id>/<int:number>/hint", views_item.hint, name="hint"),
    path("sittings/<uuid:id>/<int:number>/look", views_work.look, name="look"),
    path("sittings/<uuid:id>/<int:number>/terminal", views_work.terminal, name="terminal"),
    path("sittings/<uuid:id>/<int:number>/complete", views_work.complete, name="complete"),
    path("reviews/", views_review.index, name="reviews"),
    path("reviews/start", views_review.start, name="start_review"),
]
