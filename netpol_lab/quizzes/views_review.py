"""Reviews: what is due, and starting one."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from netpol_lab.accounts.queries import learner_of
from netpol_lab.common.limits import too_many
from netpol_lab.quizzes.actions import Refusal
from netpol_lab.quizzes.reviews import reviews_of, start_review
from netpol_lab.quizzes.views_quiz import private, varies


@require_safe
@private
@varies
def index(request: HttpRequest) -> HttpResponse:
    """The misconceptions to review, those due first."""
    reviews = reviews_of(request.user, learner_of(request))
    return render(request, "quizzes/reviews.html", {"reviews": reviews})


@require_http_methods(["GET", "HEAD", "POST"])
@private
@varies
def start(request: HttpRequest) -> HttpResponse:
    """Begin a review: of the misconception that is named, or of the one longest due."""
    if request.method != "POST":
        return redirect("quizzes:reviews")
    learner = learner_of(request)
    if learner is None:
        raise Http404("nothing to review")
    code = request.POST.get("misconception", "")
    if not code and not reviews_of(request.user, learner).due:
        return redirect("quizzes:reviews")
    sitting = start_review(request.user, learner, code)
    if isinstance(sitting, Refusal):
        return too_many(request, seconds=600)
    return redirect("quizzes:item", sitting.pk, 1)
