"""Segments of one shelf or two, side by side as one row of article numbers.

This is all that evaluation and counting know of the index: numbers, arrays, and terms by name.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from archive.engines.whoosh.codec import NOWHERE, Numbers, Postings, decode_term
from archive.engines.whoosh.schema import (
    ID_FIELD,
    LANGUAGE_FIELD,
    facet_field,
    forms_field,
)
from archive.engines.whoosh.segment import Segment, Values
from archive.search.scoring import ALL_FIELDS

_LAST = "\U0010ffff"  # stands in no word

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Part:
    """A segment with the numbers of those of its articles that are deleted."""

    segment: Segment
    deleted: Numbers


class Searcher:
    """One generation of the searched shelves. Immutable, and safe to share between threads."""

    def __init__(self, shelves: Sequence[Sequence[Part]]) -> None:
        """Take the segments of each shelf; where an article is on two, the first shelf wins."""
        self.parts = [part for shelf in shelves for part in shelf]
        sizes = [part.segment.size for part in self.parts]
        self.bases = np.cumsum([0, *sizes], dtype=np.int64)
        self.size = int(self.bases[-1])
        self.live = np.ones(self.size, np.bool_)
        for base, part in self._based():
            self.live[part.deleted + base] = False
        first = sum(part.segment.size for part in shelves[0]) if shelves else 0
        self._hide_twice(first)
        self.live.flags.writeable = False

    def postings(self, field: str, term: str) -> Postings:
        """Where ``term`` occurs in a Whoosh field, in deleted articles too."""
        found = [
            (base, postings)
            for base, part in self._based()
            if len((postings := part.segment.postings(field, term)).docs)
        ]
        if not found:
            return NOWHERE
        if len(found) == 1 and found[0][0] == 0:
            return found[0][1]
        return Postings(
            np.concatenate([postings.docs + base for base, postings in found]),
            np.concatenate([postings.counts for _, postings in found]),
            np.concatenate([postings.positions for _, postings in found]),
        )

    def most_frequent(self, field: str, term: str) -> int:
        """In how many articles ``term`` occurs, deleted ones included: cheap to ask."""
        return sum(part.segment.frequency(field, term) for part in self.parts)

    def forms(self, fields: Iterable[str], prefix: str = "") -> set[str]:
        """The word forms of text fields that begin with ``prefix``, in deleted articles too."""
        found: set[str] = set()
        for field in fields:
            for part in self.parts:
                lexicon = part.segment.lexicon(forms_field(field))
                end = bisect_left(lexicon, prefix + _LAST) if prefix else len(lexicon)
                found.update(lexicon[bisect_left(lexicon, prefix) : end])
        return found

    def numbers_of(self, ids: Collection[str]) -> Numbers:
        """The numbers of the articles with these public ids, deleted ones included."""
        found = [self.postings(ID_FIELD, id_).docs for id_ in ids]
        return np.concatenate(found) if found else NOWHERE.docs

    def id_of(self, number: int) -> str:
        """The public id of an article."""
        return decode_term(bytes(self.ids[number]))

    def values(self, facet: str) -> Iterator[tuple[int, Values]]:
        """The values of a facet, segment by segment, with what to add to its numbers."""
        for base, part in self._based():
            yield base, part.segment.values(facet_field(facet))

    def having(self, facet: str, values: Iterable[str]) -> Mask:
        """The articles that have one of ``values`` of a facet."""
        mask = np.zeros(self.size, np.bool_)
        wanted = set(values)
        for base, held in self.values(facet):
            for value in wanted:
                mask[held.having(value) + base] = True
        return mask

    @cached_property
    def languages(self) -> frozenset[str]:
        """The primary languages of the articles held."""
        return frozenset(
            language
            for base, part in self._based()
            for language in part.segment.lexicon(LANGUAGE_FIELD)
            if self.live[part.segment.postings(LANGUAGE_FIELD, language).docs + base].any()
        )

    def column(self, name: str) -> npt.NDArray[np.int64]:
        """A field of all rows: see ``schema.ROW``."""
        if name not in self._columns:
            self._columns[name] = np.concatenate(
                [np.empty(0, np.int64), *(part.segment.rows[name] for part in self.parts)],
                dtype=np.int64,
            )
        return self._columns[name]

    @cached_property
    def ids(self) -> npt.NDArray[np.bytes_]:
        """The public ids of all articles, as bytes, which sort as the strings do."""
        return np.concatenate([np.empty(0, "S1"), *(part.segment.ids for part in self.parts)])

    @cached_property
    def totals(self) -> dict[str, int]:
        """The words of each text field in all live articles."""
        return {field: int(self.column(field)[self.live].sum()) for field in ALL_FIELDS}

    @cached_property
    def count(self) -> int:
        """How many articles are live."""
        return int(np.count_nonzero(self.live))

    @cached_property
    def _columns(self) -> dict[str, npt.NDArray[np.int64]]:
        return {}

    def _based(self) -> Iterator[tuple[int, Part]]:
        return zip(self.bases.tolist(), self.parts, strict=False)

    def _hide_twice(self, first: int) -> None:
        """Of an article that is on two shelves for a moment, keep what the first shelf holds."""
        if first in (0, self.size):
            return
        others = np.flatnonzero(self.live[first:]) + first
        names = self.ids[others]
        for base, part in self._based():
            if base < first:
                places = part.segment.find(names)
                twice = places >= 0
                twice[twice] = self.live[places[twice] + base]
                self.live[others[twice]] = False
