"""The course loaded, and a way to post to it."""

import pytest
from django.conf import settings
from django.test import Client

from netpol_lab.content.actions import load
from netpol_lab.content.folder import read_folder
from tests.simulator.worlds import DB_POLICY

SOLUTION = DB_POLICY.replace("role: api", "name: api-pod")


@pytest.fixture
def course(db: None) -> None:
    """fixtures/ in the database."""
    load(read_folder(settings.BASE_DIR / "fixtures").files)


@pytest.fixture
def ana(course: None) -> Client:
    """A learner's browser."""
    return Client()


@pytest.fixture
def otto(course: None) -> Client:
    """Somebody else's browser."""
    return Client()
