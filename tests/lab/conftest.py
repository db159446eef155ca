"""The course loaded, and a way to post to it."""

import pytest
from django.test import Client

from tests.simulator.worlds import DB_POLICY

SOLUTION = DB_POLICY.replace("role: api", "name: api-pod")


@pytest.fixture
def ana(course: None) -> Client:
    """A learner's browser."""
    return Client()


@pytest.fixture
def otto(course: None) -> Client:
    """Somebody else's browser."""
    return Client()
