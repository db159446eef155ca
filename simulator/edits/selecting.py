"""Small changes to a label selector, as (kind, words, selector after, requirement's place)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from simulator.edits.change import ChangeKind, spliced
from simulator.model import Labels, Mark, Operator, Requirement, Selector
from simulator.phrases import label_value, requirement_words
from simulator.selectors import holds
from simulator.words import clip

_OPPOSITE = {
    Operator.IN: Operator.NOT_IN,
    Operator.NOT_IN: Operator.IN,
    Operator.EXISTS: Operator.DOES_NOT_EXIST,
    Operator.DOES_NOT_EXIST: Operator.EXISTS,
}


@dataclass(frozen=True, slots=True)
class Reworded:
    """A selector after one small change, and what to call that."""

    kind: ChangeKind
    words: str
    selector: Selector
    mark: Mark | None


def mended(selector: Selector, labels: Labels) -> Iterator[Reworded]:
    """Changes to the first requirement that fails for `labels` after which it no longer does."""
    for index, requirement in enumerate(selector.requirements):
        if not holds(requirement, labels):
            yield from _each(selector, index, _mended(requirement, labels))
            yield _dropped(selector, index)
            return


def _mended(requirement: Requirement, labels: Labels) -> Iterator[tuple[ChangeKind, Requirement]]:
    key, values = requirement.key, requirement.values
    if requirement.operator is Operator.IN:
        if len(values) == 1 and key in labels:
            yield ChangeKind.SCALAR, replace(requirement, values=(labels[key],))
        for other, value in labels.items():
            if value in values:
                yield ChangeKind.SCALAR, replace(requirement, key=other)
        if key in labels:
            more = replace(requirement, values=(*values, labels[key]), pair=False)
            yield ChangeKind.ADD, more
    if requirement.operator is Operator.NOT_IN and len(values) > 1:
        kept = tuple(value for value in values if value != labels.get(key))
        if kept:
            yield ChangeKind.DROP, replace(requirement, values=kept)
    if not requirement.pair:
        opposite = replace(requirement, operator=_OPPOSITE[requirement.operator])
        yield ChangeKind.SCALAR, opposite


def _each(
    selector: Selector, index: int, found: Iterator[tuple[ChangeKind, Requirement]]
) -> Iterator[Reworded]:
    old = selector.requirements[index]
    for kind, new in found:
        words = f"change {shown(old)} to {shown(new)}"
        if old.operator is not new.operator:
            words = f"change the operator for {clip(old.key)} from {old.operator} to {new.operator}"
        after = replace(selector, requirements=spliced(selector.requirements, index, [new]))
        yield Reworded(kind, words, after, old.mark or selector.mark)


def _dropped(selector: Selector, index: int) -> Reworded:
    old = selector.requirements[index]
    after = replace(selector, requirements=spliced(selector.requirements, index, []))
    words, kind = f"delete the condition {shown(old)}", ChangeKind.DROP
    if not after.requirements:
        words, kind = f"{words}, so that the selector is {{}}", ChangeKind.WIDEN
    return Reworded(kind, words, after, old.mark or selector.mark)


def narrowed(selector: Selector, against: Requirement) -> Reworded:
    """The selector with one condition more."""
    after = replace(selector, requirements=(*selector.requirements, against))
    words = f"add the condition {shown(against)}"
    return Reworded(ChangeKind.ADD, words, after, selector.mark)


def shown(requirement: Requirement) -> str:
    """A requirement as a sentence shows it; `key NotIn (a, b)` for expressions."""
    if requirement.pair:
        return clip(f"{requirement.key}={label_value(requirement.values[0])}")
    return clip(requirement_words(requirement))
