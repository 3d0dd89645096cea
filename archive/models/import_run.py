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


class ImportRecord(models.Model):
    """What one run made of one record. ``position`` is its line or place in the file, from 1."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="records")
    path = models.CharField(max_length=1000)
    position = models.PositiveIntegerField()
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
