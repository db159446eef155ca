"""GET and POST /me/erase/: what goes, and that it is gone."""

import json

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from netpol_lab.accounts.models import Learner, User
from netpol_lab.content.models import Document
from netpol_lab.lab.models import Attempt
from netpol_lab.quizzes.models import Sitting
from tests.accounts.people import PASSWORD, learner_of_user, sign_in, sign_up
from tests.home.test_progress_file import WRONG, busy, check, saved

pytestmark = pytest.mark.django_db
ERASE = "/me/erase/"


def test_it_works(ana: Client, otto: Client) -> None:
    busy(ana)
    check(otto, "# otto's\n")
    page = ana.get(ERASE).content.decode()
    assert "2 checks with their texts and outcomes" in page
    done = ana.post(ERASE, {"sure": "on"}, follow=True)
    assert "All that was kept of your work is erased." in done.content.decode()
    assert ana.cookies[settings.LEARNER_COOKIE_NAME].value == ""
    assert [attempt.text for attempt in Attempt.objects.all()] == ["# otto's\n"]
    assert Learner.objects.count() == 1


def test_without_the_tick_nothing_goes(ana: Client) -> None:
    busy(ana)
    page = ana.post(ERASE, {})
    assert page.status_code == 200
    assert "Nothing is erased yet" in page.content.decode()
    assert Attempt.objects.count() == 2


def test_a_newcomer_has_nothing_to_erase(client: Client) -> None:
    assert "Nothing is kept of your work here." in client.get(ERASE).content.decode()
    assert client.post(ERASE, {"sure": "on"})["Location"] == "/"


def test_a_sitting_is_work_too(ana: Client) -> None:
    check(ana, WRONG)
    Attempt.objects.all().delete()
    assert "Nothing is kept" in ana.get(ERASE).content.decode()
    document = Document.objects.filter(kind="lesson")[0]
    Sitting.objects.create(
        learner=Learner.objects.get(), quiz=document, quiz_revision=document.revisions.get(),
        seed="s", kind="quiz", started=timezone.now(),
    )  # fmt: skip
    assert "1 quiz that you sat" in ana.get(ERASE).content.decode()
    ana.post(ERASE, {"sure": "on"})
    assert not Sitting.objects.exists()


def test_work_can_go_and_the_account_stay(ana: Client) -> None:
    busy(ana)
    sign_up(ana, "ana")
    ana.post(ERASE, {"what": "work", "sure": "on"})
    assert not Learner.objects.exists()
    assert "Kept in the account ana" in ana.get("/me/").content.decode()
    check(ana, "# anew\n")
    assert learner_of_user("ana").attempts.count() == 1


@pytest.mark.parametrize("password", ["", "wrong words here"])
def test_the_account_goes_with_its_password_only(ana: Client, password: str) -> None:
    busy(ana)
    sign_up(ana, "ana")
    page = ana.post(ERASE, {"what": "account", "sure": "on", "password": password})
    # The quotation mark is escaped.
    assert "This is not the account" in page.content.decode()
    assert User.objects.count() == 1
    assert Attempt.objects.count() == 2


def test_an_account_that_goes_leaves_no_row_behind(ana: Client, otto: Client) -> None:
    """Its name stands in no column of any table, and no session leads to it."""
    busy(ana)
    sign_up(ana, "canary-name", email="canary@lab.example")
    elsewhere = Client()
    sign_in(elsewhere, "canary-name")
    sign_up(otto, "otto")
    number = User.objects.get(username="canary-name").pk
    assert tables_that_hold("canary") >= {"accounts_user", "account_emailaddress"}
    form = {"what": "account", "sure": "on", "password": PASSWORD}
    done = ana.post(ERASE, form, follow=True)
    assert "Your account and all that was kept with it is erased." in done.content.decode()
    assert tables_that_hold("canary") == set()
    assert not Attempt.objects.exists()
    assert not Learner.objects.exists()
    held = [session.get_decoded() for session in Session.objects.all()]
    assert not [session for session in held if session.get("_auth_user_id") == str(number)]
    assert "canary" not in json.dumps(held)
    assert "Kept for this browser only" in elsewhere.get("/me/").content.decode()
    assert "Kept in the account otto" in otto.get("/me/").content.decode()
    assert "canary" not in saved(ana)


def tables_that_hold(word: str) -> set[str]:
    """Every table with this word in a column of text."""
    found = set()
    for model in apps.get_models():
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            if any(word in str(value) for row in cursor.fetchall() for value in row):
                found.add(table)
    return found
