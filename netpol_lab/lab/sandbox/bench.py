"""The sandbox's page: from a state and what somebody wants to see to finished values.

Pure: no request, no database. All reachability comes from the simulator's verdicts.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from netpol_lab.lab.answers import AT_GATES, Answer, explained, refusing
from netpol_lab.lab.parts import Picture
from netpol_lab.lab.probes import probe_ids
from netpol_lab.lab.sandbox.cells import Grid
from netpol_lab.lab.sandbox.compare import Comparison, Earlier, compare, earlier
from netpol_lab.lab.sandbox.documents import Flow, arrow_flow
from netpol_lab.lab.sandbox.drawing import Drawn, drawn, drawn_flows
from netpol_lab.lab.sandbox.grid import grid
from netpol_lab.lab.sandbox.look import Look
from netpol_lab.lab.sandbox.policies import (
    Policies,
    TabLines,
    TabProblems,
    deciding,
    read_setup,
    tab_problems,
)
from netpol_lab.lab.sandbox.state import Setup, State
from netpol_lab.lab.sandbox.suggesting import Suggestion, can_suggest, suggest
from netpol_lab.lab.sandbox.world import World, world
from netpol_lab.lab.texts import Line, ProblemView, listing
from simulator.explain import OUTCOME_WORDS, Explanation, replies
from simulator.model import Probe, Problem, Verdict
from simulator.phrases import flow

#: So many changed arrows are read aloud.
MOST_SAID = 5


@dataclass(frozen=True, slots=True)
class TabView:
    """A tab's head; `sign` tells of errors and warnings without colour."""

    number: int
    name: str
    open: bool
    sign: str
    says: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """An arrow of the picture in words."""

    outcome: str
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class Why:
    """The picked cell explained; `drawn` is whether the picture has it as an arrow."""

    id: str
    outcome: str
    explanation: Explanation
    tabs: tuple[TabLines, ...]
    flow: Flow
    drawn: bool
    can_draw: bool
    replies: str
    flippable: bool
    suggestion: Suggestion | None


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything on the page that follows from the state."""

    empty: bool  # nothing is there to be asked
    pictures: tuple[Picture, ...]
    outcomes: tuple[str, ...]
    picture_note: str
    sentences: tuple[Sentence, ...]
    grid: Grid
    why: Why | None
    comparison: Comparison | None
    tabs: tuple[TabView, ...]
    problems: tuple[TabProblems, ...]
    refusal: ProblemView | None
    listing: tuple[Line, ...]
    live: str

    @property
    def refused(self) -> bool:
        """Whether the picture speaks of an earlier text than what is there."""
        return any(problems.refused for problems in self.problems)


def set_up(state: State, look: Look, *, was: State | None = None) -> Bench:
    """Work out the page; `was` is the state of the last answer, to tell what changed."""
    policies = read_setup(state.now)
    now = world(state.now.scenario, policies.in_force)
    before = _earlier(state.before, state, policies) if state.before else None
    picture = drawn(now, look, before)
    why = _why(state, policies, now, look)
    problems = tab_problems(policies)
    comparison = compare(before, now) if before else None
    return Bench(
        empty=not now.scenario.cluster.endpoints,
        pictures=picture.pictures,
        outcomes=picture.outcomes,
        picture_note=picture.note,
        sentences=tuple(map(_sentence, picture.answers)),
        grid=grid(now, look, before),
        why=why,
        comparison=comparison,
        tabs=tuple(_tabs(state, policies)),
        problems=problems,
        refusal=ProblemView(policies.refusal) if policies.refusal else None,
        listing=_listing(state, problems, why),
        live=_live(problems, policies.refusal, why)
        or _changes(_earlier(was.now, state, policies) if was else None, picture, now),
    )


def _earlier(setup: Setup, state: State, policies: Policies) -> Earlier:
    """An earlier setup, ready to be asked; `policies` are those of the state as it is now."""
    old, new = setup.scenario, state.now.scenario
    spaces = old.cluster.namespace_names == new.cluster.namespace_names
    like = policies if spaces and old.kubernetes == new.kubernetes else None
    return earlier(world(old, read_setup(setup, like).in_force))


def _sentence(given: Answer) -> Sentence:
    return Sentence(given.outcome.value, explained(given))


def _tabs(state: State, policies: Policies) -> list[TabView]:
    views = []
    for number, each in enumerate(policies.tabs):
        sign, says = ("✕", _("refused")) if each.refused else ("", "")
        if not each.refused and each.problems:
            sign, says = "!", _("with a warning")
        views.append(TabView(number, each.tab.name, number == state.open, sign, says))
    return views


def _why(state: State, policies: Policies, now: World, look: Look) -> Why | None:
    asked = probe_ids(now.scenario).asked(look.why) if now.scenario.cluster.endpoints else None
    if asked is None:
        return None
    given = now.answer(asked)
    explanation = explained(given)
    drawn_now = drawn_flows(now)
    arrow = arrow_flow(asked)
    flippable = can_suggest(now, asked, given.outcome)
    return Why(
        look.why,
        given.outcome.value,
        explanation,
        deciding(state, policies, given, explanation),
        arrow,
        arrow in drawn_now,
        can_draw=len(drawn_now) < 30,
        replies=replies(given) if isinstance(given, Verdict) else "",
        flippable=flippable,
        suggestion=(
            suggest(state, now, asked)
            if flippable and look.flip and isinstance(asked, Probe)
            else None
        ),
    )


def _listing(state: State, problems: tuple[TabProblems, ...], why: Why | None) -> tuple[Line, ...]:
    here = [view for tab in problems if tab.number == state.open for view in tab.views]
    # While the text is refused, the lines of the earlier text are no lines of this one.
    stale = state.tab.good is not None
    decides = [line for tab in why.tabs if tab.open for line in tab.lines] if why else []
    return listing(state.tab.text, () if stale else decides, here)


def _live(problems: tuple[TabProblems, ...], refusal: Problem | None, why: Why | None) -> str:
    """What the live region says first: a refusal, else the reason of the picked cell."""
    if refusal is not None:
        return _("Refused: %(message)s.") % {"message": refusal.message}
    errors = [view for tab in problems if tab.refused for view in tab.views if view.is_error]
    if errors:
        first = errors[0].problem
        message = first.message.partition(" (e.g.")[0]
        if first.mark is None:
            return _("Refused, %(message)s.") % {"message": message}
        return _("Refused, line %(line)s: %(message)s.") % {
            "line": first.mark.line,
            "message": message,
        }
    return why.explanation.sentence if why else ""


def _changes(before: Earlier | None, picture: Drawn, now: World) -> str:
    """What became of the arrows since the last answer; without a picture, of all connections."""
    if before is None:
        return ""
    if not picture.answers:
        return "" if before.world.policies == now.policies else _("The table is up to date.")
    changed = [g for g in picture.answers if before.outcome(g.probe) is not g.outcome]
    said = [_now(given) for given in changed]
    if len(said) > MOST_SAID:
        left = len(said) - MOST_SAID
        more = ngettext("%(number)s more arrows changed", "%(number)s more arrows changed", left)
        said = [*said[:MOST_SAID], more % {"number": left}]
    return "; ".join(said) + "." if said else _("No arrow changed.")


def _now(given: Answer) -> str:
    outcome = OUTCOME_WORDS[given.outcome].partition(":")[0]
    now = _("%(flow)s is now %(outcome)s") % {"flow": flow(given.probe), "outcome": outcome}
    return f"{now}{AT_GATES[refusing(given)]}"
