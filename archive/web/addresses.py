"""Addresses of searches: a question as a link."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from archive.services.questions import SearchQuestion


def search_url(question: SearchQuestion) -> str:
    """The search page that asks ``question``."""
    query = urlencode(question.parameters())
    return f"{reverse('search')}?{query}" if query else reverse("search")


def tagged_url(facet: str, slug: str) -> str:
    """The search for everything with one value of a facet."""
    return search_url(SearchQuestion(chosen={facet: (slug,)}))
