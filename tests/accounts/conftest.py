"""Passwords that are hashed in no time, and two people's browsers with the course."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ana(course: None) -> Client:
    """A learner's browser."""
    return Client()


@pytest.fixture
def otto(course: None) -> Client:
    """Somebody else's browser."""
    return Client()
