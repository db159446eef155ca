"""Groups of the command line: what stands together really is alike."""

from dataclasses import replace
from ipaddress import ip_address
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.cli.groups import group
from simulator.evaluate import evaluate
from simulator.model import (
    Cluster,
    ContainerPort,
    Namespace,
    NetworkPolicy,
    Plugin,
    Pod,
    PodAddressMatching,
    Probe,
)
from simulator.selectors import NAME_LABEL
from tests.simulator.worlds import network_policies, policies

Change = dict[str, Any]
CHANGES: list[Change] = [
    {},
    {"namespace": "y"},
    {"labels": {"app": "a"}},
    {"addresses": (ip_address("10.0.1.1"),)},
    {"ports": (ContainerPort(80, "TCP", "web"),)},
]
ONE_THING = st.sampled_from(CHANGES)


@st.composite
def pods(draw: st.DrawFn) -> tuple[Pod, ...]:
    """Pods that differ in one thing at the most, and one that asks them."""
    plain = Pod("x", "p", {}, (ip_address("10.0.0.1"),))
    changes = draw(st.lists(ONE_THING, min_size=2, max_size=3))
    found = (replace(plain, name=f"p{n}", **change) for n, change in enumerate(changes))
    return (*found, Pod("x", "asks", {"env": "a"}, (ip_address("10.0.0.9"),)))


@settings(max_examples=300)
@given(pods(), st.lists(network_policies, min_size=1, max_size=3), st.sampled_from([80, 79]))
def test_members_of_a_group_are_decided_alike(
    found: tuple[Pod, ...], applied: list[NetworkPolicy], port: int
) -> None:
    spaces = tuple(Namespace(name, {NAME_LABEL: name}) for name in "xy")
    plugin = Plugin(ip_block_on_pods=PodAddressMatching.MATCHES)
    cluster = Cluster(spaces, found, plugin=plugin)
    with patch("simulator.cli.groups.MOST_GROUPS", 0):  # by behaviour alone, not by workload
        groups = group(applied, cluster.endpoints)
    for each in groups:
        for other in cluster.endpoints:
            strangers = [member for member in each.members if member != other]
            for probes in (
                [Probe(member, other, "TCP", port) for member in strangers],
                [Probe(other, member, "TCP", port) for member in strangers],
            ):
                assert len({evaluate(cluster, applied, probe).outcome for probe in probes}) <= 1


TELLS = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: tells, namespace: x}
spec:
  podSelector: {}
  ingress:
  - from: [{ipBlock: {cidr: 10.0.1.0/24}}, {podSelector: {matchLabels: {app: a}}}]
    ports: [{port: web}]
"""


@pytest.mark.parametrize("change", CHANGES[1:], ids=lambda change: next(iter(change)))
def test_what_a_policy_can_tell_apart_never_stands_together(change: Change) -> None:
    owned = Pod("x", "p", {}, (ip_address("10.0.0.1"),), owner="ReplicaSet/w")
    other = replace(owned, name="q", **change)
    assert len(group(policies(TELLS), (owned, other))) == 2
    assert len(group((), (owned, replace(owned, name="q")))) == 1


def test_a_workload_gives_its_name_without_the_hash() -> None:
    labels = {"app": "web", "pod-template-hash": "6c5f"}
    pods = tuple(Pod("x", f"web-6c5f-{n}", labels, owner="ReplicaSet/web-6c5f") for n in "ab")
    assert [each.title for each in group((), pods)] == ["x/web ×2"]
