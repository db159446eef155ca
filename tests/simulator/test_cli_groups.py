"""Groups of the command line: what stands together really is alike."""

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.cli.groups import group
from simulator.evaluate import evaluate
from simulator.model import Cluster, NetworkPolicy, Pod, Probe
from tests.simulator.worlds import clusters, network_policies, numbers


@settings(max_examples=150)
@given(clusters(), st.lists(network_policies, max_size=3), numbers)
def test_members_of_a_group_are_decided_alike(
    cluster: Cluster, policies: list[NetworkPolicy], port: int
) -> None:
    for each in group(policies, cluster.endpoints):
        for other in cluster.endpoints:
            strangers = [member for member in each.members if member != other]
            for probes in (
                [Probe(member, other, "TCP", port) for member in strangers],
                [Probe(other, member, "TCP", port) for member in strangers],
            ):
                assert len({evaluate(cluster, policies, probe).outcome for probe in probes}) <= 1


def test_a_workload_gives_its_name_without_the_hash() -> None:
    labels = {"app": "web", "pod-template-hash": "6c5f"}
    pods = tuple(Pod("x", f"web-6c5f-{n}", labels, owner="ReplicaSet/web-6c5f") for n in "ab")
    assert [each.title for each in group((), pods)] == ["x/web ×2"]
