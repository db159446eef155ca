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
    labels = models.TextField(blank=True)  # simulator.relabel's text of them
    plugin = models.TextField(blank=True)  # simulator.switching's text of its settings
    accepted = models.BooleanField()  # would the API server store it?
    solved = models.BooleanField()
    too_open = models.PositiveIntegerField(default=0)
    too_strict = models.PositiveIntegerField(default=0)
    undefined = models.PositiveIntegerField(default=0)
    mistakes = models.CharField(max_length=60, blank=True)  # recognised: "M03 M01"
    hints = models.PositiveSmallIntegerField(default=0)  # HintUse.steps when it was submitted
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["learner", "key"], name="one_attempt_per_key"),
        )
        indexes = (models.Index(fields=["learner", "exercise", "-id"]),)

    def __str__(self) -> str:
        return f"attempt {self.pk} at {self.exercise}"


class HintUse(models.Model):
    """How far a learner has gone in an exercise's hints; one step more than hints: the solution."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="hint_uses")
    exercise = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    steps = models.PositiveSmallIntegerField(default=0)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["learner", "exercise"], name="one_hint_use"),
        )

    def __str__(self) -> str:
        return f"{self.steps} hints at {self.exercise}"


class Prediction(models.Model):
    """What a learner expected of a lesson's arrows before seeing them; the first try stands.

    `said` holds the choices as JSON: probe id → outcome. It counts for nothing but the learner's
    own statistics.
    """

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="predictions")
    exercise = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    scenario_revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    said = models.TextField()
    right = models.PositiveSmallIntegerField()
    asked = models.PositiveSmallIntegerField()
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["learner", "exercise"], name="one_prediction"),
        )

    def __str__(self) -> str:
        return f"{self.right} of {self.asked} at {self.exercise}"


class QuestionAnswer(models.Model):
    """What a learner said to a lesson's question; each answer is a row, the newest is shown.

    `said` is the answer as JSON, in the shape of docs/content.md. `credit` counts to WHOLE.
    """

    WHOLE = 1_000_000

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="question_answers")
    lesson = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField()
    said = models.TextField()
    credit = models.PositiveIntegerField()
    mistakes = models.CharField(max_length=60, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["learner", "key"], name="one_answer_per_key"),
        )
        indexes = (models.Index(fields=["learner", "lesson", "-id"]),)

    def __str__(self) -> str:
        return f"answer {self.pk} to the question of {self.lesson}"
