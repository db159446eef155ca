"""Where two stored objects differ: the one place whose value must be written anew."""

from dataclasses import dataclass

from simulator.manifest import Json

Step = str | int


@dataclass(frozen=True, slots=True)
class Setting:
    """The value at a path becomes another; None: the field goes."""

    path: tuple[Step, ...]
    value: Json | None


@dataclass(frozen=True, slots=True)
class Splicing:
    """Of the list at a path, the items from `start` to `stop` become others."""

    path: tuple[Step, ...]
    start: int
    stop: int
    items: tuple[Json, ...]


Difference = Setting | Splicing


def difference(old: Json, new: Json, path: tuple[Step, ...] = ()) -> Difference:
    """The deepest place that holds all of the difference between two unequal values."""
    if isinstance(old, dict) and isinstance(new, dict):
        return _of_maps(old, new, path)
    if isinstance(old, list) and isinstance(new, list):
        return _of_lists(old, new, path)
    return Setting(path, new)


def _of_maps(old: dict[str, Json], new: dict[str, Json], path: tuple[Step, ...]) -> Difference:
    keys = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    if len(keys) != 1:
        return Setting(path, new)
    key = keys[0]
    if key in old and key in new:
        return difference(old[key], new[key], (*path, key))
    return Setting((*path, key), new.get(key))


def _of_lists(old: list[Json], new: list[Json], path: tuple[Step, ...]) -> Difference:
    start = _common(old, new)
    after = min(_common(old[::-1], new[::-1]), len(old) - start, len(new) - start)
    stop, new_stop = len(old) - after, len(new) - after
    if stop - start == new_stop - start == 1:
        return difference(old[start], new[start], (*path, start))
    return Splicing(path, start, stop, tuple(new[start:new_stop]))


def _common(one: list[Json], other: list[Json]) -> int:
    """How many items both begin with."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
