"""Documents (scenarios, exercises, lessons, quizzes, notes) and every revision of each."""

from django.db import models

SEED = "seed"


class Kind(models.TextChoices):
    """What a document is."""

    SCENARIO = "scenario"
    EXERCISE = "exercise"
    LESSON = "lesson"
    QUIZ = "quiz"
    NOTES = "notes"


class Document(models.Model):
    """The identity of a document, and the columns that lists are made from.

    `origin` says who writes it: `seed` for fixtures/. Loading touches only its own origin.
    """

    kind = models.CharField(max_length=10, choices=Kind)
    origin = models.CharField(max_length=40, default=SEED)
    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=200)
    summary = models.CharField(max_length=400, blank=True)
    module = models.PositiveSmallIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)
    published = models.BooleanField(default=True)
    # Null only while its first revision is being written.
    current = models.ForeignKey(
        "Revision", on_delete=models.PROTECT, null=True, related_name="current_of"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["origin", "kind", "slug"], name="one_slug_per_origin"),
        )
        ordering = ("module", "position", "slug")

    def __str__(self) -> str:
        return f"{self.kind} {self.slug}"


class Revision(models.Model):
    """A version of a document's text. Append-only: attempts point at what they were judged by."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["document", "number"], name="one_revision_per_number"),
        )

    def __str__(self) -> str:
        return f"{self.document} r{self.number}"
