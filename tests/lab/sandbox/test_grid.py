"""The matrix of the sandbox: filtered, folded, and always what evaluate says."""

import re
from dataclasses import replace
from ipaddress import ip_address

import pytest

from netpol_lab.lab.answers import answer
from netpol_lab.lab.probes import probe_ids
from netpol_lab.lab.sandbox.bench import Bench, set_up
from netpol_lab.lab.sandbox.grid import MOST_CELLS
from netpol_lab.lab.sandbox.look import OUTSIDE, Look, read_look
from netpol_lab.lab.sandbox.state import Setup, State, Tab
from netpol_lab.lab.table import Cell
from simulator.model import Cluster, ContainerPort, Namespace, Pod
from simulator.parse import read_policies
from simulator.scenario import Scenario
from tests.lab.sandbox.conftest import DENY_ALL, fixture_scenario

ALLOW_APP = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: app-only, namespace: n0}
spec:
  podSelector: {matchLabels: {app: a1}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: a0}}}]
    ports: [{port: 80}]
"""


def big(pods: int, *, alike: bool) -> Scenario:
    """Pods in four namespaces; five kinds of them, or each unlike all others."""
    spaces = tuple(Namespace(f"n{n}", {"kubernetes.io/metadata.name": f"n{n}"}) for n in range(4))
    made = tuple(
        Pod(
            f"n{n % 4}",
            f"p{n}",
            {"app": f"a{n % 5}"} | ({} if alike else {"id": str(n)}),
            (ip_address("10.0.0.1") + n,),
            (ContainerPort(80, "TCP", "http"),),
        )
        for n in range(pods)
    )
    return Scenario("sandbox", "Big", "", Cluster(spaces, made), ())


def bench(scenario: Scenario, text: str = "", **look: object) -> Bench:
    state = State(Setup(scenario, (Tab("policies", text),)))
    return set_up(state, replace(Look(), **look))  # type: ignore[arg-type]


def cells(shown: Bench) -> list[Cell]:
    return [cell for row in shown.grid.rows for each in row.cells for cell in each]


def test_sixty_pods_that_are_alike_share_rows() -> None:
    shown = bench(big(60, alike=True), ALLOW_APP)
    assert shown.grid.mode == "alike"
    assert len(shown.grid.rows) == 20
    assert shown.grid.rows[0].note == "+2 alike"
    assert "n0/p20" in shown.grid.rows[0].title
    assert shown.pictures == ()
    assert "60 are in sight" in shown.picture_note


def test_sixty_unlike_pods_fold_into_namespaces() -> None:
    shown = bench(big(60, alike=False), ALLOW_APP)
    assert shown.grid.mode == "namespaces"
    assert len(shown.grid.rows) == 4
    assert shown.grid.total == 60 * 59
    first = shown.grid.rows[0].sums[0]
    assert first is not None
    assert "n0 to n0: " in first.label
    zoomed = bench(big(60, alike=False), ALLOW_APP, source_space="n0", target_space="n0")
    assert zoomed.grid.mode == "pods"
    assert len(cells(zoomed)) == 15 * 14
    counted = re.findall(r"\d+", first.text)
    assert sum(map(int, counted)) == 15 * 14


@pytest.mark.parametrize("mode", ["pods", "alike", "namespaces"])
@pytest.mark.parametrize("alike", [True, False])
def test_no_page_has_more_cells_than_it_can_bear(mode: str, alike: bool) -> None:
    shown = bench(big(200, alike=alike), ALLOW_APP, rows=mode)
    assert shown.grid.shown >= len(cells(shown))
    assert len(cells(shown)) <= MOST_CELLS
    assert len(shown.grid.rows) * len(shown.grid.heads) <= 4_000


@pytest.mark.parametrize("slug", ["three-tiers", "a-b-c", "shop-dns"])
@pytest.mark.parametrize("port", ["", "ping", "53/UDP"])
@pytest.mark.parametrize("services", [False, True])
@pytest.mark.parametrize("rows", ["auto", "alike"])
def test_every_cell_is_what_evaluate_says(slug: str, port: str, services: bool, rows: str) -> None:
    scenario = fixture_scenario(slug)
    space = scenario.cluster.namespace_names[0]
    text = DENY_ALL.replace("prod", space).replace("[Ingress, Egress]", "[Ingress]")
    policies = read_policies(text).policies
    shown = bench(scenario, text, port=port, services=services, rows=rows)
    found = cells(shown)
    assert found or (services and not scenario.cluster.services)
    for cell in found:
        asked = probe_ids(scenario).asked(cell.id)
        assert asked is not None
        assert answer(scenario.cluster, policies, asked).outcome.value == cell.outcome


def test_filters_narrow_rows_columns_and_verdicts() -> None:
    scenario = fixture_scenario("three-tiers")
    shown = bench(scenario, DENY_ALL, source_space="staging", target_text="role=db")
    assert [row.label for row in shown.grid.rows] == ["staging/web", "staging/api"]
    assert [head.label for head in shown.grid.heads] == ["prod/db"]
    outside = bench(scenario, DENY_ALL, source_space=OUTSIDE, verdict="allowed")
    assert [row.label for row in outside.grid.rows] == ["backup"]
    assert [head.label for head in outside.grid.heads] == ["staging/web", "staging/api"]
    nothing = bench(scenario, "", verdict="denied")
    assert (nothing.grid.rows, nothing.grid.shown, nothing.grid.total) == ((), 0, 30)
    assert len(bench(scenario, port="9999").grid.rows[0].cells[1]) == 1


def test_the_picture_comes_back_when_filters_leave_few_pods() -> None:
    shown = bench(big(60, alike=False), source_text="p1 app=a1", target_text="p1 app=a1")
    assert shown.pictures
    assert shown.pictures[0].aria.startswith("Topology: ")


def test_a_pod_without_ports_is_asked_on_80() -> None:
    scenario = big(2, alike=False)
    pods = tuple(replace(pod, ports=()) for pod in scenario.cluster.pods)
    shown = bench(replace(scenario, cluster=replace(scenario.cluster, pods=pods)))
    assert {cell.text for cell in cells(shown)} == {"✓ 80"}


@pytest.mark.parametrize(
    "posted",
    [
        {"port": "0"}, {"port": "70000"}, {"port": "x"}, {"port": "80/ICMP"},
        {"verdict": "x", "rows": "x"}, {"zoom": "a"}, {"zoom": "a>b>c"}, {"why": "9-9-9-tcp"},
        {"from-text": "\0" * 90}, {"why": "x" * 900},
    ],
)  # fmt: skip
def test_filters_that_make_no_sense_filter_nothing(posted: dict[str, str]) -> None:
    look = read_look(posted)
    shown = set_up(State(Setup(fixture_scenario("three-tiers"), (Tab("policies"),))), look)
    assert shown.why is None
    if "from-text" not in posted:
        assert len(cells(shown)) == 30


def test_a_cell_of_the_sums_opens_its_pods() -> None:
    look = read_look({"zoom": "prod>staging", "rows": "namespaces"})
    assert (look.source_space, look.target_space, look.rows) == ("prod", "staging", "auto")
    assert read_look({"clear": "1", "port": "9", "picked": "x"}) == Look(why="x")
