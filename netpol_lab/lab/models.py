"""Attempts: what learners submitted, and how it was judged."""

from django.db import models

from netpol_lab.accounts.models import Learner
from netpol_lab.content.models import Document, Revision


class Attempt(models.Model):
    """One stored submission, with the revisions that it was judged by.

    `key` comes with the form, so that a submission sent twice is one attempt.
    """

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="attempts")
    exercise = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="attempts")
    exercise_revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    scenario_revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField()
    text = models.TextField()
    accepted = models.BooleanField()  # would the API server store it?
    solved = models.BooleanField()
    too_open = models.PositiveIntegerField(default=0)
    too_strict = models.PositiveIntegerField(default=0)
    undefined = models.PositiveIntegerField(default=0)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["learner", "key"], name="one_attempt_per_key"),
        )
        indexes = (models.Index(fields=["learner", "exercise", "-id"]),)

    def __str__(self) -> str:
        return f"attempt {self.pk} at {self.exercise}"
