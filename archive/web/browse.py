"""The archive by date: its years, a year, a month, a day, and what has no date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from archive.exceptions import DateError, SearchIndexError
from archive.models import Article
from archive.search.request import HistogramRequest, SearchRequest, Zoom
from archive.search.result import Histogram
from archive.services.found import list_articles
from archive.services.public_index import PublicIndex
from archive.services.questions import UNDATED, SearchQuestion, days_of
from archive.services.timeline import timeline
from archive.text.dates import english
from archive.web.addresses import search_url
from archive.web.caching import public_answer
from archive.web.charts import histogram_view
from archive.web.filters import BrowseFilterSet, problems_of
from archive.web.lists import following_pages, page_url, result_views
from archive.web.page_models import BrowsePageView, HistogramView, Link
from archive.web.search_page import OUT_OF_ORDER

_LEVELS = {4: "year", 7: "month", 10: "day"}
_ZOOMS = {"": Zoom.YEAR, "year": Zoom.MONTH, "month": Zoom.DAY}


@require_safe
@public_answer
def years(request: HttpRequest) -> HttpResponse:
    """All years."""
    histogram, unavailable = _histogram("")
    page = BrowsePageView(
        level="years",
        title="Browse by date",
        search_url=search_url(SearchQuestion()),
        histogram=histogram,
        unavailable=unavailable,
    )
    return render(request, "browse.html", {"page": page})


@require_safe
@public_answer
def year(request: HttpRequest, year: int) -> HttpResponse:
    """A year: its months, and the articles whose month is not known."""
    return _period(request, f"{year:04}")


@require_safe
@public_answer
def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """A month: its days, and everything in it."""
    return _period(request, f"{year:04}-{month:02}")


@require_safe
@public_answer
def day(request: HttpRequest, year: int, month: int, day: int) -> HttpResponse:
    """A day."""
    return _period(request, f"{year:04}-{month:02}-{day:02}")


@require_safe
@public_answer
def undated(request: HttpRequest) -> HttpResponse:
    """The articles without a date."""
    return _listed(
        request,
        {"undated": "true"},
        level="undated",
        title="Undated articles",
        list_title="Articles without a date",
        question=SearchQuestion(dates=(UNDATED,)),
        crumbs=(_all_years(), Link(label="Undated", url=request.path, current=True)),
    )


def period_url(period: str) -> str:
    """The page of an ISO year, month or day."""
    return reverse(f"browse-{_LEVELS[len(period)]}", args=[int(p) for p in period.split("-")])


def _period(request: HttpRequest, period: str) -> HttpResponse:
    try:
        days_of(period)
    except DateError:
        raise Http404 from None
    level = _LEVELS[len(period)]
    return _listed(
        request,
        {"period": period},
        level=level,
        title=english(period),
        list_title=(
            f"In {english(period)}, month not known" if level == "year" else english(period)
        ),
        question=SearchQuestion(dates=(period,)),
        crumbs=_crumbs(period),
        period=period,
    )


def _listed(
    request: HttpRequest,
    picked: Mapping[str, str],
    *,
    level: str,
    title: str,
    list_title: str,
    question: SearchQuestion,
    crumbs: tuple[Link, ...],
    period: str = "",
) -> HttpResponse:
    """A page with a list; ``picked`` says which articles, beside the page that was asked for."""
    paging = {name: request.GET[name] for name in ("page", "page_size") if name in request.GET}
    filters = BrowseFilterSet({**paging, **picked}, queryset=Article.objects.public())
    problems = problems_of(filters.errors)
    start = (filters.number - 1) * filters.size
    rows = list_articles(filters.qs.newest_first()[start : start + filters.size + 1])
    histogram, unavailable = _histogram(period) if level in _ZOOMS else (None, "")
    page = BrowsePageView(
        level=level,
        title=title,
        search_url=search_url(question),
        crumbs=crumbs,
        histogram=histogram,
        list_title=list_title,
        results=result_views(rows[: filters.size]),
        pages=following_pages(
            number=filters.number,
            more=len(rows) > filters.size,
            url_of=lambda number: page_url(request, number),
        ),
        previous=_neighbour(period, -1),
        next=_neighbour(period, 1),
        unavailable=unavailable,
    )
    return render(request, "browse.html", {"page": page}, status=400 if problems else 200)


def _histogram(period: str) -> tuple[HistogramView | None, str]:
    """The bars of a period's parts, and a sentence where the index cannot count them."""
    request = HistogramRequest(
        zoom=_ZOOMS[_LEVELS.get(len(period), "")], within=days_of(period) if period else None
    )
    try:
        result = PublicIndex().search(SearchRequest(limit=0, histogram=request))
    except SearchIndexError:
        return None, OUT_OF_ORDER
    counted = timeline(result.histogram or Histogram(), request, within=period)
    return histogram_view(counted, url_of=period_url, undated_url=reverse("browse-undated")), ""


def _crumbs(period: str) -> tuple[Link, ...]:
    ends = [length for length in _LEVELS if length <= len(period)]
    return (
        _all_years(),
        *(
            Link(
                label=english(period[:length]),
                url=period_url(period[:length]),
                current=length == len(period),
            )
            for length in ends
        ),
    )


def _all_years() -> Link:
    return Link(label="All years", url=reverse("browse"))


def _neighbour(period: str, step: int) -> Link | None:
    """The period of the same width just before or after; None at the ends of the calendar."""
    if not period:
        return None
    days = days_of(period)
    try:
        other: date = days.lower - timedelta(days=1) if step < 0 else days.upper + timedelta(days=1)
    except OverflowError:
        return None
    name = other.isoformat()[: len(period)]
    return Link(label=english(name), url=period_url(name))
