"""Addresses of the site: a question as a link, and pages by name."""

from __future__ import annotations

from collections.abc import Callable
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


def explain_urls(question: SearchQuestion) -> Callable[[str], str]:
    """The page that says why ``question`` finds an article, for any article's public id."""
    start, end = path_of("search-explain", _ANY_ID).split(_ANY_ID)
    query = urlencode(question.parameters())
    end += f"?{query}" if query else ""
    return lambda public_id: f"{start}{public_id}{end}"


def date_urls(question: SearchQuestion) -> Callable[[str], str]:
    """The search with a period chosen, or let go where it was, for any period."""
    if question.dates:
        return lambda period: search_url(question.with_date_toggled(period))
    # What is the same in all of them is written once: a chart has a bar for each of many years.
    pairs = question.with_dates(_OPEN).parameters()
    place = pairs.index(("date", _OPEN))
    before, after = urlencode(pairs[:place]), urlencode(pairs[place + 1 :])
    start = f"{path_of('search')}?{before}{'&' if before else ''}date="
    end = f"&{after}" if after else ""
    return lambda period: f"{start}{quote_plus(period)}{end}"


_ANY_ID = "0000000000000000"
# Stands where a value will be; what it is does not matter.
_OPEN = "?"


@lru_cache(maxsize=10_000)
def _reversed(
    name: str,
    arguments: tuple[str, ...],
    prefix: str,  # noqa: ARG001 - part of the key
) -> str:
    return reverse(name, args=arguments)
