"""The list of a learner's attempts at an exercise, a page of it at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import ngettext

from netpol_lab.accounts.models import Learner
from netpol_lab.content.queries import LessonBundle
from netpol_lab.lab.history import Outline, outline
from netpol_lab.lab.models import Attempt
from netpol_lab.lab.queries import attempts_at

MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class Row:
    """An attempt in the list; `number` counts from the learner's first at this exercise."""

    id: int
    number: int
    created: datetime
    fresh: bool  # less than a minute ago
    outline: Outline


def listed_attempts(
    request: HttpRequest, bundle: LessonBundle, learner: Learner | None
) -> dict[str, object]:
    """The template's values for one page of the list; `?page=2` has the older ones."""
    pages = Paginator(attempts_at(learner, bundle.document).defer("text", "labels"), MOST_LISTED)
    page = pages.get_page(request.GET.get("page"))
    recent = timezone.now() - timedelta(minutes=1)
    first = pages.count - page.start_index() + 1
    rows = [
        Row(found.pk, first - place, found.created, found.created > recent, outlined(found))
        for place, found in enumerate(page)
    ]
    return {"attempts": rows, "attempts_page": page}


def outlined(found: Attempt) -> Outline:
    """How an attempt went, in a line."""
    through = ngettext(
        "%(number)s wrongly let through", "%(number)s wrongly let through", found.too_open
    )
    refused = ngettext("%(number)s wrongly refused", "%(number)s wrongly refused", found.too_strict)
    undefined = ngettext("%(number)s left undefined", "%(number)s left undefined", found.undefined)
    return outline(
        accepted=found.accepted,
        solved=found.solved,
        counts=(
            (found.too_open, through % {"number": found.too_open}),
            (found.too_strict, refused % {"number": found.too_strict}),
            (found.undefined, undefined % {"number": found.undefined}),
        ),
        hints=found.hints,
        mistakes=found.mistakes,
    )
