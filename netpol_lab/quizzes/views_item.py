"""An item of a sitting: read it, save a draft, answer, flag it, take its hint.

Every post is answered three ways by one view: JSON to a script that accepts it, a fragment to htmx,
and to a form the way back to the item's page.
"""

from collections.abc import Callable
from functools import wraps
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from netpol_lab.accounts.queries import learner_of
from netpol_lab.common.limits import too_large, too_many
from netpol_lab.common.markdown import render_markdown
from netpol_lab.content.queries import Reader, lessons_about
from netpol_lab.lab.completion import completion_words
from netpol_lab.lab.kubeconfig import KUBECONFIG
from netpol_lab.quizzes.actions import (
    Outcome,
    Refusal,
    finish_sitting,
    save_draft,
    submit_answer,
    take_hint,
)
from netpol_lab.quizzes.actions import flag as set_flag
from netpol_lab.quizzes.forms import MOST_BYTES, is_too_large, key_of, payload_of
from netpol_lab.quizzes.models import Purpose, Sitting
from netpol_lab.quizzes.papers import Desk, ItemView, clock_view, item_view, sitting_view
from netpol_lab.quizzes.queries import answer_at, desk_of, sitting_for
from netpol_lab.quizzes.showing import Shown, shown
from netpol_lab.quizzes.telling import Said, said_of
from netpol_lab.quizzes.views_quiz import private, varies
from netpol_lab.quizzes.views_sitting import desk_for
from simulator.quiz import Question

#: Why nothing was taken, for people; English where a script asks.
WORDS = {
    Refusal.LATE: gettext_noop("Your time is over. What you had saved before is handed in."),
    Refusal.FINISHED: gettext_noop("This is handed in already. Nothing was changed."),
    Refusal.FINAL: gettext_noop("This answer is marked already. Nothing was changed."),
    Refusal.KUBECONFIG: KUBECONFIG,
    Refusal.NEWER: gettext_noop("A newer draft was saved elsewhere. Nothing was changed."),
}


@require_safe
@private
@varies
def item(request: HttpRequest, id: UUID, number: int) -> HttpResponse:
    """An item as it may be seen now."""
    desk = desk_for(request, id)
    page = None
    if request.GET.get("start") == "over":
        page = shown(desk.question(answer_at(desk, number)), None)
    return render(request, _template(request), context_of(desk, number, request.user, page))


Act = Callable[[HttpRequest, Sitting, int], Outcome | HttpResponse]
_URLS = ("save", "answer", "flag", "hint", "look", "terminal", "complete")


def takes_post(act: Act) -> Callable[[HttpRequest, UUID, int], HttpResponse]:
    """A view that changes an item of one's own sitting; a GET leads to the item's page."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @private
    @varies
    @wraps(act)
    def view(request: HttpRequest, id: UUID, number: int) -> HttpResponse:
        sitting = sitting_for(learner_of(request), id)
        if request.method != "POST":
            answer_at(desk_of(sitting), number)
            return redirect("quizzes:item", id, number)
        done = act(request, sitting, number)
        if isinstance(done, HttpResponse):
            return done
        if done.refusal is Refusal.TOO_MANY:
            return too_many(request)
        return _answered(request, sitting, number, done.refusal)

    return view


@takes_post
def save(request: HttpRequest, sitting: Sitting, number: int) -> Outcome | HttpResponse:
    """Keep a draft."""
    payload = _payload(sitting, number, request)
    if is_too_large(payload):
        return too_large(request, MOST_BYTES)
    # A form without a script can show no second draft beside its own: its press is a decision.
    asks = _wants_json(request) and "force" not in request.POST
    base = request.POST.get("base") if asks else None
    return save_draft(sitting, number, payload, base=base)


@takes_post
def answer(request: HttpRequest, sitting: Sitting, number: int) -> Outcome | HttpResponse:
    """Hand in an answer."""
    payload = _payload(sitting, number, request)
    if is_too_large(payload):
        return too_large(request, MOST_BYTES)
    done = submit_answer(sitting, number, payload, key=key_of(request.POST))
    drill = sitting.kind == Purpose.DRILL and not done.refusal
    if drill and all(entry.answered for entry in desk_of(sitting).answers):
        finish_sitting(sitting)  # the clock of a drill stops with its last answer
    return done


@takes_post
def flag(request: HttpRequest, sitting: Sitting, number: int) -> Outcome:
    """Mark the item, or take the mark off (on=0)."""
    if "base" in request.POST:  # pressed in the item's own form: what is in it is kept
        save_draft(sitting, number, _payload(sitting, number, request))
    return set_flag(sitting, number, on=request.POST.get("on", "1") not in {"", "0", "false"})


@takes_post
def hint(request: HttpRequest, sitting: Sitting, number: int) -> Outcome:
    """Show the item's hint from now on."""
    if "base" in request.POST:
        save_draft(sitting, number, _payload(sitting, number, request))
    return take_hint(sitting, number)


def _payload(sitting: Sitting, number: int, request: HttpRequest) -> object:
    desk = desk_of(sitting)
    return payload_of(desk.question(answer_at(desk, number)).item.kind, request.POST)


def _wants_json(request: HttpRequest) -> bool:
    return request.accepts("application/json") and not request.accepts("text/html")


def _answered(
    request: HttpRequest, sitting: Sitting, number: int, refusal: Refusal | None
) -> HttpResponse:
    desk = desk_of(sitting_for(learner_of(request), sitting.pk))
    if _wants_json(request):
        status = 409 if refusal is Refusal.NEWER else 403 if refusal else 200
        return JsonResponse(_json(desk, number, refusal), status=status)
    if getattr(request, "htmx", False):
        context = context_of(desk, number, request.user) | {
            "refusal": _(WORDS[refusal]) if refusal else ""
        }
        return render(request, "quizzes/_item.html", context)
    moved_on = refusal in {Refusal.LATE, Refusal.FINISHED} or request.path.endswith("/answer")
    return redirect(next_url(desk, number) if moved_on else _url("item", desk, number))


def next_url(desk: Desk, number: int) -> str:
    """Where one goes on after an answer: to what is said of it, the next open item, the end."""
    if desk.sitting.finished is not None and desk.sitting.kind != Purpose.REVIEW:
        return reverse("quizzes:result", args=[desk.sitting.pk])
    if desk.at_once and desk.sitting.kind != Purpose.DRILL:
        return f"{_url('item', desk, number)}#told"
    # Those after it first, then those that were passed over.
    later = sorted(desk.answers, key=lambda one: (one.position <= number, one.position))
    for answer in later:
        if answer.position != number and answer.answered is None:
            return _url("item", desk, answer.position)
    return reverse("quizzes:sitting", args=[desk.sitting.pk])


def _url(name: str, desk: Desk, number: int) -> str:
    return reverse(f"quizzes:{name}", args=[desk.sitting.pk, number])


def _json(desk: Desk, number: int, refusal: Refusal | None) -> dict[str, object]:
    view, time = item_view(desk, answer_at(desk, number)), clock_view(desk)
    return {
        "taken": refusal is None,
        "refusal": refusal.value if refusal else "",
        "words": WORDS[refusal] if refusal else "",
        "number": number,
        "state": view.state,
        "open": view.open,
        "flagged": view.flagged,
        "saved": view.saved.isoformat() if view.saved else None,
        "remaining": time.remaining,
        "over": time.over,
        "next": next_url(desk, number),
    }


def context_of(
    desk: Desk, number: int, reader: Reader, page: Shown | None = None
) -> dict[str, object]:
    """The item with the rail; `page` is what its kind prints, by default with what was saved.

    `key` goes with the answer, so that it is one whatever is sent.
    """
    answer = answer_at(desk, number)
    view, question = item_view(desk, answer), desk.question(answer)
    last = len(desk.answers)
    urls = {f"{name}_url": _url(name, desk, number) for name in _URLS}
    return {
        "sitting": sitting_view(desk),
        "item": view,
        "page": page or shown(question, answer.payload, facts=_facts(view)),
        "said": _said(question, view, reader),
        "hint": render_markdown(view.hint) if view.hint else "",
        "completion": _words(question),
        "locked": not view.open,
        "key": uuid4(),
        "previous": number - 1 if number > 1 else None,
        "next": number + 1 if number < last else None,
        "refusal": "",
        **urls,
    }


def _facts(view: ItemView) -> dict[str, str]:
    """What is so of each part, as far as that is told."""
    return {part["id"]: part["wanted"] for part in view.told.parts} if view.told else {}


def _said(question: Question, view: ItemView, reader: Reader) -> Said | None:
    if view.told is None:
        return None
    lessons = lessons_about(reader, set(view.told.mistakes))
    return said_of(question, view.payload, view.told, lessons, stands=not view.open)


def _words(question: Question) -> object:
    """What the rich editor completes with."""
    works = question.exercise is not None and question.scenario is not None
    return completion_words(question.scenario.cluster) if works and question.scenario else None


def _template(request: HttpRequest) -> str:
    return "quizzes/_item.html" if getattr(request, "htmx", False) else "quizzes/item.html"
