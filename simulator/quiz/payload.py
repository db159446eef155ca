"""What comes back from a page, whatever it is: texts, lists and maps out of any JSON. Never raises.

A form posts texts, a script JSON (or JSON as text); what does not fit is left out, so that a
mangled answer is a wrong or an empty one and never an error.
"""

import json
from collections.abc import Mapping

#: More entries than any item has; the rest of a hostile list is not looked at.
_MOST = 500
_LONGEST = 400_000  # characters: a text of this length is refused by its reader, with a reason


def one(answer: object) -> str:
    """A single id: a text or number, or a list of one."""
    found = several(answer)
    return found[0] if len(found) == 1 else ""


def several(answer: object) -> tuple[str, ...]:
    """A list of ids without repeats; a text alone is a list of one."""
    value = _parsed(answer, "[")
    items = value if isinstance(value, list | tuple) else (value,)
    texts = (_word(item) for item in items[:_MOST])
    return tuple(dict.fromkeys(text for text in texts if text))


def pairs(answer: object) -> Mapping[str, str]:
    """A map of ids: `{"1": "allowed"}`."""
    value = _parsed(answer, "{")
    if not isinstance(value, Mapping):
        return {}
    found = ((_word(key), _word(item)) for key, item in list(value.items())[:_MOST])
    return {key: item for key, item in found if key and item}


def text(answer: object) -> str:
    """A text of the learner's: as it is, or under the key `text` of a map."""
    value = answer.get("text") if isinstance(answer, Mapping) else answer
    if isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    # A lone surrogate is no character: no form can post one, and no encoder takes it.
    return value[:_LONGEST].encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def labels(answer: object) -> str:
    """Changed labels as JSON text, as simulator.relabel reads it."""
    value = _parsed(answer, "{")
    if isinstance(value, Mapping) and "labels" in value:
        value = _parsed(value["labels"], "{")
    if not isinstance(value, Mapping):
        return ""
    kept = {
        ref: dict(keys)
        for ref, keys in list(value.items())[:_MOST]
        if isinstance(ref, str) and isinstance(keys, Mapping)
    }
    try:
        return json.dumps(kept) if kept else ""
    except (TypeError, ValueError, RecursionError):
        return ""


def _parsed(answer: object, opening: str) -> object:
    """The value, or what a text of JSON says where such a text may be meant."""
    if not isinstance(answer, str) or not answer.lstrip().startswith(opening):
        return answer
    try:
        return json.loads(answer[:_LONGEST])
    except (ValueError, RecursionError):
        return answer


def _word(item: object) -> str:
    if isinstance(item, int) and not isinstance(item, bool):
        return str(item) if abs(item) < 10**9 else ""
    return item.strip() if isinstance(item, str) else ""
