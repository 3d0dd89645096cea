"""Rows for tests, each with what the database demands and nothing else."""

from __future__ import annotations

from itertools import count
from typing import Any

from archive.models import Article, Entity, EntityKind, Source, Status, Tag, TagState

_numbers = count(1)


def make_source(**fields: Any) -> Source:
    number = next(_numbers)
    return Source.objects.create(
        **{"name": f"Outlet {number}", "slug": f"outlet-{number}", **fields}
    )


def make_entity(kind: str = EntityKind.PARTY, **fields: Any) -> Entity:
    number = next(_numbers)
    return Entity.objects.create(
        kind=kind, **{"name": f"Entity {number}", "slug": f"entity-{number}", **fields}
    )


def make_article(*, published: str = "2025-06-02", **fields: Any) -> Article:
    """A published article; ``published`` is EDTF or ISO 8601, empty for undated."""
    number = next(_numbers)
    article = Article(
        **{
            "headline": f"Headline {number}",
            "body": f"Text of article {number}.",
            "language": "en",
            "status": Status.PUBLISHED,
            **fields,
        }
    )
    article.set_published(published)
    article.save()
    return article


def make_tag(
    article: Article, entity: Entity, state: str = TagState.CONFIRMED, **fields: Any
) -> Tag:
    return Tag.objects.create(article=article, entity=entity, state=state, **fields)
