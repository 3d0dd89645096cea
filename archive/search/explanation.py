"""Why an article stands where it does among the hits of a search.

An engine tells what it knows of one article (:class:`Evidence`); the parts of its score are worked
out from that by ``scoring``, the same for every engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from archive.query.terms import TextLeaf
from archive.search.second_look import Bonus


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafEvidence:
    """A leaf in one article: how often it occurs in each field, and in how many articles at all.

    ``positions`` are given by field for the words of the second look alone.
    """

    frequency: int
    occurrences: Mapping[str, int] = field(default_factory=dict)
    positions: Mapping[str, Sequence[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What an engine knows of one article and of the articles searched with it.

    ``lengths`` and ``averages`` are words by field. ``lower`` is the first day on which the article
    may have been published.
    """

    documents: int
    lengths: Mapping[str, int]
    averages: Mapping[str, float]
    leaves: Mapping[TextLeaf, LeafEvidence]
    lower: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPart:
    """What a leaf's occurrences in one field score: so many among ``length`` words.

    ``average`` is the mean length of the field over the searched articles.
    """

    field: str
    occurrences: int
    length: int
    average: float
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafPart:
    """What a word or phrase of the query contributes.

    It stands in ``frequency`` articles and therefore counts ``weight`` (its idf). A leaf that does
    not occur in the article has no ``fields`` and scores nothing; that of a prefix scores the same
    wherever it occurs.
    """

    leaf: TextLeaf
    frequency: int
    weight: float
    fields: tuple[FieldPart, ...]
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterEffect:
    """What one filter does: how many articles of the query it alone takes away.

    ``name`` is a facet, ``date`` for the chosen periods, or ``date_from``/``date_to`` for the
    range. ``kept`` says whether the article passes it.
    """

    name: str
    removed: int
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The score of one article, in parts that add up to it.

    ``matches`` says whether the article meets the query itself, whatever the filters say; where it
    does not, nothing is scored. ``recency`` is what the sum of parts and bonuses was multiplied by,
    with ``newest``, the day it is reckoned from; None where the order does not ask for it.
    ``documents`` counts the searched articles, ``total`` those that the query and all filters find.
    """

    id: str
    matches: bool
    score: float
    documents: int
    total: int
    parts: tuple[LeafPart, ...] = ()
    bonuses: tuple[Bonus, ...] = ()
    recency: float | None = None
    newest: date | None = None
    filters: tuple[FilterEffect, ...] = ()
