"""The articles most like one, and the words most like one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from archive.engines.whoosh.found import Found
from archive.engines.whoosh.leaves import Lookup
from archive.engines.whoosh.pieces import Piece
from archive.engines.whoosh.ranking import best_scored
from archive.engines.whoosh.scorer import impact
from archive.engines.whoosh.view import View
from archive.search.document import IndexDocument
from archive.search.matching import near_forms
from archive.search.result import Hit
from archive.search.scoring import TEXT_FIELDS, idf
from archive.search.similarity import KEY_TERMS, Profile, too_common


def most_similar(
    view: View, lookup: Lookup, document: IndexDocument, limit: int
) -> tuple[Hit, ...]:
    """The articles most like ``document``, which the view is without."""
    profile = Profile(document)
    pieces = _telling(view, lookup, profile)
    found = {stem: lookup.found(held) for stem, held in pieces.items()}
    frequencies = {stem: each.count for stem, each in found.items()}
    terms = profile.key_terms(documents=view.count, frequencies=frequencies)
    own = profile.own_score(
        terms, documents=view.count, frequencies=frequencies, averages=view.averages
    )
    shared = np.zeros(view.searcher.size, np.uint8)
    scores = view.columns.scratch()
    for term in terms:
        shared[found[term].docs] += 1
        weight = idf(view.count, frequencies[term])
        for piece in pieces[term]:
            scores[piece.docs] += impact(
                view, piece, piece.docs, piece.counts, weight * TEXT_FIELDS[piece.field]
            )
    least = profile.least_alike(own)
    docs = np.flatnonzero(shared >= least.terms)
    alike = scores.take(docs)
    enough = np.flatnonzero(alike >= least.score)
    like = Found(view.searcher.size, docs=docs.take(enough))
    return tuple(best_scored(view, like, alike.take(enough), offset=0, limit=limit))


def nearest_forms(view: View, lookup: Lookup, form: str, limit: int) -> tuple[str, ...]:
    """The word forms near ``form`` that stand in a text, nearest and most frequent first."""
    fields = tuple(TEXT_FIELDS)
    near = view.columns.near.get(
        (form, fields, ""), lambda: near_forms(form, view.searcher.forms(fields))
    )
    ranked = sorted(
        (distance, -frequency, each)
        for distance, each in near
        if each != form and (frequency := lookup.found(lookup.form(each, fields)).count)
    )
    return tuple(each for _, _, each in ranked[:limit])


def _telling(view: View, lookup: Lookup, profile: Profile) -> dict[str, Sequence[Piece]]:
    """The stems that may be key terms, with their postings.

    In how many articles a stem stands is between what its most frequent field says and what all
    its fields say together. So most stems weigh too little, before anything is counted exactly.
    """
    pieces: dict[str, Sequence[Piece]] = {}
    least: list[float] = []
    most: dict[str, float] = {}
    for stem, occurrences in profile.occurrences.items():
        held = lookup.stem(stem, TEXT_FIELDS)
        if not held:
            continue
        low, high = _bounds(view, held)
        if too_common(low, view.count):
            continue
        pieces[stem] = held
        weight = _weight(occurrences)
        most[stem] = weight * idf(view.count, low)
        if low and not too_common(high, view.count):
            least.append(weight * idf(view.count, high))
    if len(least) < KEY_TERMS:
        return pieces
    bar = sorted(least, reverse=True)[KEY_TERMS - 1]
    return {stem: held for stem, held in pieces.items() if most[stem] >= bar}


def _bounds(view: View, pieces: Sequence[Piece]) -> tuple[int, int]:
    """Least and most live articles that may stand in ``pieces``."""
    sizes = [len(piece.docs) for piece in pieces]
    gone = view.searcher.size - view.count
    return max(0, max(sizes) - gone), min(sum(sizes), view.count)


def _weight(occurrences: Mapping[str, int]) -> float:
    return sum(TEXT_FIELDS[field] * count for field, count in occurrences.items())
