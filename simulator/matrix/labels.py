"""Which classes a label selector selects: one set for each pair of key and value."""

from collections.abc import Iterable

from simulator.model import Labels, Operator, Requirement, Selector


class LabelIndex:
    """Labels of classes, or of the namespaces that they are in.

    Answers as `selectors.matches` does for each class by itself.
    """

    __slots__ = ("_everything", "_keys", "_pairs")

    def __init__(self, labelled: Iterable[tuple[Labels, int]]) -> None:
        """`labelled` gives labels with the set of classes that carry them."""
        self._everything = 0
        self._pairs: dict[tuple[str, str], int] = {}
        self._keys: dict[str, int] = {}
        pairs, keys = self._pairs, self._keys
        for labels, bits in labelled:
            self._everything |= bits
            for pair in labels.items():
                pairs[pair] = pairs.get(pair, 0) | bits
                keys[pair[0]] = keys.get(pair[0], 0) | bits

    def selected(self, selector: Selector) -> int:
        """The classes whose labels meet every requirement."""
        found = self._everything
        for requirement in selector.requirements:
            found &= self._met(requirement)
        return found

    def _met(self, requirement: Requirement) -> int:
        key, operator = requirement.key, requirement.operator
        if operator is Operator.IN:
            return self._valued(key, requirement.values)
        if operator is Operator.NOT_IN:
            return self._everything ^ self._valued(key, requirement.values)
        carried = self._keys.get(key, 0)
        return carried if operator is Operator.EXISTS else self._everything ^ carried

    def _valued(self, key: str, values: tuple[str, ...]) -> int:
        pairs, found = self._pairs, 0
        for value in values:
            found |= pairs.get((key, value), 0)
        return found
