"""What articles are about."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from archive.models.base import AtomicModel
from archive.models.import_run import ImportRun
from archive.models.name_key import NameKeyField


class EntityKind(models.TextChoices):
    """Kinds of entity. A party acts in the news; a state may be a party and a place as well."""

    PARTY = "party", "party"
    PLACE = "place", "place"
    PERSON = "person", "person"
    ORGANISATION = "organisation", "organisation"
    TOPIC = "topic", "topic"


class Entity(AtomicModel):
    """A party, place, person, organisation or topic. Latitude and longitude are WGS 84 degrees."""

    kind = models.CharField(max_length=12, choices=EntityKind)
    name = models.CharField(max_length=200)
    name_key = NameKeyField()
    slug = models.SlugField(max_length=100, allow_unicode=True)
    description = models.TextField(blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    # Off for what an import brought in: if a text were searched for names that came after it, its
    # tags would hang on the order of imports, and one supplier's odd name would be everyone's.
    in_texts = models.BooleanField(
        "looked for in texts",
        default=True,
        help_text="Whether articles whose text names it are tagged with it.",
    )
    # The import that made it of a bare name, which takes it away again when it is undone.
    import_run = models.ForeignKey(
        ImportRun, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "entities"
        indexes = [
            models.Index(fields=["kind", "name"]),
            models.Index(fields=["name"]),
            models.Index(fields=["name_key"], name="entity_name_key"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug"], name="entity_slug_is_unique"),
            models.CheckConstraint(condition=~Q(slug="") & ~Q(name=""), name="entity_is_named"),
            models.CheckConstraint(
                condition=Q(kind__in=EntityKind.values), name="entity_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(
                    kind=EntityKind.PLACE,
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__gte=-90,
                    latitude__lte=90,
                    longitude__gte=-180,
                    longitude__lte=180,
                ),
                name="entity_coordinates_fit",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("pk")), name="entity_is_not_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("entity", args=[self.kind, self.slug])


class EntityAlias(AtomicModel):
    """Another name of an entity, in one language or (empty) in all.

    A metonym is the name of something else that stands for the entity: Moscow for Russia.
    """

    entity = models.ForeignKey(Entity, models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)
    name_key = NameKeyField()
    language = models.CharField(max_length=35, blank=True)
    metonym = models.BooleanField(default=False)

    class Meta:
        ordering = ["language", "name"]
        verbose_name_plural = "entity aliases"
        indexes = [
            models.Index(fields=["name"]),
            models.Index(fields=["name_key"], name="entity_alias_name_key"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "name", "language"], name="entity_alias_is_unique"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="entity_alias_is_named"),
        ]

    def __str__(self) -> str:
        return self.name


class EntityIdentifier(AtomicModel):
    """What another register calls the entity: scheme ``wikidata``, value ``Q159``."""

    entity = models.ForeignKey(Entity, models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=50)
    value = models.CharField(max_length=200)

    class Meta:
        ordering = ["scheme", "value"]
        indexes = [models.Index(fields=["scheme", "value"])]
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "scheme", "value"], name="entity_identifier_is_unique"
            ),
            models.CheckConstraint(
                condition=~Q(scheme="") & ~Q(value=""), name="entity_identifier_is_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


class EntityRedirect(models.Model):
    """An earlier slug of an entity, so that an old address still leads to it."""

    kind = models.CharField(max_length=12, choices=EntityKind)
    slug = models.SlugField(max_length=100, allow_unicode=True)
    entity = models.ForeignKey(Entity, models.CASCADE, related_name="redirects")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug"], name="entity_redirect_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.slug}"
