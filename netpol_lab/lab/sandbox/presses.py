"""What each button of the sandbox does to the state: pure, so that every press can be tested."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from netpol_lab.lab.probes import probe_ids
from netpol_lab.lab.sandbox import panels
from netpol_lab.lab.sandbox.changes import Change, toggled_arrow
from netpol_lab.lab.sandbox.desk import ALL, CLUSTER, TABS, Desk, Step, brought
from netpol_lab.lab.sandbox.documents import arrow_flow, flows_of, rebuilt
from netpol_lab.lab.sandbox.drawing import drawn_flows
from netpol_lab.lab.sandbox.importing import read_import
from netpol_lab.lab.sandbox.look import Look
from netpol_lab.lab.sandbox.panels import Panel
from netpol_lab.lab.sandbox.policies import read_setup
from netpol_lab.lab.sandbox.state import (
    MOST_STATE,
    MOST_TABS,
    Setup,
    State,
    Tab,
    empty_state,
    read_state,
    tab_name,
)
from netpol_lab.lab.sandbox.suggesting import applied, can_suggest, suggest
from netpol_lab.lab.sandbox.words import Slip
from netpol_lab.lab.sandbox.world import world
from simulator.model import Probe, Problem
from simulator.phrases import flow
from simulator.scenario import Scenario

# ── The cluster ──────────────────────────────────────────────────────────────────────────────


def _open_panel(desk: Desk, posted: Mapping[str, str]) -> Desk:
    panel = panels.read_panel(posted["panel-open"])
    if panel is None:
        return desk
    space = desk.panel.fields.get("space", "") if desk.panel else ""
    cluster = desk.state.now.scenario.cluster
    return replace(desk, panel=panels.opened(cluster, panel, space=space))


def _save(desk: Desk, posted: Mapping[str, str]) -> Desk:
    if desk.panel is None or desk.panel.kind in ("import", "start"):
        return desk
    try:
        change = panels.saved(desk.state.now.scenario, desk.panel)
    except Slip as slip:
        return replace(desk, panel=replace(desk.panel, wrong=(str(slip),)))
    return _changed(desk, change)


def _remove(desk: Desk, posted: Mapping[str, str]) -> Desk:
    change = panels.removed(desk.state.now.scenario, desk.panel) if desk.panel else None
    return _changed(desk, change) if change else replace(desk, panel=None)


def _changed(desk: Desk, change: Change) -> Desk:
    """The desk with a changed cluster, if the one reader of documents takes it."""
    old = desk.state.now.scenario
    reading = rebuilt(change.cluster, change.flows, scenario=old)
    if reading.scenario is None:
        wrong = tuple(problem.message for problem in reading.problems[:5])
        if desk.panel is None:
            return replace(desk, faults=reading.problems)
        return replace(desk, panel=replace(desk.panel, wrong=wrong))
    state = replace(desk.state, now=replace(desk.state.now, scenario=reading.scenario))
    look = desk.look
    if old.cluster.endpoints != reading.scenario.cluster.endpoints:
        look = replace(look, why="")  # its number may mean another pod now
    return replace(
        _stepped(desk, state, change.what, CLUSTER),
        panel=None,
        look=look,
        notes=(change.what + ".",),
    )


def _arrow(desk: Desk, posted: Mapping[str, str]) -> Desk:
    scenario = desk.state.now.scenario
    asked = probe_ids(scenario).asked(posted["arrow"][:40]) if scenario.cluster.endpoints else None
    if asked is None:
        return desk
    shown = drawn_flows(world(scenario, ()))
    change = toggled_arrow(scenario, shown, arrow_flow(asked))
    why = desk.look.why
    after = _changed(desk, change)
    return replace(after, panel=desk.panel, look=replace(after.look, why=why))


def _use_edit(desk: Desk, posted: Mapping[str, str]) -> Desk:
    """Make the smallest edit that flips what is picked."""
    scenario = desk.state.now.scenario
    asked = probe_ids(scenario).asked(desk.look.why) if scenario.cluster.endpoints else None
    now = world(scenario, read_setup(desk.state.now).in_force)
    if not isinstance(asked, Probe) or not can_suggest(now, asked, now.outcome(asked)):
        return desk
    state = applied(desk.state, suggest(desk.state, now, asked))
    if state is None:
        return desk
    what = _("Made the edit for %(flow)s") % {"flow": flow(asked)}
    return replace(_stepped(desk, state, what, TABS), notes=(what + ".",))


def _stepped(desk: Desk, state: State, what: str, part: str) -> Desk:
    """The desk with another state, and the way back."""
    return replace(desk, state=state, step=Step(what, part, desk.text))


def _undo(desk: Desk, posted: Mapping[str, str]) -> Desk:
    if desk.step is None:
        return desk
    reading = read_state(desk.step.state)
    if reading.problems:
        return replace(desk, step=None, faults=reading.problems)
    back, now = reading.state, desk.state
    if desk.step.part == CLUSTER:
        back = replace(now, now=replace(now.now, scenario=back.now.scenario))
    elif desk.step.part == TABS:
        back = now.with_tabs(back.now.tabs, back.open)
    other = Step(desk.step.what, desk.step.part, desk.text, undone=not desk.step.undone)
    said = _("Done again: ") if desk.step.undone else _("Undone: ")
    note = said + desk.step.what[:1].lower() + desk.step.what[1:] + "."
    return replace(
        desk, state=back, step=other, panel=None, notes=(note,), look=replace(desk.look, why="")
    )


# ── Texts of policies ────────────────────────────────────────────────────────────────────────


def _open_tab(desk: Desk, posted: Mapping[str, str]) -> Desk:
    state = desk.state
    number = posted["tab"]
    if not (number.isascii() and number.isdigit()) or int(number[:4]) >= len(state.now.tabs):
        return desk
    return replace(desk, state=state.with_tabs(state.now.tabs, int(number[:4])))


def _new_tab(desk: Desk, posted: Mapping[str, str]) -> Desk:
    tabs = desk.state.now.tabs
    if len(tabs) >= MOST_TABS:
        return replace(
            desk,
            faults=(
                Problem(_("there are %(most)s texts, which is the most") % {"most": MOST_TABS}),
            ),
        )
    names = {tab.name for tab in tabs}
    name = next(n for k in range(1, len(tabs) + 2) if (n := f"policies {k + 1}") not in names)
    state = desk.state.with_tabs((*tabs, Tab(name)), len(tabs))
    return _stepped(desk, state, _("Added the text %(name)s") % {"name": name}, TABS)


def _remove_tab(desk: Desk, posted: Mapping[str, str]) -> Desk:
    state, opened = desk.state, desk.state.open
    left = (*state.now.tabs[:opened], *state.now.tabs[opened + 1 :])
    what = _("Removed the text %(name)s") % {"name": state.tab.name}
    return _stepped(desk, state.with_tabs(left, opened), what, TABS)


def _rename_tab(desk: Desk, posted: Mapping[str, str]) -> Desk:
    name = tab_name(posted.get("tab-name", ""))
    tabs = list(desk.state.now.tabs)
    if name == desk.state.tab.name:
        return desk
    tabs[desk.state.open] = replace(desk.state.tab, name=name)
    state = desk.state.with_tabs(tuple(tabs), desk.state.open)
    return _stepped(
        desk, state, _("Renamed the text %(name)s") % {"name": desk.state.tab.name}, TABS
    )


# ── All of it ────────────────────────────────────────────────────────────────────────────────


def _start(desk: Desk, slug: str, scenarios: Sequence[Scenario]) -> Desk:
    """Begin anew: empty, or with a published scenario."""
    if slug == "empty":
        state, title = empty_state(), _("an empty cluster")
    else:
        found = next((each for each in scenarios if each.slug == slug), None)
        if found is None:
            return replace(desk, faults=(Problem(_("there is no such starting point")),))
        reading = rebuilt(found.cluster, flows_of(found), scenario=found)
        if reading.scenario is None:
            return replace(desk, faults=reading.problems)
        state, title = State(Setup(reading.scenario, (Tab("policies"),))), found.title
    what = _("Started from %(title)s") % {"title": title}
    after = _stepped(desk, state, what, ALL)
    return replace(after, panel=None, look=Look(), notes=(what + ".",))


def _import(desk: Desk, pasted: str, uploaded: bytes | None) -> Desk:
    imported = read_import(uploaded or pasted)
    if imported.state is None:
        panel = Panel("import", wrong=tuple(_located(each) for each in imported.problems[:20]))
        return replace(desk, panel=panel)
    after = _stepped(desk, imported.state, _("Imported a cluster"), ALL)
    notes = (*imported.notes, *(_located(each) for each in imported.problems[:20]))
    return replace(after, panel=None, look=Look(), notes=notes or (_("Opened."),))


def _located(problem: Problem) -> str:
    place = _("Line %(line)s: ") % {"line": problem.mark.line} if problem.mark else ""
    hint = f" {problem.hint}" if problem.hint else ""
    return f"{place}{problem.message}.{hint}".replace("..", ".")


def _open_link(desk: Desk, posted: Mapping[str, str]) -> Desk:
    """A state came with a link: the filters start afresh."""
    note = () if desk.faults else (_("Opened from a link. The server stores nothing of it."),)
    return replace(desk, panel=None, look=Look(), notes=note, was=None)


def _resume(desk: Desk, posted: Mapping[str, str]) -> Desk:
    """The state that this browser kept."""
    note = () if desk.faults else (_("This is what you had here, as this browser kept it."),)
    return replace(desk, panel=None, look=Look(), step=None, notes=note, was=None)


def _remember(desk: Desk, posted: Mapping[str, str]) -> Desk:
    tabs = tuple(Tab(tab.name, tab.in_force) for tab in desk.state.now.tabs)
    before = Setup(desk.state.now.scenario, tabs)
    state = replace(desk.state, before=before)
    return replace(desk, state=state, notes=(_("This state is remembered."),))


def _forget(desk: Desk, posted: Mapping[str, str]) -> Desk:
    look = replace(desk.look, changed=False)
    return replace(desk, state=replace(desk.state, before=None), look=look)


def _back(desk: Desk, posted: Mapping[str, str]) -> Desk:
    """The remembered state again, with the present one to undo to."""
    before = desk.state.before
    if before is None:
        return desk
    state = replace(desk.state, now=before).with_tabs(before.tabs, desk.state.open)
    after = _stepped(desk, state, _("Went back to the remembered state"), ALL)
    return replace(after, panel=None, look=replace(desk.look, why=""))


def _default(desk: Desk, posted: Mapping[str, str]) -> Desk:
    """Enter in a field: what its panel's own button does."""
    if posted.get("tab-name", desk.state.tab.name) != desk.state.tab.name and desk.panel is None:
        return _rename_tab(desk, posted)
    return _save(desk, posted)


def _close(desk: Desk, posted: Mapping[str, str]) -> Desk:
    return replace(desk, panel=None)


def _show(desk: Desk, posted: Mapping[str, str]) -> Desk:
    """Nothing but what the form brings."""
    return desk


Act = Callable[[Desk, Mapping[str, str]], Desk]
_ACTS: Mapping[str, Act] = {"panel-open": _open_panel, "tab": _open_tab, "arrow": _arrow}
_DOES: Mapping[str, Act] = {
    "default": _default,
    "save": _save,
    "remove": _remove,
    "close": _close,
    "undo": _undo,
    "tab-new": _new_tab,
    "tab-remove": _remove_tab,
    "tab-rename": _rename_tab,
    "open": _open_link,
    "resume": _resume,
    "use-edit": _use_edit,
    "remember": _remember,
    "forget": _forget,
    "back": _back,
}


# ── Any press ──────────────────────────────────────────────────────────────────────────────────


def press(
    posted: Mapping[str, str],
    *,
    uploaded: bytes | None = None,
    scenarios: Callable[[], Sequence[Scenario]] = tuple,
) -> Desk:
    """What a posted form makes of the state that it brings. Never raises on any input."""
    desk = brought(posted)
    for name, act in _ACTS.items():
        if name in posted:
            return _kept_small(desk, act(desk, posted))
    if posted.get("start"):
        return _kept_small(desk, _start(desk, posted["start"], scenarios()))
    if posted.get("do") == "import":
        return _kept_small(desk, _import(desk, posted.get("pasted", ""), uploaded))
    wanted = _DOES.get(posted.get("do", ""), _show)
    return _kept_small(desk, wanted(desk, posted))


def _kept_small(before: Desk, after: Desk) -> Desk:
    """The desk after a press; the one before it where the state would grow beyond its limit."""
    if after.state is before.state or len(after.text) <= MOST_STATE:
        return after
    fault = Problem(
        _("the sandbox holds %(most)s KiB of text, and this is more")
        % {"most": f"{MOST_STATE // 1024:,}"}
    )
    return replace(before, faults=(fault,))
