"""From the scores of a query to a result page: filters, order, counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from archive.engines.memory.entry import Entry
from archive.engines.memory.evaluate import Evaluation
from archive.search.counting import bar_of, top_counts
from archive.search.request import DateFilter, HistogramRequest, SearchRequest, Sort
from archive.search.result import FacetCounts, Histogram, Hit, SearchResult
from archive.search.scoring import SCORE_DIGITS, newest_day, recency
from archive.search.second_look import (
    LOOKED_AT,
    LookedFor,
    WordPlaces,
    bonuses,
    weigh,
    words_of,
)


def answer(request: SearchRequest, evaluation: Evaluation) -> SearchResult:
    """The page that ``request`` asks for."""
    entries, scores = evaluation.entries, evaluation.match(request.query)
    narrowed = [
        entries[id_]
        for id_ in scores
        if (request.date_from is None and request.date_to is None)
        or entries[id_].overlaps(request.date_from, request.date_to)
    ]
    matches = _filtered(narrowed, request)
    hits = _ranked(request, evaluation, matches, scores)
    page = hits[request.offset : request.offset + request.limit]
    return SearchResult(
        total=len(matches),
        hits=tuple(page),
        facets={facet: _facet(narrowed, request, facet) for facet in request.facets},
        histogram=_histogram(_filtered(narrowed, request, dates=False), request.histogram)
        if request.histogram
        else None,
    )


def _ranked(
    request: SearchRequest,
    evaluation: Evaluation,
    matches: Sequence[Entry],
    scores: Mapping[str, float],
) -> list[Hit]:
    """All matches as hits: by BM25, and the best of them by the second look."""
    if request.sort not in (Sort.RELEVANCE, Sort.BALANCED):
        return in_order(matches, scores, request.sort)
    factors = _recency(request, matches)
    rated = {entry.document.id: scores[entry.document.id] for entry in matches}
    words = words_of(request.query) if request.second_look else ()
    if words:
        weighed = {id_: score * factors[id_] for id_, score in rated.items()}
        best = in_order(matches, weighed, Sort.RELEVANCE)[:LOOKED_AT]
        bonus = look_again(evaluation, words, [hit.id for hit in best])
        rated = {id_: score + bonus.get(id_, 0.0) for id_, score in rated.items()}
    weighed = {id_: score * factors[id_] for id_, score in rated.items()}
    return in_order(matches, weighed, Sort.RELEVANCE)


def look_again(
    evaluation: Evaluation, words: Sequence[LookedFor], ids: Iterable[str]
) -> dict[str, float]:
    """What the second look adds to the scores of some articles."""
    documents = len(evaluation.entries)
    weights = {word: weigh(documents, len(evaluation.occurrences(word))) for word in words}
    added = {}
    for id_ in ids:
        entry = evaluation.entries[id_]
        places = {
            word: WordPlaces(idf=idf, telling=telling, positions=evaluation.places(word, entry))
            for word, (idf, telling) in weights.items()
        }
        found = bonuses(words, places, entry.lengths, evaluation.averages)
        added[id_] = sum(bonus.score for bonus in found)
    return added


def _recency(request: SearchRequest, matches: Sequence[Entry]) -> dict[str, float]:
    if request.sort is not Sort.BALANCED:
        return {entry.document.id: 1.0 for entry in matches}
    newest = newest_day((entry.document.lower for entry in matches), request.today)
    return {entry.document.id: recency(entry.document.lower, newest) for entry in matches}


def in_order(entries: Iterable[Entry], scores: Mapping[str, float], sort: Sort) -> list[Hit]:
    """All ``entries`` as hits, in the order of the port."""

    def newest(entry: Entry) -> tuple[int, str]:
        lower = entry.document.lower
        return (-lower.toordinal() if lower else 0, entry.document.id)

    def key(entry: Entry) -> tuple[float, int, str]:
        day, id_ = newest(entry)
        match sort:
            case Sort.RELEVANCE | Sort.BALANCED:
                return (-round(scores[id_], SCORE_DIGITS), day, id_)
            case Sort.NEWEST:
                return (0.0, day, id_)
            case Sort.OLDEST:
                return (0.0 if day else 1.0, -day, id_)

    return [
        Hit(id=entry.document.id, score=round(scores[entry.document.id], SCORE_DIGITS))
        for entry in sorted(entries, key=key)
    ]


def _filtered(
    entries: Iterable[Entry], request: SearchRequest, *, without: str = "", dates: bool = True
) -> list[Entry]:
    """The entries that pass all filters but that of the facet ``without`` and, perhaps, dates."""
    chosen = {
        facet: values for facet, values in request.filters.items() if values and facet != without
    }
    return [
        entry
        for entry in entries
        if all(not entry.values(facet).isdisjoint(values) for facet, values in chosen.items())
        and (not dates or _passes(entry, request.dates))
    ]


def _passes(entry: Entry, dates: DateFilter) -> bool:
    if not dates:
        return True
    if entry.document.lower is None:
        return dates.undated
    return any(entry.overlaps(days.lower, days.upper) for days in dates.periods)


def _facet(entries: Collection[Entry], request: SearchRequest, facet: str) -> FacetCounts:
    counts = Counter(
        value
        for entry in _filtered(entries, request, without=facet)
        for value in entry.values(facet)
    )
    return top_counts(counts, chosen=request.filters.get(facet, ()), limit=request.facet_limit)


def _histogram(entries: Iterable[Entry], request: HistogramRequest) -> Histogram:
    bars: Counter[str] = Counter()
    unplaced = undated = 0
    for entry in entries:
        lower, upper = entry.document.lower, entry.document.upper
        if lower is None or upper is None:
            undated += 1
        elif request.within and not entry.overlaps(request.within.lower, request.within.upper):
            continue
        elif bar_of(lower, request.zoom) == bar_of(upper, request.zoom):
            bars[bar_of(lower, request.zoom)] += 1
        else:
            unplaced += 1
    return Histogram(bars=dict(sorted(bars.items())), unplaced=unplaced, undated=undated)
