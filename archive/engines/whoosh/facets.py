"""Counting facet values and periods over a mask of articles."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from archive.engines.whoosh.searcher import Mask, Searcher
from archive.search.counting import top_counts
from archive.search.request import HistogramRequest, Zoom
from archive.search.result import FacetCounts, Histogram

_EPOCH = 719_163  # the ordinal of 1970-01-01, where numpy's days begin
_UNITS = {Zoom.YEAR: "datetime64[Y]", Zoom.MONTH: "datetime64[M]", Zoom.DAY: "datetime64[D]"}


def count_values(
    searcher: Searcher, facet: str, mask: Mask, *, chosen: Iterable[str], limit: int
) -> FacetCounts:
    """Count the values of ``facet`` among the articles of ``mask``."""
    column = searcher.facet(facet)
    counts = np.zeros(len(column.values), np.int64)
    for part in column.parts:
        within = mask[part.base : part.base + part.size]
        for values in (
            part.first[within],
            part.second[within],
            part.more_values[mask[part.more_docs]],
        ):
            counts += np.bincount(values, minlength=len(counts))
    counts[0] = 0
    totals = {column.values[place]: int(counts[place]) for place in np.flatnonzero(counts)}
    return top_counts(totals, chosen=chosen, limit=limit)


def count_periods(searcher: Searcher, mask: Mask, request: HistogramRequest) -> Histogram:
    """Count the articles of ``mask`` by period."""
    lower, upper = searcher.column("lower"), searcher.column("upper")
    undated = mask & (lower == 0)
    dated = mask & ~undated
    if request.within:
        dated &= upper >= request.within.lower.toordinal()
        dated &= lower <= request.within.upper.toordinal()
    unit = _UNITS[request.zoom]
    first, last = (
        (days[dated] - _EPOCH).astype("datetime64[D]").astype(unit) for days in (lower, upper)
    )
    bars, counts = np.unique(first[first == last], return_counts=True)
    return Histogram(
        bars={str(bar): int(count) for bar, count in zip(bars, counts, strict=True)},
        unplaced=int(np.count_nonzero(first != last)),
        undated=int(np.count_nonzero(undated)),
    )
