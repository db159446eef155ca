"""The network plugin's switches: what the API leaves open, settled by whoever plays with it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from simulator.model import Plugin


@dataclass(frozen=True, slots=True)
class Choice:
    """One setting of the network plugin as a menu: its values, with the chosen one."""

    name: str
    label: str
    options: tuple[tuple[str, str, bool], ...]


_UNDEFINED = ("undefined", "the API leaves it open")
_CHOICES = (
    ("ping", "ping", "Pings", (
        ("follows-portless-rules", "follow rules that name no port"),
        ("always-allowed", "always pass"),
        ("denied-when-isolated", "stop at every isolated gate"),
    )),
    ("ipBlockOnPods", "ip_block_on_pods", "ipBlock and pods’ addresses", (
        ("matches", "a block covers pods too"),
        ("never", "a block never covers a pod"),
    )),
    ("hostNetwork", "host_network", "hostNetwork pods", (
        ("as-pod", "are pods like others"),
        ("as-node", "are a part of their node"),
    )),
    ("ownNode", "own_node", "A pod’s own node", (
        ("always-allowed", "always reaches it"),
        ("by-address", "is judged by its address"),
    )),
    ("clientAddress", "client_address", "Clients through a node port", (
        ("kept", "keep their address"),
        ("rewritten", "come with a node’s address"),
    )),
)  # fmt: skip


def choices(plugin: Plugin) -> tuple[Choice, ...]:
    """The plugin's settings as menus."""
    return tuple(
        Choice(
            f"plugin-{name}",
            label,
            tuple(
                (value, words, str(getattr(plugin, attribute)) == value)
                for value, words in (_UNDEFINED, *options)
            ),
        )
        for name, attribute, label, options in _CHOICES
    )


def posted_plugin(plugin: Plugin, posted: Mapping[str, str]) -> Plugin:
    """The plugin with the posted settings; a value that nobody knows changes nothing."""
    if "plugin" not in posted:
        return plugin
    found = replace(plugin, enforces="plugin-off" not in posted)
    for name, attribute, _, options in _CHOICES:
        value = posted.get(f"plugin-{name}", "")
        if value in {known for known, _ in (_UNDEFINED, *options)}:
            kind = type(getattr(plugin, attribute))
            found = replace(found, **{attribute: kind(value)})
    return found
