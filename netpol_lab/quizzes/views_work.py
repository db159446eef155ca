"""The desk of an item that is worked on: look at one's cluster, and its terminal.

As a lesson's page asks for them, but nothing here knows what the task wants: no goal, no whys.
"""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from netpol_lab.common.limits import too_large
from netpol_lab.lab.terminal import Line, Turn, offered, take
from netpol_lab.lab.workbench import State, allowed_state
from netpol_lab.quizzes.actions import save_draft
from netpol_lab.quizzes.forms import MOST_BYTES, payload_of
from netpol_lab.quizzes.papers import Desk
from netpol_lab.quizzes.queries import answer_at
from netpol_lab.quizzes.showing import Trying, shown
from netpol_lab.quizzes.views_item import context_of
from netpol_lab.quizzes.views_quiz import private, varies
from netpol_lab.quizzes.views_sitting import desk_for
from simulator.handed import MOST_CHARACTERS
from simulator.quiz import ItemKind, Question

Work = Callable[[HttpRequest, Desk, int, State], HttpResponse]


def takes_work(work: Work) -> Callable[[HttpRequest, UUID, int], HttpResponse]:
    """A view of an item that is still open, with the text and labels that were posted."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @private
    @varies
    @wraps(work)
    def view(request: HttpRequest, id: UUID, number: int) -> HttpResponse:
        desk = desk_for(request, id)
        answer = answer_at(desk, number)
        question = desk.question(answer)
        if question.item.kind not in {ItemKind.WRITE, ItemKind.RELABEL}:
            raise Http404("nothing to work on here")
        if request.method != "POST" or desk.over or desk.is_final(answer):
            return redirect("quizzes:item", id, number)
        text = _plain(request.POST.get("policy", ""))
        if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
            return too_large(request, MOST_BYTES)
        labels = request.POST.get("labels", "")[:MOST_CHARACTERS]
        assert question.exercise is not None
        assert question.scenario is not None
        state = allowed_state(question.exercise, question.scenario, State(text, labels))
        return work(request, desk, number, state)

    return view


@takes_work
def look(request: HttpRequest, desk: Desk, number: int, state: State) -> HttpResponse:
    """The picture of the posted policies. A script only looks; a form saves its draft first."""
    if not getattr(request, "htmx", False):
        _save(request, desk, number)
        return redirect("quizzes:item", desk.sitting.pk, number)
    before = None
    if "shown" in request.POST:
        labels = request.POST.get("shown_labels", "")[:MOST_CHARACTERS]
        before = State(_plain(request.POST["shown"])[:MOST_BYTES], labels)
    page = shown(_question(desk, number), None, Trying(state, before))
    return render(request, "quizzes/_look_answer.html", {"page": page})


@takes_work
def terminal(request: HttpRequest, desk: Desk, number: int, state: State) -> HttpResponse:
    """Run a line of the terminal. A script puts what changed into its page; a form's is saved."""
    turn = _turn(request, _question(desk, number), state)
    if getattr(request, "htmx", False):
        return render(request, "lab/_terminal_answer.html", {"turn": turn})
    posted = request.POST.copy()
    posted["policy"], posted["labels"] = turn.state.text, turn.state.labels
    answer = answer_at(desk, number)
    save_draft(desk.sitting, number, payload_of(desk.question(answer).item.kind, posted))
    page = shown(_question(desk, number), None, Trying(turn.state, turn=turn))
    after = desk_for(request, desk.sitting.pk)
    context = context_of(after, number, request.user, page)
    return render(request, "quizzes/item.html", context)


@takes_work
def complete(request: HttpRequest, desk: Desk, number: int, state: State) -> HttpResponse:
    """The words that Tab offers in the terminal."""
    cursor = int(text) if (text := request.POST.get("cursor", "")[:5]).isdecimal() else 0
    question = _question(desk, number)
    assert question.exercise is not None
    assert question.scenario is not None
    words = offered(question.exercise, question.scenario, state, _line(request), cursor)
    return JsonResponse({"words": words})


def _turn(request: HttpRequest, question: Question, state: State) -> Turn:
    assert question.exercise is not None
    assert question.scenario is not None
    return take(question.exercise, question.scenario, state, _line(request))


def _save(request: HttpRequest, desk: Desk, number: int) -> None:
    kind = desk.question(answer_at(desk, number)).item.kind
    save_draft(desk.sitting, number, payload_of(kind, request.POST))


def _question(desk: Desk, number: int) -> Question:
    return desk.question(answer_at(desk, number))


def _line(request: HttpRequest) -> Line:
    text, stdin = (_plain(request.POST.get(name, "")) for name in ("line", "stdin"))
    return Line(request.POST.get("namespace", ""), text, stdin)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
