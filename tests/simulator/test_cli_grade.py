"""`python -m simulator grade`: credit, differences, misconceptions, exit codes."""

import json
from pathlib import Path

import pytest

from simulator.document import Changeable, Exercise, read_document
from tests.simulator.commands import POLICY, Shell

EXERCISE = """\
kind: Exercise
slug: only-api
title: Only api
scenario: small
task: Only api of prod reaches db, on 3306.
starter: ""
solution: |
""" + "".join(f"  {line}\n" for line in POLICY.splitlines())
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


@pytest.fixture
def school(shell: Shell) -> Shell:
    """The shell with an exercise, and its scenario where `grade` looks for it."""
    shell.write("exercises/only-api.yaml", EXERCISE)
    (shell.folder / "scenarios").mkdir()
    (shell.folder / "small.yaml").rename(shell.folder / "scenarios" / "small.yaml")
    return shell


def test_full_marks_are_code_0(school: Shell) -> None:
    done = school.run("grade", "exercises/only-api.yaml", "db.yaml")
    assert (done.code, done.out, done.err) == (
        0, "✓ only-api: 100 %. It means what the task asks for.\n", ""
    )  # fmt: skip


def test_what_differs_is_told_with_its_rule_and_the_misconception(school: Shell) -> None:
    wrong = POLICY.replace("- podSelector: {", "- namespaceSelector: {}\n      podSelector: {")
    done = school.run("grade", "exercises/only-api.yaml", "-", stdin=wrong)
    assert done.code == 1
    assert done.out.startswith("✕ only-api: ")
    assert (
        "  - staging/api → prod/db : 3306 is allowed; the task wants it denied.\n"
        "    Entering prod/db: db, rule 1 (line 8) admits it.\n"
    ) in done.out
    assert "likely misconception M03: A podSelector alone looks everywhere." in done.out
    assert "    standard input:8:7\n      8 │     - namespaceSelector: {}\n" in done.out


def test_the_ports_of_one_pair_are_one_story(school: Shell) -> None:
    done = school.run(
        "grade", "exercises/only-api.yaml", "-", stdin=POLICY.partition("    ports")[0]
    )
    assert "1 connection too open." in done.out
    said = " ".join(done.out.split())
    assert "The same holds for 1–3305, 3307–65535, every UDP port, every SCTP port." in said


def test_nothing_never_has_full_marks(school: Shell) -> None:
    other = POLICY.replace("app: db", "app: nobody")
    done = school.run("grade", "exercises/only-api.yaml", "-", stdin=other)
    assert done.code == 1
    assert "100 %" not in done.out


def test_a_refused_answer_has_no_credit_and_its_problems(school: Shell) -> None:
    done = school.run(
        "grade", "exercises/only-api.yaml", "-", stdin=POLICY.replace("3306", '"3306"')
    )
    assert done.code == 1
    assert done.out.startswith("standard input:10:13: spec.ingress[0].ports[0].port: Invalid value")
    assert "✕ only-api: 0 %. The API server refuses this.\n" in done.out


def test_json_has_the_grade_and_every_difference(school: Shell) -> None:
    wrong = POLICY.replace("- podSelector: {", "- namespaceSelector: {}\n      podSelector: {")
    done = school.run("grade", "exercises/only-api.yaml", "-", "--format", "json", stdin=wrong)
    document = json.loads(done.out)
    assert (document["version"], document["exercise"], document["scenario"]) == (
        1,
        "only-api",
        "small",
    )
    assert (document["accepted"], document["solved"]) == (True, False)
    assert 0 < document["credit"] < 1
    assert document["differences"][0] == {
        "fault": "too open", "from": "staging/api", "to": "prod/db", "stranger": None,
        "protocol": "TCP", "port": 3306, "ports": [[3306, 3306]],
        "outcome": "allowed", "wanted": "denied",
        "sentence": "staging/api → prod/db : 3306 is allowed; the task wants it denied.",
    }  # fmt: skip
    assert [found["id"] for found in document["misconceptions"]] == ["M03"]


def test_json_of_a_refused_answer_has_its_problems(school: Shell) -> None:
    done = school.run("grade", "exercises/only-api.yaml", "-", "--format", "json", stdin="x")
    document = json.loads(done.out)
    assert (done.code, document["accepted"], document["credit"]) == (1, False, 0.0)
    assert document["problems"][0]["severity"] == "error"


def test_the_scenario_may_be_elsewhere(school: Shell) -> None:
    (school.folder / "scenarios" / "small.yaml").rename(school.folder / "here.yaml")
    done = school.run("grade", "exercises/only-api.yaml", "db.yaml")
    assert (done.code, done.err) == (
        2, "exercises/../scenarios/small.yaml: No such file or directory\n"
    )  # fmt: skip
    words = ("grade", "exercises/only-api.yaml", "db.yaml", "--scenario", "here.yaml")
    assert school.run(*words).code == 0


def test_an_exercise_that_is_none_is_wrong_use(school: Shell) -> None:
    done = school.run("grade", "db.yaml", "db.yaml")
    assert done.code == 2
    assert done.err.startswith("db.yaml:2:7: a document starts with kind: Scenario, Exercise")
    done = school.run("grade", "scenarios/small.yaml", "db.yaml")
    assert (done.code, done.err) == (2, "scenarios/small.yaml: this is no exercise\n")
    done = school.run("grade", "-", "db.yaml", stdin=EXERCISE)
    assert (done.code, done.err) == (2, "an exercise from standard input needs --scenario FILE\n")


@pytest.mark.parametrize(
    "path", sorted((FIXTURES / "exercises").glob("*.yaml")), ids=lambda p: p.stem
)
def test_every_solution_of_ours_has_full_marks_and_every_wrong_answer_less(
    shell: Shell, path: Path
) -> None:
    exercise = read_document(path.read_bytes()).document
    assert isinstance(exercise, Exercise)
    if exercise.changes is not Changeable.POLICIES:
        done = shell.run("grade", str(path), "-", stdin=exercise.starter)
        assert done.code == 2
        assert f"{exercise.slug} is solved by changing " in done.err
        return
    assert shell.run("grade", str(path), "-", stdin=exercise.solution).code == 0
    for wrong in exercise.wrong:
        assert shell.run("grade", str(path), "-", stdin=wrong.answer).code == 1, wrong.name


def test_the_port_shown_is_not_told_twice(shell: Shell) -> None:
    """DNS is cut off on two protocols: 53/TCP is shown, so 53/UDP is what else differs."""
    answer = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web-egress, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress:
  - to:
    - podSelector: {matchLabels: {app: api}}
    ports:
    - port: 8080
"""
    shell.write("no-dns.yaml", answer)
    exercise = FIXTURES / "exercises/deny-all-then-dns.yaml"
    said = " ".join(shell.run("grade", str(exercise), "no-dns.yaml").out.split())
    assert "The same holds for 53/UDP. Leaving shop/web" in said


def test_an_empty_answer_has_no_line_to_point_at(shell: Shell) -> None:
    done = shell.run("validate", "-", stdin="\n")
    assert "no objects passed to apply\n    hint: " in done.out
