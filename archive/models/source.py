"""Who published an article."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from archive.models.base import AtomicModel
from archive.models.import_run import ImportRun


class SourceKind(models.TextChoices):
    """What a source is."""

    NEWSPAPER = "newspaper", "newspaper"
    AGENCY = "agency", "news agency"
    BROADCASTER = "broadcaster", "broadcaster"
    MAGAZINE = "magazine", "magazine"
    WEBSITE = "website", "website"
    OTHER = "other", "other"


class Source(AtomicModel):
    """An outlet. Hiding one (``visible``) hides all its articles."""

    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=100, unique=True, allow_unicode=True)
    kind = models.CharField(max_length=20, choices=SourceKind, default=SourceKind.OTHER)
    country = models.CharField(
        max_length=2, blank=True, help_text="ISO 3166 code of two letters, such as DE."
    )
    language = models.CharField(max_length=35, blank=True, help_text="BCP 47 tag, such as de.")
    home_page = models.URLField(max_length=500, blank=True)
    identifiers = models.JSONField(
        default=dict, blank=True, help_text='Scheme and value, such as {"issn": "1234-5679"}.'
    )
    usage_terms = models.TextField(blank=True)
    visible = models.BooleanField(
        default=True, help_text="A hidden source hides all its articles from the public."
    )
    # The import that made it of a bare name, which takes it away again when it is undone.
    import_run = models.ForeignKey(
        ImportRun, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["name"])]
        constraints = [
            models.CheckConstraint(condition=~models.Q(slug=""), name="source_has_slug"),
            models.CheckConstraint(condition=~models.Q(name=""), name="source_has_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("source", args=[self.slug])
