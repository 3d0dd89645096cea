"""The ledger of imports."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class RunState(models.TextChoices):
    """How far a run has come; one that was killed stays ``running``."""

    RUNNING = "running", "running"
    FINISHED = "finished", "finished"
    FAILED = "failed", "failed"
    UNDOING = "undoing", "being undone"
    UNDONE = "undone", "undone"
    PARTLY = "partly", "undone in part"


class FileState(models.TextChoices):
    """How far a file has been read."""

    READING = "reading", "being read"
    READ = "read", "read"
    UNREADABLE = "unreadable", "could not be read"


class Outcome(models.TextChoices):
    """What became of one record."""

    CREATED = "created", "created"
    UPDATED = "updated", "updated"
    UNCHANGED = "unchanged", "unchanged"
    REJECTED = "rejected", "rejected"


class ImportRun(models.Model):
    """One call of an import. ``arguments`` are as given; the counts are of its records."""

    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.RUNNING)
    arguments = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"import {self.pk}"


class ImportFile(models.Model):
    """A file of a run, in the order of reading.

    ``size`` is in bytes and ``modified`` in nanoseconds since 1970, both 0 where not known;
    ``records`` counts those in the ledger, which is where a run that was killed goes on.
    ``sha256``, in hex, is that of the whole file, once it was read to its end.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="files")
    path = models.CharField(max_length=1000)
    size = models.PositiveBigIntegerField(default=0)
    modified = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=FileState, default=FileState.READING)
    records = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=FileState.values), name="import_file_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.path


class ImportRecord(models.Model):
    """What one run made of one record.

    ``position`` is its place in the file, from 1, and ``line`` the line that is wrong, where that
    is known. ``path`` may lead on into a packed file. ``reason`` says why a record was rejected,
    or left alone although it says something else.
    """

    # An index below begins with it.
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="records", db_index=False)
    path = models.CharField(max_length=1000)
    position = models.PositiveIntegerField()
    line = models.PositiveIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.TextField(blank=True)
    article = models.ForeignKey(
        "archive.Article", models.SET_NULL, null=True, blank=True, related_name="import_records"
    )
    received = models.ForeignKey(
        "archive.ReceivedDocument", models.PROTECT, null=True, blank=True, related_name="records"
    )

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["run", "outcome"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=Outcome.values), name="import_outcome_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.path}:{self.position} {self.outcome}"


class ArticleBefore(models.Model):
    """What an article was before a run first changed it: what undoing the run brings back.

    ``state`` holds fields, references, tags and proposals, as ``services/importing_before.py``
    writes them.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="+")
    article = models.ForeignKey("archive.Article", models.CASCADE, related_name="+")
    state = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "article"], name="article_before_is_unique"),
        ]

    def __str__(self) -> str:
        return f"article {self.article_id} before import {self.run_id}"
