"""What is published of our own documents: their schemas, for editors and scripts anywhere."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

SCHEMAS: Path = settings.BASE_DIR / "docs" / "schemas"
#: `common` holds what the others share, and they name it.
NAMES = ("common", "exercise", "lesson", "notes", "quiz", "scenario")


@require_safe
@cache_control(public=True, max_age=3600)
def schema(request: HttpRequest, name: str) -> HttpResponse:
    """The JSON Schema of a kind of document; raises Http404 for other names."""
    if name not in NAMES:
        raise Http404("no such schema")
    text = (SCHEMAS / f"{name}.json").read_bytes()
    response = HttpResponse(text, content_type="application/schema+json")
    # The same for everybody: an editor in a browser may ask from wherever it is.
    response["Access-Control-Allow-Origin"] = "*"
    return response
