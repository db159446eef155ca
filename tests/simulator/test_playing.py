"""Playing finds the grader that refuses a right answer, and the one that takes a wrong one."""

from dataclasses import replace

import pytest

from simulator import playing
from simulator.check import Result, Scope
from simulator.exercise import Exercise
from simulator.matrix import Matrix
from simulator.model import Cluster
from simulator.parse import read_policies
from simulator.playing import play
from simulator.ports import PortSet
from simulator.scenario import Scenario
from simulator.spellings import respelled, spellings
from tests.simulator.slips import SCENARIOS, exercises, told

BLOCK = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: prod}
spec:
  podSelector: {matchLabels: {role: db}}
  ingress:
  - from:
    - ipBlock: {cidr: 192.168.0.0/16, except: [192.168.128.0/17, 192.168.3.0/24]}
    - namespaceSelector: {matchExpressions: [{key: env, operator: In, values: [prod, staging]}]}
    ports: [{port: 3306}, {port: 53, protocol: UDP}]
"""


def an_exercise() -> tuple[Exercise, Scenario]:
    return next(pair for pair in exercises() if pair[0].slug == "api-to-db")


def test_the_course_is_graded_rightly() -> None:
    played = play(*an_exercise())
    assert (played.refused, played.accepted) == ((), ())
    assert (played.spelt, played.made) > (10, 20)


def test_what_a_task_does_not_ask_about_is_harmless() -> None:
    exercise, scenario = an_exercise()
    blind = replace(exercise, scope=Scope((("TCP", PortSet.of([(1, 2)])),)))
    assert play(blind, scenario).harmless > play(exercise, scenario).harmless


def test_a_grader_that_takes_everything_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "check", lambda *asked, strangers: Result(()))
    played = play(*an_exercise())
    assert len(played.accepted) == played.made > 20
    assert played.refused == ()


def test_a_grader_that_looks_for_lines_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def by_lines(
        cluster: Cluster, answer: object, solution: object, *_: object, **__: object
    ) -> Result:
        return Result(() if answer == solution else ("another line",))  # type: ignore[arg-type]

    monkeypatch.setattr(playing, "check", by_lines)
    refused = {spelling.name for spelling in play(*an_exercise()).refused}
    assert {"ports as ranges", "own namespace spelt out", "said twice"} <= refused
    assert "JSON, as a List" not in refused


@pytest.mark.skipif(not SCENARIOS.exists(), reason="no ../shared: its scenarios were not respelled")
def test_every_respelling_means_the_same() -> None:
    for case in told():
        wanted = cells_of(Matrix(case.cluster, case.fixed))
        for name, policies in respelled(case.cluster, case.fixed):
            assert cells_of(Matrix(case.cluster, policies)) == wanted, (case.id, name)


def cells_of(matrix: Matrix) -> list[object]:
    ends = matrix.cluster.endpoints
    return [
        matrix.reach(source, target, protocol)
        for source in ends
        for target in ends
        for protocol in ("TCP", "UDP")
    ]


def test_a_block_is_halved_with_its_exceptions() -> None:
    policies = read_policies(BLOCK).policies
    halved = dict(respelled(an_exercise()[1].cluster, policies))["each block in two halves"]
    blocks = [peer.ip_block for peer in halved[0].ingress[0].peers if peer.ip_block]
    assert [(str(b.cidr), [str(e) for e in b.excepts]) for b in blocks] == [
        ("192.168.0.0/17", ["192.168.3.0/24"])
    ]


def test_every_spelling_is_read_as_the_api_server_reads_it() -> None:
    cluster = an_exercise()[1].cluster
    policies = read_policies(BLOCK).policies
    found = {spelling.name: spelling for spelling in spellings(cluster, policies)}
    assert all(not read_policies(spelling.text).errors for spelling in found.values())
    assert "protocol: TCP" not in found["what defaults say left out"].text
    assert "policyTypes" not in found["what defaults say left out"].text
    assert '"kind": "List"' in found["JSON, as a List"].text
    assert {name for name, s in found.items() if s.objects} == {
        "other names",
        "a policy for each direction",
        "a policy for each rule",
        "said twice",
    }
