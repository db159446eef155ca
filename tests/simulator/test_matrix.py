"""The fast path says what the plain one says."""

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.evaluate import evaluate
from simulator.matrix import PROTOCOLS, Matrix
from simulator.model import Cluster, Direction, NetworkPolicy, Outcome, Plugin, Probe
from simulator.ports import EVERY_PORT, PortSet
from tests.simulator import worlds

PORTS = (1, 79, 80, 81, 89, 90, 91, 65_535)


@settings(max_examples=300, deadline=None)
@given(worlds.clusters(), st.lists(worlds.network_policies, max_size=4))
def test_every_cell_agrees_with_evaluate(cluster: Cluster, policies: list[NetworkPolicy]) -> None:
    matrix = Matrix(cluster, policies)
    for source in cluster.endpoints:
        for target in cluster.endpoints:
            for protocol in PROTOCOLS:
                for port in PORTS:
                    verdict = evaluate(cluster, policies, Probe(source, target, protocol, port))
                    assert matrix.outcome(source, target, protocol, port) is verdict.outcome
                    for gate in verdict.gates:
                        reach = matrix.gate(source, target, gate.direction, protocol)
                        assert reach.outcome(port) is gate.outcome


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


_intervals = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 9)), max_size=5).map(
    lambda pairs: [(low, low + length) for low, length in pairs]
)


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
