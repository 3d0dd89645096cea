"""One facet's values in all articles, in the form that is counted fastest.

Counting is a look-up per article and an addition per value. Where a facet has few values, the
first two of an article are one number, so that both are counted at once.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from archive.engines.whoosh.found import Found, firsts, run_lengths
from archive.engines.whoosh.postings import NO_NUMBERS, Numbers
from archive.engines.whoosh.searcher import Facet, Unsigned

_PAIRED = 256  # values, up to which a pair of them fits in 16 bits
_SEARCHED = 64  # this many articles are looked up in a mask while one is found by bisection

Counts = npt.NDArray[np.int64]


class FacetCodes:
    """The columns of a facet; an ordinal is a place in ``values``, and 0 is no value."""

    def __init__(self, facet: Facet) -> None:
        self.values = facet.values
        self.ordinals = facet.ordinals
        self.order = facet.order
        size = len(facet.values)
        first = _joined([part.first for part in facet.parts])
        second = _joined([part.second for part in facet.parts])
        self._more_docs = np.concatenate([NO_NUMBERS, *(part.more_docs for part in facet.parts)])
        self._more_values = _joined([part.more_values for part in facet.parts])
        self._single = not second.any()
        self._paired = size <= _PAIRED and not self._single
        if self._paired:
            first = second.astype(np.uint16) * np.uint16(size) + first
        self._first = first
        self._second = second if not (self._paired or self._single) else first[:0]

    def tally(self, found: Found) -> Counts:
        """How many articles of ``found`` have each value, by ordinal; of 0, nothing is said."""
        size = len(self.values)
        docs = found.docs
        codes = self._first.take(docs)
        if not self._paired:
            counts = np.bincount(codes, minlength=size)
            if not self._single:
                counts += np.bincount(self._second.take(docs), minlength=size)
        elif len(docs) * 4 > size * size:
            pairs = np.bincount(codes, minlength=size * size).reshape(size, size)
            counts = pairs.sum(axis=0) + pairs.sum(axis=1)
        else:
            counts = np.bincount(codes % size, minlength=size)
            counts += np.bincount(codes // size, minlength=size)
        more = self._further(found)
        if len(more):
            counts += np.bincount(more, minlength=size)
        return counts

    def tally_few(self, found: Found) -> tuple[Numbers, Counts]:
        """The ordinals that occur in ``found`` and how often: for fewer articles than values."""
        docs = found.docs
        codes = self._first.take(docs)
        if self._paired:
            size = np.uint16(len(self.values))
            columns = [codes % size, codes // size]
        else:
            columns = [codes] if self._single else [codes, self._second.take(docs)]
        ordinals = np.concatenate([*columns, self._further(found)])
        ordinals.sort()
        places = np.flatnonzero(firsts(ordinals))
        counts = run_lengths(places, len(ordinals))
        kept = slice(1, None) if len(ordinals) and not ordinals[0] else slice(None)
        return ordinals[places][kept].astype(np.int64), counts[kept]

    def _further(self, found: Found) -> Unsigned:
        """The third and later values of the articles of ``found``."""
        more = self._more_docs
        if not len(more):
            return self._more_values
        docs = found.docs
        if _SEARCHED * len(docs) > len(more):
            return self._more_values.take(np.flatnonzero(found.mask.take(more)))
        begins, ends = more.searchsorted(docs), more.searchsorted(docs, side="right")
        lengths = ends - begins
        before = np.cumsum(lengths) - lengths
        places = np.arange(int(lengths.sum())) + np.repeat(begins - before, lengths)
        more_values: Unsigned = self._more_values.take(places)
        return more_values


def _joined(columns: list[Unsigned]) -> Unsigned:
    if len(columns) == 1:
        return columns[0]
    return np.concatenate([np.empty(0, np.uint8), *columns])
