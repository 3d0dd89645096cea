"""Addresses of the site: a question as a link, and pages by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from urllib.parse import quote_plus, urlencode

from django.urls import get_script_prefix, reverse

from archive.services.questions import SearchQuestion


def path_of(name: str, *arguments: str) -> str:
    """``reverse``, remembered: a page of results names hundreds of addresses."""
    return _reversed(name, arguments, get_script_prefix())


def search_url(question: SearchQuestion) -> str:
    """The search page that asks ``question``."""
    query = urlencode(question.parameters())
    return f"{path_of('search')}?{query}" if query else path_of("search")


def tagged_url(facet: str, slug: str) -> str:
    """The search for everything with one value of a facet."""
    return search_url(SearchQuestion(chosen={facet: (slug,)}))


def entity_url(kind: str, slug: str) -> str:
    """The page of an entity."""
    return path_of("entity", kind, slug)


def article_url(public_id: str) -> str:
    """The page of an article."""
    # There are more articles than it pays to remember; an id is letters and digits alone.
    return path_of("article", _ANY_ID).replace(_ANY_ID, public_id)


def facet_urls(question: SearchQuestion, facet: str) -> Callable[[str], str]:
    """The search with a value of ``facet`` chosen, or let go where it was, for any value."""
    chosen = question.chosen.get(facet, ())
    one_more = _one_more(
        replace(question, chosen={**question.chosen, facet: (*chosen, _OPEN)}, page=1), facet
    )
    return lambda value: (
        search_url(question.toggled(facet, value)) if value in chosen else one_more(value)
    )


def date_urls(question: SearchQuestion) -> Callable[[str], str]:
    """The search with a period chosen, or let go where it was, for any period."""
    if question.dates:
        return lambda period: search_url(question.with_date_toggled(period))
    return _one_more(question.with_dates(_OPEN), "date")


_ANY_ID = "0000000000000000"
# Stands where a value will be; what it is does not matter.
_OPEN = "?"


def _one_more(question: SearchQuestion, name: str) -> Callable[[str], str]:
    """Addresses of ``question`` with other words for the last value of the parameter ``name``.

    What is the same in all of them is written once: a page has a link for each of its hundreds of
    values.
    """
    pairs = question.parameters()
    place = max(number for number, (given, _) in enumerate(pairs) if given == name)
    before, after = urlencode(pairs[:place]), urlencode(pairs[place + 1 :])
    start = f"{path_of('search')}?{before}{'&' if before else ''}{name}="
    end = f"&{after}" if after else ""
    return lambda value: f"{start}{_quoted(value)}{end}"


# The values of facets are the same on every page.
_quoted = lru_cache(maxsize=10_000)(quote_plus)


@lru_cache(maxsize=10_000)
def _reversed(
    name: str,
    arguments: tuple[str, ...],
    prefix: str,  # noqa: ARG001 - part of the key
) -> str:
    return reverse(name, args=arguments)
