"""Which label sets a number of selectors tell apart, and the smallest one of each kind.

Labels matter only by the keys and values that selectors name: for one key an object has one of the
named values, another value, or not the key at all. Keys are folded in one after the other, and what
is kept is which selectors still hold, so that a hundred values cost a hundred steps and not 2^100.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulator.model import Labels, Requirement, Selector
from simulator.selectors import holds
from simulator.words import clip

LabelSet = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Budget:
    """Steps that may still be taken; once `passed`, what was being counted is not complete."""

    left: int
    passed: bool = False

    def take(self, steps: int) -> bool:
        """Whether there was room for these steps."""
        self.left -= steps
        self.passed = self.passed or self.left < 0
        return not self.passed


def label_classes(
    selectors: Sequence[Selector], budget: Budget, *, fixed: Labels | None = None
) -> dict[int, LabelSet]:
    """Every combination of selectors that one label set can satisfy, with its smallest label set.

    Bit i of a key stands for `selectors[i]`. Keys in `fixed` have that one value, and do not
    appear in the label sets. Fewer labels are smaller, then named values before unnamed ones.
    """
    found: dict[int, LabelSet] = {(1 << len(selectors)) - 1: ()}
    for key, asked in _by_key(selectors).items():
        if not budget.take(len(asked) * (2 + len(_named(asked)))):
            return {}
        choices = _choices(key, asked, len(selectors), fixed or {})
        if not budget.take(2 * len(found) * len(choices)):
            return {}
        found = _folded(found, choices)
    return found


def smallest_labels(selector: Selector) -> Labels | None:
    """The fewest labels that a selector matches; None where it contradicts itself."""
    found = label_classes((selector,), Budget(1_000_000)).get(1)
    return None if found is None else dict(found)


def fresh(word: str, taken: Iterable[str]) -> str:
    """`word`, or `word-2` and so on where it is taken."""
    known = set(taken)
    numbered = (f"{word}-{n}" for n in range(2, len(known) + 3))
    return next(name for name in (word, *numbered) if name not in known)


def with_labels(labels: Labels) -> str:
    """`with role=api, tier=web`, or `without labels`."""
    said = ", ".join(clip(f"{key}={value}") for key, value in labels.items())
    return f"with {said}" if said else "without labels"


# ── One key ──────────────────────────────────────────────────────────────────────────────────


Asked = list[tuple[int, Requirement]]
Choice = tuple[int, LabelSet]


def _by_key(selectors: Sequence[Selector]) -> dict[str, Asked]:
    keys: dict[str, Asked] = {}
    for index, selector in enumerate(selectors):
        for requirement in selector.requirements:
            keys.setdefault(requirement.key, []).append((index, requirement))
    return keys


def _choices(key: str, asked: Asked, count: int, fixed: Labels) -> list[Choice]:
    """What an object can carry under one key: the selectors that go on holding, and the label."""
    if key in fixed:
        return [(_mask(asked, count, {key: fixed[key]}), ())]
    found: dict[int, LabelSet] = {_mask(asked, count, {}): ()}
    for value in (*_named(asked), fresh("other", _named(asked))):
        found.setdefault(_mask(asked, count, {key: value}), ((key, value),))
    return list(found.items())


def _named(asked: Asked) -> list[str]:
    """The values that somebody names, nicest first."""
    named = {value for _, requirement in asked for value in requirement.values}
    return sorted(named, key=lambda value: (value == "", len(value), value))


def _mask(asked: Asked, count: int, labels: Labels) -> int:
    mask = (1 << count) - 1
    for index, requirement in asked:
        if not holds(requirement, labels):
            mask &= ~(1 << index)
    return mask


def _folded(found: dict[int, LabelSet], choices: list[Choice]) -> dict[int, LabelSet]:
    folded: dict[int, LabelSet] = {}
    for mask, labels in found.items():
        for holding, more in choices:
            known = folded.get(mask & holding)
            if known is None or _size(labels + more) < _size(known):
                folded[mask & holding] = labels + more
    return folded


def _size(labels: LabelSet) -> tuple[int, int, LabelSet]:
    return len(labels), sum(value.startswith("other") for _, value in labels), labels
