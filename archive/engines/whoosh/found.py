"""Sets of articles: as rising numbers where they are few, as a mask where they are many.

Each form is made from the other when it is asked for, and kept. What costs least where depends on
how many articles there are in all; the ratios here were measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from archive.engines.whoosh.postings import NO_NUMBERS, Numbers, firsts

Mask = npt.NDArray[np.bool_]

_FEW = 32  # a set this many times smaller than the index is better worked on by numbers
_SORTABLE = 256  # and one this many times smaller is better sorted than marked in a mask
_SEARCHED = 16  # how many articles are marked in a mask while one is looked for by bisection
_CLEARED = 64  # how many places of a mask are cleared in that time


class Found:
    """A set of articles that are live. Treat ``docs`` and ``mask`` as read-only."""

    __slots__ = ("_count", "_docs", "_mask", "size")

    def __init__(
        self,
        size: int,
        *,
        docs: Numbers | None = None,
        mask: Mask | None = None,
        count: int = -1,
    ) -> None:
        """One of rising ``docs`` and a ``mask`` over all ``size`` articles is given.

        ``count`` spares counting a mask where it is known how many it has.
        """
        self.size = size
        self._docs = docs
        self._mask = mask
        self._count = count if docs is None else len(docs)

    @property
    def docs(self) -> Numbers:
        """The numbers of the articles, rising."""
        if self._docs is None:
            self._docs = np.flatnonzero(self.mask)
        return self._docs

    @property
    def mask(self) -> Mask:
        """Which of all articles belong to the set."""
        if self._mask is None:
            self._mask = np.zeros(self.size, np.bool_)
            self._mask[self.docs] = True
        return self._mask

    @property
    def count(self) -> int:
        """How many articles belong to the set."""
        if self._count < 0:
            self._count = int(np.count_nonzero(self.mask))
        return self._count

    @property
    def few(self) -> bool:
        """Whether it is better worked on by numbers."""
        return self.count * _FEW <= self.size

    def holds(self, docs: Numbers) -> Mask:
        """Which of ``docs``, rising, belong to the set."""
        held = self._docs
        if self._mask is None and held is not None:
            marking = _SEARCHED * len(docs) > len(held) + self.size // _CLEARED
            if not marking:
                return is_in(docs, held)
        return self.mask.take(docs)

    def without(self, other: Found) -> Found:
        """What belongs to this set and not to the other."""
        if self.few:
            return Found(self.size, docs=self.docs.compress(~other.holds(self.docs)))
        return Found(self.size, mask=self.mask & ~other.mask)


def intersection(sets: Iterable[Found]) -> Found:
    """What belongs to all of one or more sets. The smallest is looked up in the others."""
    first, *others = sorted(sets, key=_count)
    if not others:
        return first
    if first.few:
        docs = first.docs
        for other in others:
            if len(docs):
                docs = docs.compress(other.holds(docs))
        return Found(first.size, docs=docs)
    mask = first.mask & others[0].mask
    for other in others[1:]:
        mask &= other.mask
    return Found(first.size, mask=mask)


def union(sets: Sequence[Found]) -> Found:
    """What belongs to any of one or more sets."""
    size = sets[0].size
    if sum(each.count for each in sets) * _SORTABLE <= size:
        return Found(size, docs=distinct([each.docs for each in sets]))
    mask = sets[0].mask.copy()
    for each in sets[1:]:
        if each.few:
            mask[each.docs] = True
        else:
            mask |= each.mask
    return Found(size, mask=mask)


def gather(size: int, live: Mask | None, lists: Sequence[Numbers]) -> Found:
    """The articles of several lists of numbers that are ``live``; None says that all are.

    The lists may be in any order and hold a number twice, but a single one rises.
    """
    total = sum(map(len, lists))
    if len(lists) == 1 and live is None:
        return Found(size, docs=lists[0])
    if total * _SORTABLE <= size:
        docs = lists[0] if len(lists) == 1 else distinct(lists)
        return Found(size, docs=docs if live is None else docs.compress(live.take(docs)))
    mask = np.zeros(size, np.bool_)
    for docs in lists:
        mask[docs] = True
    if live is not None:
        mask &= live
    return Found(size, mask=mask)


def distinct(lists: Sequence[Numbers]) -> Numbers:
    """The numbers of all lists, rising, each once."""
    numbers = np.concatenate([NO_NUMBERS, *lists])
    numbers.sort(kind="stable")  # which puts sorted lists together, much faster than any other
    return numbers.compress(firsts(numbers))


def is_in(values: Numbers, among: Numbers) -> Mask:
    """Which of ``values`` are ``among``; both are sorted."""
    if not len(among):
        return np.zeros(len(values), np.bool_)
    places = among.searchsorted(values)
    found: Mask = among.take(places, mode="clip") == values
    return found


def _count(found: Found) -> int:
    return found.count
