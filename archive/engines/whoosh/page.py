"""From the matches of a query to a result page: filters, order, counts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from archive.engines.whoosh.evaluate import Evaluation
from archive.engines.whoosh.facets import Counter
from archive.engines.whoosh.found import Found, intersection, union
from archive.engines.whoosh.ranking import (
    among_highest,
    best_dated,
    best_scored,
    highest,
    hits_of,
    recency_of,
)
from archive.engines.whoosh.scorer import may_differ, may_score, scores_of
from archive.engines.whoosh.second_look import look_again
from archive.search.request import DateFilter, SearchRequest, Sort
from archive.search.result import Hit, SearchResult
from archive.search.second_look import LOOKED_AT, words_of


def answer(request: SearchRequest, evaluation: Evaluation) -> SearchResult:
    """The page that ``request`` asks for."""
    first = request.date_from.toordinal() if request.date_from else None
    last = request.date_to.toordinal() if request.date_to else None
    base = evaluation.during(evaluation.match(request.query), first, last)
    chosen = {
        facet: evaluation.tagged(facet, values)
        for facet, values in request.filters.items()
        if values
    }
    period = [_in_period(request.dates, evaluation)] if request.dates else []
    filtered = intersection([base, *chosen.values()])
    found = intersection([filtered, *period])
    view = evaluation.view
    counter = Counter(view, found)
    counters = {
        facet: Counter(view, _without(facet, [base, *period], chosen))
        for facet in chosen
        if facet in request.facets
    }
    facets = {
        facet: counters.get(facet, counter).values(
            facet, chosen=request.filters.get(facet, ()), limit=request.facet_limit
        )
        for facet in request.facets
    }
    histogram = None
    if request.histogram:
        histogram = (Counter(view, filtered) if period else counter).periods(request.histogram)
    hits = tuple(_hits(request, evaluation, found))
    return SearchResult(total=found.count, hits=hits, facets=facets, histogram=histogram)


def _hits(request: SearchRequest, evaluation: Evaluation, found: Found) -> list[Hit]:
    page = {"offset": request.offset, "limit": request.limit}
    if not request.limit or request.offset >= found.count:
        return []
    # Where words score alike, the day still makes a difference to a balanced score.
    by_score = {Sort.RELEVANCE: may_differ, Sort.BALANCED: may_score}.get(request.sort)
    if by_score and by_score(request.query):
        return _best(request, evaluation, found)
    return best_dated(
        evaluation.view,
        found,
        lambda some: scores_of(evaluation, request.query, some),
        request.sort,
        **page,
    )


def _best(request: SearchRequest, evaluation: Evaluation, found: Found) -> list[Hit]:
    """The hits of the page by BM25, the best of them put in order by the second look."""
    view = evaluation.view
    scores = scores_of(evaluation, request.query, found)
    if request.sort is Sort.BALANCED:
        factors = recency_of(view, found, request.today)
        scores *= factors
    words = words_of(request.query) if request.second_look else ()
    if not words or request.offset >= LOOKED_AT:
        return best_scored(view, found, scores, offset=request.offset, limit=request.limit)
    last = request.offset + request.limit
    if last > LOOKED_AT:
        places = highest(view, found, scores, last)
        best = np.sort(places[:LOOKED_AT])
    else:
        places = best = np.sort(among_highest(view, found, scores, LOOKED_AT))
    bonus = look_again(evaluation, words, found.docs.take(best))
    if request.sort is Sort.BALANCED:
        bonus = bonus * factors.take(best)
    scores[best] += bonus
    again = Found(found.size, docs=found.docs.take(best))
    order = best.take(highest(view, again, scores.take(best), min(last, len(best))))
    page = np.concatenate([order, places[LOOKED_AT:]])[request.offset :][: request.limit]
    return hits_of(view, found.docs.take(page), scores.take(page))


def _in_period(dates: DateFilter, evaluation: Evaluation) -> Found:
    periods = [
        evaluation.overlapping(days.lower.toordinal(), days.upper.toordinal())
        for days in dates.periods
    ]
    return union([*periods, evaluation.undated()] if dates.undated else periods)


def _without(facet: str, sets: list[Found], chosen: Mapping[str, Found]) -> Found:
    return intersection([*sets, *(found for name, found in chosen.items() if name != facet)])
