"""The list of quizzes, and what one is before it is started."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from netpol_lab.accounts.actions import ensure_learner, remember
from netpol_lab.accounts.models import Learner
from netpol_lab.accounts.queries import learner_of
from netpol_lab.common.limits import too_many
from netpol_lab.content.models import Document
from netpol_lab.content.queries import visible_quizzes
from netpol_lab.quizzes.actions import Refusal, extra_for, start_sitting
from netpol_lab.quizzes.models import Purpose, Sitting
from netpol_lab.quizzes.papers import item_count
from netpol_lab.quizzes.queries import Best, best_of, open_sitting, quiz_for, quiz_in, sittings_of
from simulator.quiz import Quiz

private = cache_control(private=True, no_store=True)
varies = vary_on_headers("HX-Request", "Cookie")
MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class QuizLine:
    """A quiz in the list: `under_way` is the sitting to go on with, `best` the learner's best."""

    slug: str
    title: str
    summary: str
    module: int
    use: str
    minutes: int
    seconds: int
    items: int
    under_way: Sitting | None
    best: Best | None


@dataclass(frozen=True, slots=True)
class Group:
    """The quizzes of one use, with its heading and a line on it."""

    use: str
    title: str
    words: str
    lines: tuple[QuizLine, ...]


_GROUPS = {
    "entry": (
        gettext_noop("Where to begin"),
        gettext_noop("A short test that says which module to begin with."),
    ),
    "quiz": (
        gettext_noop("Quizzes"),
        gettext_noop("Questions on a module; you read at once what was right, and why."),
    ),
    "drill": (
        gettext_noop("Drills"),
        gettext_noop("Against the clock, again and again: each time with other items."),
    ),
    "exam": (
        gettext_noop("Papers"),
        gettext_noop("As in an exam: tasks with weights, a clock, a terminal, marks at the end."),
    ),
}


@require_safe
@private
@varies
def index(request: HttpRequest) -> HttpResponse:
    """The quizzes, drills and papers, module by module."""
    learner = learner_of(request)
    lines = [_line(document, learner) for document in visible_quizzes(request.user)]
    groups = [
        Group(use, _(title), _(words), tuple(line for line in lines if line.use == use))
        for use, (title, words) in _GROUPS.items()
    ]
    return render(request, "quizzes/index.html", {"groups": [g for g in groups if g.lines]})


@require_safe
@private
@varies
def quiz(request: HttpRequest, slug: str) -> HttpResponse:
    """What a quiz is, one's own sittings of it, and Start."""
    bundle = quiz_for(request.user, slug)
    learner = learner_of(request)
    context = {
        "quiz": _line(bundle.document, learner),
        "passing": bundle.quiz.passing,
        "release": bundle.quiz.release.value,
        "extra_seconds": extra_for(learner, bundle.quiz.seconds) if learner else 0,
        "sittings": list(sittings_of(learner, bundle.document)[:MOST_LISTED]),
    }
    return render(request, "quizzes/quiz.html", context)


@require_safe
@varies
def documentation(request: HttpRequest) -> HttpResponse:
    """The sheet on the NetworkPolicy's fields that may be read in every paper."""
    fragment = getattr(request, "htmx", False)
    name = "_documentation" if fragment else "documentation"
    return render(request, f"quizzes/{name}.html")


@require_http_methods(["GET", "HEAD", "POST"])
@private
@varies
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin, or go on with the sitting that is under way."""
    bundle = quiz_for(request.user, slug)
    if request.method != "POST":
        return redirect("quizzes:quiz", slug)
    learner = ensure_learner(request)
    sitting = start_sitting(learner, bundle)
    if isinstance(sitting, Refusal):
        return too_many(request, seconds=600)
    response = redirect(first_page(sitting))
    remember(response, learner)
    return response


def first_page(sitting: Sitting) -> str:
    """Where a sitting begins or goes on: a paper with its overview, others with the first item
    that is not answered, for their clock runs."""
    waiting = sitting.answers.filter(answered=None).order_by("position").first()
    if sitting.kind == Purpose.EXAM or waiting is None:
        return reverse("quizzes:sitting", args=[sitting.pk])
    return reverse("quizzes:item", args=[sitting.pk, waiting.position])


def _line(document: Document, learner: Learner | None) -> QuizLine:
    assert document.current is not None
    found: Quiz = quiz_in(document.current.text)
    return QuizLine(
        slug=found.slug,
        title=found.title,
        summary=found.summary,
        module=found.module,
        use=found.use.value,
        minutes=-(-found.seconds // 60),
        seconds=found.seconds,
        items=item_count(found),
        under_way=open_sitting(learner, document),
        best=best_of(learner, document),
    )
