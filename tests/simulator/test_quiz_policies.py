"""Answers that are policies or labels: right by meaning, however they are written."""

import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.check import Fault
from simulator.manifest import manifests
from simulator.mistakes import Right, make_mistakes
from simulator.parse import read_policies
from simulator.quiz import Level, Question, Standing, grade, right_answer
from simulator.quiz.arrows import read_for, scenario_of
from simulator.quiz.policies import exercise_of
from tests.simulator.quizbook import QUESTIONS, question

WRITE, FIX, FILL, RELABEL = (QUESTIONS[name] for name in ("write", "fix", "fill", "relabel"))
SOLUTION = str(right_answer(WRITE))
PEER = "- podSelector: {matchLabels: {role: api}}"
AS_JSON = json.dumps({
    "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
    "metadata": {"name": "db-policy", "namespace": "prod"},
    "spec": {
        "podSelector": {"matchLabels": {"role": "db"}}, "policyTypes": ["Ingress"],
        "ingress": [{
            "from": [{"podSelector": {"matchLabels": {"role": "api"}}}],
            "ports": [{"protocol": "TCP", "port": 3306}],
        }],
    },
})  # fmt: skip


def edited(old: str, new: str, text: str = SOLUTION) -> str:
    assert old in text
    return text.replace(old, new)


# ── write ──


@pytest.mark.parametrize(
    "text",
    [
        SOLUTION,
        AS_JSON,
        edited("{matchLabels: {role: api}}", "{matchExpressions: [{key: role, operator: In, values: [api]}]}"),
        edited("{matchLabels: {role: api}}", "{matchExpressions: [{key: role, operator: NotIn, values: [web, db]}, {key: role, operator: Exists}]}"),
        edited("  policyTypes: [Ingress]\n", ""),
        edited("port: 3306", "port: data"),
        edited("port: 3306", "port: 3306\n      endPort: 3306"),
        edited("- port: 3306", "- port: 3306\n    - {port: 3306, protocol: TCP}"),
        edited("    - podSelector:", "    - namespaceSelector: {matchLabels: {env: prod}}\n      podSelector:"),
        edited("  ingress:\n", "  ingress:\n  - from: [{podSelector: {matchLabels: {role: api}}}]\n    ports: [{port: 3306}]\n"),
    ],
)  # fmt: skip
def test_every_spelling_of_a_right_answer_earns_everything(text: str) -> None:
    earned = grade(WRITE, text)
    assert earned.right, (earned.problems, earned.broken, earned.faults)
    assert grade(WRITE, {"text": text}).right
    assert grade(WRITE, [text]).right


@pytest.mark.parametrize("item", [WRITE, FIX], ids=["write", "fix"])
def test_no_one_step_mistake_earns_everything(item: Question) -> None:
    scenario = scenario_of(item)
    right = Right(scenario.cluster, read_for(exercise_of(item).solution, scenario).policies)
    made = [mistake for mistake in make_mistakes(right) if mistake.cluster == scenario.cluster]
    harmful = 0
    for mistake in made:
        text = mistake.text or manifests(mistake.policies)
        earned = grade(item, text)
        if earned.right:  # only where it makes no difference to anybody
            reading = read_policies(text)
            assert earned.result is not None
            assert not earned.result.differences
            assert {p.name for p in reading.policies} >= {"db-policy"}
        harmful += not earned.right
    assert harmful >= 0.9 * len(made) > 10


def test_a_mistake_is_counted_and_named() -> None:
    text = edited(PEER, "- {namespaceSelector: {}, podSelector: {matchLabels: {role: api}}}")
    earned = grade(WRITE, text)
    assert earned.faults == {Fault.TOO_OPEN: 1}
    assert earned.mistakes[0] == "M03"
    assert 0 < earned.credit < 1
    practice, graded = (earned.feedback(Level.VERDICT, graded=each) for each in (False, True))
    assert practice.checks == "1 too permissive"
    assert graded.checks == "too permissive"
    assert graded.counts == ()


def test_of_strangers_only_the_number_or_the_kind_is_told() -> None:
    """Everything in the picture is right, and a pod without labels would get in."""
    text = edited(
        "{matchLabels: {role: api}}",
        "{matchExpressions: [{key: role, operator: NotIn, values: [web, db]}]}",
    )
    earned = grade(WRITE, text)
    assert earned.result is not None
    assert not earned.result.in_scenario
    assert 0 < earned.credit < 1
    for level in Level:
        told = repr(earned.feedback(level))
        assert "unlabelled" not in told
        assert "without labels" not in told
    assert earned.feedback(Level.VERDICT).checks == "1 too permissive"
    assert earned.feedback(Level.EXPLANATION, graded=True).checks == "too permissive"


def test_a_refused_text_earns_nothing_and_says_why() -> None:
    earned = grade(WRITE, edited("networking.k8s.io/v1", "v1"))
    assert (earned.credit, earned.standing) == (Fraction(0), Standing.WRONG)
    assert earned.feedback(Level.VERDICT).problems
    assert earned.feedback(Level.NONE).problems == ()


def test_another_kind_of_object_is_refused() -> None:
    pod = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: prod}\n"
    assert grade(WRITE, SOLUTION + pod).problems


def test_the_starter_is_no_answer() -> None:
    for item in (WRITE, FIX):
        assert not grade(item, exercise_of(item).starter + "\n").answered


def test_what_the_starter_has_right_earns_nothing() -> None:
    earned = grade(FIX, exercise_of(FIX).starter + "# looked at\n")
    assert earned.answered
    assert earned.credit == 0
    assert earned.result is not None
    assert earned.result.credit > 0


def test_a_broken_constraint_halves_the_marks() -> None:
    other = grade(WRITE, edited("name: db-policy", "name: mine"))
    assert other.credit == Fraction(1, 2)
    assert other.feedback(Level.VERDICT).broken == ("No policy is named db-policy.",)
    assert other.mistakes == ()
    two = SOLUTION + "---\n" + edited("name: db-policy", "name: second")
    assert [each.sentence for each in grade(WRITE, two).broken] == [
        "In the end: 2 policies; the task wants exactly 1 policy."
    ]


def test_what_must_stay_is_stored_alike_or_nothing_is_earned() -> None:
    solution = str(right_answer(FIX))
    target = "matchLabels: {role: web}}, policyTypes"
    spelt = edited(
        target,
        "matchExpressions: [{key: role, operator: In, values: [web]}]}, policyTypes",
        solution,
    )
    gone = solution.partition("---\n")[2]
    layout = edited(target, 'matchLabels: {"role": web}}, policyTypes', solution)
    assert grade(FIX, layout).right
    for text in (spelt, gone):
        earned = grade(FIX, text)
        assert earned.credit == 0
        assert "prod/deny-web was to stay as it is." in earned.feedback(Level.VERDICT).broken


def test_the_namespace_is_asked_of_what_is_not_kept() -> None:
    solution = str(right_answer(FIX))
    extra = "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: idle, namespace: staging}\nspec: {podSelector: {matchLabels: {role: none}}}\n"
    assert grade(FIX, solution + extra).broken[0].sentence == "idle lives in staging, not in prod."


# ── fill ──


@pytest.mark.parametrize(
    "line",
    [
        PEER,
        "  - podSelector: {matchLabels: {role: api}}  ",
        "- podSelector:\n        matchLabels: {role: api}",
        "- {podSelector: {matchExpressions: [{key: role, operator: In, values: [api]}]}}",
        '- {"podSelector": {"matchLabels": {"role": "api"}}}',
        "- {podSelector: {matchLabels: {role: api}}, namespaceSelector: {matchLabels: {env: prod}}}",
    ],
)
def test_every_line_that_means_the_same_fills_the_gap(line: str) -> None:
    assert grade(FILL, line).right


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("- namespaceSelector: {}", "M23"),
        ("- {namespaceSelector: {},   podSelector: {matchLabels: {role: api}}}", "M03"),
        ("- podSelector: {matchLabels: {role: apl}}", "M18"),
        ("- podSelector: {matchLabels: {role: web}}", None),
        ("podSelector: {matchLabels: {role: api}}", None),
        ("[", None),
        (PEER + "\n    - podSelector: {}", None),
        ("___", None),
    ],
)
def test_any_other_line_does_not(line: str, mistake: str | None) -> None:
    earned = grade(FILL, line)
    assert not earned.right
    assert earned.answered
    if mistake:
        assert earned.mistakes[0] == mistake


# ── relabel ──


def test_labels_are_judged_by_what_passes_then() -> None:
    starter = exercise_of(RELABEL).starter
    right = {"prod/web": {"access": "granted"}}
    more = {"prod/web": {"access": "granted", "idle": "x"}}
    for answer in (right, more, {"labels": right}, {"labels": json.dumps(right)}, json.dumps(right),
                   {"labels": right, "text": starter}, {"labels": right, "text": starter + "# x\n"}):  # fmt: skip
        assert grade(RELABEL, answer).right, answer
    wrong = grade(RELABEL, {"prod/api": {"access": "granted"}})
    assert wrong.answered
    assert not wrong.right
    assert set(wrong.faults) == {Fault.TOO_OPEN, Fault.TOO_STRICT}


def test_policies_that_do_not_stay_spoil_it() -> None:
    touched = exercise_of(RELABEL).starter.replace("access: granted", "role: web")
    right = {"prod/web": {"access": "granted"}}
    for text in (touched, "# nothing left\n", AS_JSON):
        earned = grade(RELABEL, {"labels": right, "text": text})
        assert (earned.credit, earned.right) == (Fraction(0), False)
        assert earned.broken[0].spoils
    earned = grade(RELABEL, {"labels": {}, "text": touched})
    assert earned.credit == 0
    assert "M20" in earned.mistakes


def test_labels_of_nobody_are_no_answer() -> None:
    assert not grade(RELABEL, {"prod/nobody": {"a": "b"}}).answered


# ── hostile ──


def test_a_dear_text_is_refused_by_its_cost() -> None:
    head, _, _ = SOLUTION.partition("  ingress:\n")
    peers = "".join(f"    - ipBlock: {{cidr: 10.{n}.0.0/16}}\n" for n in range(190))
    rules = "  ingress:\n" + f"  - from:\n{peers}" * 4
    text = "---\n".join((head + rules).replace("db-policy", f"p{n}") for n in range(2))
    earned = grade(WRITE, text)
    assert earned.credit == 0
    assert [problem.limit for problem in earned.problems] == ["steps"]


EVERY_POD = """\
id: a
kind: write
ask: Shut every pod.
exercise:
  scenario: tiers
  strangers: {everyPod: true}
  starter: "# nothing"
  solution: |
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: a, namespace: prod}
    spec: {podSelector: {}}
"""


def test_an_exercises_strangers_are_asked_about() -> None:
    item = question(EVERY_POD)
    listed = (
        "{podSelector: {matchExpressions: [{key: role, operator: In, values: [web, api, db]}]}}"
    )
    answer = edited("{podSelector: {}}", listed, str(right_answer(item)))
    assert not grade(item, answer).right
    assert grade(question(EVERY_POD.replace("  strangers: {everyPod: true}\n", "")), answer).right


_texts = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [SOLUTION, SOLUTION[:150], "- a", "---", "{}", "\ud800", "a" * 500_000, "[" * 5000]
    ),
)


@settings(max_examples=60, deadline=None)
@given(st.one_of(_texts, st.dictionaries(_texts, _texts, max_size=2), st.lists(_texts, max_size=2)))
def test_no_text_raises(answer: object) -> None:
    for item in (WRITE, FIX, FILL, RELABEL):
        for each in (answer, {"text": answer}, {"labels": answer, "text": answer}):
            assert 0 <= grade(item, each).credit <= 1


# ── constraints that a document contradicts ──


def test_only_what_is_named_may_change() -> None:
    item = question("""\
        id: a
        kind: write
        ask: x
        exercise:
          scenario: tiers
          starter: |
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: a, namespace: prod}
            spec: {podSelector: {matchLabels: {role: db}}}
          solution: |
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: a, namespace: prod}
            spec: {podSelector: {}}
        constraints: {only: [prod/a]}
        """)
    right = str(right_answer(item))
    assert grade(item, right).right
    added = grade(item, right + "---\n" + right.replace("name: a", "name: b"))
    assert added.feedback(Level.VERDICT).broken == ("prod/b was not yours to change.",)
    assert added.credit == 0
