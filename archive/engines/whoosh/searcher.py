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

from archive.engines.whoosh.codec import NO_NUMBERS, NOWHERE, Numbers, Postings, decode_term
from archive.engines.whoosh.schema import (
    ID_FIELD,
    LANGUAGE_FIELD,
    facet_field,
    forms_field,
    stems_field,
)
from archive.engines.whoosh.segment import Segment, Values
from archive.search.scoring import ALL_FIELDS

_LAST = "\U0010ffff"  # stands in no word
# A place is one number: the article's, and the position in this many bits.
POSITION_BITS = 32

Mask = npt.NDArray[np.bool_]
Unsigned = npt.NDArray[np.unsignedinteger]


@dataclass(frozen=True, slots=True)
class Part:
    """A segment with the numbers of those of its articles that are deleted."""

    segment: Segment
    deleted: Numbers


@dataclass(frozen=True, slots=True)
class FacetPart:
    """The values of one facet in the articles from number ``base`` on, as ordinals.

    ``first`` and ``second`` have a number for each article, 0 where it has no such value; all
    further values stand in ``more_values``, with the articles that have them, rising, in
    ``more_docs`` (numbers of the whole row, not of the part).
    """

    base: int
    size: int
    first: Unsigned
    second: Unsigned
    more_docs: Numbers
    more_values: Unsigned


@dataclass(frozen=True, slots=True)
class Facet:
    """Which articles have which values; an ordinal is a place in ``values``.

    Ordinal 0 is no value. ``order`` has the place of each value among all of them, sorted.
    """

    values: list[str]
    order: Numbers
    parts: tuple[FacetPart, ...]


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
        self.count = int(np.count_nonzero(self.live))
        self.whole = self.count == self.size
        self._facets: dict[str, Facet] = {}

    def stem(self, field: str, stem: str) -> Postings:
        """Where a word with this stem stands in a text field, in deleted articles too."""
        return self._postings(stems_field(field), stem)

    def form(self, field: str, form: str) -> Postings:
        """Where this word form stands in a text field, in deleted articles too."""
        return self._postings(forms_field(field), form)

    def stem_places(self, field: str, stem: str) -> Numbers:
        """The places of :meth:`stem`, rising."""
        return _places(self.stem(field, stem))

    def form_places(self, field: str, form: str) -> Numbers:
        """The places of :meth:`form`, rising."""
        return _places(self.form(field, form))

    def prefix_docs(self, field: str, prefix: str) -> Numbers:
        """The articles with a form that begins so, in no order, perhaps several times."""
        found = [self.form(field, form).docs for form in self.forms((field,), prefix)]
        return np.concatenate([NO_NUMBERS, *found])

    def prefix_places(self, field: str, prefix: str) -> Numbers:
        """The places of all forms that begin so, rising."""
        found = [self.form_places(field, form) for form in self.forms((field,), prefix)]
        return np.sort(np.concatenate([NO_NUMBERS, *found]))

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
        found = [self._postings(ID_FIELD, id_).docs for id_ in ids]
        return np.concatenate([NO_NUMBERS, *found])

    def ids_of(self, numbers: Numbers) -> npt.NDArray[np.bytes_]:
        """The public ids of articles, as bytes, which sort as the strings do."""
        return self.ids[numbers]

    def id_of(self, number: int) -> str:
        """The public id of an article."""
        return decode_term(bytes(self.ids[number]))

    def facet(self, name: str) -> Facet:
        """The values of a facet in all articles."""
        facet = self._facets.get(name)
        if facet is None:
            facet = self._facets[name] = self._read_facet(facet_field(name))
        return facet

    def having(self, facet: str, values: Iterable[str]) -> Mask:
        """The articles that have one of ``values`` of a facet, deleted ones included."""
        mask = np.zeros(self.size, np.bool_)
        wanted = set(values)
        for base, part in self._based():
            held = part.segment.values(facet_field(facet))
            for value in wanted:
                mask[held.having(value) + base] = True
        return mask

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The primary languages of the live articles, sorted."""
        found = {
            language
            for base, part in self._based()
            for language in part.segment.lexicon(LANGUAGE_FIELD)
            if self.live[part.segment.postings(LANGUAGE_FIELD, language).docs + base].any()
        }
        return tuple(sorted(found))

    def lengths(self, field: str) -> Unsigned:
        """How many words each article has in a text field."""
        lengths: Unsigned = self._row(field).astype(np.uint32)
        return lengths

    def column(self, name: str) -> npt.NDArray[np.signedinteger]:
        """A number of each article: ``version``, ``batch``, ``lower`` or ``upper``.

        The last two are ordinals of days, 0 where undated.
        """
        return self._row(name)

    @cached_property
    def ids(self) -> npt.NDArray[np.bytes_]:
        """The public ids of all articles, as bytes, which sort as the strings do."""
        return np.concatenate([np.empty(0, "S1"), *(part.segment.ids for part in self.parts)])

    @cached_property
    def totals(self) -> dict[str, int]:
        """The words of each text field in all live articles."""
        return {
            field: int(self.lengths(field)[self.live].sum(dtype=np.int64)) for field in ALL_FIELDS
        }

    @cached_property
    def _rows(self) -> dict[str, npt.NDArray[np.signedinteger]]:
        return {}

    def _row(self, name: str) -> npt.NDArray[np.signedinteger]:
        if name not in self._rows:
            kind = np.int32 if name in ("lower", "upper") else np.int64
            self._rows[name] = np.concatenate(
                [np.empty(0, kind), *(part.segment.rows[name] for part in self.parts)], dtype=kind
            )
        return self._rows[name]

    def _postings(self, field: str, term: str) -> Postings:
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

    def _read_facet(self, field: str) -> Facet:
        held = [
            (base, part.segment.size, part.segment.values(field)) for base, part in self._based()
        ]
        values = ["", *sorted({value for _, _, each in held for value in each.values if value})]
        ordinals = {value: ordinal for ordinal, value in enumerate(values)}
        parts = tuple(_facet_part(base, size, each, ordinals) for base, size, each in held)
        return Facet(values, np.arange(len(values)), parts)

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


def _places(postings: Postings) -> Numbers:
    docs = np.repeat(postings.docs, postings.counts)
    return (docs << POSITION_BITS) | postings.positions


def _facet_part(base: int, size: int, held: Values, ordinals: dict[str, int]) -> FacetPart:
    kind = np.dtype(np.uint16 if len(ordinals) < 1 << 16 else np.uint32)
    own = np.array([ordinals.get(value, 0) for value in held.values], kind)
    values = np.repeat(own, np.diff(held.starts))
    order = np.argsort(held.docs[values > 0], kind="stable")
    docs, values = held.docs[values > 0][order], values[values > 0][order]
    starts = np.searchsorted(docs, docs)
    rank = np.arange(len(docs)) - starts
    first, second = np.zeros(size, kind), np.zeros(size, kind)
    first[docs[rank == 0]] = values[rank == 0]
    second[docs[rank == 1]] = values[rank == 1]
    return FacetPart(base, size, first, second, docs[rank > 1] + base, values[rank > 1])
