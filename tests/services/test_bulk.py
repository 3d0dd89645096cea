from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError

from archive.models import Article, OutboxRow, Tag, TagEvidence
from archive.services.bulk import insert_rows, update_rows
from tests.factories import make_article, make_entity

pytestmark = pytest.mark.django_db

NOON = datetime(2025, 6, 2, 12, tzinfo=UTC)


def test_rows_are_as_the_orm_would_write_them() -> None:
    article, entity = make_article(), make_entity()
    tag = Tag.objects.create(article=article, entity=entity)
    OutboxRow.objects.all().delete()
    insert_rows(
        TagEvidence,
        names=("tag", "origin", "surface", "first_position"),
        rows=[(tag.pk, "import", "“Ü’\\%s", None), (tag.pk, "gazetteer", "", 7)],
        constants={"count": 3, "at": NOON, "run": None},
    )
    written: list[Any] = list(
        TagEvidence.objects.order_by("pk").values_list(
            "tag", "origin", "surface", "first_position", "count", "at", "run", "by"
        )
    )
    assert written == [
        (tag.pk, "import", "“Ü’\\%s", None, 3, NOON, None, None),
        (tag.pk, "gazetteer", "", 7, 3, NOON, None, None),
    ]
    assert not OutboxRow.objects.exists()


def test_the_databases_constraints_hold() -> None:
    article, entity = make_article(), make_entity()
    row = (article.pk, entity.pk, "import", "nonsense", 0)
    names = ("article", "entity", "origin", "state", "count")
    with pytest.raises(IntegrityError):
        insert_rows(Tag, names=names, rows=[row], constants={})


def test_no_rows_are_no_statement() -> None:
    insert_rows(Tag, names=("article",), rows=[], constants={})
    assert not Tag.objects.exists()


def test_rows_are_changed_by_their_keys() -> None:
    articles = [make_article(headline=name, published="2025-06-02") for name in "ABC"]
    update_rows(
        Article,
        names=("headline", "bylines", "published_at", "source"),
        rows=[
            (articles[0].pk, ("“%s”", ["Ada"], NOON, None)),
            (articles[2].pk, ("Z", [], None, None)),
        ],
    )
    assert list(
        Article.objects.order_by("pk").values_list("headline", "bylines", "published_at")
    ) == [
        ("“%s”", ["Ada"], NOON),
        ("B", [], None),
        ("Z", [], None),
    ]
    update_rows(Article, names=("headline",), rows=[])
