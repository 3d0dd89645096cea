"""What the database holds to, and what saving an article keeps."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from archive.exceptions import DateError
from archive.models import (
    AccessLevel,
    Article,
    ArticleVersion,
    Entity,
    EntityKind,
    Status,
    Tag,
)
from tests.factories import make_article, make_entity, make_source, make_tag

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "fields",
    [
        {"headline": "", "body": ""},
        {"status": "lost"},
        {"access": "secret"},
        {"published_lower": date(2025, 6, 2)},
        {"published": "2025-06-02"},
        {
            "published": "2025-06-02",
            "published_lower": date(2025, 6, 3),
            "published_upper": date(2025, 6, 2),
        },
        {"published_at": datetime(2025, 6, 2, tzinfo=UTC)},
    ],
)
def test_contradictory_article_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.create(**{"headline": "A headline", **fields})


def test_public_id_is_unique() -> None:
    article = make_article()
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.create(headline="Another", public_id=article.public_id)


@pytest.mark.parametrize(
    ("published", "lower", "upper"),
    [
        ("", None, None),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-06-02", date(2025, 6, 2), date(2025, 6, 2)),
    ],
)
def test_date_is_kept_as_given_with_its_first_and_last_day(
    published: str, lower: date | None, upper: date | None
) -> None:
    article = Article.objects.get(pk=make_article(published=published).pk)
    assert (article.published, article.published_lower, article.published_upper) == (
        published,
        lower,
        upper,
    )
    assert article.published_at is None


def test_exact_time_keeps_its_zone() -> None:
    article = Article.objects.get(pk=make_article(published="2015-12-12T23:26:00+05:30").pk)
    assert article.published == "2015-12-12"
    assert article.published_at == datetime(2015, 12, 12, 17, 56, tzinfo=UTC)
    assert article.published_offset == 330
    assert article.published_moment is not None
    assert article.published_moment.isoformat() == "2015-12-12T23:26:00+05:30"


def test_unreadable_date_is_refused() -> None:
    with pytest.raises(DateError):
        Article(headline="A headline").set_published("the day before yesterday")


def test_creating_writes_no_version_and_saving_unchanged_none_either() -> None:
    article = make_article()
    article.save()
    assert article.version == 1
    assert not ArticleVersion.objects.exists()


def test_every_change_of_content_keeps_what_stood_before() -> None:
    article = make_article(headline="First")
    for headline in ("Second", "Third"):
        article.headline = headline
        article.save(update_fields=["headline"])
    article.refresh_from_db()
    assert article.version == 3
    assert [
        (version.number, version.content["headline"]) for version in article.versions.all()
    ] == [(2, "Second"), (1, "First")]


def test_every_save_and_every_tag_raises_the_revision() -> None:
    article = make_article()
    article.save()
    assert article.revision == 2
    tag = make_tag(article, make_entity())
    tag.delete()
    article.refresh_from_db()
    assert article.revision == 4
    assert article.version == 1


def in_the(future_or_past: int) -> datetime:
    return timezone.now() + timedelta(hours=future_or_past)


@pytest.mark.parametrize(
    ("fields", "visible_source", "public"),
    [
        ({}, True, True),
        ({"status": Status.DRAFT}, True, False),
        ({"status": Status.WITHDRAWN}, True, False),
        ({"embargo_until": 1}, True, False),
        ({"embargo_until": -1}, True, True),
        ({}, False, False),
        ({}, None, True),
        ({"access": AccessLevel.METADATA}, True, True),
    ],
)
def test_public_means_the_same_for_one_article_and_for_a_query(
    fields: dict[str, Any], visible_source: bool | None, public: bool
) -> None:
    if "embargo_until" in fields:
        fields = {**fields, "embargo_until": in_the(fields["embargo_until"])}
    source = None if visible_source is None else make_source(visible=visible_source)
    article = make_article(source=source, **fields)
    assert article.is_public() is public
    assert Article.objects.public().filter(pk=article.pk).exists() is public


def test_one_tag_per_article_and_entity() -> None:
    article, entity = make_article(), make_entity()
    make_tag(article, entity)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tag.objects.create(article=article, entity=entity)


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "planet"},
        {"kind": EntityKind.PLACE, "latitude": 91.0, "longitude": 0.0},
        {"kind": EntityKind.PLACE, "latitude": 9.0},
        {"kind": EntityKind.PARTY, "latitude": 9.0, "longitude": 9.0},
        {"slug": ""},
    ],
)
def test_contradictory_entity_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Entity.objects.create(
            **{"kind": EntityKind.PLACE, "name": "Istanbul", "slug": "istanbul", **fields}
        )


def test_state_and_country_may_share_a_slug() -> None:
    make_entity(EntityKind.PARTY, slug="russia")
    make_entity(EntityKind.PLACE, slug="russia")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_entity(EntityKind.PLACE, slug="russia")
