"""Sittings with their answers, extra time, and the cards of reviews."""

from uuid import uuid4

from django.db import models

from netpol_lab.accounts.models import Learner
from netpol_lab.content.models import Document, Revision


class Purpose(models.TextChoices):
    """What a sitting is for: what its quiz is used for, or the review of a misconception."""

    QUIZ = "quiz"
    DRILL = "drill"
    EXAM = "exam"
    ENTRY = "entry"
    REVIEW = "review"


class Sitting(models.Model):
    """One run through a quiz. Its paper is what `quiz_revision`, `sources` and `seed` make.

    `sources` are the ids of the revisions of the scenarios and exercises that the quiz names.
    `boot` and `ticks` say where the machine's own clock stood at the start (see clock.py), which no
    step of the time of day moves. `finished` is set once; `released` is when feedback may be read.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="sittings")
    quiz = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="sittings")
    quiz_revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    sources = models.JSONField(default=list)
    seed = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=Purpose)
    misconception = models.CharField(max_length=8, blank=True)  # of a review
    started = models.DateTimeField()
    boot = models.CharField(max_length=40, blank=True)
    ticks = models.FloatField(default=0)
    deadline = models.DateTimeField(null=True)
    extra_seconds = models.PositiveIntegerField(default=0)  # included in the deadline
    finished = models.DateTimeField(null=True)
    released = models.DateTimeField(null=True)
    score = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    max_score = models.PositiveIntegerField(null=True)
    passed = models.BooleanField(null=True)

    class Meta:
        indexes = (models.Index(fields=["learner", "quiz", "-started"]),)

    def __str__(self) -> str:
        return f"sitting {self.pk} of {self.quiz}"


class Answer(models.Model):
    """What a learner has said of one item of a sitting so far; there is a row before they do.

    `payload` is what the page shows: a draft, or what was submitted. `submitted` is the last that
    was handed in as the answer. Marks are set when it is judged. `feedback` is what the item's
    level may say, never more.
    """

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="answers")
    item = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()  # from 1
    payload = models.JSONField(null=True)
    saved = models.DateTimeField(null=True)
    submitted = models.JSONField(null=True)
    answered = models.DateTimeField(null=True)
    flagged = models.BooleanField(default=False)
    hinted = models.BooleanField(default=False)
    credit = models.DecimalField(max_digits=7, decimal_places=6, null=True)
    feedback = models.JSONField(null=True)
    mistakes = models.CharField(max_length=60, blank=True)  # recognised: "M03 M01"

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["sitting", "item"], name="one_answer_per_item"),
        )
        ordering = ("position",)

    def __str__(self) -> str:
        return f"{self.item} of {self.sitting_id}"


class Submission(models.Model):
    """One answer as it was handed in. `key` comes with it: sent twice, it is still one row."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="submissions")
    key = models.UUIDField()
    payload = models.JSONField(null=True)
    received = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["answer", "key"], name="one_submission_per_key"),
        )

    def __str__(self) -> str:
        return f"submission {self.key}"


class Allowance(models.Model):
    """A person's extra time in everything that has a clock: a share of it, and seconds on top."""

    learner = models.OneToOneField(Learner, on_delete=models.CASCADE, related_name="allowance")
    percent = models.PositiveSmallIntegerField(default=0)
    seconds = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.percent} % + {self.seconds} s for {self.learner}"

    def extra(self, seconds: int) -> int:
        """The extra seconds for a time of so many; none where no clock runs."""
        return -(-seconds * self.percent // 100) + self.seconds if seconds else 0


class Card(models.Model):
    """A misconception that a learner reviews; `state` is the fsrs library's own record of it."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="cards")
    misconception = models.CharField(max_length=8)
    state = models.JSONField()
    due = models.DateTimeField()
    last = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["learner", "misconception"], name="one_card"),
        )
        indexes = (models.Index(fields=["learner", "due"]),)

    def __str__(self) -> str:
        return f"{self.misconception} of {self.learner}"
