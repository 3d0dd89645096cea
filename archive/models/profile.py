"""How files of one supplier are read, kept under a name."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from archive.models.base import AtomicModel


class ImportProfile(AtomicModel):
    """Rules that make a supplier's columns our fields, for ``import_articles --profile``.

    ``mapping`` is a list of rules as ``--map`` takes them; ``format`` is the one that files are
    read as, recognised file by file where it is empty.
    """

    name = models.CharField(max_length=100, unique=True)
    format = models.CharField(
        max_length=20,
        blank=True,
        help_text="csv, json or xml. Empty: each file is read as what it looks like.",
    )
    mapping = models.JSONField("columns", default=list)
    created_at = models.DateTimeField("created", auto_now_add=True)
    updated_at = models.DateTimeField("updated", auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="import_profile_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
