"""Every one-step mistake that can be made from a right answer."""

from collections.abc import Iterator

from simulator.mistakes import refusals, switches
from simulator.mistakes.kinds import KINDS
from simulator.mistakes.values import MadeMistake, Right

_SWITCHED = (
    switches.make_unenforced,
    switches.make_touched,
    switches.make_cut_at_once,
    refusals.make_unsayable,
)


def make_mistakes(right: Right) -> Iterator[MadeMistake]:
    """Each misconception at each place where it applies, by misconception.

    Some change nothing in this cluster (a mistake that does no harm here); none gives back the very
    same policies, unless the mistake lies in its `cluster`, `constraints` or `text`.
    """
    # Where policies may not be touched, every edit of one is M20.
    for kind in KINDS if right.constraints.given is None else ():
        for policies, description, undone in kind.make(right):
            if policies != right.policies:
                yield MadeMistake(
                    kind.id, right.cluster, policies, description, undone, right.constraints
                )
    for make in _SWITCHED:
        yield from make(right)
