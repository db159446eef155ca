"""A quiz that breaks a promise is not loaded: its key is its test, in every variant."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from netpol_lab.content.folder import read_folder
from simulator.document import read_document
from simulator.papers import Library
from simulator.quiz_rehearsal import rehearse_quiz
from simulator.variants import sample
from tests.simulator import quizbook
from tests.simulator.quizbook import LIBRARY, TEXT


def messages(text: str, library: Library = LIBRARY) -> list[str]:
    return [problem.message for problem in rehearse_quiz(text, library)]


def test_the_sample_keeps_its_promises() -> None:
    assert messages(TEXT) == []
    assert read_folder(quizbook.FOLDER).faults == ()


def test_the_course_keeps_its_promises() -> None:
    assert read_folder(settings.BASE_DIR / "fixtures").faults == ()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("- ‹ns›/web -> ‹ns›/db:‹port›\n  - {flow: \"‹other›/api -> ‹ns›/db:‹port›\", mistakes: [M03], why: canaryxq It is bare.}", "- ‹ns›/web -> backup:80", "predict: arrows to predict hold both outcomes"),
        ("- ‹ns›/web -> ‹ns›/db:‹port›\n  - {flow", "- ‹ns›/api -> ‹ns›/db:‹port›\n  - {flow", "predict: an arrow is here twice"),
        ("      ingress:\n      - from:\n        - podSelector: {matchLabels: {role: api}}\n  arrows", "      ingres: []\n  arrows", "predict: policies:"),
        ('answer: "- podSelector: {matchLabels: {role: api}} # canaryxq"', 'answer: "- podSelector"', "fill: the text with its answer"),
        ("earns: 25", "earns: 30", 'fill: the line "- namespaceSelector: {}" earns 25 %, not 30 %'),
        ('- line: "- {namespaceSelector: {}, podSelector: {matchLabels: {role: api}}} # canaryxq"', '- line: "- {podSelector: {matchLabels: {role: api}}} # other"', "earns everything"),
        ("why: canaryxq Two rules., earns: 0", "why: canaryxq Two rules., earns: 9", "point: line 6 earns 0 %, not 9 %"),
        ("earns: 33", "earns: 34", "order: a wrong order earns 33 %, not 34 %"),
        ("ingress: [{}]}\n- id: write", "ingress: [{from: [{podSelector: {}}, {podSelector: {}}]}]}\n- id: write", "match: two of the policies make the same picture"),
        ("constraints: {name: db-policy", "constraints: {name: other", "write: the solution breaks a constraint: No policy is named other."),
        ("constraints: {namespace: ‹ns›", "constraints: {namespace: nowhere", 'fix: the scenario has no namespace "nowhere"'),
        ("keep: [‹ns›/deny-web]", "keep: [‹ns›/deny-api]", "deny-api is to stay, and the starter has no such policy"),
        ("policies: {least: 2, most: 3}", "policies: {least: 3}", "fix: the solution breaks a constraint: In the end: 2 policies"),
        ("{matchExpressions: [{key: role, operator: NotIn, values: [web]}]}", "{}", "fix: the starter already solves the task"),
        ("labels: {‹ns›/db: {access: granted}}", "labels: {‹ns›/web: {access: granted}}", "relabel: wrong answer"),
        ("kind: relabel\n", "kind: write\n", "relabel: the exercise relabel is not solved by policies"),
        ("exercise: only-api", "exercise: nothing", "write: no exercise nothing"),
        ("ns: live, other: preview", "ns: live, other: live", "this set"),
        ("port: 6379}", "port: 6379, tea: green}", "each set has the same names"),
    ],
)  # fmt: skip
def test_a_broken_promise_is_told_with_its_item(old: str, new: str, words: str) -> None:
    assert old in TEXT
    found = messages(TEXT.replace(old, new, 1))
    if words == "this set":
        assert found  # two namespaces of one name: a problem of the scenario in this variant alone
    else:
        assert any(words in message for message in found), found


def test_the_line_of_the_item_is_told() -> None:
    problem = rehearse_quiz(TEXT.replace("exercise: only-api", "exercise: nothing"), LIBRARY)[0]
    line = TEXT.split("\n").index("- id: write") + 1
    assert problem.mark is not None
    assert problem.mark.line == line


def test_a_variant_that_breaks_is_found_though_the_first_is_sound() -> None:
    exercise = LIBRARY.exercises["only-api"]
    spoilt = exercise.replace(
        '["‹other›/api -> ‹ns›/db:‹port›"]', '["staging/api -> prod/db:3306"]'
    )
    assert spoilt != exercise
    assert messages(TEXT, Library(LIBRARY.scenarios, {"only-api": spoilt}))


def test_the_folder_tells_the_file(tmp_path: Path) -> None:
    for kind in ("scenarios", "exercises", "quizzes"):
        (tmp_path / kind).mkdir()
        for path in (quizbook.FOLDER / kind).glob("*.yaml"):
            text = path.read_text(encoding="utf-8").replace("earns: 33", "earns: 50")
            (tmp_path / kind / path.name).write_text(text, encoding="utf-8")
    faults = [str(fault) for fault in read_folder(tmp_path).faults]
    assert len(faults) == 1
    assert "every-kind.yaml:" in faults[0]
    assert "order: a wrong order earns 33 %, not 50 %" in faults[0]


ONLY_WEB = """\
kind: Exercise
slug: only-web
title: Only web reaches db
scenario: pair
task: Only **web** may connect to db.
starter: |
  apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: deny, namespace: shop}
  spec: {podSelector: {matchLabels: {app: db}}}
solution: |
  apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: deny, namespace: shop}
  spec: {podSelector: {matchLabels: {app: db}}}
  ---
  apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: db-policy, namespace: shop}
  spec:
    podSelector: {matchLabels: {app: db}}
    ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]
"""


def example(start: str) -> str:
    page = (settings.BASE_DIR / "docs" / "content.md").read_text(encoding="utf-8")
    found = re.search(rf"```yaml\n(kind: {start}.*?)```", page, re.DOTALL)
    assert found
    return found[1]


def test_the_quiz_of_the_content_page_keeps_its_promises() -> None:
    library = Library({"pair": example("Scenario\nslug: pair ")}, {"only-web": ONLY_WEB})
    assert messages(example("Quiz\n"), library) == []


def test_the_varied_scenario_of_the_content_page_is_read() -> None:
    for (text,) in sample([example("Scenario\nslug: varied")]):
        assert read_document(text).problems == ()
