"""How counts are cut to what a page shows: facet values and the bars of a histogram."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from archive.search.request import Zoom
from archive.search.result import FacetCounts

_ISO_LENGTH = {Zoom.YEAR: 4, Zoom.MONTH: 7, Zoom.DAY: 10}


def top_counts(counts: Mapping[str, int], *, chosen: Iterable[str], limit: int) -> FacetCounts:
    """The ``limit`` most frequent values, among them every ``chosen`` one, even if it has none."""
    kept = set(chosen)
    positive = {value: count for value, count in counts.items() if count > 0}
    ranked = sorted(positive.items(), key=lambda item: (-item[1], item[0]))
    others = [item for item in ranked if item[0] not in kept][: max(0, limit - len(kept))]
    shown = others + [(value, positive.get(value, 0)) for value in kept]
    return FacetCounts(
        counts=tuple(sorted(shown, key=lambda item: (-item[1], item[0]))),
        distinct=len(positive),
    )


def bar_of(day: date, zoom: Zoom) -> str:
    """The ISO period in which ``day`` lies: ``2025``, ``2025-06`` or ``2025-06-02``."""
    return day.isoformat()[: _ISO_LENGTH[zoom]]
