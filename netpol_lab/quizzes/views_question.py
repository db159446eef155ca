"""The question of a lesson: an answer to it. The lesson's page shows it, by a template tag."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from netpol_lab.accounts.actions import remember
from netpol_lab.accounts.queries import learner_of
from netpol_lab.common.limits import too_large
from netpol_lab.content.queries import lesson_for
from netpol_lab.quizzes.cards import question_card
from netpol_lab.quizzes.forms import MOST_BYTES, is_too_large, key_of, payload_of
from netpol_lab.quizzes.questions import answer_question, is_open, moved
from netpol_lab.quizzes.views_quiz import private, varies


@require_http_methods(["GET", "HEAD", "POST"])
@private
@varies
def question(request: HttpRequest, slug: str) -> HttpResponse:
    """Take an answer and show what is said of it: to htmx the card, else on the lesson's page."""
    lesson, learner = lesson_for(request.user, slug).lesson, learner_of(request)
    if request.method != "POST":
        return _back(slug)
    if learner is None or lesson.question is None or not is_open(lesson, learner):
        return _back(slug)
    said = payload_of(lesson.question.kind, request.POST)
    if is_too_large(said):
        return too_large(request, MOST_BYTES)
    if "move" in request.POST:
        return _back(slug, f"?order={moved(said)}")
    row = answer_question(learner, request.user, lesson, said=said, key=key_of(request.POST))
    if getattr(request, "htmx", False):
        card = question_card(request, lesson, learner) | {"empty": row is None, "fresh": True}
        response = render(request, "quizzes/_question.html", card)
    else:
        response = _back(slug, "" if row else "?answer=none")
    remember(response, learner)
    return response


def _back(slug: str, query: str = "") -> HttpResponse:
    return redirect(f"{reverse('lab:lesson', args=[slug])}{query}#question")
