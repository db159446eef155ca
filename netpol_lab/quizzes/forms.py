"""What a page of an item posts, as the answer that the grader reads. It never raises.

A script posts `payload`, JSON in the shape of docs/content.md ("Answers"). A form without a script
posts plain fields:

    single, multiple   choice=a …
    order              step=b … in their order and, to move one of them, move=up-b; or place-b=1 …
    predict            arrow-1=allowed …
    match              match-a=2 …
    point              line=8 …
    fill, write        text=…, or policy=… from the editor
    relabel            labels={…}, as the label editor of a lesson posts them
"""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

from django.http import QueryDict

from simulator.limits import SUBMISSION
from simulator.quiz import ItemKind

#: A row of an answer holds no more than a submission does.
MOST_BYTES = SUBMISSION.size or 65_536
_DEEPEST = 6


def payload_of(kind: ItemKind, post: QueryDict) -> Any:
    """The answer that was posted; None for an empty one."""
    if "payload" in post:
        return _clean(_json(post.get("payload", "")))
    return _clean(_fields(kind, post)) or None


def is_too_large(payload: object) -> bool:
    """Whether an answer is longer than any submission may be."""
    text = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False)
    return len(text.encode("utf-8", "replace")) > MOST_BYTES


def key_of(post: QueryDict) -> UUID:
    """The submission's key; a new one for a mangled one, so that no answer is lost by it."""
    try:
        return UUID(post.get("key", ""))
    except ValueError:
        return uuid4()


def _fields(kind: ItemKind, post: QueryDict) -> Any:
    match kind:
        case ItemKind.SINGLE:
            return post.get("choice", "")
        case ItemKind.MULTIPLE:
            return post.getlist("choice")
        case ItemKind.ORDER:
            steps = _moved(post.getlist("step")[:500], post.get("move", ""))
            return steps or _by_place(dict(_named(post, "place-")))
        case ItemKind.PREDICT:
            return dict(_named(post, "arrow-"))
        case ItemKind.MATCH:
            return dict(_named(post, "match-"))
        case ItemKind.POINT:
            return post.getlist("line")
        case ItemKind.RELABEL:
            labels = _json(post.get("labels", ""))
            return {"labels": labels} if labels else None
        case ItemKind.FILL | ItemKind.WRITE:
            # Browsers post CRLF; the lines of a policy must stay where they were.
            text = post.get("policy", post.get("text", ""))
            return text.replace("\r\n", "\n")


def _named(post: QueryDict, prefix: str) -> Iterator[tuple[str, str]]:
    for name in list(post)[:500]:
        if name.startswith(prefix) and (value := post.get(name)):
            yield name.removeprefix(prefix), value


def _moved(steps: list[str], move: str) -> list[str]:
    """Steps after a press on a button that moves one: `up-c`, `down-c`."""
    way, _, step = move.partition("-")
    if step not in steps or way not in ("up", "down"):
        return steps
    place = steps.index(step) + (-1 if way == "up" else 1)
    rest = [one for one in steps if one != step]
    return [*rest[:place], step, *rest[place:]] if 0 <= place < len(steps) else steps


def _by_place(places: dict[str, str]) -> list[str]:
    """Steps by the places that were chosen for them; of two in one place the page's first."""
    known = {id: int(p) for id, p in places.items() if p.isascii() and p.isdigit() and len(p) < 4}
    return sorted(known, key=lambda id: known[id])


def _json(text: str) -> Any:
    """What a text of JSON says; anything else is an answer in words."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _clean(value: Any, depth: int = 0) -> Any:
    """The value as any database takes it: no NUL, no lone surrogate, nothing endless or deep."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    if depth >= _DEEPEST:
        return None
    if isinstance(value, list):
        return [_clean(each, depth + 1) for each in value[:500]]
    if isinstance(value, dict):
        pairs = list(value.items())[:500]
        return {_clean(key): _clean(each, depth + 1) for key, each in pairs}
    return value if isinstance(value, int) and abs(value) < 2**53 else None
