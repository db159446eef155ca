"""The card of a lesson's question: what its template prints."""

from typing import Any
from uuid import uuid4

from django.http import HttpRequest
from django.urls import reverse

from netpol_lab.accounts.models import Learner
from netpol_lab.quizzes.questions import asked
from simulator.document import Lesson


def question_card(request: HttpRequest, lesson: Lesson, learner: Learner | None) -> dict[str, Any]:
    """The values of quizzes/_question.html; without a page where the question still waits."""
    order = request.GET.get("order", "")[:2_000]
    found = asked(request.user, lesson, learner, order=order)
    url = reverse("quizzes:question", args=[lesson.slug])
    return {
        "lesson": lesson,
        "page": found.page if found else None,
        "told": found.told if found else None,
        "said": found.said if found else None,
        "empty": request.GET.get("answer") == "none",
        "answer_url": url,
        "save_url": url,  # of the buttons that move a step
        "locked": False,
        "key": uuid4(),
        "fresh": False,
    }
