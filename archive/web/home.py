"""The front page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from archive.exceptions import IndexMissing, SearchIndexError
from archive.models import Article
from archive.services.profiles import profile
from archive.services.questions import SearchQuestion
from archive.web.caching import public_answer
from archive.web.kinds import kind_links
from archive.web.lists import result_views
from archive.web.page_models import HomePageView
from archive.web.profiles import related_views, timeline_view
from archive.web.search_page import NOT_BUILT, OUT_OF_ORDER

NEWEST_SHOWN = 5
VALUES_SHOWN = 12
FACETS_SHOWN = ("party", "place", "topic")


@require_safe
@public_answer
def home(request: HttpRequest) -> HttpResponse:
    """What the archive holds, in time and by subject, and what came in last."""
    return render(request, "home.html", {"page": _page()})


def _page() -> HomePageView:
    try:
        whole = profile(related=FACETS_SHOWN, newest=NEWEST_SHOWN, values_shown=VALUES_SHOWN)
    except SearchIndexError as error:
        empty = not Article.objects.public().exists()
        sentence = NOT_BUILT if isinstance(error, IndexMissing) else OUT_OF_ORDER
        return HomePageView(
            total=0 if empty else None,
            empty_archive=empty,
            unavailable="" if empty else sentence,
            kinds=kind_links(),
        )
    return HomePageView(
        total=whole.total,
        empty_archive=not whole.total and not Article.objects.public().exists(),
        histogram=timeline_view(whole, SearchQuestion()),
        newest=result_views(whole.newest),
        facets=related_views(whole),
        kinds=kind_links(),
    )
