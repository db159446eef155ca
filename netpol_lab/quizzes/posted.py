"""From a form's fields to an answer as `simulator.quiz.grade` takes it, and whether there is one.

Both ends of each field's name stand here and in templates/quizzes/_item_<kind>.html. Total: what is
mangled is left out, and the grader judges the rest.
"""

import json
from collections.abc import Mapping

from django.http import QueryDict

from simulator.quiz import ItemKind, Question
from simulator.relabel import MOST_CHARACTERS

#: What is stored of an answer, as JSON has it; None where nothing was said.
Payload = str | list[str] | dict[str, object] | None

_SAID, _PICTURE = "said-", "picture-"


def answer_of(question: Question, posted: QueryDict) -> Payload:
    """What a form says of a question."""
    match question.item.kind:
        case ItemKind.PREDICT:
            return _map(posted, _SAID)
        case ItemKind.MATCH:
            return _map(posted, _PICTURE)
        case ItemKind.SINGLE:
            return posted.get("choice", "")[:10] or None
        case ItemKind.MULTIPLE:
            return _list(posted, "choice")
        case ItemKind.POINT:
            return _list(posted, "pointed")
        case ItemKind.ORDER:
            return moved(_list(posted, "step") or [], posted.get("move", "")) or None
        case ItemKind.FILL:
            return _plain(posted.get("filled", "")).strip("\n") or None
        case ItemKind.WRITE:
            return _plain(posted.get("policy", "")) or None
        case ItemKind.RELABEL:
            return _labels(posted.get("labels", ""))


def moved(steps: list[str], move: str) -> list[str]:
    """Steps after a press on a button that moves one: `up-c`, `down-c`."""
    way, _, step = move.partition("-")
    if step not in steps or way not in ("up", "down"):
        return steps
    place = steps.index(step)
    other = place + (-1 if way == "up" else 1)
    if not 0 <= other < len(steps):
        return steps
    rest = [one for one in steps if one != step]
    return [*rest[:other], step, *rest[other:]]


def _map(posted: QueryDict, before: str) -> Payload:
    found: dict[str, object] = {
        name.removeprefix(before): value[:20]
        for name, value in posted.items()
        if name.startswith(before) and isinstance(value, str) and value
    }
    return found or None


def _list(posted: QueryDict, name: str) -> list[str] | None:
    values = [value[:10] for value in posted.getlist(name)[:500]]
    return [value for value in values if value] or None


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _labels(text: str) -> Payload:
    try:
        found = json.loads(text[:MOST_CHARACTERS]) if text else None
    except (ValueError, RecursionError):
        return None
    return {"labels": found} if isinstance(found, Mapping) and found else None
