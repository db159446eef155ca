"""How much a request may bring, decided before anything reads it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


class RefuseLargeBodies:
    """Answer 413 to a request whose body is larger than any page of this site would send."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return refusal(request) or self.get_response(request)


def refusal(request: HttpRequest) -> HttpResponse | None:
    """Return the answer that refuses this request, or None where its length is fine."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if "HTTP_TRANSFER_ENCODING" in request.META and length == "0":
        # Django would read such a body as empty, and the learner's text would be lost silently.
        return plain("This site needs a Content-Length.", status=411)
    if not (length.isascii() and length.isdigit()):
        return plain("The Content-Length is not a number.", status=400)
    # Twelve digits are enough for anyone, and int() refuses thousands of them with an error.
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    return too_large(request, limit) if len(length) > 12 or int(length) > limit else None


def too_large(request: HttpRequest, limit: int) -> HttpResponse:
    """Say it as a page; to htmx as the part of a page that it puts where the answer goes."""
    template = "_too_large.html" if request.headers.get("HX-Request") == "true" else "413.html"
    response = render(request, template, {"limit_kib": limit // 1024}, status=413)
    patch_vary_headers(response, ["HX-Request"])
    # The lesson page shows it where problems stand, and keeps its picture.
    response.headers["HX-Retarget"] = "#feedback"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def plain(text: str, *, status: int) -> HttpResponse:
    return HttpResponse(text + "\n", status=status, content_type="text/plain; charset=utf-8")
