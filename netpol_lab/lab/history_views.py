"""A learner's attempts at a lesson's exercise: the list, and what each one changed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from netpol_lab.accounts.queries import learner_of
from netpol_lab.content.queries import lesson_for
from netpol_lab.lab.attempts import listed_attempts, outlined
from netpol_lab.lab.history import edit_between
from netpol_lab.lab.models import Attempt
from netpol_lab.lab.queries import accepted_before, attempt_for, attempts_at, state_in
from netpol_lab.lab.views import private, varies
from netpol_lab.lab.workbench import State


@require_safe
@private
@varies
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """The attempts, newest first: a page, or to htmx the list."""
    bundle = lesson_for(request.user, slug)
    context = {"lesson": bundle.lesson, **listed_attempts(request, bundle, learner_of(request))}
    name = "lab/_history.html" if getattr(request, "htmx", False) else "lab/history.html"
    return render(request, name, context)


@require_safe
@private
@varies
def attempt(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What one attempt changed against the accepted one before it."""
    bundle = lesson_for(request.user, slug)
    found = attempt_for(learner_of(request), bundle.document, number)
    before = accepted_before(found)
    old = state_in(before) if before else State(bundle.exercise.starter)
    new = state_in(found)
    context = {
        "lesson": bundle.lesson,
        "attempt": found,
        "number": _number(found),
        "against": _number(before) if before else 0,
        "edit": edit_between(bundle.exercise, bundle.scenario, old, new),
        "changes": bundle.exercise.changes.value,
        "outline": outlined(found),
    }
    name = "lab/_attempt.html" if getattr(request, "htmx", False) else "lab/attempt.html"
    return render(request, name, context)


def _number(found: Attempt) -> int:
    return attempts_at(found.learner, found.exercise, until=found).count()
