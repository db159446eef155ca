"""What a reader sees while the database is away or too busy."""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

log = logging.getLogger(__name__)


class SayDatabaseAway:
    """Answer 503, not 500, to a view that could not reach the database: it may soon work again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        if not isinstance(fault, (OperationalError, InterfaceError)):
            return None
        log.error("The database does not answer", exc_info=fault)
        is_htmx = request.headers.get("HX-Request") == "true"
        template = "_database_away.html" if is_htmx else "503.html"
        response = render(request, template, status=503)
        response["Retry-After"] = "10"
        patch_vary_headers(response, ["HX-Request"])
        return response
