"""The sandbox's page and its downloads. Nothing that is posted here is stored or logged."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from netpol_lab.common.limits import too_large
from netpol_lab.common.throttle import Budget, within
from netpol_lab.content.queries import visible_scenarios
from netpol_lab.lab.sandbox.bench import set_up
from netpol_lab.lab.sandbox.desk import Desk, fresh
from netpol_lab.lab.sandbox.export import archive, manifests
from netpol_lab.lab.sandbox.page import page
from netpol_lab.lab.sandbox.policies import read_setup
from netpol_lab.lab.sandbox.presses import press
from simulator.limits import SUBMISSION

private = cache_control(private=True, no_store=True)
varies = vary_on_headers("HX-Request", "Cookie")
#: Seconds of work for each address, in each worker: some twenty of the slowest pastes, then one in
#: ten seconds; typing on a cluster of usual size never comes near.
BUDGET = Budget(most=30, gain=0.25)


@require_http_methods(["GET", "HEAD", "POST"])
@private
@varies
@within(BUDGET)
def sandbox(request: HttpRequest) -> HttpResponse:
    """The page; a POST brings the state and does what its button says."""
    if request.method != "POST":
        return _render(request, fresh(), "sandbox/sandbox.html")
    if _too_long(request):
        return too_large(request, SUBMISSION.size or 0)
    is_htmx = bool(getattr(request, "htmx", False))
    template = "sandbox/_answer.html" if is_htmx else "sandbox/sandbox.html"
    return _render(request, _pressed(request), template)


Answer = Callable[[HttpRequest, Desk], HttpResponse]


def takes_state(answer: Answer) -> Callable[[HttpRequest], HttpResponse]:
    """A view that posts of the sandbox's form reach; a GET leads back to the page."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @private
    @varies
    @within(BUDGET)
    @wraps(answer)
    def view(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return redirect("sandbox:sandbox")
        if _too_long(request):
            return too_large(request, SUBMISSION.size or 0)
        return answer(request, _pressed(request))

    return view


@takes_state
def evaluate(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The answers to what is typed: everything but the editor and the small forms."""
    if not getattr(request, "htmx", False):
        return _render(request, desk, "sandbox/sandbox.html")
    # What is not taken is said above, and a kubeconfig goes out of the editor.
    return _render(request, desk, "sandbox/_answer.html" if desk.faults else "sandbox/_live.html")


@takes_state
def download_state(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The state as a file, for keeping and for browsers without JavaScript."""
    return _file(desk.text.encode(), "application/json", "sandbox.json")


@takes_state
def download_manifests(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One YAML file that kubectl apply takes."""
    policies = read_setup(desk.state.now).in_force
    text = manifests(desk.state.now.scenario, policies)
    return _file(text.encode(), "application/yaml", "sandbox.yaml")


@takes_state
def download_check(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The same with verify.sh, as a ZIP."""
    policies = read_setup(desk.state.now).in_force
    return _file(archive(desk.state.now.scenario, policies), "application/zip", "sandbox.zip")


# ── Requests and answers ─────────────────────────────────────────────────────────────────────


def _pressed(request: HttpRequest) -> Desk:
    upload = request.FILES.get("file")
    return press(
        {key: str(value) for key, value in request.POST.items()},
        uploaded=upload.read() if upload else None,
        scenarios=lambda: visible_scenarios(request.user),
    )


def _too_long(request: HttpRequest) -> bool:
    text = request.POST.get("policy", "").replace("\r\n", "\n")
    return len(text.encode("utf-8", "surrogatepass")) > (SUBMISSION.size or 0)


def _render(request: HttpRequest, desk: Desk, template: str) -> HttpResponse:
    context = page(desk, set_up(desk.state, desk.look, was=desk.was))
    context["starts"] = visible_scenarios(request.user)
    context["fresh_editor"] = _other_text(request, desk)
    return render(request, template, context)


def _other_text(request: HttpRequest, desk: Desk) -> bool:
    """Whether the editor must be filled anew: it holds another text than the state's open tab.

    Else it stays as it is, with its caret and its own undo.
    """
    tab, was = desk.state.tab, desk.was
    posted = request.POST.get("policy", "").replace("\r\n", "\n")
    same = was is not None and (was.open, was.tab.name) == (desk.state.open, tab.name)
    return not same or posted != tab.text


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
