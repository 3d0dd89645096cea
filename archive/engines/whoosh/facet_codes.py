"""One facet's values in all articles, in the form that is counted fastest.

Counting is a look-up per article and an addition per value. Where a facet has few values, the
first two of an article are one number, so that both are counted at once; and so are the next two.
Third and fourth values have columns only where many articles have them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from archive.engines.whoosh.found import Found
from archive.engines.whoosh.postings import Numbers, firsts, run_lengths
from archive.engines.whoosh.searcher import Facet, Unsigned

_PAIRED = 256  # values, up to which a pair of them fits in 16 bits
_SEARCHED = 64  # this many articles are looked up in a mask while one is found by bisection
_SHARED = 8  # one in so many articles must have a third value for it to have a column

Counts = npt.NDArray[np.int64]


class FacetCodes:
    """The columns of a facet; an ordinal is a place in ``values``, and 0 is no value."""

    def __init__(self, facet: Facet) -> None:
        self.values = facet.values
        self.ordinals = facet.ordinals
        self.order = facet.order
        self.all: Numbers = np.arange(len(facet.values))
        size = len(facet.values)
        columns = [
            _joined([part.first for part in facet.parts]),
            _joined([part.second for part in facet.parts]),
        ]
        self._more_docs = _joined([part.more_docs for part in facet.parts])
        self._more_values = _joined([part.more_values for part in facet.parts])
        self._paired = False
        if not columns[1].any():
            columns.pop()
        else:
            self._paired = size <= _PAIRED
            for _ in range(2):
                columns += self._next(len(columns[0]))
        if self._paired:
            columns += [np.zeros(1, np.uint8)] * (len(columns) % 2)
            columns = [
                second.astype(np.uint16) * np.uint16(size) + first
                for first, second in zip(columns[::2], columns[1::2], strict=True)
            ]
        self._columns = columns

    def tally(self, found: Found) -> Counts:
        """How many articles of ``found`` have each value, by ordinal; 0 for no value."""
        size = len(self.values)
        docs = found.docs
        spread = self._paired and len(docs) * 4 > size * size
        counts = np.zeros(size * size if spread else size, np.int64)
        for column in self._columns:
            codes = column.take(docs)
            if self._paired and not spread:
                counts += np.bincount(codes % size, minlength=size)
                codes //= np.uint16(size)
            counts += np.bincount(codes, minlength=len(counts))
        if spread:
            pairs = counts.reshape(size, size)
            counts = pairs.sum(axis=0) + pairs.sum(axis=1)
        more = self._further(found)
        if len(more):
            counts += np.bincount(more, minlength=size)
        counts[0] = 0
        return counts

    def tally_few(self, found: Found) -> tuple[Numbers, Counts]:
        """The ordinals that occur in ``found`` and how often: for fewer articles than values."""
        ordinals = np.concatenate([*self._of(found), self._further(found)])
        ordinals.sort()
        places = np.flatnonzero(firsts(ordinals))
        counts = run_lengths(places, len(ordinals))
        kept = slice(1, None) if len(ordinals) and not ordinals[0] else slice(None)
        return ordinals[places][kept].astype(np.int64), counts[kept]

    def listed(self, found: Found) -> dict[int, int]:
        """The same for so few articles that it is not worth numpy's while."""
        counts: dict[int, int] = {}
        for column in (*self._of(found), self._further(found)):
            for ordinal in column.tolist():
                counts[ordinal] = counts.get(ordinal, 0) + 1
        counts.pop(0, None)
        return counts

    def _of(self, found: Found) -> list[Unsigned]:
        """What stands in the columns for the articles of ``found``, without pairs."""
        codes = [column.take(found.docs) for column in self._columns]
        if not self._paired:
            return codes
        size = np.uint16(len(self.values))
        return [each for pairs in codes for each in (pairs % size, pairs // size)]

    def _further(self, found: Found) -> Unsigned:
        """The values of the articles of ``found`` that stand in no column."""
        more = self._more_docs
        if not len(more):
            return self._more_values
        docs = found.docs
        if _SEARCHED * len(docs) > len(more):
            return self._more_values.take(np.flatnonzero(found.mask.take(more)))
        docs = docs.astype(more.dtype)  # of another type, all of the others would be converted
        begins, ends = more.searchsorted(docs), more.searchsorted(docs, side="right")
        lengths = ends - begins
        before = np.cumsum(lengths) - lengths
        places = np.arange(int(lengths.sum())) + np.repeat(begins - before, lengths)
        more_values: Unsigned = self._more_values.take(places)
        return more_values

    def _next(self, size: int) -> list[Unsigned]:
        """The first of each article's further values as one more column, if it is worth that."""
        begins = firsts(self._more_docs)
        if np.count_nonzero(begins) * _SHARED < size:
            return []
        column = np.zeros(size, self._more_values.dtype)
        column[self._more_docs[begins]] = self._more_values[begins]
        self._more_docs = self._more_docs[~begins]
        self._more_values = self._more_values[~begins]
        return [column]


def _joined(columns: list[Unsigned]) -> Unsigned:
    if len(columns) == 1:
        return columns[0]
    return np.concatenate([np.empty(0, np.uint8), *columns])
