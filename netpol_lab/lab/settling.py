"""What the API leaves open: which setting of a scenario would settle it, and how.

The simulator is asked once for each behaviour that a plugin may have; nothing is decided here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from netpol_lab.lab.answers import Asked, answer
from simulator.model import (
    ClientAddress,
    Cluster,
    HostNetwork,
    NetworkPolicy,
    Outcome,
    OwnNode,
    PingBehaviour,
    PodAddressMatching,
)

#: The field of `plugin` in a scenario, that of the simulator's Plugin, and what a plugin may do,
#: for "where …: denied".
_SETTINGS: tuple[tuple[str, str, tuple[tuple[StrEnum, str], ...]], ...] = (
    (
        "ping",
        "ping",
        (
            (
                PingBehaviour.FOLLOWS_PORTLESS_RULES,
                gettext_noop("pings follow the rules that name no port"),
            ),
            (PingBehaviour.ALWAYS_ALLOWED, gettext_noop("pings always pass")),
            (
                PingBehaviour.DENIED_WHEN_ISOLATED,
                gettext_noop("an isolated pod gets and sends no pings"),
            ),
        ),
    ),
    (
        "ipBlockOnPods",
        "ip_block_on_pods",
        (
            (
                PodAddressMatching.MATCHES,
                gettext_noop("an ipBlock is compared with pods' addresses too"),
            ),
            (PodAddressMatching.NEVER, gettext_noop("an ipBlock never matches a pod")),
        ),
    ),
    (
        "hostNetwork",
        "host_network",
        (
            (HostNetwork.AS_POD, gettext_noop("a hostNetwork pod is taken for a pod like others")),
            (HostNetwork.AS_NODE, gettext_noop("a hostNetwork pod is taken for its node")),
        ),
    ),
    (
        "ownNode",
        "own_node",
        (
            (OwnNode.ALWAYS_ALLOWED, gettext_noop("a pod's own node always gets through")),
            (
                OwnNode.BY_ADDRESS,
                gettext_noop("a pod's own node is held to the rules, by its address"),
            ),
        ),
    ),
    (
        "clientAddress",
        "client_address",
        (
            (ClientAddress.KEPT, gettext_noop("the client's own address arrives")),
            (ClientAddress.REWRITTEN, gettext_noop("the address of a node arrives in its place")),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a plugin may do, and the outcome that it makes of the connection."""

    where: str
    value: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of a scenario's `plugin` that settles a connection which the API leaves open."""

    name: str
    behaviours: tuple[Behaviour, ...]


def settings_for(
    cluster: Cluster, policies: Sequence[NetworkPolicy], asked: Asked
) -> tuple[Setting, ...]:
    """The settings that settle an undefined connection; () where only the policies can."""
    found = (
        Setting(name, tuple(_behaviours(cluster, policies, asked, field=field, known=known)))
        for name, field, known in _SETTINGS
    )
    undefined = Outcome.UNDEFINED.value
    return tuple(
        setting
        for setting in found
        if any(behaviour.outcome != undefined for behaviour in setting.behaviours)
    )


def _behaviours(
    cluster: Cluster,
    policies: Sequence[NetworkPolicy],
    asked: Asked,
    *,
    field: str,
    known: Sequence[tuple[StrEnum, str]],
) -> Iterator[Behaviour]:
    for value, where in known:
        changes: dict[str, Any] = {field: value}
        plugin = replace(cluster.plugin, **changes)
        given = answer(replace(cluster, plugin=plugin), policies, asked)
        yield Behaviour(_(where), value.value, given.outcome.value)
