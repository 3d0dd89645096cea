"""The language of an article."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language_info

from archive.exceptions import RecordError
from archive.facets.base import ArticleTags, Facet, FacetValue
from archive.models import Article
from archive.text.analysis import UNDETERMINED, primary_language
from archive.text.languages import normalise_tag
from archive.text.wordlists import pairs

# Languages that Django has no translations for.
_NAMES = pairs(
    "am:Amharic as:Assamese ay:Aymara bo:Tibetan ceb:Cebuano dv:Divehi fil:Filipino "
    "fo:Faroese gn:Guarani gu:Gujarati ha:Hausa jv:Javanese ku:Kurdish la:Latin lo:Lao "
    "mg:Malagasy mt:Maltese oc:Occitan or:Odia ps:Pashto qu:Quechua rw:Kinyarwanda sd:Sindhi "
    "sh:Serbo-Croatian si:Sinhala so:Somali st:Sotho su:Sundanese tl:Tagalog xh:Xhosa "
    "yi:Yiddish yo:Yoruba zh:Chinese zu:Zulu"
)


class LanguageFacet(Facet):
    """Primary languages: ``en`` for ``en-GB`` as well."""

    name = "language"
    label = "Language"
    query_names = ("lang",)

    def values_of(self, article: Article, tags: ArticleTags) -> tuple[str, ...]:
        return (primary_language(article.language),)

    def resolve(self, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
        return {name: (_meant(name),) for name in names if name.strip()}

    def describe(self, values: Iterable[str]) -> dict[str, FacetValue]:
        return {value: FacetValue(slug=value, label=language_name(value)) for value in values}


def _meant(name: str) -> str:
    """The primary language that a tag names, in whatever of its codes; else what was typed."""
    try:
        return primary_language(normalise_tag(name))
    except RecordError:
        return primary_language(name.strip())


def language_name(tag: str) -> str:
    """The English name of a language, or its tag where the name is not known."""
    primary = primary_language(tag)
    if primary == UNDETERMINED:
        return "Language not known"
    try:
        return _NAMES.get(primary) or str(get_language_info(primary)["name"])
    except KeyError:
        return primary
