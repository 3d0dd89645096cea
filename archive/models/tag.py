"""Which entity an article is about, who says so, and whether it counts."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from archive.models.article import Article
from archive.models.base import AtomicModel
from archive.models.entity import Entity
from archive.models.import_run import ImportRun


class Origin(models.TextChoices):
    """Who or what put a tag there."""

    IMPORT = "import", "given by the supplier"
    GAZETTEER = "gazetteer", "found in the text"
    EDITOR = "editor", "set by an editor"


class TagState(models.TextChoices):
    """Whether a tag counts. A rejected one stays rejected, whatever is imported later."""

    SUGGESTED = "suggested", "suggested"
    AUTOMATIC = "automatic", "automatic"
    CONFIRMED = "confirmed", "confirmed"
    REJECTED = "rejected", "rejected"


# What facets, pages and the public index go by. A supplier's tags are automatic by state.
COUNTED_STATES = (TagState.AUTOMATIC, TagState.CONFIRMED)


class Tag(AtomicModel):
    """One entity of one article.

    ``origin`` is the strongest of its evidence (editor, import, gazetteer). ``count`` is how often
    the text names the entity and ``first_position`` where it first does, in characters of
    headline, summary and body joined by empty lines; none where only the supplier says so.
    """

    # The indexes below begin with these two: ones of their own would be written for nothing.
    article = models.ForeignKey(Article, models.CASCADE, related_name="tags", db_index=False)
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="tags", db_index=False)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.EDITOR)
    state = models.CharField(max_length=10, choices=TagState, default=TagState.CONFIRMED)
    count = models.PositiveIntegerField(default=0)
    first_position = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-count", "pk"]
        indexes = [
            models.Index(fields=["entity", "state"]),
            models.Index(
                fields=["state", "-id"],
                condition=Q(state="suggested"),
                name="tag_suggested",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["article", "entity"], name="tag_is_unique"),
            models.CheckConstraint(
                condition=Q(state__in=TagState.values), name="tag_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(origin__in=Origin.values), name="tag_origin_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entity} ({self.get_state_display()})"

    @property
    def counts(self) -> bool:
        """Whether facets count the tag."""
        return self.state in COUNTED_STATES


class TagEvidence(models.Model):
    """One reason for a tag: one row per tag and origin, so that each can be taken back alone."""

    # The constraint's index begins with it; by whom and in which run, nobody looks for.
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="evidence", db_index=False)
    origin = models.CharField(max_length=10, choices=Origin)
    surface = models.CharField(max_length=200, blank=True, help_text="The name as it stood.")
    count = models.PositiveIntegerField(default=0)
    first_position = models.PositiveIntegerField(null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    run = models.ForeignKey(
        ImportRun, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "tag evidence"
        constraints = [
            models.UniqueConstraint(fields=["tag", "origin"], name="tag_evidence_is_unique"),
        ]

    def __str__(self) -> str:
        return self.get_origin_display()
