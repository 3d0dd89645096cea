"""Choosing the hits of a page out of many articles, in the order of the port."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from archive.engines.whoosh.found import Found
from archive.engines.whoosh.pieces import Scores
from archive.engines.whoosh.postings import NO_NUMBERS, Numbers
from archive.engines.whoosh.sections import decode_term
from archive.engines.whoosh.view import View
from archive.search.request import Sort
from archive.search.result import Hit
from archive.search.scoring import RECENCY, RECENCY_HALVES, SCORE_DIGITS

_LAST = np.int32(np.iinfo(np.int32).max)
_BLOCKS = 8  # for each hit wanted
_LONG = 2_000  # articles, above which those in order of days are gone through
_AT_ONCE = 1 << 10

Scoring = Callable[[Found], Scores]
Key = npt.NDArray[np.generic]


def best_scored(view: View, found: Found, scores: Scores, *, offset: int, limit: int) -> list[Hit]:
    """The hits from ``offset`` on by what they score; ``scores`` are in the order of ``found``."""
    if not limit or offset >= found.count:
        return []
    page = highest(view, found, scores, offset + limit)[offset:]
    return hits_of(view, found.docs.take(page), scores.take(page))


def highest(view: View, found: Found, scores: Scores, wanted: int) -> Numbers:
    """The places in ``found`` of the ``wanted`` best by what they score, in the order of hits."""
    places, docs, keys = _by_score(view, found, scores, wanted)
    return places.take(_page(view, docs, keys, 0, wanted))


def among_highest(view: View, found: Found, scores: Scores, wanted: int) -> Numbers:
    """The same in any order, for less where no more of them tie with the last."""
    places, docs, keys = _by_score(view, found, scores, wanted)
    chosen = _first(keys, wanted)
    return places.take(_page(view, docs, keys, 0, wanted) if len(chosen) > wanted else chosen)


def _by_score(
    view: View, found: Found, scores: Scores, wanted: int
) -> tuple[Numbers, Numbers, list[Key]]:
    """Places in ``found`` with the ``wanted`` highest among them, their numbers and sort keys."""
    places = _highest(scores, wanted)
    docs = found.docs.take(places)
    rounded = np.round(scores.take(places), SCORE_DIGITS)
    return places, docs, [-rounded, -view.columns.lower.take(docs)]


def recency_of(view: View, found: Found, today: date | None) -> Scores:
    """``scoring.recency`` of each article of ``found``."""
    lower = view.columns.lower.take(found.docs)
    newest = int(lower.max()) if today is None else min(int(lower.max()), today.toordinal())
    age = np.maximum(newest - lower, 0)
    return np.where(lower > 0, 1 + RECENCY * np.exp2(-age / RECENCY_HALVES), 1.0)


def best_dated(
    view: View, found: Found, score: Scoring, sort: Sort, *, offset: int, limit: int
) -> list[Hit]:
    """The hits from ``offset`` on by day, of which only these are scored."""
    if not limit or offset >= found.count:
        return []
    docs = found.docs if found.count < _LONG else _first_dated(view, found, sort, offset + limit)
    day = view.columns.lower.take(docs)
    key = np.where(day > 0, day, _LAST) if sort is Sort.OLDEST else -day
    page = docs.take(_page(view, docs, [key], offset, limit))
    rising = np.argsort(page)
    scores = np.empty(len(page))
    scores[rising] = score(Found(found.size, docs=page.take(rising)))
    return hits_of(view, page, scores)


def hits_of(view: View, docs: Numbers, scores: Scores) -> list[Hit]:
    """Articles, in this order, with what they score."""
    ids = view.searcher.ids_of(docs).tolist()
    return [
        Hit(id=decode_term(id_), score=round(score, SCORE_DIGITS))
        for id_, score in zip(ids, scores.tolist(), strict=True)
    ]


def _page(view: View, docs: Numbers, keys: Sequence[Key], offset: int, limit: int) -> Numbers:
    """Places of ``docs`` from ``offset`` on, by ``keys`` and then by id."""
    chosen = _first(keys, offset + limit)
    # The ids of few articles are compared, not those of all that tie with the last one shown.
    ids = view.searcher.ids_of(docs.take(chosen))
    order = np.lexsort([ids, *(key.take(chosen) for key in reversed(keys))])
    return chosen.take(order[offset : offset + limit])


def _first(keys: Sequence[Key], wanted: int) -> Numbers:
    """Places of the ``wanted`` smallest by ``keys``, and of all that tie with the last of them."""
    sure: list[Numbers] = []
    open_ = np.arange(len(keys[0]))
    for key in keys:
        missing = wanted - sum(map(len, sure))
        if missing >= len(open_):
            break
        if not missing:
            return np.concatenate(sure)
        values = key.take(open_)
        last = np.partition(values, missing - 1)[missing - 1]
        sure.append(open_.compress(values < last))
        open_ = open_.compress(values == last)
    return np.concatenate([*sure, open_])


def _highest(scores: Scores, wanted: int) -> Numbers:
    """Places of the ``wanted`` highest after rounding, and of some that are no higher.

    The best of each of many groups are compared first: as many articles as groups score at least
    what the worst of the best of these does.
    """
    groups = wanted * _BLOCKS
    each = len(scores) // groups if groups else 0
    if each < 2:
        if wanted >= len(scores):
            return np.arange(len(scores))
        least = np.partition(scores, len(scores) - wanted)[len(scores) - wanted]
    else:
        tops = scores[: groups * each].reshape(each, groups).max(axis=0)
        least = np.partition(tops, groups - wanted)[groups - wanted]
    return np.flatnonzero(scores >= least - 2 * 10**-SCORE_DIGITS)


def _first_dated(view: View, found: Found, sort: Sort, wanted: int) -> Numbers:
    """The first ``wanted`` by day, or all there are, and all of the last one's day; no order."""
    columns, mask = view.columns, found.mask
    order = columns.oldest if sort is Sort.OLDEST else columns.newest
    held: list[Numbers] = []
    start, missing, step = 0, wanted, _AT_ONCE
    while missing > 0 and start < len(order):
        some = order[start : start + step]
        held.append(some.compress(mask.take(some)))
        missing -= len(held[-1])
        start += len(some)
        step *= 2
    rest = order[start : columns.end_of_day(order, start - 1)]
    return np.concatenate([NO_NUMBERS, *held, rest.compress(mask.take(rest))])
