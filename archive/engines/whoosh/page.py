"""From the matches of a query to a result page: filters, order, counts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from archive.engines.whoosh.codec import Numbers
from archive.engines.whoosh.evaluate import Evaluation, Matches, Scores
from archive.engines.whoosh.facets import count_periods, count_values
from archive.engines.whoosh.searcher import Mask
from archive.search.request import DateFilter, SearchRequest, Sort
from archive.search.result import Hit, SearchResult
from archive.search.scoring import SCORE_DIGITS

_LAST = np.iinfo(np.int64).max


def answer(request: SearchRequest, evaluation: Evaluation) -> SearchResult:
    """The page that ``request`` asks for."""
    searcher = evaluation.searcher
    matches = evaluation.match(request.query)
    narrowed = matches.mask
    if request.date_from is not None or request.date_to is not None:
        first = request.date_from.toordinal() if request.date_from else None
        last = request.date_to.toordinal() if request.date_to else None
        narrowed = narrowed & evaluation.overlapping(first, last)
    chosen = {
        facet: searcher.having(facet, values) for facet, values in request.filters.items() if values
    }
    in_period = _in_period(request.dates, evaluation)
    filtered = _all(narrowed, chosen)
    found = filtered & in_period
    return SearchResult(
        total=int(np.count_nonzero(found)),
        hits=best(
            Matches(found, matches.scores),
            evaluation,
            request.sort,
            offset=request.offset,
            limit=request.limit,
        ),
        facets={
            facet: count_values(
                searcher,
                facet,
                _all(narrowed & in_period, chosen, without=facet) if facet in chosen else found,
                chosen=request.filters.get(facet, ()),
                limit=request.facet_limit,
            )
            for facet in request.facets
        },
        histogram=count_periods(searcher, filtered, request.histogram)
        if request.histogram
        else None,
    )


def best(
    matches: Matches, evaluation: Evaluation, sort: Sort, *, limit: int, offset: int = 0
) -> tuple[Hit, ...]:
    """The hits from ``offset`` on, in the order of the port."""
    searcher = evaluation.searcher
    numbers = np.flatnonzero(matches.mask)
    day = searcher.column("lower")[numbers].astype(np.int64)
    scores = matches.scores[numbers]
    keys: list[Numbers | Scores]
    match sort:
        case Sort.RELEVANCE:
            keys = [-np.round(scores, SCORE_DIGITS), -day]
        case Sort.NEWEST:
            keys = [-day]
        case Sort.OLDEST:
            keys = [np.where(day > 0, day, _LAST)]
    chosen = _first(keys, offset + limit)
    # The ids of few articles are compared, not those of all that tie with the last one shown.
    order = np.lexsort([searcher.ids[numbers[chosen]], *(key[chosen] for key in reversed(keys))])
    return tuple(
        Hit(
            id=searcher.id_of(int(numbers[place])),
            score=round(float(scores[place]), SCORE_DIGITS),
        )
        for place in chosen[order][offset : offset + limit]
    )


def _first(keys: list[Numbers | Scores], wanted: int) -> Numbers:
    """Places of the ``wanted`` smallest by ``keys``, and of all that tie with the last of them."""
    sure: list[Numbers] = []
    open_ = np.arange(len(keys[0]))
    for key in keys:
        missing = wanted - sum(map(len, sure))
        if missing >= len(open_):
            break
        values = key[open_]
        last = np.partition(values, missing - 1)[missing - 1] if missing else -np.inf
        sure.append(open_[values < last])
        open_ = open_[values == last]
    return np.concatenate([*sure, open_])


def _in_period(dates: DateFilter, evaluation: Evaluation) -> Mask:
    if not dates:
        return evaluation.live
    mask = evaluation.undated() if dates.undated else np.zeros_like(evaluation.live)
    for days in dates.periods:
        mask = mask | evaluation.overlapping(days.lower.toordinal(), days.upper.toordinal())
    return mask


def _all(mask: Mask, chosen: Mapping[str, Mask], *, without: str = "") -> Mask:
    for facet, having in chosen.items():
        if facet != without:
            mask = mask & having
    return mask
