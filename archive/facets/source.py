"""Who published an article."""

from __future__ import annotations

from collections.abc import Iterable

from archive.facets.base import ArticleTags, Facet, FacetValue
from archive.models import Article, Source


class SourceFacet(Facet):
    """The source of an article; the engine's values are ids."""

    name = "source"
    label = "Source"

    def values_of(self, article: Article, tags: ArticleTags) -> tuple[str, ...]:
        return (str(article.source_id),) if article.source_id is not None else ()

    def resolve(self, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for name in names:
            typed = name.strip()
            source = (
                Source.objects.filter(slug=typed.lower()).first()
                or Source.objects.filter(name__iexact=typed).first()
            )
            if source is not None:
                found[name] = (str(source.pk),)
        return found

    def describe(self, values: Iterable[str]) -> dict[str, FacetValue]:
        ids = [int(value) for value in values if value.isdecimal()]
        return {
            str(pk): FacetValue(slug=slug, label=name)
            for pk, slug, name in Source.objects.filter(pk__in=ids).values_list(
                "pk", "slug", "name"
            )
        }
