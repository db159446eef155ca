"""The switch of the cluster's network plugin, in exercises that leave the policies as they are.

Pure. What a setting does is the simulator's to say; here are its words, and what a form may set.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from simulator.document import Changeable, Exercise
from simulator.relabel import relabelled_scenario
from simulator.scenario import Scenario
from simulator.switching import (
    VALUES,
    Settings,
    offered,
    read_settings,
    settings_of,
    switched_scenario,
    write_settings,
)

#: A form's fields are called `plugin-` and the setting.
FIELD = "plugin-"

_LEGENDS = {
    "enforces": gettext_noop("NetworkPolicies"),
    "ping": gettext_noop("Pings"),
    "ipBlockOnPods": gettext_noop("An ipBlock and the addresses of pods"),
    "hostNetwork": gettext_noop("Pods in their node’s network"),
    "ownNode": gettext_noop("A pod’s own node"),
    "clientAddress": gettext_noop("Clients through a node port"),
    "runningConnections": gettext_noop("Connections that are open already"),
}
_OPEN = gettext_noop("as the API has it: left open")
_WORDS: Mapping[tuple[str, bool | str], str] = {
    ("enforces", True): gettext_noop("are enforced, as after Calico is installed"),
    ("enforces", False): gettext_noop("are stored, and nothing enforces them"),
    ("ping", "follows-portless-rules"): gettext_noop("follow rules that name no port"),
    ("ping", "always-allowed"): gettext_noop("always pass"),
    ("ping", "denied-when-isolated"): gettext_noop("stop at every isolated pod"),
    ("ipBlockOnPods", "matches"): gettext_noop("a block covers pods too"),
    ("ipBlockOnPods", "never"): gettext_noop("a block never covers a pod"),
    ("hostNetwork", "as-pod"): gettext_noop("are pods like others"),
    ("hostNetwork", "as-node"): gettext_noop("are a part of their node"),
    ("ownNode", "always-allowed"): gettext_noop("always reaches it"),
    ("ownNode", "by-address"): gettext_noop("is judged by its address"),
    ("clientAddress", "kept"): gettext_noop("keep their address"),
    ("clientAddress", "rewritten"): gettext_noop("come with a node’s address"),
    ("runningConnections", "cut"): gettext_noop("are cut by a new policy"),
    ("runningConnections", "kept"): gettext_noop("go on under a new policy"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a setting; `given` where the cluster came with it."""

    value: str
    words: str
    chosen: bool
    given: bool


@dataclass(frozen=True, slots=True)
class Switch:
    """A setting of the plugin with all that it can be."""

    name: str
    legend: str
    choices: tuple[Choice, ...]


def switches(exercise: Exercise, plain: Scenario, plugin: str) -> tuple[Switch, ...]:
    """The settings that an exercise offers, as they stand; none where the plugin stays."""
    given = settings_of(plain.cluster.plugin)
    now = {**given, **read_settings(plugin)}
    return tuple(_switch(name, given[name], now[name]) for name in _offered(exercise))


def _switch(name: str, given: bool | str, now: bool | str) -> Switch:
    # What is so comes first, what it may become after it.
    values = sorted(VALUES[name], key=lambda value: value != given)
    return Switch(
        FIELD + name,
        _(_LEGENDS[name]),
        tuple(Choice(_text(v), _words(name, v), v == now, v == given) for v in values),
    )


def _words(name: str, value: bool | str) -> str:
    return _(_WORDS.get((name, value), _OPEN))


def _text(value: bool | str) -> str:
    return str(value).lower() if isinstance(value, bool) else value


def _offered(exercise: Exercise) -> tuple[str, ...]:
    if exercise.changes is not Changeable.PLUGIN:
        return ()
    return offered([exercise.plugin, *(wrong.plugin for wrong in exercise.wrong)])


def posted_plugin(exercise: Exercise, plain: Scenario, posted: Mapping[str, str]) -> str:
    """What a form sets, as text: `plugin` alone, where a button brings it, or else each setting."""
    if "plugin" in posted:
        return kept_plugin(exercise, plain, posted["plugin"])
    found = {
        name: value
        for name in _offered(exercise)
        for value in VALUES[name]
        if posted.get(FIELD + name) == _text(value)
    }
    return _differing(exercise, plain, found)


def kept_plugin(exercise: Exercise, plain: Scenario, text: str) -> str:
    """The part of such a text that the exercise offers and that is not so anyway."""
    return _differing(exercise, plain, read_settings(text)) if text else ""


def _differing(exercise: Exercise, plain: Scenario, found: Settings) -> str:
    given = settings_of(plain.cluster.plugin)
    names = _offered(exercise)
    return write_settings({n: v for n, v in found.items() if n in names and v != given[n]})


def plugin_words(settings: Settings) -> tuple[str, ...]:
    """Settings in words: `NetworkPolicies are enforced, …`."""
    return tuple(f"{_(_LEGENDS[name])}: {_words(name, value)}" for name, value in settings.items())


def changed_scenario(plain: Scenario, labels: str, plugin: str) -> Scenario:
    """The scenario with labels and settings as a learner has them; both as texts."""
    return switched_scenario(relabelled_scenario(plain, labels), plugin)
