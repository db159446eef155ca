"""The front page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from netpol_lab.accounts.queries import learner_of
from netpol_lab.home.queries import course


@require_safe
@cache_control(private=True, no_store=True)
def index(request: HttpRequest) -> HttpResponse:
    """The lessons, module by module, with the learner's own ticks."""
    modules = course(request.user, learner_of(request))
    lessons = [item for module in modules for item in module.lessons]
    return render(
        request,
        "home/index.html",
        {
            "modules": modules,
            "number": len(lessons),
            "solved": sum(item.solved for item in lessons),
            "next": next((item for item in lessons if not item.solved), None),
        },
    )
