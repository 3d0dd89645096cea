"""Filters answered from the database, for as long as the search index is out of order."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet

from archive.facets.entity import EntityFacet
from archive.facets.registry import FACETS
from archive.models import COUNTED_STATES, Article, EntityKind, Tag
from archive.search.request import DateFilter, SearchRequest, Sort
from archive.services.entities import descendants_of
from archive.services.names import NO_VALUE

COUNTED = 10_000
"""Articles that are counted at most: counting all that match would read all that match."""


def filtered(request: SearchRequest) -> tuple[list[str], int]:
    """The public ids of a page that filters alone pick, and how many in all, up to ``COUNTED``."""
    articles: QuerySet[Article] = Article.objects.public()
    for facet, values in request.filters.items():
        articles = articles.filter(_facet_condition(facet, values))
    articles = articles.filter(_dates_condition(request.dates))
    if request.date_from is not None:
        articles = articles.filter(published_upper__gte=request.date_from)
    if request.date_to is not None:
        articles = articles.filter(published_lower__lte=request.date_to)
    first_day = F("published_lower")
    ordered = articles.order_by(
        first_day.asc(nulls_last=True)
        if request.sort is Sort.OLDEST
        else first_day.desc(nulls_last=True),
        "public_id",
    )
    page = ordered[request.offset : request.offset + request.limit]
    return list(page.values_list("public_id", flat=True)), articles.order_by()[:COUNTED].count()


def _facet_condition(facet: str, values: tuple[str, ...]) -> Q:
    known = [value for value in values if value != NO_VALUE]
    if facet == "source":
        return Q(source__in=known)
    if facet == "language":
        return _any(
            Q(language__iexact=value) | Q(language__istartswith=f"{value}-") for value in known
        )
    if facet == "section":
        return _any(Q(section__iexact=value) for value in known)
    if isinstance(FACETS[facet], EntityFacet):
        ids = {int(value) for value in known}
        if facet == EntityKind.PLACE:
            ids = descendants_of(ids)
        tags = Tag.objects.filter(entity_id__in=ids, state__in=COUNTED_STATES)
        return Q(pk__in=tags.values("article"))
    raise ValueError(f"The database cannot filter by {facet!r}.")


def _dates_condition(dates: DateFilter) -> Q:
    if not dates:
        return Q()
    periods = [
        Q(published_lower__lte=days.upper, published_upper__gte=days.lower)
        for days in dates.periods
    ]
    undated = [Q(published_lower__isnull=True)] if dates.undated else []
    return _any([*periods, *undated])


def _any(conditions: Iterable[Q]) -> Q:
    joined = Q(pk__in=[])
    for condition in conditions:
        joined |= condition
    return joined
