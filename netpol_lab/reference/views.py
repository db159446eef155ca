"""Pages that one looks things up in: the same for everybody, and without a session."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from netpol_lab.reference import cheats
from netpol_lab.reference.notes import pages
from netpol_lab.reference.terms import KUBERNETES, OURS


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """The words of the course."""
    words = {term.slug: term.word for term in (*KUBERNETES, *OURS)}
    parts = [
        [(term, [(slug, words[slug]) for slug in term.see]) for term in terms]
        for terms in (KUBERNETES, OURS)
    ]
    return render(request, "reference/glossary.html", {"kubernetes": parts[0], "ours": parts[1]})


@require_safe
def cheat_sheet(request: HttpRequest) -> HttpResponse:
    """One page to print."""
    context = {
        "skeleton": cheats.SKELETON,
        "templates": cheats.TEMPLATES,
        "both": (cheats.AND, cheats.OR),
        "empty": cheats.EMPTY,
        "commands": cheats.COMMANDS,
        "steps": cheats.NOT_WORKING,
    }
    return render(request, "reference/cheat_sheet.html", context)


@require_safe
def course_notes(request: HttpRequest) -> HttpResponse:
    """What the notes say, statement by statement, with the lessons that show it."""
    return render(request, "reference/notes.html", {"pages": pages(request.user)})
