"""The archive as plain values, for comparing two of them."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.apps import apps

from archive.models import Article, ArticleReference, Tag


def archive_contents() -> dict[str, Any]:
    """Articles, what they cite and their tags, without anything that depends on when or how."""
    return {
        "articles": {
            article.public_id: (
                sha256(article.body.encode()).hexdigest(),
                article.headline,
                article.language,
                article.published,
                article.status,
                article.source.slug if article.source else None,
                article.record_hash,
            )
            for article in Article.objects.select_related("source")
        },
        "references": sorted(
            ArticleReference.objects.values_list("article__public_id", "order", "label", "url")
        ),
        "tags": sorted(
            (*row[:-1], tuple(sorted(row[-1].evidence.values_list("origin", "surface", "count"))))
            for row in (
                (
                    tag.article.public_id,
                    tag.entity.kind,
                    tag.entity.slug,
                    tag.state,
                    tag.origin,
                    tag.count,
                    tag,
                )
                for tag in Tag.objects.select_related("article", "entity")
            )
        ),
    }


def row_counts() -> dict[str, int]:
    """How many rows each table of the archive has."""
    return {
        model.__name__: model._default_manager.count()
        for model in apps.get_app_config("archive").get_models()
    }
