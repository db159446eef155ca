"""A sitting: its rail and clock, and handing it in."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from netpol_lab.accounts.queries import learner_of
from netpol_lab.quizzes.actions import finish_sitting
from netpol_lab.quizzes.models import Purpose
from netpol_lab.quizzes.papers import Desk, clock_view, sitting_view
from netpol_lab.quizzes.queries import desk_of, sitting_for
from netpol_lab.quizzes.views_quiz import private, varies


def desk_for(request: HttpRequest, id: UUID) -> Desk:
    """The sitting of this address with all that belongs to it; Http404 for everybody else."""
    return desk_of(sitting_for(learner_of(request), id))


@require_safe
@private
@varies
def sitting(request: HttpRequest, id: UUID) -> HttpResponse:
    """The rail: what is answered, flagged and open, and the way to hand in."""
    desk = desk_for(request, id)
    if desk.sitting.kind == Purpose.REVIEW:  # one item is its own overview
        return redirect("quizzes:item", id, 1)
    if desk.sitting.finished is not None:
        return redirect("quizzes:result", id)
    view = sitting_view(desk)
    begun = [entry.number for entry in view.rail if entry.state != "answered"]
    context = {
        "sitting": view,
        "missing": sum(entry.state == "open" for entry in view.rail),
        "flagged": sum(entry.flagged for entry in view.rail),
        "onward": begun[0] if begun else 1,
    }
    return render(request, "quizzes/sitting.html", context)


@require_safe
@private
@varies
def state(request: HttpRequest, id: UUID) -> HttpResponse:
    """The clock and the rail for a script that shows them."""
    return JsonResponse(state_json(desk_for(request, id)))


@require_http_methods(["GET", "HEAD", "POST"])
@private
@varies
def finish(request: HttpRequest, id: UUID) -> HttpResponse:
    """Hand everything in; again, it changes nothing."""
    found = sitting_for(learner_of(request), id)
    if request.method == "POST":
        finish_sitting(found)
    return redirect("quizzes:result", id)


def state_json(desk: Desk) -> dict[str, object]:
    """What a script is told of a sitting with every answer."""
    view, time = sitting_view(desk), clock_view(desk)
    return {
        "finished": view.finished is not None,
        "released": view.released,
        "over": time.over,
        "remaining": time.remaining,
        "deadline": time.deadline.isoformat() if time.deadline else None,
        "answered": view.answered,
        "number": view.number,
        "rail": [
            {
                "number": entry.number,
                "state": entry.state,
                "flagged": entry.flagged,
                "standing": entry.standing,
            }
            for entry in view.rail
        ],
    }
