"""What several models share."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction


class AtomicModel(models.Model):
    """A model whose save and delete are one transaction with what their signals write.

    Without it, in autocommit, an outbox row written by ``post_save`` would be a transaction of its
    own, and a crash between the two would leave a change that the index never hears of.
    """

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            return super().delete(*args, **kwargs)
