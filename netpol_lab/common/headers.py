"""Response headers that no middleware of Django's or django-csp's sets."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Nothing here needs a device or a payment, so no script that slipped in may ask for one.
NOT_NEEDED = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
EXTRA_HEADERS = {
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in NOT_NEEDED),
    "Cross-Origin-Resource-Policy": "same-origin",
}


def extra_headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: add them to every response."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in EXTRA_HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return middleware
