"""manage.py load_content"""

import re
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.utils.translation import override

from netpol_lab.content import folder as folder_module
from netpol_lab.content.folder import read_folder
from netpol_lab.content.models import Document, Revision
from netpol_lab.content.queries import lesson_for
from netpol_lab.content.rehearsed import is_rehearsed
from simulator.model import Problem
from simulator.quiz_rehearsal import rehearse_variants

FIXTURES = settings.BASE_DIR / "fixtures"
ALL = len(list(FIXTURES.glob("*/*.yaml")))


def run(*arguments: str | Path) -> str:
    out = StringIO()
    call_command("load_content", *map(str, arguments), stdout=out, stderr=out)
    return out.getvalue().strip()


@pytest.fixture
def folder(tmp_path: Path, course_folder: Path) -> Path:
    """A part of the course, to be spoilt."""
    return Path(shutil.copytree(course_folder, tmp_path / "course"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def add(path: Path, line: str) -> None:
    """A field more; the file may have it already, and then it has the new one instead."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(rf"(?m)^{line.partition(':')[0]}:.*\n((?=[ #-]).*\n)*", "", text)
    path.write_text(f"{text}{line}\n", encoding="utf-8")


def twice(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("slug: course-notes", "slug: other")
    (path.parent / "other.yaml").write_text(text, encoding="utf-8")


QUESTION = """\
question:
  kind: predict
  ask: Which pass?
  teaches: [nowhere-said]
  scenario: three-tiers
  arrows: ["prod/web -> prod/db:3306"]
"""


@pytest.mark.django_db
def test_it_loads_the_course_and_again_changes_nothing() -> None:
    assert run() == f"{ALL} documents: {ALL} new, 0 changed, 0 as they were, 0 withdrawn"
    before = list(Revision.objects.values_list("pk", flat=True))
    assert run() == f"{ALL} documents: 0 new, 0 changed, {ALL} as they were, 0 withdrawn"
    assert list(Revision.objects.values_list("pk", flat=True)) == before


@pytest.mark.django_db
def test_a_changed_file_is_a_new_revision_beside_the_old(folder: Path) -> None:
    run(folder)
    change(folder / "lessons" / "api-to-db.yaml", "on 3306", "on TCP 3306")
    number = len(list(folder.glob("*/*.yaml")))
    told = f"{number} documents: 0 new, 1 changed, {number - 1} as they were, 0 withdrawn"
    assert run(folder) == told
    document = Document.objects.get(kind="lesson", slug="api-to-db")
    assert document.title == "api → db on TCP 3306"
    assert [revision.number for revision in document.revisions.order_by("number")] == [1, 2]


@pytest.mark.django_db
def test_a_vanished_file_is_withdrawn_and_comes_back(folder: Path) -> None:
    run(folder)
    path = folder / "lessons" / "api-to-db.yaml"
    text = path.read_text(encoding="utf-8")
    path.unlink()
    assert run(folder).endswith("1 withdrawn")
    assert Document.objects.get(kind="lesson", slug="api-to-db").published is False
    path.write_text(text, encoding="utf-8")
    assert "1 changed" in run(folder)
    assert Document.objects.get(kind="lesson", slug="api-to-db").published is True
    assert Revision.objects.filter(document__slug="api-to-db", document__kind="lesson").count() == 1


@pytest.mark.django_db
def test_other_origins_are_left_alone(folder: Path) -> None:
    Document.objects.create(kind="lesson", origin="course-1", slug="theirs")
    run(folder)
    assert Document.objects.get(origin="course-1").published is True


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda f: change(f / "exercises/api-to-db.yaml", "slug: api-to-db", "slug: other"), "its slug is other"),
        (lambda f: change(f / "exercises/api-to-db.yaml", "scenario: three-tiers", "scenario: none"), "no scenario none"),
        (lambda f: change(f / "lessons/api-to-db.yaml", "exercise: api-to-db", "exercise: none"), "no exercise none"),
        (lambda f: change(f / "exercises/api-to-db.yaml", "name: api-pod\n      ports:", "name: web-pod\n      ports:"), "is not too"),
        (lambda f: (f / "lessons/x.yaml").write_text("a: ["), "x.yaml:1:"),
        (lambda f: shutil.copy(f / "lessons/api-to-db.yaml", f / "exercises/x.yaml"), "does not belong"),
        (lambda f: add(f / "lessons/api-to-db.yaml", "teaches: [only-prod-apo]"), "no statement only-prod-apo\n    hint: Did you mean only-prod-api?"),
        (lambda f: add(f / "exercises/api-to-db.yaml", "teaches: [nowhere-said]"), "no statement nowhere-said"),
        (lambda f: change(f / "quizzes/peers.yaml", "teaches: [", "teaches: [nowhere-said, "), "no statement nowhere-said"),
        (lambda f: add(f / "lessons/api-to-db.yaml", QUESTION), "no statement nowhere-said"),
        (lambda f: add(f / "lessons/api-to-db.yaml", QUESTION.replace("nowhere-said", "e1")), "question: arrows to predict hold both outcomes"),
        (lambda f: twice(f / "notes/course-notes.yaml"), "has the id web-to-api-is-ingress already"),
    ],
)  # fmt: skip
def test_a_fault_anywhere_loads_nothing(
    folder: Path, spoil: Callable[[Path], object], words: str
) -> None:
    spoil(folder)
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("load_content", str(folder), stdout=out, stderr=out)
    assert words in out.getvalue()
    assert not Document.objects.exists()


def test_check_needs_no_database() -> None:
    """No database mark: pytest-django would refuse any access."""
    assert run("--check") == f"{ALL} documents keep their promises"


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    assert [fault.problem.message for fault in read_folder(tmp_path).faults] == [
        "no documents here: scenarios/*.yaml and so on"
    ]


@pytest.mark.django_db
def test_a_quiz_is_loaded_with_its_place() -> None:
    sample = settings.BASE_DIR / "tests" / "simulator" / "quizzes"
    assert run(sample).startswith("3 documents: 3 new")
    quiz = Document.objects.get(kind="quiz")
    assert (quiz.slug, quiz.module, quiz.position) == ("every-kind", 3, 1)
    assert quiz.summary == "One item of each kind."


def test_two_quizzes_of_one_use_cannot_have_one_place(tmp_path: Path) -> None:
    """A drill may stand beside a quiz: they are listed apart."""
    (tmp_path / "quizzes").mkdir()
    for slug, use in (("one", "quiz"), ("two", "quiz"), ("three", "drill")):
        text = (
            f"kind: Quiz\nslug: {slug}\ntitle: X\nuse: {use}\nmodule: 2\nposition: 9\n"
            "summary: X\nminutes: 1\nitems:\n- {id: a, kind: single, ask: Right?,\n"
            "   options: [{text: This, right: true}, That]}\n"
        )
        (tmp_path / f"quizzes/{slug}.yaml").write_text(text, encoding="utf-8")
    faults = [str(fault) for fault in read_folder(tmp_path).faults]
    path = tmp_path / "quizzes/two.yaml"
    assert faults == [f"{path}:6:1: one has module 2, position 9 already"]


@pytest.mark.django_db
def test_a_lesson_is_answered_in_the_active_language(course: None) -> None:
    document = Document.objects.get(kind="lesson", slug="api-to-db")
    assert document.current is not None
    text = document.current.text + "languages: {de: {title: Nur api, body: Kurz.}}\n"
    Revision.objects.filter(pk=document.current.pk).update(text=text)
    with override("de-at"):
        german = lesson_for(AnonymousUser(), "api-to-db").lesson
    with override("en"):
        english = lesson_for(AnonymousUser(), "api-to-db").lesson
    assert (german.title, german.body) == ("Nur api", "Kurz.")
    assert (english.title, english.summary) == ("api → db on 3306", german.summary)


# ── What was rehearsed already ──


@pytest.mark.django_db
def test_what_was_loaded_is_not_rehearsed_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played: list[str] = []

    def counted(exercise: str, scenario: str) -> tuple[Problem, ...]:
        played.append(exercise)
        return rehearse_variants(exercise, scenario)

    monkeypatch.setattr(folder_module, "rehearse_variants", counted)
    assert not is_rehearsed(read_folder(folder, rehearsed=False).files)
    run(folder)
    assert len(played) == len(list((folder / "exercises").glob("*.yaml")))
    played.clear()
    run(folder)
    assert played == []
    run(folder, "--check")
    assert played
    played.clear()
    change(folder / "lessons" / "api-to-db.yaml", "position: 2", "position: 3")
    run(folder)
    assert played


@pytest.mark.django_db
def test_a_broken_promise_is_found_although_the_rest_was_rehearsed(folder: Path) -> None:
    run(folder)
    change(
        folder / "exercises" / "api-to-db.yaml",
        "name: api-pod\n      ports:",
        "name: web-pod\n      ports:",
    )
    with pytest.raises(CommandError):
        run(folder)
