"""The bytes as they were received."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils import timezone


class ReceivedDocument(models.Model):
    """A record exactly as a supplier sent it, never changed. ``sha256`` is its fixity, in hex."""

    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    content = models.BinaryField()
    format = models.CharField(max_length=30)
    received_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Exact(Length("sha256"), 64), name="received_sha256_is_whole"
            )
        ]

    def __str__(self) -> str:
        return f"{self.format} {self.sha256[:12]}"
