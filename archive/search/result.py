"""What an engine answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One article that matches, with its score rounded to ``scoring.SCORE_DIGITS``."""

    id: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetCounts:
    """Articles per value: the most frequent first, equal counts by value.

    ``distinct`` is how many values there are in all, shown or not.
    """

    counts: tuple[tuple[str, int], ...] = ()
    distinct: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """Articles per period, each article once.

    ``bars`` maps an ISO period (``2025``, ``2025-06``, ``2025-06-02``) to its articles, in order of
    time, empty ones left out. ``unplaced`` are dated less precisely than a bar is wide, ``undated``
    not at all (counted with no regard to the year or month looked at).
    """

    bars: Mapping[str, int] = field(default_factory=dict)
    unplaced: int = 0
    undated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """A page of hits out of ``total``, with the counts that were asked for."""

    total: int
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, FacetCounts] = field(default_factory=dict)
    histogram: Histogram | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStatus:
    """What an index holds. ``generation`` changes with every commit; empty without an index."""

    engine: str
    generation: str
    documents: Mapping[str, int] = field(default_factory=dict)
    bytes: int = 0
    rebuild_due: str = ""
