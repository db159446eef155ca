"""The result of a sitting, as a page and as a file."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from netpol_lab.quizzes.papers import result_json, result_view, sitting_view
from netpol_lab.quizzes.views_quiz import private, varies
from netpol_lab.quizzes.views_sitting import desk_for


@require_safe
@private
@varies
def result(request: HttpRequest, id: UUID) -> HttpResponse:
    """What was earned; before its release how things stand, and the way to hand in."""
    desk = desk_for(request, id)
    context = {"sitting": sitting_view(desk), "result": result_view(desk)}
    return render(request, "quizzes/result.html", context)


@require_safe
@private
@varies
def result_file(request: HttpRequest, id: UUID) -> HttpResponse:
    """The result for programs."""
    return JsonResponse(result_json(desk_for(request, id)), json_dumps_params={"indent": 1})
