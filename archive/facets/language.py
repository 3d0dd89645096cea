"""The language of an article."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language_info

from archive.facets.base import ArticleTags, Facet, FacetValue
from archive.models import Article
from archive.text.analysis import UNDETERMINED, primary_language


class LanguageFacet(Facet):
    """Primary languages: ``en`` for ``en-GB`` as well."""

    name = "language"
    label = "Language"
    query_names = ("lang",)

    def values_of(self, article: Article, tags: ArticleTags) -> tuple[str, ...]:
        return (primary_language(article.language),)

    def resolve(self, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
        return {name: (primary_language(name.strip()),) for name in names if name.strip()}

    def describe(self, values: Iterable[str]) -> dict[str, FacetValue]:
        return {value: FacetValue(slug=value, label=language_name(value)) for value in values}


def language_name(tag: str) -> str:
    """The English name of a language, or its tag where the name is not known."""
    primary = primary_language(tag)
    if primary == UNDETERMINED:
        return "Language not known"
    try:
        return str(get_language_info(primary)["name"])
    except KeyError:
        return primary
