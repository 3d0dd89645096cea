"""Who published an article."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from archive.facets.base import ArticleTags, Facet, FacetValue
from archive.models import Article, Source


class SourceFacet(Facet):
    """The source of an article; the engine's values are ids."""

    name = "source"
    label = "Source"

    def values_of(self, article: Article, tags: ArticleTags) -> tuple[str, ...]:
        return (str(article.source_id),) if article.source_id is not None else ()

    def resolve(self, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """A slug wins over names; a name that several sources have stands for all of them."""
        wanted = {name: name.strip() for name in names if name.strip()}
        if not wanted:
            return {}
        either = Q(slug__in=[typed.lower() for typed in wanted.values()])
        for typed in wanted.values():
            either |= Q(name__iexact=typed)
        rows = list(Source.objects.filter(either).order_by("pk").values_list("pk", "slug", "name"))
        found: dict[str, tuple[str, ...]] = {}
        for name, typed in wanted.items():
            same = [pk for pk, slug, _ in rows if slug == typed.lower()] or [
                pk for pk, _, called in rows if called.casefold() == typed.casefold()
            ]
            if same:
                found[name] = tuple(str(pk) for pk in same)
        return found

    def describe(self, values: Iterable[str]) -> dict[str, FacetValue]:
        ids = [int(value) for value in values if value.isdecimal()]
        return {
            str(pk): FacetValue(slug=slug, label=name)
            for pk, slug, name in Source.objects.filter(pk__in=ids).values_list(
                "pk", "slug", "name"
            )
        }
