"""What articles score, worked out for those that are asked about only: see ``search.scoring``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from archive.engines.whoosh.evaluate import Evaluation
from archive.engines.whoosh.found import Found
from archive.engines.whoosh.pieces import Match, Piece, Scores
from archive.engines.whoosh.postings import Numbers
from archive.engines.whoosh.view import View
from archive.exceptions import IndexDamaged
from archive.query.nodes import And, Fuzzy, Node, Or, Phrase, Prefix, Synonyms, Word
from archive.search.scoring import K1, B, idf, weights_of

_SEARCHED = 16  # this many times fewer are looked up by bisection, otherwise all are gone through
_SHORT = 2_000  # and so they are where there are few of both


def scores_of(evaluation: Evaluation, node: Node | None, found: Found) -> Scores:
    """What each article of ``found``, all of which ``node`` matches, scores."""
    total = Accumulator(evaluation.view, found)
    _add(evaluation, node, found, total)
    return total.total()


def may_score(node: Node | None) -> bool:
    """Whether anything can score more than nothing."""
    match node:
        case Word() | Phrase() | Fuzzy() | Prefix() | Synonyms():
            return True
        case And(children=children) | Or(children=children):
            return any(map(may_score, children))
    return False


def may_differ(node: Node | None) -> bool:
    """Whether one match can score more than another."""
    match node:
        case Word() | Phrase() | Fuzzy() | Synonyms():
            return True
        case And(children=children):
            return any(map(may_differ, children))
        case Or():
            return may_score(node)
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

    def __init__(self, view: View, found: Found) -> None:
        self._view = view
        self._found = found
        self._scores = np.zeros(found.count)  # of the articles of the set, in order
        self._waiting: list[tuple[Numbers, Scores, float]] = []

    def total(self) -> Scores:
        """What was added up."""
        scratch: Scores | None = None
        # The longest first, since once it is spread over all articles that is best for all.
        for held, scores, weight in sorted(self._waiting, key=_length, reverse=True):
            if scratch is not None:
                scratch[held] += scores * weight
            elif not self._add(held, scores, weight):
                scratch = self._view.columns.scratch()
                scratch[held] = scores * weight
        self._waiting.clear()
        if scratch is not None:
            self._scores += scratch.take(self._found.docs)
        return self._scores

    def add(self, match: Match, boosts: Mapping[str, float]) -> None:
        """Add what a leaf, whose fields count by ``boosts``, scores in the articles it matches."""
        leaf = match.leaf
        if not leaf.count:
            return
        if leaf.constant:
            self._scores += leaf.constant * match.found.holds(self._found.docs)
            return
        held = match.found.docs
        # Now and not when all are added up: this needs the array of all articles as well.
        scores = leaf.scores(lambda pieces: _rated(self._view, pieces, held, boosts))
        self._waiting.append((held, scores, idf(self._view.count, leaf.count)))

    def add_some(self, found: Found, scores: Scores) -> None:
        """Add the scores of some articles of the set."""
        self._scores[self._found.docs.searchsorted(found.docs)] += scores

    def _add(self, held: Numbers, scores: Scores, weight: float) -> bool:
        """Add ``scores``, times ``weight``, where articles of the set are among ``held``.

        False where it is better done by way of an array of all articles.
        """
        docs = self._found.docs
        if docs is held:
            self._scores += scores * weight
        elif len(docs) * _SEARCHED < len(held) or len(docs) + len(held) < _SHORT:
            places = held.searchsorted(docs)
            of_set = np.flatnonzero(held.take(places, mode="clip") == docs)
            self._scores[of_set] += scores.take(places.take(of_set)) * weight
        elif len(held) * _SEARCHED < len(docs):
            places = docs.searchsorted(held)
            of_leaf = np.flatnonzero(docs.take(places, mode="clip") == held)
            self._scores[places.take(of_leaf)] += scores.take(of_leaf) * weight
        else:
            return False
        return True


def _length(waiting: tuple[Numbers, Scores, float]) -> int:
    return len(waiting[0])


def _rated(
    view: View, pieces: Sequence[Piece], docs: Numbers, boosts: Mapping[str, float]
) -> Scores:
    """What ``docs``, the live articles of a leaf's pieces, score but for the leaf's weight."""
    if len(pieces) == 1 and len(pieces[0].docs) == len(docs):
        piece = pieces[0]
        return impact(view, piece, docs, piece.counts, boosts[piece.field])
    total = view.columns.scratch()
    for piece in pieces:
        total[piece.docs] += impact(view, piece, piece.docs, piece.counts, boosts[piece.field])
    return total.take(docs)


def _add(evaluation: Evaluation, node: Node | None, found: Found, total: Accumulator) -> None:
    match node:
        case Word() | Phrase() | Fuzzy() | Prefix() | Synonyms():
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
        total.add_some(some, scores_of(evaluation, node, some))
