"""What a supplier says of an article where an editor has said something else."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from archive.models.article import Article
from archive.models.import_run import ImportRun


class Proposal(models.Model):
    """A supplier's value of one field that an editor has changed. It waits beside the editor's.

    ``field`` is the name of a field of the article, or ``references``, whose value is a list of
    labels and addresses. A dismissed one is kept, so that the same value does not come back.
    """

    article = models.ForeignKey(Article, models.CASCADE, related_name="proposals")
    field = models.CharField(max_length=50)
    value = models.JSONField(encoder=DjangoJSONEncoder, null=True)
    run = models.ForeignKey(ImportRun, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    dismissed = models.BooleanField(default=False)

    class Meta:
        ordering = ["field"]
        constraints = [
            models.UniqueConstraint(fields=["article", "field"], name="proposal_is_unique"),
        ]

    def __str__(self) -> str:
        return self.field
