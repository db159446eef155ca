"""JSON texts that a page carries for us in a hidden field, and hands back."""

import json
from collections.abc import Mapping
from typing import Any

#: No page of ours writes longer ones.
MOST_CHARACTERS = 16_384


def write_object(found: Mapping[str, object]) -> str:
    """A map as compact JSON; empty where it holds nothing."""
    return json.dumps(found, separators=(",", ":")) if found else ""


def read_object(text: str) -> Mapping[str, Any]:
    """The map of such a text; empty where somebody mangled it. Never raises."""
    if not text or len(text) > MOST_CHARACTERS:
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
