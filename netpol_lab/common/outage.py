"""What a reader sees while the database is away or too busy."""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from netpol_lab.common.limits import page_or_fragment

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
        context = {"posted": request.method == "POST"}
        response = page_or_fragment(request, "503.html", "_database_away.html", context, status=503)
        response["Retry-After"] = "10"
        return response
