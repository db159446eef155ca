"""Where a learner begins, by the entry test. Pure.

The rule: an item of the pool `module-3` stands for module 3. Going up from module 1, the first
module in which less than two thirds of the marks were earned is the one to begin with; who knows
all six begins with the last. A module without an item is passed over, as nothing speaks against it.
"""

import re
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

FIRST, LAST = 1, 6
#: The share of a module's marks that says that it is known.
KNOWN = Fraction(2, 3)
_POOL = re.compile(r"module-(\d)")


def placed(marks: Iterable[tuple[str, int, Fraction]]) -> int:
    """The module to begin with, of (pool, weight, credit from 0 to 1) for each item."""
    weights: Counter[int] = Counter()
    earned: dict[int, Fraction] = {}
    for pool, weight, credit in marks:
        found = _POOL.fullmatch(pool)
        module = int(found[1]) if found else 0
        weights[module] += weight
        earned[module] = earned.get(module, Fraction(0)) + weight * credit
    for module in range(FIRST, LAST + 1):
        if weights[module] and earned[module] < KNOWN * weights[module]:
            return module
    return LAST
