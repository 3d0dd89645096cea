"""Articles as an engine takes them, and the shelf each belongs on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.utils import timezone

from archive.facets.base import ArticleTags
from archive.facets.registry import FACETS
from archive.models import COUNTED_STATES, AccessLevel, Article, EntityKind, Tag
from archive.search.document import IndexDocument, Shelf
from archive.services.entities import Ancestors


def documents_of(
    articles: Sequence[Article], *, now: datetime | None = None
) -> Iterator[tuple[Shelf, IndexDocument]]:
    """Yield each article with its shelf at ``now``, in two queries for all of them.

    Select ``source`` with the articles. What the public may not read is not in the public index
    either: of a metadata-only article it holds no text, since phrases tried one after another
    would give the text away.
    """
    moment = now or timezone.now()
    tags = _counted_tags([article.pk for article in articles])
    for article in articles:
        shelf = Shelf.PUBLIC if article.is_public(moment) else Shelf.STAFF
        hidden = shelf is Shelf.PUBLIC and article.access == AccessLevel.METADATA
        article_tags = ArticleTags(by_kind=tags.get(article.pk, {}))
        yield (
            shelf,
            IndexDocument(
                id=article.public_id,
                version=article.revision,
                language=article.language,
                headline=article.headline,
                summary="" if hidden else article.summary,
                body="" if hidden else article.body,
                bylines=tuple(article.bylines),
                lower=article.published_lower,
                upper=article.published_upper,
                facets={
                    name: values
                    for name, facet in FACETS.items()
                    if (values := facet.values_of(article, article_tags))
                },
                batch=article.import_run_id,
            ),
        )


def _counted_tags(articles: Iterable[int]) -> dict[int, dict[str, list[int]]]:
    rows = Tag.objects.filter(article_id__in=articles, state__in=COUNTED_STATES).values_list(
        "article_id", "entity_id", "entity__kind"
    )
    ancestors = Ancestors()
    tags: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for article, entity, kind in rows:
        own = tags[article][kind]
        for tagged in ancestors.with_self(entity) if kind == EntityKind.PLACE else (entity,):
            if tagged not in own:
                own.append(tagged)
    return tags
