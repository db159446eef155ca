"""Labels that a learner changes, and exercises that are solved by them alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.check import Fault
from simulator.document import Exercise, read_document
from simulator.evaluate import evaluate
from simulator.model import Outcome, Probe
from simulator.parse import read_policies
from simulator.rehearsal import rehearse
from simulator.relabel import (
    check_relabelled,
    read_changes,
    relabelled,
    relabelled_scenario,
    write_changes,
)
from simulator.scenario import Scenario
from tests.simulator import worlds

SCENARIO = """\
kind: Scenario
slug: pair
title: A pair
namespaces: {one: {team: x}}
pods:
  one/a: {labels: {app: a}, ip: 10.0.0.1}
  one/b: {labels: {app: b}, ip: 10.0.0.2, ports: {web: 80}}
arrows: ["one/a -> one/b:80"]
"""
EXERCISE = """\
kind: Exercise
slug: labels
title: Labels
scenario: pair
task: Let a in.
changes: labels
starter: |
  apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: p, namespace: one}
  spec: {podSelector: {matchLabels: {app: b}}, ingress: [{from: [{podSelector: {matchLabels: {in: "yes"}}}]}]}
labels:
  one/a: {in: "yes"}
wrong:
- name: the other pod
  labels: {one/b: {in: "yes"}}
  tooStrict: ["one/a -> one/b:80"]
"""


def scenario() -> Scenario:
    document = read_document(SCENARIO).document
    assert isinstance(document, Scenario)
    return document


def exercise(text: str = EXERCISE) -> Exercise:
    document = read_document(text).document
    assert isinstance(document, Exercise)
    return document


def test_labels_are_set_and_taken_off_and_nothing_else_moves() -> None:
    plain = scenario().cluster
    changed = relabelled(plain, {"one/a": {"app": None, "in": "yes"}, "one": {"team": "y"}})
    assert changed.pods[0].labels == {"in": "yes"}
    assert changed.pods[1] == plain.pods[1]
    assert changed.namespaces[0].labels == {"team": "y", "kubernetes.io/metadata.name": "one"}
    assert relabelled(plain, {}) is plain


def test_a_namespace_keeps_its_own_name() -> None:
    changed = relabelled(scenario().cluster, {"one": {"kubernetes.io/metadata.name": None}})
    assert changed.namespaces[0].labels["kubernetes.io/metadata.name"] == "one"


def test_the_arrows_speak_of_the_relabelled_pods() -> None:
    plain = scenario()
    changed = relabelled_scenario(plain, '{"one/a":{"in":"yes"}}')
    assert changed.arrows == (Probe(changed.cluster.pods[0], changed.cluster.pods[1], "TCP", 80),)
    assert relabelled_scenario(plain, "") is plain
    assert relabelled_scenario(plain, '{"one/a":{"in":"yes"}}') is changed


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "1", '{"nobody/x":{"a":"b"}}', '{"one/a":1}', '{"one/a":{"a b":"c"}}',
     '{"one/a":{"a":"ü"}}', '{"one/a":{"a":1}}', "[" * 9_000, '{"one/a":{"a":"b"}}' + " " * 20_000,
     '{"one":{"kubernetes.io/metadata.name":"x"}}'],
)  # fmt: skip
def test_a_mangled_text_changes_nothing(text: str) -> None:
    assert read_changes(text, scenario().cluster) == {}


@given(st.text(max_size=60))
def test_no_text_is_too_odd(text: str) -> None:
    read_changes(text, scenario().cluster)


@given(worlds.clusters(), st.data())
def test_what_is_written_is_read_again(cluster, data) -> None:  # type: ignore[no-untyped-def]
    refs = [pod.ref for pod in cluster.pods]
    labels = st.dictionaries(
        st.sampled_from("abc"), st.one_of(st.none(), st.sampled_from("xy")), min_size=1
    )
    changes = data.draw(st.dictionaries(st.sampled_from(refs), labels)) if refs else {}
    assert read_changes(write_changes(changes), cluster) == changes


def test_an_exercise_is_judged_by_what_the_labels_mean() -> None:
    cluster, task = scenario().cluster, exercise()
    policies = read_policies(task.solution).policies
    wanted = relabelled(cluster, task.labels)
    assert evaluate(cluster, policies, scenario().arrows[0]).outcome is not Outcome.ALLOWED
    assert check_relabelled(wanted, wanted, policies).solved
    result = check_relabelled(cluster, wanted, policies, arrows=scenario().arrows)
    told = [(d.fault, d.probe.source.ref, d.probe.protocol) for d in result.differences]
    assert told == [(Fault.TOO_STRICT, "one/a", protocol) for protocol in ("TCP", "UDP", "SCTP")]
    assert result.differences[0].probe.port == 80
    assert result.credit == 0
    # Another label on top does no harm; one that lets somebody else in would.
    more = relabelled(cluster, {"one/a": {"in": "yes", "other": "1"}})
    assert check_relabelled(more, wanted, policies).solved


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("one/a: {in", "one/z: {in", 'the solution: no pod or namespace "one/z" in this scenario'),
        ('{in: "yes"}\nwrong', '{in: "no"}\nwrong', "the starter already solves the task"),
        (
            'one/b: {in: "yes"}',
            'one/a: {in: "yes"}',
            "wrong answer 'the other pod' solves the task",
        ),
    ],
)
def test_a_broken_promise_is_told(old: str, new: str, told: str) -> None:
    assert old in EXERCISE
    assert rehearse(exercise(), scenario()) == ()
    assert told in [p.message for p in rehearse(exercise(EXERCISE.replace(old, new)), scenario())]


def test_labels_are_wanted_where_labels_change() -> None:
    text = EXERCISE.replace('labels:\n  one/a: {in: "yes"}\n', "", 1)
    assert [p.message for p in read_document(text).problems] == ["the field labels is missing"]
