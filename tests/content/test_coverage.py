"""docs/coverage.md: what is taught where, and what is not."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from netpol_lab.content.coverage import Coverage, coverage
from netpol_lab.content.coverage_page import coverage_page
from netpol_lab.content.folder import read_folder
from tests.simulator.test_document import EXERCISE, SCENARIO
from tests.simulator.test_notes import LESSON, NOTES
from tests.simulator.test_relabel import EXERCISE as LABELS

QUIZ = """\
kind: Quiz
slug: q
title: Q
use: quiz
module: 1
position: 1
summary: S
items:
- id: a
  teaches: [third]
  mistakes: [M03]
  kind: single
  ask: Why?
  options:
  - {text: So, right: true}
  - {text: Otherwise}
"""


def write(root: Path, **texts: str) -> Path:
    for name, text in texts.items():
        folder, _, slug = name.partition("_")
        (root / folder).mkdir(exist_ok=True)
        (root / folder / f"{slug}.yaml").write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    exercise = EXERCISE.replace("name: everybody shut", "name: everybody shut\n  mistakes: [M15]")
    return write(
        tmp_path,
        scenarios_pair=SCENARIO.replace("enforces: false", "enforces: true"),
        exercises_shut=exercise + "teaches: [first, e1]\n",
        lessons_x=LESSON,
        quizzes_q=QUIZ,
        notes_notes=NOTES,
    )


def found(folder: Path) -> Coverage:
    files = read_folder(folder, rehearsed=False)
    assert not files.faults
    return coverage(files.files)


def run(folder: Path, *arguments: str) -> str:
    out = StringIO()
    page = str(folder / "coverage.md")
    call_command("coverage", str(folder), "--page", page, *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_each_statement_is_told_with_what_teaches_it(folder: Path) -> None:
    rows = {row.id: row for row in (*found(folder).statements, *found(folder).errata)}
    assert [row.module for row in rows.values()] == [1, 1, 3, 0]
    names = {
        id: [[p.name for p in places] for places in (row.lessons, row.exercises, row.questions)]
        for id, row in rows.items()
    }
    assert names == {
        "first": [["x"], ["shut"], []],
        "second": [[], [], ["x"]],
        "third": [[], [], ["q: a"]],
        "e1": [["x"], ["shut"], []],
    }


def test_what_nobody_teaches_is_a_gap(folder: Path) -> None:
    gaps = found(folder).gaps
    assert gaps[:5] == (
        "first has no question",
        "second has no lesson",
        "second has no exercise",
        "third has no lesson",
        "third has no exercise",
    )
    assert "e1 has no question" in gaps


def test_misconceptions_are_told_with_their_exercises_and_wrong_answers(folder: Path) -> None:
    rows = {row.id: row for row in found(folder).mistakes}
    assert len(rows) == 25
    assert [(p.name, p.note) for p in rows["M15"].exercises] == [("shut", "1 wrong answer")]
    assert [p.name for p in rows["M03"].questions] == ["q: a"]
    assert rows["M15"].gaps == ("second wrong answer",)
    assert rows["M03"].gaps == ("exercise",)


def test_a_start_that_holds_a_misconception_counts(folder: Path) -> None:
    """The policy for the wrong pods, in another namespace, is M04."""
    text = EXERCISE.replace('starter: "# nothing yet"', "starter: |\n" + POLICY)
    write(
        folder,
        exercises_shut=text,
        scenarios_pair=SCENARIO.replace("enforces: false", "enforces: true").replace(
            "namespaces:\n", "namespaces:\n  two: {}\n"
        ),
    )
    rows = {row.id: row for row in found(folder).mistakes}
    assert [p.note for p in rows["M04"].exercises] == ["at its start"]
    assert rows["M04"].begun
    assert not rows["M15"].begun


def test_labels_practise_m20_and_the_lesson_on_running_connections_m24(folder: Path) -> None:
    labels = LABELS.replace("slug: labels", "slug: labelled")
    write(folder, exercises_labelled=labels, lessons_x=LESSON + "mistakes: [M24]\n")
    rows = {row.id: row for row in found(folder).mistakes}
    assert [(p.name, p.note) for p in rows["M20"].exercises] == [("labelled", "at its start")]
    assert [(p.name, p.note) for p in rows["M24"].exercises] == [("shut", "its lesson is about it")]


POLICY = """\
  apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: p, namespace: two}
  spec: {podSelector: {matchLabels: {app: b}}}
"""


def test_the_page_links_the_files_and_counts(folder: Path) -> None:
    page = coverage_page(found(folder), beside=folder / "docs")
    assert "| Statements | 3 | 1 | 1 | 2 |" in page
    assert (
        "| **first** One. | [x](../lessons/x.yaml) | [shut](../exercises/shut.yaml) | none |"
        in page
    )
    assert "| **e1** The notes: So. Kubernetes: Otherwise. |" in page
    assert "- second has no lesson\n" in page


def test_the_command_writes_the_page_and_checks_it(folder: Path) -> None:
    assert run(folder).startswith("4 statements and errata, ")
    with pytest.raises(CommandError, match="gaps"):
        run(folder, "--check")


def test_a_stale_page_is_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Coverage, "gaps", ())
    run(folder)
    run(folder, "--check")
    write(folder, quizzes_q=QUIZ.replace("[third]", "[first]"))
    with pytest.raises(CommandError, match="is stale"):
        run(folder, "--check")


def test_a_fault_in_a_document_is_told_instead(folder: Path) -> None:
    write(folder, quizzes_q=QUIZ.replace("[third]", "[fourth]"))
    with pytest.raises(CommandError, match="1 faults"):
        run(folder)
    assert not (folder / "coverage.md").exists()


def test_every_statement_is_shown_tried_and_asked() -> None:
    """And every erratum; every misconception is practised; and docs/coverage.md is what
    `manage.py coverage` writes now."""
    call_command("coverage", "--check", stdout=StringIO(), stderr=StringIO())
