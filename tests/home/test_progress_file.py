"""The progress file: GET /me/progress.json and POST /me/upload."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from netpol_lab.accounts.models import Learner
from netpol_lab.content.models import Document, Kind
from netpol_lab.home import progress_file
from netpol_lab.home.progress import work_of
from netpol_lab.home.progress_file import MOST_BYTES, Progress, Refusal, read, write
from netpol_lab.lab.models import Attempt, HintUse, Prediction
from tests.accounts.people import learner_of_user, sign_up
from tests.lab.conftest import SOLUTION

pytestmark = pytest.mark.django_db
LESSON = "/lab/api-to-db/"
WRONG = SOLUTION.replace("port: 3306", "port: 3307")


def check(client: Client, text: str) -> None:
    assert client.post(f"{LESSON}submit", {"policy": text, "key": str(uuid4())}).status_code == 200


def saved(client: Client) -> str:
    response = client.get("/me/progress.json")
    assert response.status_code == 200
    return response.content.decode()


def upload(client: Client, text: str | bytes) -> str:
    """What the page says to a file."""
    data = text.encode() if isinstance(text, str) else text
    file = SimpleUploadedFile("p.json", data, "application/json")
    response = client.post("/me/upload", {"file": file}, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def busy(client: Client) -> Learner:
    """A learner with one of everything, of another day."""
    check(client, WRONG)
    check(client, SOLUTION)
    learner = Learner.objects.get(attempts__text=WRONG)
    exercise = Document.objects.get(kind=Kind.EXERCISE, slug="api-to-db")
    HintUse.objects.create(learner=learner, exercise=exercise, steps=2)
    Prediction.objects.create(
        learner=learner, exercise=exercise, said='{"1-2": "allowed"}', right=3, asked=4,
        scenario_revision=Attempt.objects.filter(learner=learner)[0].scenario_revision,
    )  # fmt: skip
    learner.attempts.filter(text=WRONG).update(
        created=datetime(2026, 1, 2, tzinfo=UTC), mistakes="M11 M19"
    )
    return learner


def test_it_works(ana: Client, otto: Client) -> None:
    before = work_of(busy(ana))
    page = upload(otto, saved(ana))
    assert "4 entries are added." in page
    assert "1 <span" in page.partition("Lessons solved")[2]
    other = Learner.objects.exclude(attempts__text=WRONG, hint_uses__isnull=True).latest("id")
    assert work_of(other) == before
    assert "✓ Solved" in otto.get("/").content.decode()
    # The newest text is the one to go on with, though both came at once.
    assert "port: 3306" in otto.get(LESSON).content.decode()


def test_the_file_is_for_people_too(ana: Client) -> None:
    busy(ana)
    response = ana.get("/me/progress.json")
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert 'attachment; filename="netpol-lab-progress-20' in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]
    content = json.loads(response.content)
    assert content["file"] == "netpol_lab progress"
    assert content["version"] == 2
    first = content["attempts"][0]
    assert first["exercise"] == "api-to-db"
    assert first["checked"] == "2026-01-02T00:00:00+00:00"
    assert first["mistakes"] == ["M11", "M19"]
    assert first["policies"] == WRONG
    assert content["hints"] == [{"exercise": "api-to-db", "steps": 2}]


def test_taking_it_twice_changes_nothing(ana: Client, otto: Client) -> None:
    before = work_of(busy(ana))
    file = saved(ana)
    assert "Nothing in this file was new." in upload(ana, file)
    for said in ("4 entries are added.", "Nothing in this file was new."):
        assert said in upload(otto, file)
    for learner in Learner.objects.all():
        assert work_of(learner) == before


def test_a_file_of_both_and_then_an_account_is_one_work(ana: Client, otto: Client) -> None:
    before = work_of(busy(ana))
    upload(otto, saved(ana))
    sign_up(ana, "ana")
    file = saved(ana)
    assert "Nothing in this file was new." in upload(ana, file)
    assert work_of(learner_of_user("ana")) == before


def test_what_is_here_stays(ana: Client, otto: Client) -> None:
    busy(ana)
    check(otto, SOLUTION + "# mine\n")
    upload(otto, saved(ana))
    assert "# mine" in otto.get(LESSON).content.decode()


def test_a_newcomer_gets_a_file_too(client: Client) -> None:
    assert read(saved(client).encode()) == Progress()
    assert not Learner.objects.exists()
    assert "Nothing in this file was new." in upload(client, saved(client))


def tampered(file: str, **changes: Any) -> str:
    content = json.loads(file)
    content["attempts"][0] |= changes
    return json.dumps(content)


@pytest.mark.parametrize(
    "changes", [{"solved": True}, {"mistakes": []}, {"exercise": "deny-all-then-dns"}, {"x": 1}]
)
def test_a_hand_edited_file_is_refused(
    ana: Client, otto: Client, changes: dict[str, object]
) -> None:
    busy(ana)
    page = upload(otto, tampered(saved(ana), **changes))
    assert "the file was changed, or another site has saved it" in page
    assert "Nothing is changed." in page
    assert Learner.objects.count() == 1


def test_spaces_and_the_order_of_keys_do_not_matter(ana: Client, otto: Client) -> None:
    busy(ana)
    content = json.loads(saved(ana))
    shuffled = json.dumps(dict(reversed(content.items())), indent=8)
    assert "4 entries are added." in upload(otto, "\ufeff" + shuffled)


def test_a_file_of_another_site_is_refused(
    ana: Client, otto: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy(ana)
    file = saved(ana)
    monkeypatch.setattr(progress_file._SIGNER, "key", "k" * 50)
    assert "another site has saved it" in upload(otto, file)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Line 1, column 1: this is no JSON."),
        (b'{"file":\n  oops}', "Line 2, column 3: this is no JSON."),
        (b"kind: NetworkPolicy\n", "Line 1, column 1: this is no JSON."),
        (b'{\n"a": "\xff"}', "Line 2 is no UTF-8 text."),
        (b"[]", "Line 1: a progress file starts with a brace."),
        (b"{}", "this is another kind of file."),
        (b'{"file": "netpol_lab progress", "version": 9}', "a newer version of the site"),
        (b'{"file": "netpol_lab progress", "version": 1}', "does not fit"),
        (b'{"file": "netpol_lab progress", "version": 1, "signature": {}}', "does not fit"),
        (b'{"file": "netpol_lab progress", "version": 1, "a": NaN}', "does not fit"),
        (b'{"file": "netpol_lab progress", "version": 1, "a": "\\ud800"}', "does not fit"),
        (b"[" * 200_000, "JSON of a kind that no progress file has"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "JSON of a kind that no progress file has"),
    ],
)
def test_what_is_no_progress_file_is_refused_with_its_place(
    client: Client, data: bytes, said: str
) -> None:
    assert said in upload(client, data).replace("&quot;", '"')
    assert not Learner.objects.exists()


def test_no_file_is_said_to_be_missing(client: Client) -> None:
    response = client.post("/me/upload", {})
    assert response.status_code == 200
    assert "Choose a file first." in response.content.decode()


def test_markup_in_a_file_is_never_echoed(client: Client) -> None:
    assert "<script>alert" not in upload(client, b'{"file": "<script>alert(1)</script>"}')


def test_too_many_entries_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    hints = tuple({"exercise": "x", "steps": n} for n in range(3))
    monkeypatch.setattr(progress_file, "MOST_ENTRIES", 2)
    refusal = read(write(Progress(hints=hints), "now").encode())
    assert refusal == Refusal("The file has more than 2 entries.")


def test_a_file_over_the_limit_is_413_and_unread(client: Client) -> None:
    page = client.post("/me/upload", b"x" * (MOST_BYTES + 5000), content_type="text/plain")
    assert page.status_code == 413
    assert "4100 KiB" in page.content.decode()


def test_a_file_just_over_the_limit_is_refused_on_the_page(client: Client) -> None:
    assert "4 MiB at most" in upload(client, b" " * (MOST_BYTES + 1))


def test_a_large_body_is_taken_nowhere_else(client: Client) -> None:
    for path in ("/me/", "/me/erase/", LESSON, "/me/upload/"):
        assert client.post(path, b"x" * 300_000, content_type="text/plain").status_code == 413


def test_what_the_site_no_longer_has_is_left_out_and_said(ana: Client, otto: Client) -> None:
    busy(ana)
    file = saved(ana)
    Document.objects.filter(slug="api-to-db", kind=Kind.EXERCISE).update(slug="renamed")
    page = upload(otto, file)
    assert (
        "Nothing in this file was new. 4 are about exercises or quizzes that are not here." in page
    )


def test_a_restored_database_with_fewer_revisions_takes_it(ana: Client, otto: Client) -> None:
    learner = busy(ana)
    progress = work_of(learner)
    moved = [{**entry, "exercise revision": 70} for entry in progress.attempts]
    file = write(Progress(tuple(moved)), "now")
    assert "2 entries are added." in upload(otto, file)


def test_two_thousand_attempts_take_few_queries(
    ana: Client, otto: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    entry = work_of(busy(ana)).attempts[0]
    many = tuple({**entry, "key": str(uuid4())} for _ in range(2000))
    file = write(Progress(many), "now")
    with django_assert_max_num_queries(100):
        page = upload(otto, file)
    assert "2000 entries are added." in page


def test_a_get_of_the_uploads_address_leads_back(client: Client) -> None:
    assert client.get("/me/upload")["Location"] == "/me/"


def test_all_that_is_kept_of_a_learners_work_is_in_the_file(ana: Client) -> None:
    """A new column fails here until it is saved and taken back, or is listed as of no use there."""
    assert columns(Attempt) - {"id", "learner", "created"} == {
        "exercise", "exercise_revision", "scenario_revision", "key", "text", "labels", "plugin",
        "accepted",
        "solved", "too_open", "too_strict", "undefined", "mistakes",
        "hints",
    }  # fmt: skip
    assert columns(HintUse) - {"id", "learner", "updated"} == {"exercise", "steps"}
    assert columns(Prediction) - {"id", "learner", "created"} == {
        "exercise", "scenario_revision", "said", "right", "asked"
    }  # fmt: skip


def columns(model: type[Attempt | HintUse | Prediction]) -> set[str]:
    return {field.name for field in model._meta.get_fields()}


def test_the_file_and_the_form_around_it_may_come() -> None:
    assert settings.LARGER_BODIES[reverse("home:upload")] == MOST_BYTES + 4096
