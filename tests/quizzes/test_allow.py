"""manage.py allow"""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from netpol_lab.accounts.models import Learner, User
from netpol_lab.quizzes.models import Allowance
from tests.quizzes.conftest import Clocks, begin, url

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("allow", *arguments, stdout=out)
    return out.getvalue().strip()


@pytest.fixture
def ines(db: None) -> User:
    return User.objects.create_user("ines")


def test_it_works(ines: User) -> None:
    assert run() == "Nobody has extra time."
    assert run("ines") == "ines: no extra time"
    assert run("ines", "25%") == "ines: 25% more"
    assert run("Ines", "25%", "10min", "30s") == "Ines: 25% and 10 min 30 s more"
    assert run() == "ines: 25% and 10 min 30 s more"
    given = Allowance.objects.get()
    assert (given.learner.user, given.percent, given.seconds) == (ines, 25, 630)
    assert run("ines", "--remove") == "ines: no extra time"
    assert not Allowance.objects.exists()


def test_a_person_without_an_account_is_known_by_a_sitting(ana: Client, clocks: Clocks) -> None:
    """Who sits already gains it at once; taking it back shortens nothing."""
    sitting = begin(ana, "paper")
    remaining = ana.get(url(sitting, what="state.json")).json()["remaining"]
    assert run(str(sitting.pk), "5min") == f"{sitting.pk}: 5 min more"
    for arguments in ((), (str(sitting.pk), "--remove")):
        run(*arguments)
        assert ana.get(url(sitting, what="state.json")).json()["remaining"] == remaining + 300
    ana.post(url(sitting, what="finish"))
    assert begin(ana, "paper").extra_seconds == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("otto", "25%"), "There is no account, and no sitting, of the name otto."),
        (("0a3c8e7e-32a1-4c3e-93b8-0b9d7d3f2f11", "25%"), "There is no account"),
        (("ines", "25"), "25 is no extra time: write 25%, 10min or 90s."),
        (("ines", "-5min"), "no extra time"),
        (("ines", "401%"), "More than 400% or 24 h"),
        (("ines", "1440min", "1s"), "More than 400% or 24 h"),
        (("ines", "0%"), "That is no extra time"),
        (("ines", "5%", "--remove"), "takes a WHO and no TIME"),
        (("--remove",), "takes a WHO and no TIME"),
    ],
)
def test_what_makes_no_sense_is_said_and_changes_nothing(
    ines: User, arguments: tuple[str, ...], words: str
) -> None:
    if arguments[1:2] == ("-5min",):
        arguments = ("ines", "--", "-5min")
    with pytest.raises(CommandError, match=words.replace("(", r"\(")):
        run(*arguments)
    assert not Learner.objects.exists() or not Allowance.objects.exists()
