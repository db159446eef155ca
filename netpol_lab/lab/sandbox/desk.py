"""The desk: the state with all that a posted form brings besides it.

A form brings the state, the open tab's text and the switches; `presses` does what its button says.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from netpol_lab.lab.kubeconfig import KUBECONFIG, holds_kubeconfig
from netpol_lab.lab.sandbox import panels
from netpol_lab.lab.sandbox.changes import with_plugin
from netpol_lab.lab.sandbox.documents import cluster_text
from netpol_lab.lab.sandbox.look import Look, read_look
from netpol_lab.lab.sandbox.panels import Panel
from netpol_lab.lab.sandbox.policies import settled
from netpol_lab.lab.sandbox.state import (
    MOST_STATE,
    State,
    empty_state,
    read_state,
    state_text,
)
from netpol_lab.lab.sandbox.switches import posted_plugin
from simulator.model import Problem
from simulator.words import clip

WHOLE = ("open", "resume")
CLUSTER, TABS, ALL = "cluster", "tabs", "all"


@dataclass(frozen=True, slots=True)
class Step:
    """The state before the last change, for Undo; `part` is what that change was about."""

    what: str
    part: str
    state: str
    undone: bool = False

    @property
    def text(self) -> str:
        """As the page holds it."""
        fields = {"what": self.what, "part": self.part, "state": self.state, "undone": self.undone}
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))

    @property
    def label(self) -> str:
        """What the button says."""
        first = self.what[:1].lower() + self.what[1:]
        return f"{'Redo' if self.undone else 'Undo'}: {first}"


@dataclass(frozen=True, slots=True)
class Desk:
    """What the page is made of after a press: the state, Undo, the open panel, the filters, and
    what is to be said."""

    state: State
    step: Step | None = None
    panel: Panel | None = None
    look: Look = field(default_factory=Look)
    notes: tuple[str, ...] = ()
    faults: tuple[Problem, ...] = ()
    was: State | None = None  # before this press, to tell what changed

    @property
    def text(self) -> str:
        """The state as the page holds it."""
        return state_text(self.state, cluster_text)


def fresh() -> Desk:
    """The page as it is first opened."""
    return Desk(empty_state())


# ── What a form brings ───────────────────────────────────────────────────────────────────────


def brought(posted: Mapping[str, str]) -> Desk:
    reading = read_state(posted.get("state", ""))
    state, faults = reading.state, list(reading.problems)
    # A state that comes as a whole stands for itself: editor and switches still show another.
    if not faults and posted.get("do") not in WHOLE:
        state, more = _merged(state, posted)
        faults += more
    panel = panels.read_panel(posted.get("panel", ""))
    if panel is not None:
        panel = replace(panel, fields=_fields(posted))
    return Desk(
        state, _step(posted.get("earlier", "")), panel, read_look(posted),
        faults=tuple(faults), was=reading.state,
    )  # fmt: skip


def _merged(state: State, posted: Mapping[str, str]) -> tuple[State, list[Problem]]:
    """The state with the switches and the open tab's text as the form has them."""
    old, scenario = state.tab.text, state.now.scenario
    plugin = posted_plugin(scenario.cluster.plugin, posted)
    state = replace(state, now=replace(state.now, scenario=with_plugin(scenario, plugin)))
    text = posted.get("policy", old).replace("\r\n", "\n").replace("\r", "\n")
    if holds_kubeconfig(text):
        return state.with_text(""), [Problem(KUBECONFIG, limit="kubeconfig")]
    return settled(state.with_text(text), old), []


def _fields(posted: Mapping[str, str]) -> dict[str, str]:
    return {key[2:]: value[:4000] for key, value in posted.items() if key.startswith("f-")}


def _step(text: str) -> Step | None:
    if not text or len(text) > 2 * MOST_STATE:
        return None
    try:
        fields = json.loads(text)
        step = Step(
            clip(str(fields["what"])), str(fields["part"]), str(fields["state"]),
            fields["undone"] is True,
        )  # fmt: skip
    except (ValueError, RecursionError, KeyError, TypeError):
        return None
    return step if step.part in (CLUSTER, TABS, ALL) else None
