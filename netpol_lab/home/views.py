"""The front page, and the page of one's own progress.

No address here names a learner: whose work it is, the cookie or the session says (`learner_of`).
"""

from allauth.decorators import rate_limit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_cookie

from netpol_lab.accounts.actions import ensure_learner, forget, remember
from netpol_lab.accounts.queries import learner_of
from netpol_lab.home.actions import erase_account, erase_work
from netpol_lab.home.dashboard import dashboard
from netpol_lab.home.forms import EraseForm
from netpol_lab.home.progress import Taken, take, work_of
from netpol_lab.home.progress_file import MOST_BYTES, Refusal, read, write
from netpol_lab.home.queries import course, opening
from netpol_lab.quizzes.reviews import reviews_of

private = cache_control(private=True, no_store=True)


@require_safe
@private
@vary_on_cookie
def index(request: HttpRequest) -> HttpResponse:
    """The lessons, module by module, with the learner's own ticks."""
    modules = course(request.user, learner_of(request))
    lessons = [item for module in modules for item in module.lessons]
    following = next((item for item in lessons if not item.solved), None)
    return render(
        request,
        "home/index.html",
        {
            "modules": modules,
            "number": len(lessons),
            "solved": sum(item.solved for item in lessons),
            "next": following,
            "picture": opening(request.user, following.document) if following else None,
        },
    )


@require_safe
@private
@vary_on_cookie
def me(request: HttpRequest) -> HttpResponse:
    """What is done, what to go on with, and what was learnt from mistakes."""
    return _me(request)


@require_safe
@private
@vary_on_cookie
def download(request: HttpRequest) -> HttpResponse:
    """The progress file: all that is kept of this learner's work."""
    now = timezone.now()
    text = write(work_of(learner_of(request)), now.isoformat(timespec="seconds"))
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    name = f"netpol-lab-progress-{now:%Y-%m-%d}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit(action="upload_progress")  # type: ignore[untyped-decorator]
@private
@vary_on_cookie
def upload(request: HttpRequest) -> HttpResponse:
    """Take a progress file; a GET leads back to the page with the form."""
    if request.method != "POST":
        return redirect("home:me")
    given = request.FILES.get("file")
    if given is None or given.size is None:
        return _me(request, Refusal(_("Choose a file first.")))
    if given.size > MOST_BYTES:
        return _me(request, Refusal(_("A progress file has 4 MiB at most.")))
    progress = read(given.read())
    if isinstance(progress, Refusal):
        return _me(request, progress)
    learner = ensure_learner(request)
    messages.success(request, _words(take(learner, progress)))
    response = redirect("home:me")
    remember(response, learner)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@private
@vary_on_cookie
def erase(request: HttpRequest) -> HttpResponse:
    """Say what goes, and let it go once that is confirmed."""
    form = EraseForm(request.POST if request.method == "POST" else None, user=request.user)
    learner = learner_of(request)
    if not form.is_valid():
        summary = dashboard(request.user, learner)
        sittings = learner.sittings.count() if learner else 0
        kept = summary.begun or sittings > 0
        context = {"form": form, "summary": summary, "sittings": sittings, "kept": kept}
        return render(request, "home/erase.html", context)
    if form.account is not None:
        logout(request)
        erase_account(form.account)
        messages.success(request, _("Your account and all that was kept with it is erased."))
    elif learner is not None:
        erase_work(learner)
        messages.success(request, _("All that was kept of your work is erased."))
    response = redirect("home:index")
    forget(response)
    return response


def _me(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    learner = learner_of(request)
    summary, reviews = dashboard(request.user, learner), reviews_of(request.user, learner)
    connections = reverse("socialaccount_connections") if settings.SOCIALACCOUNT_PROVIDERS else ""
    return render(
        request,
        "home/me.html",
        {
            "summary": summary,
            "reviews": reviews,
            "refusal": refusal,
            "connections": connections,
        },
    )


def _words(taken: Taken) -> str:
    said = (
        ngettext("%(n)d entry is added.", "%(n)d entries are added.", taken.new) % {"n": taken.new}
        if taken.new
        else _("Nothing in this file was new.")
    )
    if not taken.strange:
        return said
    strange = ngettext(
        "%(n)d is about an exercise or a quiz that is not here.",
        "%(n)d are about exercises or quizzes that are not here.",
        taken.strange,
    )
    return f"{said} {strange % {'n': taken.strange}}"
