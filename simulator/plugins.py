"""The settings of a network plugin as our documents spell them: `{enforces: true, ping: kept}`.

They stand in a scenario, for the plugin that its cluster has, and in exercises in which the learner
switches it.
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from simulator.fields import FieldReader
from simulator.handed import read_object, write_object
from simulator.model import (
    ClientAddress,
    HostNetwork,
    OwnNode,
    PingBehaviour,
    Plugin,
    PodAddressMatching,
    RunningConnections,
)
from simulator.nodes import Entry

#: Setting → value.
Settings = Mapping[str, bool | str]

#: For each setting the field of Plugin, and what it may be: None where that is true or false.
_KNOWN: Mapping[str, tuple[str, type[StrEnum] | None]] = {
    "enforces": ("enforces", None),
    "ping": ("ping", PingBehaviour),
    "ipBlockOnPods": ("ip_block_on_pods", PodAddressMatching),
    "hostNetwork": ("host_network", HostNetwork),
    "ownNode": ("own_node", OwnNode),
    "clientAddress": ("client_address", ClientAddress),
    "runningConnections": ("running", RunningConnections),
}

#: Every setting with the values that it can have.
VALUES: Mapping[str, tuple[bool | str, ...]] = {
    name: (True, False) if kind is None else tuple(each.value for each in kind)
    for name, (_, kind) in _KNOWN.items()
}


def read_settings_of(r: FieldReader, entry: Entry | None) -> Settings:
    """The settings that a document's field `plugin` holds; empty where there is none."""
    fields = r.fields(entry.value, required=(), optional=_KNOWN) if entry else None
    return {
        name: _value(r, name, found) for name, found in (fields or {}).items() if name in VALUES
    }


def _value(r: FieldReader, name: str, entry: Entry) -> bool | str:
    kind = _KNOWN[name][1]
    if kind is None:
        return r.boolean(entry)
    return r.choice(entry, kind, next(iter(kind))).value


def with_settings(plugin: Plugin, settings: Settings) -> Plugin:
    """The plugin with these settings; those that are not named stay as they are."""
    changed: dict[str, Any] = {}
    for name, value in settings.items():
        field, kind = _KNOWN[name]
        changed[field] = value if kind is None else kind(str(value))
    return replace(plugin, **changed)


def settings_of(plugin: Plugin) -> Settings:
    """Every setting that a plugin has."""
    return {
        name: getattr(plugin, field) if kind is None else getattr(plugin, field).value
        for name, (field, kind) in _KNOWN.items()
    }


# ── As text, for a form's hidden field ───────────────────────────────────────────────────────


def write_settings(settings: Settings) -> str:
    """The settings as JSON, always in the same order; empty where there are none."""
    kept = {name: settings[name] for name in VALUES if name in settings}
    return write_object(kept)


def read_settings(text: str) -> Settings:
    """The settings of such a text, as far as there are such. Never raises.

    Our own pages write it: whoever mangles it gets the plugin that the scenario has.
    """
    found = read_object(text)
    return {name: found[name] for name in VALUES if _is_good(name, found.get(name))}


def _is_good(name: str, value: object) -> bool:
    """Whether a setting can have this value: 1 is no true."""
    return any(type(value) is type(known) and value == known for known in VALUES[name])
