"""Users and learners."""

import secrets
import unicodedata

from django.contrib.auth.models import AbstractUser
from django.db import models


def new_token() -> str:
    """Return 32 URL-safe characters, 192 random bits."""
    return secrets.token_urlsafe(24)


class User(AbstractUser):
    """An account. Ours from the start, because Django cannot swap it in later."""

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """One spelling for all that look alike, so that the column's own uniqueness tells."""
        return unicodedata.normalize("NFKC", username).lower()


class Learner(models.Model):
    """Whoever does the exercises, and owns all that work; signed in or not.

    A learner of a browser is reached by the cookie that holds `token`; one that has a `user` only
    by signing in. One that was claimed keeps its row, without work, and says who has it now: a
    submission that was under way finds its owner by `merged_into`.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, null=True, blank=True)
    # What the signed cookie holds. Not the primary key, so that it can be replaced.
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="merged"
    )
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.user) if self.user else f"learner {self.pk}"
