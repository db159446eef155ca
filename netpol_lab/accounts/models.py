"""Users and learners."""

import secrets

from django.contrib.auth.models import AbstractUser
from django.db import models


def new_token() -> str:
    """Return 32 URL-safe characters, 192 random bits."""
    return secrets.token_urlsafe(24)


class User(AbstractUser):
    """An account. Ours from the start, because Django cannot swap it in later."""


class Learner(models.Model):
    """Whoever does the exercises, and owns all that work; signed in or not."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, null=True, blank=True)
    # What the signed cookie holds. Not the primary key, so that it can be replaced.
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.user) if self.user else f"learner {self.pk}"
