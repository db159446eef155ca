"""Template filters for the simulator's words."""

import re

from django import template
from django.template.defaultfilters import stringfilter
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()
_TICKS = re.compile(r"`([^`]+)`")


@register.filter
@stringfilter
def ticks(text: str) -> SafeString:
    """What stands between backticks becomes code; everything is escaped."""
    parts = _TICKS.split(text)
    # split() leaves plain text at even places and what the ticks held at odd ones.
    tagged = ((("<code>", "</code>") if n % 2 else ("", ""), part) for n, part in enumerate(parts))
    return format_html_join(
        "", "{}{}{}", ((SafeString(t[0]), p, SafeString(t[1])) for t, p in tagged)
    )
