"""Segments of one shelf or two, side by side as one row of article numbers.

This is all that evaluation and counting know of the index: numbers, arrays, and terms by name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from archive.engines.whoosh.arrays import Array
from archive.engines.whoosh.found import Mask
from archive.engines.whoosh.postings import NO_NUMBERS, NOWHERE, Numbers, Postings
from archive.engines.whoosh.sections import decode_term, encode_term
from archive.engines.whoosh.segment import POSITION_BITS, Segment
from archive.search.scoring import ALL_FIELDS

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
    more_docs: Unsigned
    more_values: Unsigned


@dataclass(frozen=True, slots=True)
class Facet:
    """Which articles have which values; an ordinal is a place in ``values``, and the reverse.

    Ordinal 0 is no value. ``order`` has the place of each value among all of them, sorted.
    """

    values: list[str]
    ordinals: dict[str, int]
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
        self._columns: dict[str, Array] = {}

    def has_stem(self, stem: str) -> bool:
        """Whether the stem stands in any text field, perhaps of deleted articles alone."""
        return any(part.segment.has_stem(stem) for part in self.parts)

    def stem(self, field: str, stem: str) -> Postings:
        """Where words with this stem stand in a text field, in deleted articles too.

        Without positions: see :meth:`stem_places`.
        """
        return _side_by_side(
            [(base, part.segment.stem(field, stem)) for base, part in self._based()]
        )

    def form(self, field: str, form: str) -> Postings:
        """Where this word form stands in a text field, in deleted articles too.

        Without positions: see :meth:`form_places`.
        """
        return _side_by_side(
            [(base, part.segment.form(field, form)) for base, part in self._based()]
        )

    def spelled(self, form: str) -> set[str]:
        """The words of a form that are known, some of them perhaps of deleted articles alone."""
        return {word for part in self.parts for word in part.segment.spelled(form)}

    def word(self, form: str, word: str) -> Numbers:
        """The articles with a word of this form in any text field, deleted ones too; no order."""
        found = [
            part.segment.word(field, form, word).docs + base
            for base, part in self._based()
            for field in ALL_FIELDS
        ]
        return np.concatenate([NO_NUMBERS, *found])

    def stem_places(self, field: str, stem: str, docs: Numbers) -> Numbers:
        """The places of words with this stem in ``docs``, in all of which it stands; both rise."""
        return self._places(lambda segment, own: segment.stem_places(field, stem, own), docs)

    def stem_places_among(self, field: str, stem: str, docs: Numbers) -> Numbers:
        """The same for articles of which not all have the stem."""
        return self._places(lambda segment, own: segment.stem_places_among(field, stem, own), docs)

    def form_places(self, field: str, form: str, docs: Numbers) -> Numbers:
        """The places of this word form in ``docs``; both rise."""
        return self._places(lambda segment, own: segment.form_places(field, form, own), docs)

    def beginning(self, fields: Iterable[str], prefix: str) -> Mask:
        """The articles with a form that begins so, deleted ones included."""
        mask = np.zeros(self.size, np.bool_)
        for base, part in self._based():
            here = mask[base : base + part.segment.size]
            for field in fields:
                part.segment.mark_prefix(field, prefix, here)
        return mask

    def prefix_places(self, field: str, prefix: str, docs: Numbers) -> Numbers:
        """The places of all forms that begin so in ``docs``; both rise."""
        return self._places(lambda segment, own: segment.prefix_places(field, prefix, own), docs)

    def forms(self, fields: Iterable[str], prefix: str = "") -> set[str]:
        """The word forms of text fields that begin with ``prefix``, in deleted articles too."""
        return {
            form
            for field in fields
            for part in self.parts
            for form in part.segment.forms(field, prefix)
        }

    def numbers_of(self, ids: Collection[str]) -> Numbers:
        """The numbers of the articles with these public ids, deleted ones included."""
        if not ids:
            return NO_NUMBERS
        names = np.array([encode_term(id_) for id_ in ids], np.bytes_)
        found = [NO_NUMBERS]
        for base, part in self._based():
            numbers = part.segment.find(names)
            found.append(numbers[numbers >= 0] + base)
        return np.concatenate(found)

    def ids_of(self, numbers: Numbers) -> npt.NDArray[np.bytes_]:
        """The public ids of articles, as bytes, which sort as the strings do."""
        if len(self.parts) == 1:
            return self.parts[0].segment.ids[numbers]
        places = np.searchsorted(self.bases, numbers, "right") - 1
        found = zip(places.tolist(), (numbers - self.bases[places]).tolist(), strict=True)
        return np.array([self.parts[place].segment.ids[number] for place, number in found], "S")

    def id_of(self, number: int) -> str:
        """The public id of an article."""
        return decode_term(bytes(self.ids_of(np.array([number]))[0]))

    def facet(self, name: str) -> Facet:
        """The values of a facet in all articles."""
        facet = self._facets.get(name)
        if facet is None:
            facet = self._facets[name] = self._read_facet(name)
        return facet

    def having(self, facet: str, values: Iterable[str]) -> Mask:
        """The articles that have one of ``values`` of a facet, deleted ones included."""
        mask = np.zeros(self.size, np.bool_)
        held = self.facet(facet)
        for ordinal in {held.ordinals[value] for value in values if value in held.ordinals}:
            for part in held.parts:
                here = mask[part.base : part.base + part.size]
                here |= part.first == ordinal
                here |= part.second == ordinal
                mask[part.more_docs[part.more_values == ordinal]] = True
        return mask

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The primary languages of the live articles, sorted."""
        found: set[str] = set()
        for base, part in self._based():
            segment = part.segment
            live = segment.language[self.live[base : base + segment.size]]
            used = np.flatnonzero(np.bincount(live, minlength=len(segment.languages)))
            found.update(segment.languages[place] for place in used.tolist())
        return tuple(sorted(found))

    def languages_of(self, docs: Numbers) -> set[str]:
        """The primary languages of some articles, whose numbers rise."""
        ends = docs.searchsorted(self.bases)
        found: set[str] = set()
        for (base, part), (first, last) in zip(self._based(), pairwise(ends), strict=True):
            if first < last:
                held = part.segment.language.take(docs[first:last] - base)
                found.update(part.segment.languages[place] for place in np.unique(held).tolist())
        return found

    def lengths(self, field: str) -> Unsigned:
        """How many words each article has in a text field."""
        name = f"length.{field}"
        return self._kept(name, lambda segment: segment.column(name), np.uint8)

    def column(self, name: str) -> npt.NDArray[np.signedinteger]:
        """A number of each article: ``version``, ``batch``, ``lower`` or ``upper``.

        The last two are ordinals of days, 0 where undated.
        """
        return self._kept(name, *_COLUMNS[name])

    @cached_property
    def totals(self) -> dict[str, int]:
        """The words of each text field in all live articles."""
        return {
            field: int(self.lengths(field)[self.live].sum(dtype=np.int64)) for field in ALL_FIELDS
        }

    def _kept(self, name: str, read: Callable[[Segment], Array], kind: type[np.integer]) -> Array:
        """A column of all segments, of type ``kind`` at least; a mapped one where there is one."""
        column = self._columns.get(name)
        if column is None:
            each = [read(part.segment) for part in self.parts]
            column = each[0] if len(each) == 1 else np.concatenate([np.empty(0, kind), *each])
            self._columns[name] = column
        return column

    def _places(self, places: Callable[[Segment, Numbers], Numbers], docs: Numbers) -> Numbers:
        """Places in all segments, with the numbers that articles have here."""
        if len(self.parts) == 1:
            return places(self.parts[0].segment, docs)
        ends = docs.searchsorted(self.bases)
        found = [NO_NUMBERS]
        for (base, part), (first, last) in zip(self._based(), pairwise(ends), strict=True):
            if first < last:
                own = places(part.segment, docs[first:last] - base)
                found.append(own + (base << POSITION_BITS))
        return np.concatenate(found)

    def _read_facet(self, name: str) -> Facet:
        values, parts = [""], []
        ordinals: dict[str, int] = {}
        for base, part in self._based():
            columns, texts = part.segment.facet(name)
            for text in texts:
                if ordinals.setdefault(text, len(values)) == len(values):
                    values.append(text)
            own = np.array([0, *(ordinals[text] for text in texts)], np.int64)
            # As mapped, without a copy, where the segment's own numbers will do.
            same = np.array_equal(own, np.arange(len(own)))
            kind = np.min_scalar_type(len(values))
            first, second, more = (
                column if same else own.astype(kind)[column]
                for column in (columns.first, columns.second, columns.more_values)
            )
            docs = columns.more_docs + np.uint32(base) if base else columns.more_docs
            parts.append(FacetPart(base, part.segment.size, first, second, docs, more))
        order = np.empty(len(values), np.int64)
        order[sorted(range(len(values)), key=values.__getitem__)] = np.arange(len(values))
        return Facet(values, ordinals, order, tuple(parts))

    def _based(self) -> Iterator[tuple[int, Part]]:
        return zip(self.bases.tolist(), self.parts, strict=False)

    def _hide_twice(self, first: int) -> None:
        """Of an article that is on two shelves for a moment, keep what the first shelf holds."""
        if first in (0, self.size):
            return
        others = np.flatnonzero(self.live[first:]) + first
        names = self.ids_of(others)
        for base, part in self._based():
            if base < first:
                places = part.segment.find(names)
                twice = places >= 0
                twice[twice] = self.live[places[twice] + base]
                self.live[others[twice]] = False


def _side_by_side(found: Sequence[tuple[int, Postings]]) -> Postings:
    """The postings of a term in several segments, with the number that each one begins at."""
    found = [(base, postings) for base, postings in found if len(postings.docs)]
    if not found:
        return NOWHERE
    if len(found) == 1 and found[0][0] == 0:
        return found[0][1]
    return Postings(
        np.concatenate([postings.docs + base for base, postings in found]),
        np.concatenate([postings.counts for _, postings in found]),
        np.concatenate([postings.positions for _, postings in found]),
    )


def _upper(segment: Segment) -> Array:
    return segment.column("lower").astype(np.int32) + segment.column("span").astype(np.int32)


_COLUMNS: dict[str, tuple[Callable[[Segment], Array], type[np.integer]]] = {
    "version": (lambda segment: segment.column("version").astype(np.int64), np.int64),
    "batch": (lambda segment: segment.batches, np.int64),
    "lower": (lambda segment: segment.column("lower").view(np.int32), np.int32),
    "upper": (_upper, np.int32),
}
