"""The lesson page: read it, predict, ask why, submit."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import wraps
from html import unescape
from uuid import UUID, uuid4

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from netpol_lab.accounts.actions import ensure_learner, remember
from netpol_lab.accounts.models import Learner
from netpol_lab.accounts.queries import learner_of
from netpol_lab.common.limits import too_large
from netpol_lab.common.markdown import render_markdown
from netpol_lab.content.queries import (
    LessonBundle,
    lesson_for,
    lessons_about,
    next_lesson,
    previous_lesson,
)
from netpol_lab.lab.actions import open_hint, record_attempt, record_prediction
from netpol_lab.lab.announcing import Telling
from netpol_lab.lab.attempts import listed_attempts
from netpol_lab.lab.completion import completion_words
from netpol_lab.lab.hints import Hints, hints_view
from netpol_lab.lab.kubeconfig import holds_kubeconfig
from netpol_lab.lab.predicting import (
    Panel,
    known_choices,
    locked,
    questions,
    reveal,
    stored_choices,
)
from netpol_lab.lab.predicting import panel as prediction_panel
from netpol_lab.lab.queries import (
    attempt_for,
    hint_steps,
    hints_when_solved,
    last_accepted,
    last_attempt,
    prediction_of,
    solved_exercises,
    state_in,
)
from netpol_lab.lab.switching import posted_plugin
from netpol_lab.lab.terminal import Line, Turn, namespace_of, offered, take
from netpol_lab.lab.workbench import Bench, Question, State, set_up
from simulator.handed import MOST_CHARACTERS
from simulator.limits import SUBMISSION
from simulator.relabel import read_changes, write_changes
from simulator.topics import TOPICS

# What a learner sees is theirs, and what htmx gets is no page: neither belongs in a cache.
private = cache_control(private=True, no_store=True)
varies = vary_on_headers("HX-Request", "Cookie")


@require_safe
@private
@varies
def lesson(request: HttpRequest, slug: str) -> HttpResponse:
    """The lesson with the learner's last text, an earlier one (?attempt=7), or the starter (at
    first, and on ?start=over)."""
    bundle = lesson_for(request.user, slug)
    learner = learner_of(request)
    attempt = last_attempt(learner, bundle.document)
    if "attempt" in request.GET:
        attempt = attempt_for(learner, bundle.document, request.GET["attempt"])
    if request.GET.get("start") == "over":
        attempt = None
    state = state_in(attempt) if attempt else State(bundle.exercise.starter)
    shown = _shown(learner, bundle) if attempt else state
    question = Question(state, shown, judged=attempt is not None)
    bench = set_up(bundle.exercise, bundle.scenario, question)
    again = request.GET.get("predict") == "again"
    return _page(request, bundle, bench, learner, _panel(bundle, learner, again=again))


Answer = Callable[[HttpRequest, LessonBundle, State], HttpResponse]


def takes_state(answer: Answer) -> Callable[[HttpRequest, str], HttpResponse]:
    """A view that posts of a lesson's form reach, with the lesson and the learner's state.

    A GET leads back to the lesson: Enter in the address bar loads a form's address anew.
    """

    @require_http_methods(["GET", "HEAD", "POST"])
    @private
    @varies
    @wraps(answer)
    def view(request: HttpRequest, slug: str) -> HttpResponse:
        if request.method != "POST":
            return redirect("lab:lesson", slug)
        bundle = lesson_for(request.user, slug)
        text = _posted_text(request, "policy")
        if text is None:
            return too_large(request, SUBMISSION.size or 0)
        # As our own pages write them, whatever was posted: they are kept with an attempt.
        labels = read_changes(_posted_labels(request, "labels"), bundle.scenario.cluster)
        plugin = posted_plugin(bundle.exercise, bundle.scenario, request.POST)
        return answer(request, bundle, State(text, write_changes(labels), plugin))

    return view


@takes_state
def evaluate(request: HttpRequest, bundle: LessonBundle, state: State) -> HttpResponse:
    """The picture and table of the posted text, and why; writes nothing.

    Asked while one types (`live`), it also tells what changed since the state that was shown.
    """
    learner = learner_of(request)
    # What was last submitted stays judged while the learner asks why; another text is not, yet.
    attempt = last_attempt(learner, bundle.document)
    judged = attempt is not None and state_in(attempt) == state
    question = Question(
        state,
        _posted_shown(request) or _shown(learner, bundle),
        judged=judged,
        why=_posted_why(request),
        telling=Telling.TYPING if "live" in request.POST else Telling.WHY,
        flipped="flip" in request.POST and not bundle.graded,
    )
    bench = set_up(bundle.exercise, bundle.scenario, question)
    again = request.POST.get("predict") == "again"
    return _answer(request, bundle, bench, learner, _panel(bundle, learner, again=again))


@takes_state
def submit(request: HttpRequest, bundle: LessonBundle, state: State) -> HttpResponse:
    """Check the posted text against the task and record the attempt."""
    learner = learner_of(request)
    question = Question(
        state,
        _posted_shown(request) or _shown(learner, bundle),
        judged=True,
        why=_posted_why(request),
        telling=Telling.SUBMISSION,
    )
    bench = set_up(bundle.exercise, bundle.scenario, question)
    if holds_kubeconfig(state.text):  # no attempt, and not kept: what was here before stays
        return _answer(request, bundle, bench, learner)
    learner = learner or ensure_learner(request)
    before = solved_exercises(learner)
    record_attempt(learner, bundle, key=_posted_key(request), bench=bench)
    asks = bundle.exercise.slug not in before  # the lesson's question comes with the first time
    response = _answer(request, bundle, bench, learner, asks=asks)
    response["HX-Trigger-After-Settle"] = "attempt-recorded"  # the list of attempts asks anew
    remember(response, learner)
    return response


@takes_state
def hint(request: HttpRequest, bundle: LessonBundle, state: State) -> HttpResponse:
    """Open the hint that is asked for, if it is the next one; the text stays as it is."""
    if bundle.graded:
        raise Http404("graded work has no hints")
    learner = learner_of(request) or ensure_learner(request)
    open_hint(learner, bundle, step=_posted_step(request))
    if getattr(request, "htmx", False):
        response = render(request, "lab/_hint_answer.html", _help(bundle, learner))
        # A button that came a moment ago is not htmx's yet: pressed then, it is the form that asks,
        # and the hints must not come into the picture's place.
        response["HX-Retarget"], response["HX-Reswap"] = "#hints", "outerHTML"
    else:
        question = Question(state, _shown(learner, bundle), why=_posted_why(request))
        bench = set_up(bundle.exercise, bundle.scenario, question)
        response = _answer(request, bundle, bench, learner)
    remember(response, learner)
    return response


@takes_state
def predict(request: HttpRequest, bundle: LessonBundle, state: State) -> HttpResponse:
    """Take what the learner expects of the opening picture, and show what is so.

    The first prediction is kept, and so is that one looked without any; later ones are practice.
    """
    if not bundle.lesson.predict:
        raise Http404("nothing is to be predicted here")
    exercise, scenario, learner = bundle.exercise, bundle.scenario, learner_of(request)
    bench = set_up(exercise, scenario, Question(state, _shown(learner, bundle)))
    again, skipped = "again" in request.POST, "skip" in request.POST
    said = {} if skipped else known_choices(exercise, scenario, _posted_choices(request))
    asked = questions(exercise, scenario, said, again=again)
    if asked.missing and not skipped:
        return _answer(request, bundle, bench, learner, Panel(asked))
    marks = replace(reveal(exercise, scenario, said), fresh=True, kept=False)
    if not again:
        learner = learner or ensure_learner(request)
        first = record_prediction(learner, bundle, said, right=marks.right)
        marks = replace(marks, kept=stored_choices(first.said) == said)
    panel = Panel(reveal=marks if marks.marks else None)
    bench = replace(bench, live=marks.sentence if marks.marks else "")
    response = _answer(request, bundle, bench, learner, panel)
    if learner is not None:
        remember(response, learner)
    return response


@takes_state
def terminal(request: HttpRequest, bundle: LessonBundle, state: State) -> HttpResponse:
    """Run a line of the terminal; writes nothing. htmx gets the log's new part, and the page's own
    script puts a changed text into the editor; without it the whole page comes back changed."""
    learner = learner_of(request)
    panel = _panel(bundle, learner)
    line = _posted_line(request)
    locked = panel is not None and panel.questions is not None
    turn = take(bundle.exercise, bundle.scenario, state, line, locked=locked)
    if getattr(request, "htmx", False):
        return render(request, "lab/_terminal_answer.html", {"turn": turn})
    question = Question(turn.state, _shown(learner, bundle), telling=Telling.TYPING)
    bench = set_up(bundle.exercise, bundle.scenario, question)
    return _page(request, bundle, bench, learner, panel, turn=turn)


@takes_state
def complete(request: HttpRequest, bundle: LessonBundle, state: State) -> HttpResponse:
    """The words that Tab offers in the terminal, as JSON."""
    cursor = int(text) if (text := request.POST.get("cursor", "")[:5]).isdecimal() else 0
    words = offered(bundle.exercise, bundle.scenario, state, _posted_line(request), cursor)
    return JsonResponse({"words": words})


# ── What was posted ──────────────────────────────────────────────────────────────────────────


def _posted_text(request: HttpRequest, field: str) -> str | None:
    """The learner's text with plain newlines, or None when it is over the limit.

    Raises BadRequest when there is no text at all: no page of ours posts without one.
    """
    if field not in request.POST:
        raise BadRequest(f"no {field} was posted")
    text = request.POST[field].replace("\r\n", "\n").replace("\r", "\n")
    size = len(text.encode("utf-8", "surrogatepass"))
    return None if SUBMISSION.size is not None and size > SUBMISSION.size else text


def _posted_labels(request: HttpRequest, field: str) -> str:
    return request.POST.get(field, "")[:MOST_CHARACTERS]


def _posted_shown(request: HttpRequest) -> State | None:
    """The state that the picture showed, as far as the browser says so: without JavaScript it
    shows the last one that was submitted and accepted."""
    if "shown" not in request.POST:
        return None
    text = _posted_text(request, "shown")
    if text is None:
        return None
    plugin = request.POST.get("shown_plugin", "")[:MOST_CHARACTERS]
    return State(text, _posted_labels(request, "shown_labels"), plugin)


def _posted_line(request: HttpRequest) -> Line:
    """What the terminal's fields hold, with plain newlines."""
    text, stdin = (
        request.POST.get(name, "").replace("\r\n", "\n").replace("\r", "\n")
        for name in ("line", "stdin")
    )
    return Line(request.POST.get("namespace", ""), text, stdin)


def _posted_why(request: HttpRequest) -> str:
    """The probe that a pressed button names, else the one that was picked before."""
    return (request.POST.get("why") or request.POST.get("picked") or "")[:40]


def _posted_choices(request: HttpRequest) -> dict[str, object]:
    """What was chosen of each arrow: `said-1-2-80-tcp=denied`."""
    before = "said-"
    return {
        name.removeprefix(before): value
        for name, value in request.POST.items()
        if name.startswith(before)
    }


def _posted_step(request: HttpRequest) -> int:
    """The step that a button asks for; 0, which is none, where it is mangled."""
    text = request.POST.get("step", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0


def _posted_key(request: HttpRequest) -> UUID:
    """The form's key, or a new one where it is missing or mangled."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


def _shown(learner: Learner | None, bundle: LessonBundle) -> State:
    attempt = last_accepted(learner, bundle.document)
    return state_in(attempt) if attempt else State(bundle.exercise.starter)


# ── Answers ──────────────────────────────────────────────────────────────────────────────────


def _answer(
    request: HttpRequest,
    bundle: LessonBundle,
    bench: Bench,
    learner: Learner | None,
    panel: Panel | None = None,
    *,
    asks: bool = False,
) -> HttpResponse:
    """The fragments to htmx, the whole page to everybody else; no kubeconfig is sent back."""
    if holds_kubeconfig(bench.text):
        bench = replace(bench, text="", listing=())
    if getattr(request, "htmx", False):
        context = _context(request, bundle, bench, learner, panel) | {"asks": asks}
        return render(request, "lab/_answer.html", context)
    return _page(request, bundle, bench, learner, panel)


def _page(
    request: HttpRequest,
    bundle: LessonBundle,
    bench: Bench,
    learner: Learner | None,
    panel: Panel | None = None,
    *,
    turn: Turn | None = None,
) -> HttpResponse:
    context = _context(request, bundle, bench, learner, panel)
    context |= {
        "turn": turn
        or Turn(
            State(bench.text, bench.labels, bench.plugin),
            namespace_of(request.POST.get("namespace", "")),
        ),
        "body": render_markdown(bundle.lesson.body),
        "reading": [TOPICS[key] for key in bundle.lesson.read],
        "starter": bundle.exercise.starter,
        "task": render_markdown(bundle.exercise.task),
        "rows": min(max(len(bench.listing) + 2, 16), 36),
        "before": previous_lesson(request.user, bundle.lesson),
        **listed_attempts(request, bundle, learner),
        "completion": completion_words(bundle.scenario.cluster),
    }
    return render(request, "lab/lesson.html", context)


def _context(
    request: HttpRequest,
    bundle: LessonBundle,
    bench: Bench,
    learner: Learner | None,
    panel: Panel | None = None,
) -> dict[str, object]:
    panel = panel or _panel(bundle, learner)
    if panel and panel.questions:
        bench = locked(bench, bundle.scenario)
    about = lessons_about(request.user, {one.code for one in bench.mistakes})
    return {
        "lesson": bundle.lesson,
        "learner": learner,
        "mistakes": [(one, about.get(one.code)) for one in bench.mistakes],
        **_help(bundle, learner),
        "changes": bundle.exercise.changes.value,
        "scenario": bundle.scenario,
        "bench": bench,
        "predict": panel,
        "key": uuid4(),
        "next": next_lesson(request.user, bundle.lesson),
        "solved": bundle.exercise.slug in solved_exercises(learner),
    }


def _help(bundle: LessonBundle, learner: Learner | None) -> dict[str, object]:
    """The hints that the learner has asked for; in graded work, that there are none."""
    if bundle.graded:
        return {"lesson": bundle.lesson, "graded": True}
    document = bundle.document
    hints = hints_view(
        bundle.exercise,
        bundle.scenario.cluster,
        steps=hint_steps(learner, document),
        solved_at=hints_when_solved(learner, document),
    )
    texts = [render_markdown(text) for text in hints.shown]
    return {
        "lesson": bundle.lesson,
        "graded": False,
        "hints": hints,
        "hint_texts": texts,
        "live": _hint_said(hints, texts),
    }


def _hint_said(hints: Hints, texts: Sequence[str]) -> str:
    """What the live region tells once a step is open: the hint in plain text."""
    if hints.solution is not None:
        return _("The solution is open, below the hints.")
    said = unescape(strip_tags(texts[-1])).strip() if texts else ""
    words = {"step": len(texts), "last": hints.total, "said": said}
    return _("Hint %(step)s of %(last)s: %(said)s") % words if said else ""


def _panel(bundle: LessonBundle, learner: Learner | None, *, again: bool = False) -> Panel | None:
    """The lesson's prediction as the learner left it; None where the lesson asks for none.

    Whoever checks an answer first has seen what becomes of it: the picture is open from then on.
    """
    if not bundle.lesson.predict:
        return None
    kept = prediction_of(learner, bundle.document)
    seen = last_attempt(learner, bundle.document) is not None
    said = stored_choices(kept.said) if kept else None
    return prediction_panel(bundle.exercise, bundle.scenario, said, seen=seen, again=again)
