"""The fast path says what the plain one says."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.evaluate import evaluate
from simulator.matrix import PROTOCOLS, Matrix
from simulator.matrix.bits import Weights, members, transposed
from simulator.matrix.spans import PortClasses
from simulator.model import (
    Cluster,
    Direction,
    Endpoint,
    HostNetwork,
    NetworkPolicy,
    Outcome,
    OwnNode,
    Plugin,
    Pod,
    PodAddressMatching,
    Probe,
)
from simulator.ports import EVERY_PORT, PortSet
from tests.simulator import worlds

PORTS = (1, 79, 80, 81, 89, 90, 91, 65_535)

some_policies = st.lists(worlds.network_policies, max_size=4)


def probes(cluster: Cluster) -> Iterator[Probe]:
    for source in cluster.endpoints:
        for target in cluster.endpoints:
            for protocol in PROTOCOLS:
                for port in PORTS:
                    yield Probe(source, target, protocol, port)


def assert_it_says_what_evaluate_says(
    matrix: Matrix, cluster: Cluster, policies: Sequence[NetworkPolicy]
) -> None:
    for probe in probes(cluster):
        source, target, protocol, port = probe.source, probe.target, probe.protocol, probe.port
        assert protocol != "ICMP"
        assert port is not None
        verdict = evaluate(cluster, policies, probe)
        assert matrix.outcome(source, target, protocol, port) is verdict.outcome, probe
        for gate in verdict.gates:
            reach = matrix.gate(source, target, gate.direction, protocol)
            assert reach.outcome(port) is gate.outcome, (gate.direction, probe)


@settings(max_examples=100)
@given(worlds.clusters(), some_policies)
def test_every_cell_agrees_with_evaluate(cluster: Cluster, policies: list[NetworkPolicy]) -> None:
    assert_it_says_what_evaluate_says(Matrix(cluster, policies), cluster, policies)


@settings(max_examples=150)
@given(worlds.wide_clusters(), some_policies)
def test_every_cell_agrees_with_evaluate_where_the_api_leaves_things_open(
    cluster: Cluster, policies: list[NetworkPolicy]
) -> None:
    assert_it_says_what_evaluate_says(Matrix(cluster, policies), cluster, policies)


# ── one policy for another ──


@settings(max_examples=60)
@given(
    worlds.wide_clusters(),
    some_policies,
    st.integers(0, 3),
    st.none() | worlds.network_policies,
)
def test_a_replaced_policy_makes_the_matrix_that_one_built_anew_is(
    cluster: Cluster,
    policies: list[NetworkPolicy],
    at: int,
    new: NetworkPolicy | None,
) -> None:
    old = policies[at] if at < len(policies) else None
    before = Matrix(cluster, policies)
    count = before.count()  # every gate stands before one policy goes
    matrix = before.replaced(old, new)
    now = [policy for policy in policies if policy is not old] + ([new] if new else [])
    assert list(matrix.policies) == now
    assert matrix.count() == Matrix(cluster, now).count()
    assert_it_says_what_evaluate_says(matrix, cluster, now)
    # The one that it came from still stands.
    assert count == before.count()
    assert_it_says_what_evaluate_says(before, cluster, policies)


# ── counting and listing ──


def counted_one_by_one(matrix: Matrix, cluster: Cluster) -> int:
    """Every pair of pods and port class, a pod and itself told by a twin of it."""
    total = 0
    for source in cluster.pods:
        for target in cluster.pods:
            for protocol, ports in matrix.port_classes.classes:
                port = ports.intervals[0][0]
                total += allowed(cluster, matrix.policies, source, target, protocol, port)
    return total


def allowed(
    cluster: Cluster,
    policies: Sequence[NetworkPolicy],
    source: Pod,
    target: Pod,
    protocol: str,
    port: int,
) -> bool:
    if source == target:
        source = replace(source, name="twin")
    assert protocol in PROTOCOLS
    verdict = evaluate(cluster, policies, Probe(source, target, protocol, port))
    return verdict.outcome in {Outcome.ALLOWED, Outcome.NOT_ENFORCED}


@settings(max_examples=60)
@given(worlds.wide_clusters() | worlds.clusters(), some_policies)
def test_the_count_is_that_of_the_cells_one_by_one(
    cluster: Cluster, policies: list[NetworkPolicy]
) -> None:
    matrix = Matrix(cluster, policies)
    assert matrix.count() == counted_one_by_one(matrix, cluster)


@settings(max_examples=60)
@given(worlds.wide_clusters() | worlds.clusters(), some_policies, st.booleans())
def test_bundles_list_each_allowed_pair_once_with_its_ports(
    cluster: Cluster, policies: list[NetworkPolicy], possible: bool
) -> None:
    # A pod's own node is told pair by pair, not in bundles.
    plugin = replace(cluster.plugin, own_node=OwnNode.BY_ADDRESS, enforces=True)
    cluster = replace(cluster, plugin=plugin)
    matrix = Matrix(cluster, policies)
    listed = {
        (source, target, protocol): ports
        for bundle in matrix.bundles(possible=possible)
        for source in bundle.sources
        for target in bundle.targets
        for protocol, ports in bundle.ports.items()
    }
    for source, target in pairs(cluster):
        for protocol in PROTOCOLS:
            reach = matrix.reach(source, target, protocol)
            wanted = reach.possible if possible else reach.certain
            assert listed.get((source, target, protocol), PortSet()) == wanted
    each = Counter(
        (source, target)
        for bundle in matrix.bundles(possible=possible)
        for source in bundle.sources
        for target in bundle.targets
    )
    assert set(each.values()) <= {1}


def pairs(cluster: Cluster) -> Iterator[tuple[Endpoint, Endpoint]]:
    for source in cluster.endpoints:
        for target in cluster.endpoints:
            if source != target:
                yield source, target


@settings(max_examples=50)
@given(worlds.clusters(), some_policies)
def test_ports_of_one_class_are_never_told_apart(
    cluster: Cluster, policies: list[NetworkPolicy]
) -> None:
    matrix = Matrix(cluster, policies)
    for protocol in PROTOCOLS:
        classes = [ports for named, ports in matrix.port_classes.classes if named == protocol]
        assert PortSet.of(i for ports in classes for i in ports.intervals) == EVERY_PORT
        for source, target in pairs(cluster):
            reach = matrix.reach(source, target, protocol).certain
            assert all(ports & reach in {PortSet(), ports} for ports in classes)


# ── single things ──


def test_a_pod_that_nothing_isolates_is_open_on_every_port() -> None:
    cluster = worlds.tiers()
    web, db = worlds.end(cluster, "prod/web"), worlds.end(cluster, "prod/db")
    reach = Matrix(cluster, ()).gate(web, db, Direction.INGRESS, "SCTP")
    assert reach.certain == EVERY_PORT


def test_a_plugin_that_enforces_nothing_lets_everything_pass() -> None:
    cluster = worlds.tiers(Plugin(enforces=False))
    web, db = worlds.end(cluster, "prod/web"), worlds.end(cluster, "prod/db")
    matrix = Matrix(cluster, worlds.policies(worlds.DB_POLICY))
    assert matrix.outcome(web, db, "TCP", 3306) is Outcome.NOT_ENFORCED


def test_an_equal_endpoint_is_the_same_endpoint() -> None:
    cluster, again = worlds.tiers(), worlds.tiers()
    matrix = Matrix(cluster, worlds.policies(worlds.DB_POLICY))
    api, db = worlds.end(again, "prod/api"), worlds.end(again, "prod/db")
    assert matrix.reach(api, db, "TCP").certain == PortSet(((3306, 3306),))


def test_an_endpoint_of_another_cluster_is_refused() -> None:
    cluster = worlds.tiers()
    stranger = worlds.pod("prod/web", "10.9.9.9", role="web")
    with pytest.raises(KeyError, match="prod/web"):
        Matrix(cluster, ()).reach(stranger, cluster.pods[0], "TCP")


def test_replicas_share_a_class_and_are_all_counted() -> None:
    api = [replace(worlds.tiers().pods[1], name=f"api-{n}") for n in range(5)]
    cluster = replace(worlds.tiers(), pods=(*worlds.tiers().pods, *api))
    matrix = Matrix(cluster, worlds.policies(worlds.DB_POLICY))
    # Classes: TCP 3306, and the rest of each protocol. Ten pods; on 3306 the six of prod's api
    # reach db, on other ports nobody does.
    assert [ports for _, ports in matrix.port_classes.classes].count(PortSet(((3306, 3306),))) == 1
    assert matrix.count() == 10 * 9 * 4 + 6


def test_a_pod_on_its_own_node_is_counted_beyond_its_class() -> None:
    plugin = Plugin(host_network=HostNetwork.AS_NODE, own_node=OwnNode.ALWAYS_ALLOWED)
    first, second, db = (worlds.tiers().pods[n] for n in (0, 0, 2))
    agents = [
        replace(first, name="agent-1", node="n1", host_network=True),
        replace(second, name="agent-2", node="n2", host_network=True),
    ]
    cluster = replace(worlds.tiers(plugin), pods=(*agents, replace(db, node="n1")))
    matrix = Matrix(cluster, worlds.policies(DENY_ALL))
    # db denies everybody, itself too, on each of three port classes; its own node passes.
    assert len(matrix.port_classes) == 3
    assert matrix.count() == 3 * (3 * 3 - 3 + 1)


def test_a_policy_that_goes_takes_its_gates_along() -> None:
    cluster, [policy] = worlds.tiers(), worlds.policies(DB_OR_NOBODY)
    matrix = Matrix(cluster, [policy])
    web, db = worlds.end(cluster, "prod/web"), worlds.end(cluster, "prod/db")
    assert matrix.reach(web, db, "TCP").certain == PortSet()
    assert matrix.replaced(policy, None).reach(web, db, "TCP").certain == EVERY_PORT


DENY_ALL = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny-all
  namespace: prod
spec:
  podSelector: {}
"""

DB_OR_NOBODY = DENY_ALL.replace("podSelector: {}", "podSelector: {matchLabels: {role: db}}")


def test_bundles_list_what_only_some_readings_allow() -> None:
    cluster = worlds.tiers()  # whether ipBlock is compared with pods' addresses is left open
    matrix = Matrix(cluster, worlds.policies(ONE_ADDRESS.format("10.1.0.0/16")))
    web, db = worlds.end(cluster, "prod/web"), worlds.end(cluster, "prod/db")

    def listed(possible: bool) -> bool:
        found = matrix.bundles(possible=possible)
        return any(web in bundle.sources and db in bundle.targets for bundle in found)

    assert listed(possible=True)
    assert not listed(possible=False)


def test_a_new_range_of_addresses_parts_a_class() -> None:
    plugin = Plugin(ip_block_on_pods=PodAddressMatching.MATCHES)
    twins = [replace(worlds.pod(f"prod/{n}", n), labels={}) for n in ("10.1.0.1", "10.1.0.2")]
    cluster = replace(worlds.tiers(plugin), pods=(*twins, worlds.tiers().pods[2]))
    old, new = (
        worlds.policies(ONE_ADDRESS.format("10.1.0.0/16")),
        worlds.policies(ONE_ADDRESS.format("10.1.0.1/32")),
    )
    matrix = Matrix(cluster, old).replaced(None, new[0]).replaced(old[0], None)
    first, second, db = cluster.pods
    assert matrix.reach(first, db, "TCP").certain == EVERY_PORT
    assert matrix.reach(second, db, "TCP").certain == PortSet()


ONE_ADDRESS = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: one-address
  namespace: prod
spec:
  podSelector: {{}}
  ingress:
  - from:
    - ipBlock:
        cidr: {}
"""


@given(
    st.integers(1, 40).flatmap(lambda n: st.lists(st.integers(0, 2**n - 1), min_size=n, max_size=n))
)
def test_turned_rows_are_columns(rows: list[int]) -> None:
    columns = transposed(rows, len(rows))
    assert len(columns) == len(rows)
    for s, column in enumerate(columns):
        assert set(members(column)) == {d for d, row in enumerate(rows) if row >> s & 1}


@given(st.lists(st.integers(0, 99), max_size=20), st.integers(0, 2**20 - 1))
def test_a_set_weighs_what_its_members_do(sizes: list[int], bits: int) -> None:
    weight = sum(sizes[n] for n in members(bits) if n < len(sizes))
    assert Weights(sizes).of([bits, 0, bits]) == 2 * weight


_intervals = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 9)), max_size=5).map(
    lambda pairs: [(low, low + length) for low, length in pairs]
)


@given(_intervals)
def test_a_span_consists_of_the_classes_that_lie_in_it(intervals: list[tuple[int, int]]) -> None:
    for protocol, (low, high) in product(PROTOCOLS, intervals):
        classes = PortClasses((each, *span) for each in PROTOCOLS for span in intervals)
        inside = PortSet(((low, high),))
        lying = [
            number
            for number, (named, ports) in enumerate(classes.classes)
            if named == protocol and ports & inside == ports
        ]
        assert classes.mask((protocol, low, high)) == sum(1 << number for number in lying)
        assert classes.ports(classes.mask((protocol, low, high)), protocol) == inside


@given(_intervals, _intervals)
def test_port_sets_behave_as_sets_do(
    first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    def plain(intervals: list[tuple[int, int]]) -> set[int]:
        return {port for low, high in intervals for port in range(low, high + 1)}

    a, b = PortSet.of(first), PortSet.of(second)
    everything = range(1, 60)
    assert {p for p in everything if p in a & b} == plain(first) & plain(second)
    assert {p for p in everything if p in a - b} == plain(first) - plain(second)
    assert {p for p in everything if p in a.complement()} == set(everything) - plain(first)
    assert (a & b.complement()) == a - b
    assert bool(a) is bool(plain(first))
