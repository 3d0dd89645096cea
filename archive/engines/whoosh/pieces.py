"""What a query's leaf is made of, once it was looked up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from archive.engines.whoosh.found import Found
from archive.engines.whoosh.postings import Numbers

_OVERHEAD = 1_000  # bytes of a leaf beside its arrays, roughly
_MANY = 4  # a number takes so many times the room of a place in a mask

Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a leaf's occurrences: how often in each of these articles, in one field.

    ``docs`` rise and may hold articles that are not live. Pieces of one field share no article.
    """

    field: str
    docs: Numbers
    counts: Numbers


class Leaf:
    """All that is known of a leaf in one view: the articles that it matches and what scores them.

    It is kept from one search to the next, and so are the scores, which are worked out when they
    are first asked for and take the place of the pieces then. Safe to share between threads.
    """

    __slots__ = ("_docs", "_mask", "_pieces", "_scores", "_size", "bytes", "constant", "count")

    def __init__(
        self, found: Found, pieces: Sequence[Piece] = (), *, constant: float = 0.0
    ) -> None:
        """``constant`` is a score of every match, in place of pieces."""
        self.constant = constant
        self.count = found.count
        self._size = found.size
        masked = not pieces and found.count * _MANY > found.size
        self._mask = found.mask if masked else None
        self._docs = None if masked else found.docs.astype(np.int32)
        self._pieces: Sequence[Piece] | None = pieces
        self._scores: Scores | None = None
        held = sum(piece.docs.nbytes + piece.counts.nbytes for piece in pieces)
        own = found.size if masked else 4 * found.count
        self.bytes = own + max(held, 8 * found.count) + _OVERHEAD

    @property
    def found(self) -> Found:
        """The live articles that it matches. What the set works out of itself is not kept."""
        if self._docs is None:
            return Found(self._size, mask=self._mask, count=self.count)
        return Found(self._size, docs=self._docs.astype(np.int64))

    def scores(self, rate: Callable[[Sequence[Piece]], Scores]) -> Scores:
        """What each match scores by ``rate``, in the order of the articles."""
        pieces, scores = self._pieces, self._scores
        if scores is None:
            if pieces is None:  # another thread was faster between the two looks
                return self.scores(rate)
            scores = self._scores = rate(pieces)
            self._pieces = None
        return scores


@dataclass(frozen=True, slots=True)
class Match:
    """A leaf as one search has it."""

    leaf: Leaf
    found: Found
