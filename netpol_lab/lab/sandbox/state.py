"""The sandbox's state as one text, which the page holds and posts with every form.

A cluster (a Scenario document, as fixtures are), the policies' texts, and perhaps an earlier state
to compare with. Pure: nothing is kept here, and whatever is posted comes back as a state or as
problems.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from netpol_lab.lab.kubeconfig import KUBECONFIG, holds_kubeconfig
from netpol_lab.lab.sandbox.documents import EMPTY, read_cluster
from simulator.model import Problem
from simulator.scenario import Scenario

VERSION = 1
#: Characters of a whole state, and how many texts of policies it may hold.
MOST_STATE = 1024 * 1024
MOST_TABS = 40
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Tab:
    """One text of policies, with its name.

    `good` is the last text of it that was accepted; None while `text` itself is.
    """

    name: str
    text: str = ""
    good: str | None = None

    @property
    def in_force(self) -> str:
        """The text that picture and matrix speak of."""
        return self.text if self.good is None else self.good


@dataclass(frozen=True, slots=True)
class Setup:
    """A cluster, and the texts of its policies."""

    scenario: Scenario
    tabs: tuple[Tab, ...]


@dataclass(frozen=True, slots=True)
class State:
    """What the page shows: `now`, which tab is open, and what it is compared with, if anything."""

    now: Setup
    open: int = 0
    before: Setup | None = None

    @property
    def tab(self) -> Tab:
        """The tab that is open."""
        return self.now.tabs[self.open]

    def with_tabs(self, tabs: tuple[Tab, ...], opened: int) -> "State":
        """The same with other tabs; there is always one."""
        tabs = tabs or (Tab("policies"),)
        now = replace(self.now, tabs=tabs)
        return replace(self, now=now, open=min(max(opened, 0), len(tabs) - 1))

    def with_text(self, text: str) -> "State":
        """The same with another text in the open tab."""
        tabs = list(self.now.tabs)
        tabs[self.open] = replace(self.tab, text=text)
        return self.with_tabs(tuple(tabs), self.open)


@dataclass(frozen=True, slots=True)
class Reading:
    """A state, or what is wrong with its text."""

    state: State
    problems: tuple[Problem, ...] = ()


def empty_state() -> State:
    """No pods yet, and one text without policies."""
    return State(Setup(EMPTY, (Tab("policies"),)))


# ── Text → state ─────────────────────────────────────────────────────────────────────────────


class _Broken(Exception):  # a way out, not an error
    """The text is no state; the message says why."""


def read_state(text: str) -> Reading:
    """The state that `state_text` wrote. Never raises: of a broken one the empty state is left."""
    if not text.strip():
        return Reading(empty_state())
    try:
        fields = _object(_json(text))
        if fields.get("sandbox") != VERSION:
            raise _Broken(_("it was not written by this version of the sandbox"))
        before = fields.get("before")
        found = State(_setup(fields), before=_setup(_object(before)) if before else None)
        opened = fields.get("open")
        return Reading(found.with_tabs(found.now.tabs, opened if type(opened) is int else 0))
    except _Broken as broken:
        problem = Problem(_("this state of the sandbox cannot be read: %(why)s") % {"why": broken})
        return Reading(empty_state(), (problem,))


def _json(text: str) -> object:
    if len(text) > MOST_STATE:
        raise _Broken(_("it has more than %(most)s characters") % {"most": f"{MOST_STATE:,}"})
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise _Broken(_("it is damaged, or not complete")) from None


def _object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise _Broken(_("it is damaged, or not complete"))
    return value


def _setup(fields: dict[str, object]) -> Setup:
    reading = read_cluster(_text(fields.get("cluster")))
    if reading.scenario is None:
        raise _Broken(_("its cluster: %(why)s") % {"why": reading.problems[0].message})
    listed = fields.get("policies")
    if not isinstance(listed, list) or len(listed) > MOST_TABS:
        raise _Broken(_("its policies are a list of at most %(most)s") % {"most": MOST_TABS})
    tabs = tuple(_tab(_object(each)) for each in listed)
    return Setup(reading.scenario, tabs or (Tab("policies"),))


def _tab(fields: dict[str, object]) -> Tab:
    good = fields.get("good")
    text = _policies(_text(fields.get("text", "")))
    return Tab(
        tab_name(_text(fields.get("name", ""))),
        text,
        None if good is None else _policies(_text(good)),
    )


def _policies(text: str) -> str:
    """A tab's text; one over the limit is told by whoever reads the policies."""
    if holds_kubeconfig(text):
        raise _Broken(KUBECONFIG)
    return text


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _Broken(_("it is damaged, or not complete"))
    return value


def tab_name(text: str) -> str:
    """A name for a tab: printable, short, and never empty."""
    shown = "".join(c for c in " ".join(text.split()) if c.isprintable())
    return shown[:LONGEST_NAME] or "policies"


# ── State → text ─────────────────────────────────────────────────────────────────────────────


def state_text(state: State, write: Callable[[Scenario], str]) -> str:
    """The state as `read_state` reads it; `write` puts a cluster into words."""
    fields: dict[str, object] = {"sandbox": VERSION, **_written(state.now, write)}
    fields["open"] = state.open
    if state.before is not None:
        fields["before"] = _written(state.before, write)
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def _written(setup: Setup, write: Callable[[Scenario], str]) -> dict[str, object]:
    return {"cluster": write(setup.scenario), "policies": [_tab_fields(t) for t in setup.tabs]}


def _tab_fields(tab: Tab) -> dict[str, str]:
    fields = {"name": tab.name, "text": tab.text}
    return fields if tab.good is None else {**fields, "good": tab.good}
