"""Claims and submissions that really run at the same time, each on a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, transaction

from netpol_lab.accounts.actions import settled
from netpol_lab.accounts.models import Learner, User
from netpol_lab.content.models import Document, Kind
from netpol_lab.home.actions import claim
from netpol_lab.lab.models import Attempt
from tests.accounts.people import learner_of_user
from tests.accounts.test_claiming import attempt


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_and_nothing_is_there_twice(course: None) -> None:
    """Two browsers are claimed twice each by one user, while both submit."""
    exercise = Document.objects.get(kind=Kind.EXERCISE, slug="api-to-db")
    user = User.objects.create_user("ana")
    browsers = [Learner.objects.create() for _ in range(2)]
    start = Barrier(8)

    def at_once(act: Callable[[], object]) -> None:
        start.wait(timeout=20)
        try:
            act()
        finally:
            connection.close()

    def submit(browser: Learner) -> None:
        with transaction.atomic():
            attempt(settled(browser), exercise, key=uuid4())

    acts = [lambda b=b, do=do: do(b) for b in browsers for do in (lambda b: claim(b, user), submit)]
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(at_once, act) for act in acts * 2]:
            done.result(timeout=60)
    assert Learner.objects.filter(user=user).count() == 1
    assert learner_of_user("ana").attempts.count() == Attempt.objects.count() == 4
    assert Learner.objects.filter(merged_into=learner_of_user("ana")).count() == 2
