"""Addresses of searches: a question as a link."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from archive.services.questions import SearchQuestion


def search_url(question: SearchQuestion) -> str:
    """The search page that asks ``question``."""
    return _with_query(reverse("search"), question)


def api_search_url(question: SearchQuestion) -> str:
    """The API's answer to ``question``."""
    return _with_query(reverse("api-search"), question)


def tagged_url(facet: str, slug: str) -> str:
    """The search for everything with one value of a facet."""
    return search_url(SearchQuestion(chosen={facet: (slug,)}))


def _with_query(path: str, question: SearchQuestion) -> str:
    query = urlencode(question.parameters())
    return f"{path}?{query}" if query else path
