"""What kubectl takes without a word has a warning at its line, and nothing else has one."""

import json
from pathlib import Path

import pytest
import yaml

from simulator.document import Exercise, read_document
from simulator.model import Problem
from simulator.parse import read_policies

HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: p
spec:
"""
RULES = HEAD + "  podSelector: {}\n  ingress:\n"
PEER = RULES + "  - from:\n"


def warnings(text: str) -> tuple[Problem, ...]:
    found = read_policies(text)
    assert found.accepted, found.errors
    return found.warnings


def lines(text: str) -> list[tuple[int, str]]:
    return [(w.mark.line, w.message) for w in warnings(text) if w.mark]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        # Keys given twice: the last one counts.
        (HEAD + "  podSelector: {}\n  podSelector: {matchLabels: {a: b}}\n", 7, '"podSelector" is given twice'),
        (HEAD + "  podSelector:\n    matchLabels:\n      a: b\n      a: c\n", 9, '"a" is given twice'),
        (HEAD + "  podSelector: {}\n  policyTypes: [Ingress]\n  policyTypes: [Egress]\n", 8, '"policyTypes" is given twice'),
        # A label without a value, in each kind of selector.
        (HEAD + "  podSelector:\n    matchLabels:\n      role:\n", 8, '"role" has no value'),
        (PEER + "    - podSelector:\n        matchLabels:\n          role:\n", 11, '"role" has no value'),
        (PEER + "    - namespaceSelector:\n        matchLabels:\n          env:\n", 11, '"env" has no value'),
        (HEAD.replace("name: p", "name: p\n  labels: {a: }") + "  podSelector: {}\n", 5, '"a" has no value'),
        # Other fields without a value, which apply drops.
        (HEAD, 5, '"spec" has no value'),
        (HEAD.replace("spec:\n", ""), 1, "spec is missing"),
        (HEAD + "  policyTypes: [Ingress]\n", 5, "spec.podSelector is missing"),
        (HEAD + "  podSelector:\n", 6, '"podSelector" has no value'),
        (HEAD + "  podSelector:\n    matchLabels:\n", 7, '"matchLabels" has no value'),
        (PEER + "    - namespaceSelector:\n      podSelector: {}\n", 9, '"namespaceSelector" has no value'),
        (PEER + "    - podSelector:\n      namespaceSelector: {}\n", 9, '"podSelector" has no value'),
        (PEER + "    - ipBlock:\n        cidr: 10.0.0.0/8\n        except:\n", 11, '"except" has no value'),
        (RULES + "  - ports:\n    - protocol: UDP\n      port:\n", 10, '"port" has no value'),
        (RULES + "  - ports:\n    - port: 80\n      protocol:\n", 10, '"protocol" has no value'),
        (RULES + "  - ports:\n    - port: 80\n      endPort:\n", 10, '"endPort" has no value'),
        (RULES + "  - ports:\n    - port: 80\n      targetPort:\n", 10, "no such field"),
        # Empty lists, which stand for everything.
        (RULES + "  - from: []\n", 8, "`from` is empty, so the rule allows anybody"),
        (RULES + "  - from:\n", 8, "`from` is empty"),
        (RULES + "  - ports: []\n", 8, "`ports` is empty, so the rule allows every port"),
        (RULES + "  - ports:\n", 8, "`ports` is empty"),
        (RULES + "  -\n", 8, "this rule is empty, so it allows everything"),
        (RULES.replace("ingress", "egress") + "  - to: []\n  policyTypes: [Egress]\n", 8, "`to` is empty, so the rule allows every destination"),
        # One dash too many.
        (RULES + "  - from: [{podSelector: {}}]\n  - ports: [{port: 80}]\n", 9, "`ports` is a rule of its own"),
        (RULES + "  - ports:\n    - protocol: UDP\n    - port: 53\n", 10, "one allows every UDP port, the other its port of TCP"),
        (RULES + "  - ports:\n    - port: 53\n    - protocol: UDP\n", 10, "one allows every UDP port"),
        # Directions.
        (RULES + "  - {}\n  policyTypes: [Egress]\n", 7, "ingress rules are ignored"),
        (HEAD + "  podSelector: {}\n  egress: []\n", 7, "`egress` is empty and policyTypes is missing"),
        (HEAD + "  podSelector: {}\n  egress:\n", 7, "`egress` is empty and policyTypes is missing"),
        (HEAD + "  podSelector: {}\n  egress: [{}]\n", 7, "the API server adds Ingress too"),
        (HEAD + "  podSelector: {}\n  policyTypes: [Ingress, Ingress]\n", 7, "policyTypes lists Ingress twice"),
        # The rest.
        (HEAD + "  podSelector: {}\n---\n" + HEAD + "  podSelector: {}\n", 11, "default/p is given twice"),
        (RULES + "  - ports: [{port: 0120}]\n", 8, "0120 is the number 80"),
        (PEER + "    - ipBlock: {cidr: 10.0.0.5/8}\n", 9, "is ambiguous"),
    ],
)  # fmt: skip
def test_what_kubectl_takes_without_a_word_is_warned_of_at_its_line(
    text: str, line: int, words: str
) -> None:
    found = [message for number, message in lines(text) if number == line]
    assert len(found) == 1
    assert words in found[0]


def test_two_documents_without_a_separator_are_told_by_each_key_and_mended_by_a_hint() -> None:
    text = HEAD + "  podSelector: {matchLabels: {a: b}}\n" + HEAD + "  podSelector: {}\n"
    found = warnings(text)
    assert [w.mark.line for w in found if w.mark] == [7, 8, 9, 11]
    assert {w.hint for w in found} == {"Two manifests in one file are parted by a line with `---`."}


def test_a_repeated_key_inside_a_manifest_is_not_taken_for_a_second_manifest() -> None:
    (found,) = warnings(HEAD + "  podSelector: {}\n  podSelector: {}\n")
    assert found.hint == "Delete the one that you do not mean."


def test_a_policy_without_a_namespace_is_told_where_default_has_no_pods() -> None:
    text = HEAD + "  podSelector: {}\n"
    (warning,) = read_policies(text, namespaces=["prod"]).warnings
    assert "goes to the namespace default" in warning.message


# ── no false alarms ──


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "  podSelector: {}\n",
        HEAD + "  podSelector: {}\n  policyTypes: [Ingress, Egress]\n",
        HEAD + "  podSelector: {}\n  policyTypes: [Ingress, Egress]\n  ingress: []\n  egress: []\n",
        HEAD + "  podSelector: {}\n  ingress: [{}]\n",
        HEAD + "  podSelector: {}\n  policyTypes: [Ingress]\n  ingress:\n",
        PEER + "    - namespaceSelector: {}\n    - podSelector: {}\n",
        RULES + "  - ports: [{protocol: TCP}, {protocol: UDP}]\n",
        RULES + "  - ports: [{port: 53}, {protocol: UDP, port: 53}]\n",
        RULES + "  - ports: [{port: 80}, {port: 443}]\n",
        HEAD.replace("name: p", "name: p\n  creationTimestamp: null") + "  podSelector: {}\n",
        HEAD.replace("name: p", "name: p\n  annotations: {a: }") + "  podSelector: {}\n",
    ],
)
def test_what_may_well_be_meant_has_no_warning(text: str) -> None:
    assert warnings(text) == ()


def test_no_good_file_has_a_warning(shared: Path) -> None:
    files = sorted((shared / "bad-input").glob("ok_*.yaml"))
    assert len(files) >= 15
    for path in files:
        assert read_policies(path.read_bytes()).warnings == (), path.name


def test_no_right_policy_of_the_scenarios_has_a_warning(shared: Path) -> None:
    scenarios = yaml.safe_load((shared / "scenarios.yaml").read_text(encoding="utf-8"))
    seen = 0
    for scenario in scenarios["scenarios"]:
        for policy in scenario["fixed"]:
            seen += 1
            text = json.dumps(
                {
                    "apiVersion": "networking.k8s.io/v1",
                    "kind": "NetworkPolicy",
                    "metadata": {"name": "p", "namespace": policy["ns"]},
                    "spec": policy["spec"],
                }
            )
            assert read_policies(text).problems == (), scenario["id"]
    assert seen >= 20


def test_no_solution_of_ours_has_a_warning() -> None:
    paths = sorted(Path("fixtures/exercises").glob("*.yaml"))
    assert paths
    for path in paths:
        exercise = read_document(path.read_bytes()).document  # in its first variant
        assert isinstance(exercise, Exercise)
        if not exercise.takes_away:
            assert read_policies(exercise.solution).problems == (), path.name
