"""The search page, and the page that explains what can be typed there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from archive.exceptions import IndexMissing, SearchIndexError
from archive.models import Article
from archive.services import searching
from archive.web.caching import public_answer
from archive.web.filters import SearchFilterSet, problems_of
from archive.web.limits import in_turn, limited
from archive.web.page_models import SearchPageView
from archive.web.search_page import (
    NOT_BUILT,
    OUT_OF_ORDER,
    RETRY_AFTER,
    search_page,
    unavailable_page,
)


@require_safe
@limited
@in_turn
@public_answer
def search(request: HttpRequest) -> HttpResponse:
    """Results, or what is wrong with the question beside what could be read of it."""
    filters = SearchFilterSet(request.GET)
    question = filters.question()
    problems = problems_of(filters.errors)
    try:
        answer = searching.search(question)
    except SearchIndexError as error:
        sentence = NOT_BUILT if isinstance(error, IndexMissing) else OUT_OF_ORDER
        page = unavailable_page(question, sentence, field_problems=problems)
        response = _rendered(request, page, status=503)
        response.headers["Retry-After"] = str(RETRY_AFTER)
        return response
    page = search_page(
        answer,
        field_problems=problems,
        empty_archive=not answer.total and not Article.objects.public().exists(),
    )
    return _rendered(request, page, status=400 if problems or answer.problem else 200)


@require_safe
def search_help(request: HttpRequest) -> HttpResponse:
    """What can be typed, in words."""
    return render(request, "search_help.html")


def _rendered(request: HttpRequest, page: SearchPageView, *, status: int) -> HttpResponse:
    response = render(request, "search.html", {"page": page}, status=status)
    # A search engine should list articles, not other searches.
    response.headers["X-Robots-Tag"] = "noindex"
    return response
