"""How much a request may bring, decided before anything reads it."""

from collections.abc import Callable, Mapping

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
    if request.content_params and request.content_params.get("charset", "utf-8").lower() != "utf-8":
        # Django would decode the form by it, the CSRF token too, and fail before any view.
        return plain("This site reads UTF-8 only.", status=415)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if "HTTP_TRANSFER_ENCODING" in request.META and length == "0":
        # Django would read such a body as empty, and the learner's text would be lost silently.
        return plain("This site needs a Content-Length.", status=411)
    if not (length.isascii() and length.isdigit()):
        return plain("The Content-Length is not a number.", status=400)
    # Twelve digits are enough for anyone, and int() refuses thousands of them with an error.
    limit = settings.LARGER_BODIES.get(request.path_info, settings.BODY_LIMIT)
    return too_large(request, limit) if len(length) > 12 or int(length) > limit else None


def too_large(request: HttpRequest, limit: int) -> HttpResponse:
    """Say it as a page; to htmx as the part of a page that it puts where the answer goes."""
    context = {"limit_kib": limit // 1024}
    return page_or_fragment(request, "413.html", "_too_large.html", context, status=413)


def too_many(request: HttpRequest, *, seconds: int = 60) -> HttpResponse:
    """Refuse for a while whoever asks too often."""
    response = page_or_fragment(
        request, "429.html", "_too_many.html", {"minutes": -(-seconds // 60)}, status=429
    )
    response["Retry-After"] = str(seconds)
    return response


def page_or_fragment(
    request: HttpRequest, page: str, fragment: str, context: Mapping[str, object], *, status: int
) -> HttpResponse:
    """A refusal as a page; to htmx as a fragment for where problems stand, the picture kept."""
    is_htmx = request.headers.get("HX-Request") == "true"
    response = render(request, fragment if is_htmx else page, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    response.headers["HX-Retarget"] = "#feedback"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def plain(text: str, *, status: int) -> HttpResponse:
    return HttpResponse(text + "\n", status=status, content_type="text/plain; charset=utf-8")
