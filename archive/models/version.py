"""What an article said before."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone


class ArticleVersion(models.Model):
    """The content of an article as it stood until a change; rows are only ever added.

    ``number`` is the version that ended; ``by`` or ``run`` is who replaced it.
    """

    article = models.ForeignKey("archive.Article", models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField(encoder=DjangoJSONEncoder)
    replaced_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    run = models.ForeignKey(
        "archive.ImportRun", models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="version_is_unique"),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"
