"""What articles score, worked out for those that are asked about only: see ``search.scoring``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from archive.engines.whoosh.evaluate import Evaluation
from archive.engines.whoosh.found import Found
from archive.engines.whoosh.leaves import Leaf
from archive.engines.whoosh.pieces import Piece
from archive.engines.whoosh.postings import Numbers
from archive.engines.whoosh.view import View
from archive.exceptions import IndexDamaged
from archive.query.nodes import And, Fuzzy, Node, Or, Phrase, Prefix, Word
from archive.search.scoring import K1, B, idf, weights_of

Scores = npt.NDArray[np.float64]

_SEARCHED = 16  # this many times fewer are looked up by bisection, otherwise all are gone through
_SHORT = 2_000  # and so they are where there are few of both


def scores_of(evaluation: Evaluation, node: Node | None, found: Found) -> Scores:
    """What each article of ``found``, all of which ``node`` matches, scores."""
    return _scores(evaluation, node, found, evaluation.view.columns.scratch)


def may_score(node: Node | None) -> bool:
    """Whether anything can score more than nothing."""
    match node:
        case Word() | Phrase() | Fuzzy() | Prefix():
            return True
        case And(children=children) | Or(children=children):
            return any(map(may_score, children))
    return False


def impact(view: View, piece: Piece, docs: Numbers, counts: Numbers, weight: float) -> Scores:
    """What some of a piece's ``docs``, with their ``counts``, score for it."""
    average = view.averages[piece.field]
    if not average:
        if view.live.take(docs).any():
            raise IndexDamaged(
                f"The search index has lost the lengths of each {piece.field}. "
                "Run manage.py search_index rebuild."
            )
        return np.zeros(len(docs))
    lengths = view.lengths(piece.field).take(docs)
    norm = lengths * np.float64(K1 * B / average)
    norm += K1 * (1 - B)
    norm += counts
    scores = counts * np.float64(weight * (K1 + 1))
    scores /= norm
    return scores


class Accumulator:
    """Scores of the articles of one set, to which those of leaves are added."""

    def __init__(self, view: View, found: Found, scratch: Callable[[], Scores]) -> None:
        """``scratch`` gives an array of zeros with a place for each article of the index."""
        self._view = view
        self._found = found
        self._make = scratch
        self._scores = np.zeros(found.count)  # of the articles of the set, in order
        self._scratch: Scores | None = None  # of all articles

    def total(self) -> Scores:
        """What was added up."""
        if self._scratch is not None:
            self._scores += self._scratch.take(self._found.docs)
            self._scratch = None
        return self._scores

    def add(self, leaf: Leaf, boosts: Mapping[str, float]) -> None:
        """Add what ``leaf`` scores in the articles that it matches."""
        if leaf.constant:
            self._scores += leaf.constant * leaf.found.holds(self._found.docs)
            return
        weight = idf(self._view.count, leaf.found.count)
        # The longest first, since once it is spread over all articles that is best for all.
        for piece in sorted(leaf.pieces, key=_length, reverse=True):
            self._add_piece(piece, weight * boosts[piece.field])

    def add_some(self, found: Found, scores: Scores) -> None:
        """Add the scores of some articles of the set."""
        self._scores[self._found.docs.searchsorted(found.docs)] += scores

    def _add_piece(self, piece: Piece, weight: float) -> None:
        docs, held = self._found.docs, piece.docs
        if docs is held:
            self._scores += impact(self._view, piece, held, piece.counts, weight)
        elif len(docs) * _SEARCHED < len(held) or len(docs) + len(held) < _SHORT:
            self._add_at(piece, held.searchsorted(docs), weight)
        elif len(held) * _SEARCHED < len(docs) and self._scratch is None:
            places = docs.searchsorted(held)
            of_piece = np.flatnonzero(docs.take(places, mode="clip") == held)
            some = held.take(of_piece)
            scores = impact(self._view, piece, some, piece.counts.take(of_piece), weight)
            self._scores[places.take(of_piece)] += scores
        else:
            self._add_all(piece, weight)

    def _add_at(self, piece: Piece, places: Numbers, weight: float) -> None:
        """Add where the articles of the set, in order, stand at ``places`` of the piece."""
        docs = self._found.docs
        of_set = np.flatnonzero(piece.docs.take(places, mode="clip") == docs)
        counts = piece.counts.take(places.take(of_set))
        self._scores[of_set] += impact(self._view, piece, docs.take(of_set), counts, weight)

    def _add_all(self, piece: Piece, weight: float) -> None:
        docs, counts = piece.docs, piece.counts
        if self._found.count * 2 < len(docs):
            places = np.flatnonzero(self._found.mask.take(docs))
            docs, counts = docs.take(places), counts.take(places)
        scores = impact(self._view, piece, docs, counts, weight)
        if self._scratch is None:
            self._scratch = self._make()
            self._scratch[docs] = scores
        else:
            self._scratch[docs] += scores


def _length(piece: Piece) -> int:
    return len(piece.docs)


def _scores(
    evaluation: Evaluation, node: Node | None, found: Found, scratch: Callable[[], Scores]
) -> Scores:
    total = Accumulator(evaluation.view, found, scratch)
    _add(evaluation, node, found, total)
    return total.total()


def _add(evaluation: Evaluation, node: Node | None, found: Found, total: Accumulator) -> None:
    match node:
        case Word() | Phrase() | Fuzzy() | Prefix():
            total.add(evaluation.leaf(node), weights_of(node.field))
        case And(children=children):
            for child in children:
                _add(evaluation, child, found, total)
        case Or(children=children):
            for child in children:
                _add_alternative(evaluation, child, found, total)


def _add_alternative(evaluation: Evaluation, node: Node, found: Found, total: Accumulator) -> None:
    """Add what a child of Or scores: an And does so only where all of it matches."""
    if not isinstance(node, And):
        _add(evaluation, node, found, total)
    elif may_score(node):
        docs = found.docs
        some = Found(found.size, docs=docs.compress(evaluation.match(node).holds(docs)))
        size = evaluation.view.searcher.size
        total.add_some(some, _scores(evaluation, node, some, lambda: np.zeros(size)))
