"""Where the articles of a source are fetched from, and how that went."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from archive.models.article import Status
from archive.models.source import Source


class SourceFeed(models.Model):
    """A feed of a source, polled when ``next_poll_at`` has come and as long as it is ``active``.

    ``etag`` and ``last_modified`` are those of the last answer that was taken in, ``last_status``
    is its HTTP status or None; ``failures`` counts those since the last success.
    """

    source = models.ForeignKey(Source, models.CASCADE, related_name="feeds")
    url = models.URLField("address", max_length=500, unique=True)
    status = models.CharField(
        "its articles are",
        max_length=10,
        choices=[
            (Status.PUBLISHED.value, Status.PUBLISHED.label),
            (Status.DRAFT.value, Status.DRAFT.label),
        ],
        default=Status.PUBLISHED,
    )
    active = models.BooleanField(default=True)
    etag = models.CharField(max_length=500, blank=True, editable=False)
    last_modified = models.CharField(max_length=100, blank=True, editable=False)
    last_polled_at = models.DateTimeField("last asked", null=True, blank=True, editable=False)
    next_poll_at = models.DateTimeField("next asked", default=timezone.now, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    last_error = models.TextField("what was wrong", blank=True, editable=False)
    last_status = models.PositiveSmallIntegerField(
        "last answer", null=True, blank=True, editable=False
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = "feed"
        indexes = [models.Index(fields=["active", "next_poll_at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=(Status.PUBLISHED, Status.DRAFT)),
                name="feed_status_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.url
