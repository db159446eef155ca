"""What descriptions are laid out with."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from simulator.kubectl.making import Json
from simulator.kubectl.objects import LAST_APPLIED, labels_of, name_of, space_of
from simulator.kubectl.state import State
from simulator.kubectl.tables import NONE


def line(name: str, value: str, width: int) -> str:
    """A name and its value, which stands in its column."""
    return f"{name + ':':<{width}}{value}"


def mapped(name: str, values: Mapping[str, str], width: int) -> Iterator[str]:
    """Pairs below each other."""
    lines = [f"{key}={value}" for key, value in sorted(values.items())] or [NONE]
    yield line(name, lines[0], width)
    yield from (" " * width + line for line in lines[1:])


def _annotations(each: Json) -> dict[str, str]:
    found = each["metadata"].get("annotations", {})
    return {key: value for key, value in found.items() if key != LAST_APPLIED}


def annotated(each: Json, width: int) -> Iterator[str]:
    """An object's annotations, less the one that kubectl keeps for itself."""
    found = {k: v.replace("\n", " ") for k, v in _annotations(each).items()}
    lines = [f"{key}: {value}" for key, value in sorted(found.items())] or [NONE]
    yield line("Annotations", lines[0], width)
    yield from (" " * width + line for line in lines[1:])


def head(each: Json, width: int) -> Iterator[str]:
    """What most descriptions begin with."""
    yield line("Name", name_of(each), width)
    if space_of(each):
        yield line("Namespace", space_of(each), width)
    yield from mapped("Labels", labels_of(each), width)
    yield from annotated(each, width)


def date(state: State) -> datetime:
    """When everything was created."""
    return datetime.fromisoformat(state.created.replace("Z", "+00:00"))
