"""The smallest edit that flips a connection, written into the one text that it concerns."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from netpol_lab.lab.flipping import Flip, flip
from netpol_lab.lab.sandbox.policies import read_setup
from netpol_lab.lab.sandbox.state import State
from netpol_lab.lab.sandbox.world import World
from simulator.edits import Edit, smallest_edit
from simulator.model import Outcome, Probe

#: The search tries edits on every pair: so many endpoints are few enough.
MOST_ENDS = 40
BUDGET = 100_000


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The edit in words; `tab` is the text that it goes into, None where it takes several."""

    flip: Flip
    tab: int | None = None


def can_suggest(world: World, asked: object, outcome: Outcome) -> bool:
    """Whether an edit may be asked for: plain verdicts on probes, in clusters that are not big."""
    plain = isinstance(asked, Probe) and outcome in {Outcome.ALLOWED, Outcome.DENIED}
    return plain and len(world.scenario.cluster.endpoints) <= MOST_ENDS


def suggest(state: State, world: World, asked: Probe) -> Suggestion:
    """Search for the edit; it goes into the text of the policy it changes, or into the open one."""
    cluster, before = world.scenario.cluster, world.outcome(asked)
    read = read_setup(state.now)
    holders = [n for n, tab in enumerate(read.tabs) if tab.policies]
    # With all policies in one text (or none at all) the edit can be shown line by line.
    if len(holders) <= 1 and not any(tab.refused for tab in read.tabs):
        number = holders[0] if holders else state.open
        text = read.tabs[number].tab.text
        return Suggestion(flip(cluster, world.policies, asked, before=before, text=text), number)
    edit = smallest_edit(cluster, world.policies, asked, budget=BUDGET)
    if not isinstance(edit, Edit):
        return Suggestion(Flip(_("No smallest edit"), (edit.reason,)))
    return Suggestion(Flip(_("The smallest edit"), tuple(c.sentence for c in edit.changes)))


def applied(state: State, suggestion: Suggestion) -> State | None:
    """The state with the edit made; None where there is none to make."""
    if suggestion.tab is None or not suggestion.flip.text:
        return None
    tabs = list(state.now.tabs)
    tabs[suggestion.tab] = replace(tabs[suggestion.tab], text=suggestion.flip.text, good=None)
    return state.with_tabs(tuple(tabs), suggestion.tab)
