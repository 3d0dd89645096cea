"""How a match is scored: BM25 with a weight per field, the same numbers in every engine.

A *leaf* is a word, a phrase or a fuzzy word of the query. With tf(f) its occurrences in field f of
an article, len(f) the words of that field and avg(f) their mean over the searched articles:

    score = idf · Σ_f weight(f) · tf(f) · (K1 + 1) / (tf(f) + K1 · (1 − B + B · len(f) / avg(f)))
    idf   = ln(1 + (N − df + 0.5) / (df + 0.5))

N counts the searched articles and df those in which the leaf occurs in any of its fields; a word
with several stems or spellings is one leaf whose occurrences are added. A prefix scores
``PREFIX_SCORE`` wherever it matches; conditions on tags, dates and ids, and whatever stands under a
Not, score nothing. And and Or add what their matching children score. Masked articles are left out
of N, df and avg. The best matches are then looked at again: see ``second_look``. Robertson and
Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, section 3.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date

from archive.query.nodes import Field

K1 = 1.2
B = 0.75
PREFIX_SCORE = 1.0
# Scores are compared after rounding, so that engines that add in another order sort alike.
SCORE_DIGITS = 6

RECENCY = 0.5  # how much more the newest match counts than one long before it
RECENCY_HALVES = 365  # days, in which that preference falls to its half

TEXT_FIELDS: dict[str, float] = {"headline": 3.0, "summary": 1.5, "body": 1.0}
BYLINE_FIELD = "byline"
ALL_FIELDS: tuple[str, ...] = (*TEXT_FIELDS, BYLINE_FIELD)


def weights_of(field: Field) -> dict[str, float]:
    """The indexed fields that a query field searches, with their weights."""
    match field:
        case Field.ANY:
            return TEXT_FIELDS
        case Field.HEADLINE:
            return {"headline": TEXT_FIELDS["headline"]}
        case Field.BYLINE:
            return {BYLINE_FIELD: 1.0}


def idf(documents: int, document_frequency: int) -> float:
    """The weight of a leaf that occurs in ``document_frequency`` of ``documents`` articles."""
    return math.log(1 + (documents - document_frequency + 0.5) / (document_frequency + 0.5))


def newest_day(days: Iterable[date | None], today: date | None) -> date | None:
    """The first day of the newest of some articles, but none after ``today``."""
    newest = max((day for day in days if day is not None), default=None)
    return newest if newest is None or today is None else min(newest, today)


def recency(lower: date | None, newest: date | None) -> float:
    """By how much the score of an article counts more, the newer it is.

    ``lower`` is its first possible day of publication, ``newest`` that of the newest match. From
    1 + ``RECENCY`` it falls towards 1, which is also that of an undated article.
    """
    if lower is None or newest is None:
        return 1.0
    age = max(0, (newest - lower).days)
    return 1 + RECENCY * math.exp2(-age / RECENCY_HALVES)


def term_score(
    weight: float,
    occurrences: Mapping[str, int],
    lengths: Mapping[str, int],
    averages: Mapping[str, float],
    fields: Mapping[str, float] = TEXT_FIELDS,
) -> float:
    """The score of one leaf in one article; ``weight`` is the leaf's idf.

    ``occurrences`` and ``lengths`` are the article's, by field, ``averages`` the mean lengths of
    ``fields`` over the searched articles. A field that is empty in all of these scores nothing, in
    an article that is not one of them.
    """
    total = 0.0
    for field, boost in fields.items():
        tf = occurrences.get(field, 0)
        if tf and averages[field]:
            norm = K1 * (1 - B + B * lengths[field] / averages[field])
            total += boost * tf * (K1 + 1) / (tf + norm)
    return weight * total
