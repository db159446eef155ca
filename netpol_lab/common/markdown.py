"""Markdown → safe HTML: rendered without raw HTML, then cleaned by an allow-list."""

from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_TAGS = {"p", "strong", "em", "code", "pre", "ul", "ol", "li", "a", "h3", "h4", "blockquote"}
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


@lru_cache(maxsize=512)
def render_markdown(text: str) -> SafeString:
    """HTML of a Markdown text; links get rel=noopener, everything unlisted is dropped."""
    html = nh3.clean(
        _MARKDOWN.render(text),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="noopener",
    )
    return mark_safe(html)
