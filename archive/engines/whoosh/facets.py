"""Counting the values of facets and the years of histograms among found articles.

Everything is counted once per view. Of more than half of everything, the rest is counted instead.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import cached_property

import numpy as np

from archive.engines.whoosh.columns import UNDATED, UNPLACED, periods_of
from archive.engines.whoosh.facet_codes import FacetCodes
from archive.engines.whoosh.found import Found
from archive.engines.whoosh.postings import Numbers
from archive.engines.whoosh.view import Counts, View
from archive.search.request import HistogramRequest, Zoom
from archive.search.result import FacetCounts, Histogram

_UNITS = {Zoom.YEAR: "Y", Zoom.MONTH: "M", Zoom.DAY: "D"}
_FEWER = 4  # so many times fewer articles than values, and values are not all counted
_LISTED = 64  # articles, up to which they are counted one by one
_YEARS = ""  # among the tallies of a view, which are called by their facets otherwise


class Counter:
    """Counts in the articles of one set, for one page."""

    def __init__(self, view: View, found: Found) -> None:
        self._view = view
        self._found = found
        self._mostly = found.count * 2 > view.count
        self._listed = found.count <= _LISTED

    @cached_property
    def _rest(self) -> Found:
        """The articles that were not found."""
        return self._view.everything.without(self._found)

    def values(self, facet: str, *, chosen: Iterable[str], limit: int) -> FacetCounts:
        """The most frequent values of ``facet``, see ``search.counting.top_counts``."""
        codes = self._view.columns.facet(facet)
        wanted = frozenset(chosen)
        if self._listed:
            held = codes.listed(self._found)
            values = codes.values
            shown = [(values[ordinal], count) for ordinal, count in held.items()]
            shown.sort(key=_order)
            return _facet_counts(
                codes,
                shown[:limit],
                lambda ordinal: held.get(ordinal, 0),
                distinct=len(held),
                chosen=wanted,
                limit=limit,
            )
        if not self._mostly and self._found.count * _FEWER < len(codes.values):
            ordinals, counts = codes.tally_few(self._found)
        else:
            counts = self._tally(facet, codes.tally)
            ordinals = codes.all
        places = _most(codes, ordinals, counts, limit)
        found = zip(ordinals.take(places).tolist(), counts.take(places).tolist(), strict=True)
        return _facet_counts(
            codes,
            [(codes.values[ordinal], count) for ordinal, count in found],
            lambda ordinal: int(counts[ordinals == ordinal].sum()),
            distinct=int(np.count_nonzero(counts)),
            chosen=wanted,
            limit=limit,
        )

    def periods(self, request: HistogramRequest) -> Histogram:
        """How many of the articles were published in each period."""
        if request.zoom is not Zoom.YEAR or request.within is not None:
            return self._close_periods(request)
        columns = self._view.columns
        labels, years = columns.year_labels, columns.years
        bars: dict[str, int] = {}
        if self._listed:
            codes = years.take(self._found.docs).tolist()
            codes.sort()
            for code in codes:
                bars[labels[code]] = bars.get(labels[code], 0) + 1
        else:
            tally = self._tally(
                _YEARS, lambda found: np.bincount(years.take(found.docs), minlength=len(labels))
            )
            pairs = zip(labels, tally.tolist(), strict=True)
            bars = {label: count for label, count in pairs if count}
        unplaced, undated = (bars.pop(labels[code], 0) for code in (UNPLACED, UNDATED))
        return Histogram(bars=bars, unplaced=unplaced, undated=undated)

    def _close_periods(self, request: HistogramRequest) -> Histogram:
        docs = self._found.docs
        first = self._view.columns.lower.take(docs)
        last = self._view.searcher.column("upper").take(docs)
        looked_at = first > 0
        undated = len(docs) - int(np.count_nonzero(looked_at))
        if request.within is not None:
            looked_at &= last >= request.within.lower.toordinal()
            looked_at &= first <= request.within.upper.toordinal()
        places = np.flatnonzero(looked_at)
        starts, ends = (
            periods_of(days.take(places), _UNITS[request.zoom]) for days in (first, last)
        )
        placed = starts.compress(starts == ends)
        bars, counts = np.unique(placed, return_counts=True)
        return Histogram(
            bars=dict(zip(map(str, bars), counts.tolist(), strict=True)),
            unplaced=len(starts) - len(placed),
            undated=undated,
        )

    def _tally(self, name: str, count: Callable[[Found], Counts]) -> Counts:
        if not self._mostly:
            return count(self._found)
        everything = self._view.tally(name, count)
        return everything - count(self._rest) if self._rest.count else everything


def _most(codes: FacetCodes, ordinals: Numbers, counts: Counts, limit: int) -> Numbers:
    """The places of the ``limit`` largest counts, none of which is 0, in their order."""
    if not limit:
        return ordinals[:0]
    if len(counts) > limit:
        least = np.partition(counts, len(counts) - limit)[len(counts) - limit]
        places = np.flatnonzero(counts >= max(least, 1))
    else:
        places = np.flatnonzero(counts)
    some = counts.take(places)
    keys = codes.order.take(ordinals.take(places)) - some * (np.int64(1) << 32)
    return places.take(keys.argsort()[:limit])


def _facet_counts(
    codes: FacetCodes,
    shown: list[tuple[str, int]],
    count_of: Callable[[int], int],
    *,
    distinct: int,
    chosen: Collection[str],
    limit: int,
) -> FacetCounts:
    """From the most frequent values; ``count_of`` says how often one with an ordinal occurs."""
    if chosen:
        others = [item for item in shown if item[0] not in chosen][: max(0, limit - len(chosen))]
        ordinals = {value: codes.ordinals.get(value, 0) for value in chosen}
        shown = others + [
            (value, count_of(ordinal) if ordinal else 0) for value, ordinal in ordinals.items()
        ]
        shown.sort(key=_order)
    return FacetCounts(counts=tuple(shown), distinct=distinct)


def _order(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]
