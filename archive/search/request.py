"""What an engine is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from archive.query.nodes import Node
from archive.search.document import Shelf


class Sort(StrEnum):
    """Order of hits. Ties fall to the newer, then to the smaller id; undated always last.

    ``BALANCED`` is relevance with a mild preference for the newest: see ``scoring.recency``.
    """

    RELEVANCE = "relevance"
    BALANCED = "balanced"
    NEWEST = "newest"
    OLDEST = "oldest"


class Zoom(StrEnum):
    """The width of a histogram's bars."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """A stretch of days, both ends included."""

    lower: date
    upper: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DateFilter:
    """The chosen values of the date facet: any of ``periods``, or undated."""

    periods: tuple[Days, ...] = ()
    undated: bool = False

    def __bool__(self) -> bool:
        return bool(self.periods) or self.undated


@dataclass(frozen=True, slots=True, kw_only=True)
class HistogramRequest:
    """Count articles by year, by month of one year, or by day of one month.

    ``within`` is the year or month whose parts are counted, none for years.
    """

    zoom: Zoom = Zoom.YEAR
    within: Days | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """One search page.

    ``query`` of None matches everything. ``filters`` holds the chosen values of each facet: values
    of one facet widen, facets together narrow. ``dates`` is the date facet's choice and behaves
    like one; ``date_from`` and ``date_to`` narrow beside it. ``facets`` names the facets to count;
    each is counted without its own choice, at most ``facet_limit`` values of it, the chosen ones
    always among them. Without ``second_look`` the order is that of BM25 alone. No article counts as
    newer than ``today`` where the sort prefers new ones. Articles in ``excluded`` are treated as if
    they were not in the index.
    """

    query: Node | None = None
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dates: DateFilter = DateFilter()
    date_from: date | None = None
    date_to: date | None = None
    sort: Sort = Sort.RELEVANCE
    second_look: bool = True
    today: date | None = None
    offset: int = 0
    limit: int = 20
    facets: tuple[str, ...] = ()
    facet_limit: int = 50
    histogram: HistogramRequest | None = None
    excluded: frozenset[str] = frozenset()
    shelves: tuple[Shelf, ...] = (Shelf.PUBLIC,)
