"""Style sheets inside the page: its first answer is then all that a browser needs to paint it."""

import re
from functools import lru_cache
from pathlib import Path

from django import template
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
_INDENT = re.compile(r"\n\s+")


@register.simple_tag(takes_context=True)
def styles(context: Context, *names: str) -> SafeString:
    """The style sheets of these names (`css/site.css`), allowed by the answer's own nonce.

    Links to them where there is no request whose answer could carry one.
    """
    request = context.get("request")
    if not isinstance(request, HttpRequest) or not hasattr(request, "csp_nonce"):
        links = ((static(name),) for name in names)
        return format_html_join("\n", '<link rel="stylesheet" href="{}">', links)
    # Our own files, and nobody else's: no text of a user's comes in here.
    text = mark_safe("".join(map(_sheet, names)))
    return format_html('<style nonce="{}">{}</style>', str(request.csp_nonce), text)


def _sheet(name: str) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        raise LookupError(f"no style sheet {name}")
    return _read(found, Path(found).stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read(path: str, changed: int) -> str:
    """The sheet without comments and indents; `changed` is when it was, so that edits show."""
    text = Path(path).read_text(encoding="utf-8")
    return _INDENT.sub("\n", _COMMENT.sub("", text))
