"""The network plugin that a learner switches: that of a scenario, never in its document.

Made as simulator.relabel is. Some exercises leave the policies as they are and ask for a cluster
that enforces them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from simulator.check import Result, Scope
from simulator.matrix import Matrix
from simulator.model import Cluster, Dial, NetworkPolicy, Probe
from simulator.plugins import (
    VALUES,
    Settings,
    read_settings,
    settings_of,
    with_settings,
    write_settings,
)
from simulator.relabel import compared
from simulator.scenario import Scenario

__all__ = [
    "VALUES",
    "Settings",
    "check_switched",
    "offered",
    "read_settings",
    "settings_of",
    "switched",
    "switched_scenario",
    "write_settings",
]


def switched(cluster: Cluster, settings: Settings) -> Cluster:
    """The cluster with these settings of its plugin; those that are not named stay."""
    return replace(cluster, plugin=with_settings(cluster.plugin, settings)) if settings else cluster


# Kept, so that what is kept for a scenario is kept for its switched likeness too.
@lru_cache(maxsize=64)
def switched_scenario(scenario: Scenario, settings: str) -> Scenario:
    """The scenario with the settings that a text holds; itself where it holds none that differ."""
    cluster = switched(scenario.cluster, read_settings(settings))
    return scenario if cluster == scenario.cluster else replace(scenario, cluster=cluster)


def offered(asked: Iterable[Settings]) -> tuple[str, ...]:
    """The settings that a page has to offer: those that a solution or a wrong answer switches."""
    names = {name for settings in asked for name in settings}
    return tuple(name for name in VALUES if name in names)


def check_switched(
    given: Cluster,
    wanted: Cluster,
    policies: Sequence[NetworkPolicy],
    scope: Scope | None = None,
    arrows: Sequence[Probe | Dial] = (),
) -> Result:
    """Compare two plugins of one cluster under the same policies, every pair of its endpoints."""
    got, want = (_obeyed(cluster, policies) for cluster in (given, wanted))
    return compared(got, want, policies, scope, arrows)


def _obeyed(cluster: Cluster, policies: Sequence[NetworkPolicy]) -> Matrix:
    """What may connect: under a plugin that enforces nothing, what may without policies."""
    return Matrix(cluster, policies if cluster.plugin.enforces else ())
