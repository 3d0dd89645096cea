"""Counting the values of facets and the years of histograms among found articles.

Everything is counted once per view. Of more than half of everything, the rest is counted instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

import numpy as np
import numpy.typing as npt

from archive.engines.whoosh.columns import FIRST_YEAR, UNDATED, UNPLACED, periods_of
from archive.engines.whoosh.facet_codes import FacetCodes
from archive.engines.whoosh.found import Found
from archive.engines.whoosh.postings import Numbers
from archive.engines.whoosh.view import Counts, View
from archive.search.request import HistogramRequest, Zoom
from archive.search.result import FacetCounts, Histogram

_UNITS = {Zoom.YEAR: "Y", Zoom.MONTH: "M", Zoom.DAY: "D"}
_FEWER = 4  # so many times fewer articles than values, and values are not all counted
_YEARS = ""  # among the tallies of a view, which are called by their facets otherwise


class Counter:
    """Counts in the articles of one set, for one page."""

    def __init__(self, view: View, found: Found) -> None:
        self._view = view
        self._found = found
        self._mostly = found.count * 2 > view.count

    @cached_property
    def _rest(self) -> Found:
        """The articles that were not found."""
        return self._view.everything.without(self._found)

    def values(self, facet: str, *, chosen: Iterable[str], limit: int) -> FacetCounts:
        """The most frequent values of ``facet``, see ``search.counting.top_counts``."""
        codes = self._view.columns.facet(facet)
        if not self._mostly and self._found.count * _FEWER < len(codes.values):
            ordinals, counts = codes.tally_few(self._found)
            return _top(codes, ordinals, counts, set(chosen), limit)
        tally = self._tally(facet, codes.tally)
        ordinals = np.flatnonzero(tally[1:]) + 1
        return _top(codes, ordinals, tally.take(ordinals), set(chosen), limit)

    def periods(self, request: HistogramRequest) -> Histogram:
        """How many of the articles were published in each period."""
        if request.zoom is not Zoom.YEAR or request.within is not None:
            return self._close_periods(request)
        columns = self._view.columns
        tally = self._tally(_YEARS, lambda found: _tally_years(found, columns.years))
        years = np.flatnonzero(tally[FIRST_YEAR:]).tolist()
        return Histogram(
            bars={
                f"{columns.first_year + year:04d}": int(tally[FIRST_YEAR + year]) for year in years
            },
            unplaced=int(tally[UNPLACED]),
            undated=int(tally[UNDATED]),
        )

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


def _tally_years(found: Found, years: npt.NDArray[np.uint16]) -> Counts:
    return np.bincount(years.take(found.docs), minlength=int(years.max(initial=FIRST_YEAR)) + 1)


def _top(
    codes: FacetCodes, ordinals: Numbers, counts: Counts, chosen: set[str], limit: int
) -> FacetCounts:
    places = _most(counts, codes.order.take(ordinals), limit)
    shown = list(
        zip(
            [codes.values[ordinal] for ordinal in ordinals.take(places).tolist()],
            counts.take(places).tolist(),
            strict=True,
        )
    )
    if chosen:
        others = [item for item in shown if item[0] not in chosen][: max(0, limit - len(chosen))]
        shown = others + [(value, _count_of(codes, ordinals, counts, value)) for value in chosen]
        shown.sort(key=lambda item: (-item[1], item[0]))
    return FacetCounts(counts=tuple(shown), distinct=len(ordinals))


def _most(counts: Counts, order: Numbers, limit: int) -> Numbers:
    """The places of the ``limit`` largest counts, equal ones in their ``order``."""
    keys = order - counts * (np.int64(1) << 32)
    if len(keys) <= 4 * limit:
        return np.argsort(keys)[:limit]
    if not limit:
        return np.empty(0, np.int64)
    places = np.argpartition(keys, limit - 1)[:limit]
    return places.take(np.argsort(keys.take(places)))


def _count_of(codes: FacetCodes, ordinals: Numbers, counts: Counts, value: str) -> int:
    ordinal = codes.ordinals.get(value, 0)
    place = int(ordinals.searchsorted(ordinal))
    if not ordinal or place == len(ordinals) or ordinals[place] != ordinal:
        return 0
    return int(counts[place])
