"""The result of a sitting, as a page and as a file."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from netpol_lab.common.markdown import render_markdown
from netpol_lab.content.models import Document
from netpol_lab.content.queries import Reader, lessons_about, visible_lessons
from netpol_lab.quizzes.models import Purpose
from netpol_lab.quizzes.papers import (
    Desk,
    ItemView,
    Line,
    ResultView,
    result_json,
    result_view,
    sitting_view,
)
from netpol_lab.quizzes.placing import placed
from netpol_lab.quizzes.queries import answer_at
from netpol_lab.quizzes.showing import item_title
from netpol_lab.quizzes.telling import Said, mistake_rows, said_of
from netpol_lab.quizzes.views_quiz import private, varies
from netpol_lab.quizzes.views_sitting import desk_for

_MOST_TO_DO = 5


@dataclass(frozen=True, slots=True)
class ResultLine:
    """An item of the result with what is said of it."""

    item: ItemView
    title: str
    ask: SafeString
    earned: Decimal | None
    said: Said | None


@dataclass(frozen=True, slots=True)
class Placed:
    """The module to begin with, and the first lesson from there on, where there is one."""

    module: int
    lesson: Document | None


@require_safe
@private
@varies
def result(request: HttpRequest, id: UUID) -> HttpResponse:
    """What was earned; before its release how things stand, and the way to hand in."""
    desk = desk_for(request, id)
    found = result_view(desk)
    context: dict[str, object] = {"sitting": sitting_view(desk), "result": found}
    if found is not None:
        lessons = lessons_about(request.user, set(found.mistakes))
        context |= {
            "lines": [_line(desk, line, request.user) for line in found.lines],
            "todo": mistake_rows(found.mistakes, lessons)[:_MOST_TO_DO],
            "placed": _placed(desk, found, request.user),
        }
    return render(request, "quizzes/result.html", context)


@require_safe
@private
@varies
def result_file(request: HttpRequest, id: UUID) -> HttpResponse:
    """The result for programs."""
    return JsonResponse(result_json(desk_for(request, id)), json_dumps_params={"indent": 1})


def _line(desk: Desk, line: Line, reader: Reader) -> ResultLine:
    question = desk.question(answer_at(desk, line.item.number))
    told = line.item.told
    lessons = lessons_about(reader, set(told.mistakes)) if told else {}
    said = said_of(question, line.item.payload, told, lessons, stands=True) if told else None
    ask = render_markdown(question.item.ask)
    return ResultLine(line.item, item_title(question), ask, line.earned, said)


def _placed(desk: Desk, found: ResultView, reader: Reader) -> Placed | None:
    """Where the entry test places its learner; None for other sittings."""
    if desk.sitting.kind != Purpose.ENTRY:
        return None
    answers = ((desk.question(answer).item, answer.credit) for answer in desk.answers)
    module = placed((item.pool, item.weight, Fraction(credit or 0)) for item, credit in answers)
    lesson = visible_lessons(reader).filter(module__gte=module).first()
    return Placed(module, lesson)
