"""The question on a lesson's page. The lab knows nothing of quizzes; its template asks for this."""

from typing import Any

from django import template
from django.template.context import RequestContext

from netpol_lab.quizzes.cards import question_card

register = template.Library()


@register.inclusion_tag("quizzes/_question.html", takes_context=True)
def lesson_question(context: RequestContext, oob: bool = False) -> dict[str, Any]:
    """The card as it is for this learner; with `oob` for an answer to htmx."""
    request, lesson = context["request"], context["lesson"]
    card = question_card(request, lesson, context["learner"]) if lesson.question else {}
    return {**card, "oob": oob, "request": request, "csrf_token": context.get("csrf_token")}
