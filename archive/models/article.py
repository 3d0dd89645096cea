"""An article, and what it cites."""

from __future__ import annotations

import secrets
from base64 import b32encode
from collections.abc import Iterable
from datetime import datetime, timedelta
from datetime import timezone as fixed_offset
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from archive.models.import_run import ImportRun
from archive.models.received import ReceivedDocument
from archive.models.source import Source
from archive.models.version import ArticleVersion
from archive.text.dates import english, read_date

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PUBLIC_ID_LENGTH = 16

# What a reader sees of an article. A change of any of these makes an ArticleVersion.
CONTENT_FIELDS = (
    "headline",
    "summary",
    "body",
    "language",
    "bylines",
    "source_id",
    "section",
    "page",
    "edition",
    "canonical_url",
    "published",
    "published_at",
    "published_offset",
    "status",
    "embargo_until",
    "credit",
    "usage_terms",
    "access",
    "withdrawal_reason",
)


class Status(models.TextChoices):
    """Where an article stands. Only published ones can be public."""

    DRAFT = "draft", "draft"
    PUBLISHED = "published", "published"
    WITHDRAWN = "withdrawn", "withdrawn"


class AccessLevel(models.TextChoices):
    """How much of an article the public may see, on every page, feed, API and export."""

    FULL = "full", "full text"
    SNIPPET = "snippet", "headline, summary and a short extract"
    METADATA = "metadata", "no text: headline, source, date and the like"


def shows_less(before: str, after: str) -> bool:
    """Whether one access level gives the public less than another."""
    openness = (AccessLevel.METADATA, AccessLevel.SNIPPET, AccessLevel.FULL)
    return openness.index(AccessLevel(after)) < openness.index(AccessLevel(before))


def random_public_id() -> str:
    """A public id for an article that no supplier identifies: 80 random bits in base32."""
    return b32encode(secrets.token_bytes(10)).decode("ascii").lower()


class ArticleQuerySet(models.QuerySet["Article"]):
    """Sentences about articles."""

    def public(self, now: datetime | None = None) -> ArticleQuerySet:
        """Those that anyone may see: published, no longer embargoed, of no hidden source."""
        moment = now or timezone.now()
        return self.filter(
            Q(embargo_until__isnull=True) | Q(embargo_until__lte=moment),
            Q(source__isnull=True) | Q(source__visible=True),
            status=Status.PUBLISHED,
        )

    def withdrawn(self, now: datetime | None = None) -> ArticleQuerySet:
        """Those that are shown as a tombstone: not before the embargo ends, as nobody knew them."""
        moment = now or timezone.now()
        return self.filter(
            Q(embargo_until__isnull=True) | Q(embargo_until__lte=moment),
            Q(source__isnull=True) | Q(source__visible=True),
            status=Status.WITHDRAWN,
        )

    def newest_first(self) -> ArticleQuerySet:
        """By first possible day, the latest first and the undated last."""
        return self.order_by(F("published_lower").desc(nulls_last=True), "public_id")


class Article(models.Model):
    """One news article.

    ``published`` is an EDTF string, or empty for an undated article; the first and last possible
    day follow from it. ``version`` counts changes of what a reader sees, ``revision`` changes of
    whatever the search index must see, tags included. ``edited_fields`` names what an editor has
    changed and no import may overwrite.
    """

    public_id = models.CharField(
        max_length=PUBLIC_ID_LENGTH, unique=True, default=random_public_id, editable=False
    )
    supplier_id = models.CharField(max_length=500, blank=True, editable=False)
    supplier_version = models.CharField(max_length=64, blank=True, editable=False)
    headline = models.CharField(max_length=1000, blank=True)
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True, help_text="Paragraphs, with an empty line between them.")
    language = models.CharField(max_length=35, default="und", help_text="BCP 47 tag, such as en.")
    bylines = models.JSONField(default=list, blank=True, help_text='Such as ["Jane Doe"].')
    # An index below begins with it.
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="articles", db_index=False
    )
    section = models.CharField(max_length=200, blank=True)
    page = models.CharField(max_length=50, blank=True)
    edition = models.CharField(max_length=100, blank=True)
    canonical_url = models.URLField(max_length=2000, blank=True)
    published = models.CharField(
        "published on",
        max_length=64,
        blank=True,
        help_text="Day, month or year (2025-06-02, 2025-06, 2025) or EDTF; empty: undated.",
    )
    published_lower = models.DateField(null=True, blank=True, editable=False)
    published_upper = models.DateField(null=True, blank=True, editable=False)
    published_at = models.DateTimeField("exact time", null=True, blank=True)
    published_offset = models.SmallIntegerField(
        null=True, blank=True, editable=False, help_text="Minutes east of UTC of the exact time."
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    embargo_until = models.DateTimeField(
        null=True, blank=True, help_text="Nobody outside sees the article before this moment."
    )
    withdrawal_reason = models.CharField(
        max_length=500, blank=True, help_text="Shown to whoever opens a withdrawn article."
    )
    credit = models.CharField(max_length=500, blank=True)
    usage_terms = models.TextField(blank=True)
    access = models.CharField(max_length=10, choices=AccessLevel, default=AccessLevel.FULL)
    import_run = models.ForeignKey(
        ImportRun, models.PROTECT, null=True, blank=True, editable=False, related_name="articles"
    )
    received = models.ForeignKey(
        ReceivedDocument, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    record_hash = models.CharField(max_length=64, blank=True, editable=False)
    edited_fields = models.JSONField(default=list, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ArticleQuerySet.as_manager()

    # Who is changing the article, for the version that a save writes; set by services.
    changed_by: User | None = None
    changed_by_run: ImportRun | None = None
    change_reason: str = ""
    # Whether the last save took something from the public's sight; read by signals.
    shows_less: bool = False

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["published_lower", "public_id"]),
            models.Index(fields=["status", "published_lower"]),
            models.Index(fields=["source", "published_lower"]),
            models.Index(
                fields=["embargo_until"],
                condition=Q(embargo_until__isnull=False),
                name="article_embargoed",
            ),
            models.Index(
                # The few whose day is not known, which browsing lists apart.
                fields=["status", "published_lower"],
                condition=Q(published_upper__gt=F("published_lower")),
                name="article_imprecise",
            ),
            models.Index(fields=["canonical_url"], name="article_canonical_url"),
            models.Index(fields=["access"], name="article_access"),
            models.Index(fields=["headline"], name="article_headline"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(headline="") | ~Q(body=""), name="article_has_headline_or_body"
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="article_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(access__in=AccessLevel.values), name="article_access_is_known"
            ),
            models.CheckConstraint(
                condition=Q(published="", published_lower=None, published_upper=None)
                | (
                    ~Q(published="")
                    & Q(published_lower__isnull=False, published_upper__isnull=False)
                    & Q(published_lower__lte=F("published_upper"))
                ),
                name="article_days_fit_published",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | ~Q(published=""),
                name="article_time_needs_date",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="article_version_positive"),
        ]

    def __str__(self) -> str:
        return self.headline or f"{self.body[:60]}…"

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.public_id])

    @property
    def title(self) -> str:
        """The headline, or the beginning of the text where there is none."""
        return str(self)

    @property
    def published_english(self) -> str:
        """The date in words, ``undated`` without one."""
        return english(self.published)

    @property
    def published_moment(self) -> datetime | None:
        """The exact time in the zone that it was written in, where it is known."""
        if self.published_at is None:
            return None
        offset = timedelta(minutes=self.published_offset or 0)
        return self.published_at.astimezone(fixed_offset(offset))

    @property
    def paragraphs(self) -> list[str]:
        """The body, paragraph by paragraph."""
        return self.body.split("\n\n") if self.body else []

    def is_public(self, now: datetime | None = None) -> bool:
        """Whether anyone may see it: what ``ArticleQuerySet.public`` says, for one article."""
        moment = now or timezone.now()
        return (
            self.status == Status.PUBLISHED
            and (self.embargo_until is None or self.embargo_until <= moment)
            and (self.source is None or self.source.visible)
        )

    def set_published(self, text: str) -> None:
        """Take a date as EDTF or ISO 8601, empty for undated. Raises DateError."""
        if not text:
            self.published = ""
            self.published_lower = self.published_upper = None
            self.published_at = self.published_offset = None
            return
        span = read_date(text)
        self.published = span.edtf
        self.published_lower, self.published_upper = span.lower, span.upper
        self.published_at = span.at
        offset = span.at.utcoffset() if span.at else None
        self.published_offset = None if offset is None else int(offset.total_seconds() // 60)

    def content(self) -> dict[str, Any]:
        """What a reader sees, by field."""
        return {name: getattr(self, name) for name in CONTENT_FIELDS}

    def save(
        self,
        *args: Any,
        update_fields: Iterable[str] | None = None,
        **kwargs: Any,
    ) -> None:
        """Store the article, and what it said before if that differs, in one transaction."""
        with transaction.atomic():
            known = not self._state.adding
            if known:
                self._keep_earlier_version()
                self.revision = F("revision") + 1
                if update_fields is not None:
                    update_fields = {*update_fields, "version", "revision", "updated_at"}
            super().save(*args, update_fields=update_fields, **kwargs)
            if known:
                self.refresh_from_db(fields=["revision"])

    def _keep_earlier_version(self) -> None:
        earlier = Article.objects.filter(pk=self.pk).values("version", *CONTENT_FIELDS).first()
        if earlier is None:
            return
        number = earlier.pop("version")
        self.version = number
        self.shows_less = shows_less(earlier["access"], self.access)
        if earlier != self.content():
            ArticleVersion.objects.create(
                article=self,
                number=number,
                content=earlier,
                by=self.changed_by,
                run=self.changed_by_run,
                reason=self.change_reason,
            )
            self.version = number + 1

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            return super().delete(*args, **kwargs)


class ArticleReference(models.Model):
    """A related source that an article cites, in the order of the text."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="references", db_index=False)
    label = models.CharField(max_length=1000)
    url = models.URLField("address", max_length=2000, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["article", "order"], name="reference_order_is_unique"),
        ]

    def __str__(self) -> str:
        return self.label
