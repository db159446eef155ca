"""The server's clock: the deadline, the grace after it, steps of the time of day, two sessions."""

from uuid import uuid4

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from netpol_lab.quizzes import clock
from netpol_lab.quizzes.models import Sitting
from tests.quizzes.conftest import Clocks, begin, url
from tests.quizzes.test_item import post

pytestmark = pytest.mark.django_db
LONG = 20 * 60


@pytest.fixture
def sitting(ana: Client, clocks: Clocks, settings: Settings) -> Sitting:
    settings.EXAM_GRACE_SECONDS = 0
    return begin(ana, "paper")


def taken(client: Client, sitting: Sitting, what: str = "save") -> bool:
    told = post(client, url(sitting, 1, what), payload="a", key=uuid4())
    assert told.status_code == (200 if told.json()["taken"] else 403)
    return bool(told.json()["taken"])


@pytest.mark.parametrize("what", ["save", "answer", "flag"])
@pytest.mark.parametrize(("late", "expected"), [(-1, True), (0, True), (1, False)])
def test_the_deadline_is_sharp(
    ana: Client, sitting: Sitting, clocks: Clocks, what: str, late: int, expected: bool
) -> None:
    clocks.go(LONG + late)
    assert taken(ana, sitting, what) is expected


@pytest.mark.parametrize(("late", "expected"), [(4, True), (5, True), (6, False)])
def test_what_was_on_its_way_has_a_few_seconds(
    ana: Client, sitting: Sitting, clocks: Clocks, settings: Settings, late: int, expected: bool
) -> None:
    settings.EXAM_GRACE_SECONDS = 5
    clocks.go(LONG + late)
    assert ana.get(url(sitting, what="state.json")).json()["remaining"] == 0
    assert taken(ana, sitting) is expected


def test_whoever_comes_too_late_closes_the_sitting(
    ana: Client, sitting: Sitting, clocks: Clocks
) -> None:
    clocks.go(LONG - 10)
    assert taken(ana, sitting)
    clocks.go(3600)
    assert not taken(ana, sitting, "answer")
    sitting.refresh_from_db()
    assert sitting.finished == sitting.deadline
    assert sitting.answers.get(position=1).payload == "a"


def test_looking_after_the_end_closes_nothing_and_tells_nothing(
    ana: Client, sitting: Sitting, clocks: Clocks
) -> None:
    clocks.go(LONG + 60)
    for what in ("", "result", "result.json", "state.json"):
        assert ana.get(url(sitting, what=what)).status_code == 200
    assert ana.get(url(sitting, what="state.json")).json()["over"] is True
    sitting.refresh_from_db()
    assert (sitting.finished, sitting.released) == (None, None)
    ana.post(url(sitting, what="finish"))
    sitting.refresh_from_db()
    assert sitting.finished == sitting.deadline


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_step_of_the_time_of_day_gains_and_loses_nothing(
    ana: Client, sitting: Sitting, clocks: Clocks, hours: int
) -> None:
    clocks.go(60)
    clocks.step(3600 * hours)
    assert ana.get(url(sitting, what="state.json")).json()["remaining"] == LONG - 60
    clocks.go(LONG - 60)
    assert taken(ana, sitting)
    clocks.go(1)
    assert not taken(ana, sitting)


@pytest.mark.parametrize("other", ["", "another-boot"])
def test_without_the_boot_clock_time_never_runs_back(
    ana: Client, sitting: Sitting, clocks: Clocks, other: str
) -> None:
    """On another machine, or after a restart, the time of day has to do."""
    clocks.boot = other
    clocks.go(LONG - 5)
    assert taken(ana, sitting)
    clocks.step(-3600)
    assert ana.get(url(sitting, what="state.json")).json()["remaining"] == 5


def test_a_step_back_never_reopens(ana: Client, sitting: Sitting, clocks: Clocks) -> None:
    clocks.boot = "another-boot"
    clocks.go(LONG + 1)
    assert not taken(ana, sitting)
    clocks.step(-3600)
    assert not taken(ana, sitting)
    assert ana.get(url(sitting, what="state.json")).json()["over"] is True


def test_reloads_and_a_second_tab_gain_nothing(
    ana: Client, sitting: Sitting, clocks: Clocks
) -> None:
    second = Client()
    second.cookies = ana.cookies
    clocks.go(100)
    for client in (ana, second, ana):
        client.get(url(sitting))
        client.post("/quizzes/paper/start")
        assert client.get(url(sitting, what="state.json")).json()["remaining"] == LONG - 100
    sitting.refresh_from_db()
    assert Sitting.objects.count() == 1
    clocks.go(LONG - 99)
    assert not taken(second, sitting)
    assert not taken(ana, sitting)


def test_a_second_replica_counts_the_same(ana: Client, sitting: Sitting, clocks: Clocks) -> None:
    """Its clock is two seconds off: that much, and no more, it is off here."""
    clocks.boot = "the-other-machine"
    clocks.step(2)
    clocks.go(LONG - 2)
    assert taken(ana, sitting)
    clocks.go(1)
    assert not taken(ana, sitting)


def test_a_boot_clock_that_stands_before_the_start_is_another_one(
    sitting: Sitting, clocks: Clocks
) -> None:
    """As in a container that keeps its boot's name: nobody gains the difference."""
    clocks.go(100)
    clocks.ticks = sitting.ticks - 500
    assert clock.time_in(sitting) == clocks.wall


def test_no_time_is_before_the_start(sitting: Sitting, clocks: Clocks) -> None:
    clocks.boot = "another-boot"
    clocks.step(-3600)
    assert clock.time_in(sitting) == sitting.started


def test_the_real_clocks_can_be_read() -> None:
    first, second = clock.read(), clock.read()
    assert first.boot == second.boot
    assert second.ticks >= first.ticks
