"""What the index has yet to hear of, and what the public may have noticed."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class OutboxRow(models.Model):
    """An article that the index must look at again, from ``due_at`` on.

    Written in the transaction of the change, deleted once the engine has committed. ``hides`` says
    that the public may see less of the article than the index still shows: until the row is gone,
    public searches leave the article out.
    """

    public_id = models.CharField(max_length=16)
    due_at = models.DateTimeField(default=timezone.now)
    hides = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = "outbox row"
        indexes = [
            models.Index(fields=["due_at"]),
            models.Index(
                fields=["public_id"], condition=models.Q(hides=True), name="outbox_hiding"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class PublicEpoch(models.Model):
    """A single row that grows with every change that the public could see; part of every ETag."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    value = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="public_epoch_is_single"),
        ]

    def __str__(self) -> str:
        return str(self.value)
