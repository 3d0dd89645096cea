"""The section of the paper in which an article stood."""

from __future__ import annotations

from collections.abc import Iterable

from archive.facets.base import ArticleTags, Facet, FacetValue
from archive.models import Article
from archive.text.analysis import fold


class SectionFacet(Facet):
    """Sections by their folded name, so that ``Sport`` and ``sport`` are one."""

    name = "section"
    label = "Section"

    def values_of(self, article: Article, tags: ArticleTags) -> tuple[str, ...]:
        section = fold(article.section.strip())
        return (section,) if section else ()

    def resolve(self, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
        return {name: (fold(name.strip()),) for name in names if name.strip()}

    def describe(self, values: Iterable[str]) -> dict[str, FacetValue]:
        return {
            value: FacetValue(slug=value, label=value[:1].upper() + value[1:]) for value in values
        }
