"""Histograms: the bars of an engine, with the empty ones and with names."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from archive.search.request import HistogramRequest, Zoom
from archive.search.result import Histogram
from archive.services.answers import HistogramAnswer, PeriodCount
from archive.text.dates import english

MOST_BARS = 200
"""Beyond so many years, only those with articles have a bar."""


def timeline(
    histogram: Histogram,
    request: HistogramRequest,
    *,
    within: str = "",
    chosen: Collection[str] = (),
    undated_chosen: bool = False,
) -> HistogramAnswer:
    """Name the bars of ``histogram`` and add the empty ones between them.

    All months of a year and all days of a month have a bar. ``chosen`` holds ISO periods.
    """
    return HistogramAnswer(
        zoom=request.zoom,
        within=within,
        bars=tuple(
            PeriodCount(
                value=period,
                label=_named(period),
                short_label=short_name(period),
                count=histogram.bars.get(period, 0),
                selected=period in chosen,
            )
            for period in _periods(histogram.bars, request.zoom, within)
        ),
        unplaced=histogram.unplaced,
        undated=histogram.undated,
        undated_selected=undated_chosen,
        whole=PeriodCount(
            value=within,
            label=english(within),
            short_label=short_name(within),
            count=sum(histogram.bars.values()) + histogram.unplaced,
            selected=True,
        )
        if within and within in chosen
        else None,
    )


# The years of an archive are the same in all its charts.
_named = lru_cache(maxsize=10_000)(english)


def short_name(period: str) -> str:
    """A period beside others of its kind: ``2025``, ``Jun``, ``2``."""
    if len(period) == 4:
        return str(int(period))
    if len(period) == 7:
        return calendar.month_abbr[int(period[5:])]
    return str(int(period[8:]))


def _periods(bars: Mapping[str, int], zoom: Zoom, within: str) -> Iterator[str]:
    match zoom:
        case Zoom.YEAR:
            if not bars:
                return
            first, last = int(min(bars)), int(max(bars))
            if last - first >= MOST_BARS:
                yield from sorted(bars)
            else:
                yield from (f"{year:04}" for year in range(first, last + 1))
        case Zoom.MONTH:
            yield from (f"{within}-{month:02}" for month in range(1, 13))
        case Zoom.DAY:
            days = calendar.monthrange(int(within[:4]), int(within[5:7]))[1]
            yield from (f"{within}-{day:02}" for day in range(1, days + 1))
