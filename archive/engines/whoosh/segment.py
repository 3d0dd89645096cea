"""Reading one segment of the index.

A segment is immutable: what was read of it once holds for as long as it exists, so that columns
are kept and postings remembered. Deletions belong to the list of segments and not to it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from archive.engines.whoosh.arrays import Array
from archive.engines.whoosh.codec import ArchiveSegment
from archive.engines.whoosh.found import Mask, is_in
from archive.engines.whoosh.postings import NO_NUMBERS, NOWHERE, Numbers, Postings, firsts
from archive.engines.whoosh.schema import stems_field, words_field
from archive.engines.whoosh.sections import (
    STEMS,
    WORDS,
    FacetColumns,
    Table,
    Texts,
    form_of,
    word_of,
    word_term,
)
from archive.exceptions import IndexDamaged

# A place is one number: the article's, and the position in this many bits.
POSITION_BITS = 32
_LOOKED_UP = 20_000  # terms whose numbers are remembered

Key = tuple[str, str, int]


class PostingsCache:
    """The postings used last, within a bound of memory; shared by all threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held: OrderedDict[Key, Postings] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Key) -> Postings | None:
        """What was put under ``key``, if it is still there."""
        with self._lock:
            postings = self._held.get(key)
            if postings is not None:
                self._held.move_to_end(key)
            return postings

    def put(self, key: Key, postings: Postings) -> None:
        """Keep ``postings``, in place of those not used for longest."""
        if postings.bytes > self._limit:
            return
        with self._lock:
            if key not in self._held:
                self._held[key] = postings
                self._bytes += postings.bytes
            while self._bytes > self._limit:
                _, dropped = self._held.popitem(last=False)
                self._bytes -= dropped.bytes


class Segment:
    """One segment's file, mapped into memory until the last user lets go of it.

    Any error of reading becomes IndexDamaged, except that FileNotFoundError while opening is left
    to the caller: a commit removes the files of segments that it merged.
    """

    def __init__(self, folder: Path, segment: ArchiveSegment, cache: PostingsCache) -> None:
        self.name: str = segment.segment_id()
        self.size = segment.doc_count_all()
        self._folder = folder
        self._cache = cache
        self._tables: dict[str, Table] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        with self.reading(opening=True):
            self.arrays = segment.open(folder)
            if self.arrays.items_of("id") != self.size:
                raise ValueError("the list of segments has another number of articles")

    def has_stem(self, stem: str) -> bool:
        """Whether the stem stands in any text field, perhaps of deleted articles alone."""
        with self.reading():
            return self._number(STEMS, stem) >= 0

    def stem(self, field: str, stem: str) -> Postings:
        """Where words with a stem stand in a text field; without positions."""
        if self._numbers.get((STEMS, stem)) == -1:  # as in most languages for most words
            return NOWHERE
        with self.reading():
            return self._postings(stems_field(field), self._number(STEMS, stem))

    def form(self, field: str, form: str) -> Postings:
        """Where the words of a form stand in a text field."""
        with self.reading():
            terms = self._words.words_of_form(form)
            if not len(terms):
                return NOWHERE
            table = words_field(field)
            found = [
                postings for term in terms if len((postings := self._postings(table, term)).docs)
            ]
            return _added(found) if len(found) != 1 else found[0]

    def spelled(self, form: str) -> list[str]:
        """The words of a form, in whatever field and article they stood when this was written."""
        with self.reading():
            terms = self._words.words_of_form(form)
            return [word_of(term) for term in self._words.decoded(terms)]

    def word(self, field: str, form: str, word: str) -> Postings:
        """Where one of the words of a form stands in a text field; without positions."""
        with self.reading():
            return self._postings(words_field(field), self._number(WORDS, word_term(form, word)))

    def stem_places(self, field: str, stem: str, docs: Numbers) -> Numbers:
        """The places where words with a stem stand in ``docs``, rising.

        These are articles in which the stem occurs, and so of its language; they rise.
        """
        with self.reading():
            number = self._number(STEMS, stem)
            if number < 0:
                return NO_NUMBERS
            first, last = self.arrays.part("inflections.starts", number, number + 2).tolist()
            terms = self.arrays.part("inflections.words", first, last).tolist()
            return self._places(words_field(field), terms, docs)

    def stem_places_among(self, field: str, stem: str, docs: Numbers) -> Numbers:
        """The same for articles of which not all have the stem."""
        held = self.stem(field, stem).docs
        if not len(held):
            return NO_NUMBERS
        return self.stem_places(field, stem, docs.compress(is_in(docs, held)))

    def form_places(self, field: str, form: str, docs: Numbers) -> Numbers:
        """The places where words of a form stand in ``docs``; both rise."""
        with self.reading():
            return self._places(words_field(field), self._words.words_of_form(form), docs)

    def mark_prefix(self, field: str, prefix: str, mask: Mask) -> None:
        """Set ``mask`` for the articles with a form that begins so."""
        with self.reading():
            table = self._table(words_field(field))
            for docs in table.docs(table.rows(self._words.beginning(prefix))):
                mask[docs] = True

    def prefix_places(self, field: str, prefix: str, docs: Numbers) -> Numbers:
        """The places of all forms that begin so in ``docs``; both rise."""
        with self.reading():
            table = self._table(words_field(field))
            block = table.block(table.rows(self._words.beginning(prefix)), positions=True)
            if block.positions is None or not len(block.docs):
                return NO_NUMBERS
            wanted = np.zeros(self.size, np.bool_)
            wanted[docs] = True
            places = places_of(Postings(block.docs, block.counts, block.positions))
            places = places.compress(np.repeat(wanted.take(block.docs), block.counts))
            return np.sort(places, kind="stable")

    def forms(self, field: str, prefix: str) -> Sequence[str]:
        """The forms in a text field that begin so, sorted."""
        with self.reading():
            terms = self._words.beginning(prefix)
            table = self._table(words_field(field))
            rows = table.rows(terms)
            texts = self._words.decoded(terms)
            places = table.terms[rows.start : rows.stop].astype(np.int64) - terms.start
            found = [texts[place] for place in places.tolist()]
        return list(dict.fromkeys(map(form_of, found)))

    def find(self, ids: npt.NDArray[np.bytes_]) -> Numbers:
        """The number of each article of ``ids``, deleted or not, and -1 for those not here.

        Where a batch put an article several times, the last one counts.
        """
        if not self.size:
            return np.full(len(ids), -1, np.int64)
        with self.reading():
            ordered = self.arrays["id.sorted"]
            places = np.searchsorted(ordered, ids, side="right") - 1
            numbers = self.arrays["id.order"][places].astype(np.int64)
            return np.where(ordered[places] == ids, numbers, -1)

    def facet(self, name: str) -> tuple[FacetColumns, list[str]]:
        """The values of a facet in all articles, and what their numbers from 1 on stand for."""
        with self.reading():
            return (
                FacetColumns.read(self.arrays, name),
                Texts(self.arrays, f"facet.{name}.values").decoded(),
            )

    @cached_property
    def ids(self) -> npt.NDArray[np.bytes_]:
        """The public ids of all articles."""
        return self.column("id")

    @cached_property
    def language(self) -> Array:
        """The language of each article, as a place in :attr:`languages`."""
        return self.column("language")

    @cached_property
    def languages(self) -> list[str]:
        """The primary languages of the articles."""
        with self.reading():
            return Texts(self.arrays, "languages").decoded()

    @cached_property
    def batches(self) -> npt.NDArray[np.int64]:
        """The import run of each article; ``NO_BATCH`` for those without."""
        values = np.concatenate([[NO_BATCH], self.column("batch.values")])
        return values[self.column("batch")]

    def column(self, name: str) -> Array:
        """A column of all articles: see ``sections``."""
        with self.reading():
            return self.arrays[name]

    @contextmanager
    def reading(self, *, opening: bool = False) -> Iterator[None]:
        """Turn what damaged files lead to into IndexDamaged."""
        try:
            yield
        except Exception as error:
            if opening and isinstance(error, FileNotFoundError):
                raise
            raise IndexDamaged(
                f"The search index cannot be read ({self._folder.name}, {self.name}: {error}). "
                "Run manage.py search_index rebuild."
            ) from error

    @cached_property
    def _words(self) -> Texts:
        return Texts(self.arrays, WORDS)

    @cached_property
    def _stems(self) -> Texts:
        return Texts(self.arrays, STEMS)

    def _number(self, kind: str, text: str) -> int:
        """The number of a text in one of the lists, -1 where it is not there."""
        number = self._numbers.get((kind, text))
        if number is None:
            texts = self._stems if kind == STEMS else Texts(self.arrays, kind)
            number = texts.find(text)
            if len(self._numbers) >= _LOOKED_UP:
                self._numbers.clear()
            self._numbers[kind, text] = number
        return number

    def _table(self, name: str) -> Table:
        table = self._tables.get(name)
        if table is None:
            table = self._tables[name] = Table(self.arrays, name)
        return table

    def _places(self, name: str, terms: Sequence[int], docs: Numbers) -> Numbers:
        """The places of some words, put together, in ``docs``; both rise."""
        table = self._table(name)
        found = [places_of(table.postings_in(table.row(term), docs)) for term in terms]
        # A stable sort puts together what is sorted in stretches, many times as fast.
        return (
            found[0]
            if len(found) == 1
            else np.sort(np.concatenate([NO_NUMBERS, *found]), kind="stable")
        )

    def _postings(self, name: str, term: int) -> Postings:
        """Where a term stands, without positions."""
        if term < 0:
            return NOWHERE
        key = (self.name, name, term)
        postings = self._cache.get(key)
        if postings is None:
            table = self._table(name)
            postings = table.postings(table.row(term), positions=False)
            self._cache.put(key, postings)
        return postings


NO_BATCH = int(np.iinfo(np.int64).min)


def places_of(postings: Postings) -> Numbers:
    """Article and position as one number, in the order of the postings."""
    return (np.repeat(postings.docs, postings.counts) << POSITION_BITS) | postings.positions


def _added(several: Sequence[Postings]) -> Postings:
    """The postings of several words as those of one; without positions."""
    if not several:
        return NOWHERE
    docs = np.concatenate([postings.docs for postings in several])
    order = np.argsort(docs, kind="stable")
    counts = np.concatenate([postings.counts for postings in several]).take(order)
    docs = docs.take(order)
    begins = np.flatnonzero(firsts(docs))
    return Postings(docs.take(begins), np.add.reduceat(counts, begins), NO_NUMBERS)
