"""What the arrays of a segment are called, and how lists, tables and columns lie in them.

::

    id, id.sorted, id.order             public ids; the same sorted, with the number of each
    version, lower, span                days as ordinals, 0 where undated; span = upper - lower
    batch, batch.values                 0 for none, else a place in the values, from 1 on
    language, languages                 a place in the list
    length.FIELD                        words of each text field
    facet.NAME.first, .second, .more.docs, .more.values, .values
                                        values of each article as places in the list, from 1 on;
                                        whatever comes after the second in an overflow, by article
    words, stems                        lists of terms, sorted
    inflections.starts, .words          the words of each stem
    FIELD.words, FIELD.stems            tables of postings, see TableWriter

A list LIST of texts is ``LIST.text``, each with a line feed behind it, and ``LIST.starts``. A term
of ``words`` is a folded form; where the word has marks that folding takes off, they follow behind
a NUL, so that all words of a form, and all forms that begin alike, stand side by side.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from archive.engines.whoosh.arrays import Array, Arrays, ArraysWriter
from archive.engines.whoosh.postings import (
    NO_NUMBERS,
    NOWHERE,
    Block,
    Numbers,
    Postings,
    before,
    decode,
    decode_docs,
    decode_many,
    decode_some,
    encode,
    firsts,
)

WORDS = "words"
STEMS = "stems"
_APART = "\0"  # between a form and the word
_AT_ONCE = 1 << 16  # postings, of which the arrays stay in the caches of a processor
_SHALLOW, _DEEP = np.dtype("<u4"), np.dtype("<u8")


def word_term(form: str, word: str) -> str:
    """The term of a word with its form."""
    return form if form == word else f"{form}{_APART}{word}"


def form_of(term: str) -> str:
    """The form in a term of :func:`word_term`."""
    return term.partition(_APART)[0]


def word_of(term: str) -> str:
    """The word in a term of :func:`word_term`."""
    form, _, word = term.partition(_APART)
    return word or form


def encode_term(term: str) -> bytes:
    """A term as stored; half a surrogate pair, which a query may hold, is a term like any."""
    return term.encode("utf-8", "surrogatepass")


def decode_term(term: bytes) -> str:
    """The reverse of :func:`encode_term`."""
    return term.decode("utf-8", "surrogatepass")


def narrow(numbers: Array) -> Array:
    """Numbers from 0 on, as narrow as they fit."""
    largest = int(numbers.max()) if len(numbers) else 0
    return numbers.astype(np.min_scalar_type(largest))


def write_texts(writer: ArraysWriter, name: str, texts: Sequence[str]) -> None:
    """Write a list of texts."""
    content = np.frombuffer(encode_term("".join([f"{text}\n" for text in texts])), np.uint8)
    ends = np.flatnonzero(content == ord("\n")) + 1
    if len(ends) != len(texts):  # some text has a line feed within
        ends = np.cumsum([len(encode_term(text)) + 1 for text in texts])
    starts = np.concatenate([[0], ends])
    writer.append(f"{name}.text", content)
    writer.append(f"{name}.starts", _as_narrow_starts(starts))


class Texts:
    """A list of texts. Where it is sorted, texts can be looked up in it."""

    def __init__(self, arrays: Arrays, name: str) -> None:
        """Check the list whole: looking up jumps about in it."""
        self._text = arrays[f"{name}.text"].data
        self._starts = arrays[f"{name}.starts"].data

    def __len__(self) -> int:
        return len(self._starts) - 1

    def encoded(self, number: int) -> bytes:
        """One text, as :func:`encode_term` has it."""
        return bytes(self._text[self._starts[number] : self._starts[number + 1] - 1])

    def find(self, text: str) -> int:
        """The number of ``text``, and -1 where it is not in the list."""
        wanted = encode_term(text)
        place = self.place(wanted)
        return place if place < len(self) and self.encoded(place) == wanted else -1

    def place(self, text: bytes) -> int:
        """The number of the first text that is not before ``text``."""
        return bisect_left(range(len(self)), text, key=self.encoded)

    def beginning(self, prefix: str) -> range:
        """The numbers of the texts that begin with ``prefix``."""
        start = encode_term(prefix)
        # No encoded text has a byte as high as this.
        return range(self.place(start), self.place(start + b"\xff"))

    def words_of_form(self, form: str) -> range:
        """The numbers of the terms of :func:`word_term` with this form."""
        start = encode_term(form)
        return range(self.place(start), self.place(start + b"\x01"))

    def decoded(self, numbers: range | None = None) -> list[str]:
        """Some texts that stand side by side, or all."""
        start, stop = (numbers.start, numbers.stop) if numbers is not None else (0, len(self))
        if start >= stop:
            return []
        content = decode_term(bytes(self._text[self._starts[start] : self._starts[stop] - 1]))
        texts = content.split("\n")
        if len(texts) != stop - start:  # some text has a line feed within
            return [decode_term(self.encoded(number)) for number in range(start, stop)]
        return texts


class TableWriter:
    """The postings of one field, appended block by block.

    NAME.terms are the numbers of the terms that occur, rising; NAME.sizes in how many articles;
    NAME.codes and NAME.records as ``postings`` has them; NAME.starts where each record begins, and
    the end.
    """

    def __init__(self, writer: ArraysWriter, name: str) -> None:
        self._writer = writer
        self._name = name
        self._lengths: list[Numbers] = []
        self.terms: list[Numbers] = []

    def append(self, block: Block) -> None:
        """Add postings of terms that come after all those before."""
        if not len(block.terms):
            return
        records = encode(block)
        self.terms.append(block.terms)
        self._lengths.append(records.lengths)
        self._writer.append(f"{self._name}.sizes", block.sizes.astype(_SHALLOW))
        self._writer.append(f"{self._name}.codes", records.codes)
        self._writer.append(f"{self._name}.records", records.content)

    def finish(self, renumbered: Numbers | None = None) -> None:
        """Write the rest, with another number for each term where ``renumbered`` gives them."""
        if not self.terms:
            return
        terms = np.concatenate(self.terms)
        lengths = np.concatenate(self._lengths)
        if renumbered is not None:
            terms = renumbered[terms]
        self._writer.append(f"{self._name}.terms", terms.astype(_SHALLOW))
        starts = np.concatenate([before(lengths), [lengths.sum()]])
        self._writer.append(f"{self._name}.starts", _as_narrow_starts(starts))


class Table:
    """The postings of one field. Raises Damaged where something altered is read."""

    def __init__(self, arrays: Arrays, name: str) -> None:
        self._arrays = arrays
        self._name = name
        self.terms: Array = arrays.get(f"{name}.terms", NO_NUMBERS)

    def row(self, term: int) -> int:
        """The row of a term, and -1 where it does not occur."""
        # A number of another type would have numpy convert the whole array.
        place = int(self.terms.searchsorted(self.terms.dtype.type(term)))
        return place if place < len(self.terms) and self.terms[place] == term else -1

    def rows(self, terms: range) -> range:
        """The rows of those of ``terms`` that occur."""
        ends = np.array([terms.start, terms.stop], self.terms.dtype)
        first, last = self.terms.searchsorted(ends)
        return range(int(first), int(last))

    def size(self, row: int) -> int:
        """In how many articles the term of a row occurs."""
        return int(self._part("sizes", row, row + 1)[0])

    def sizes(self) -> Array:
        """The same for all rows."""
        return self._part("sizes", 0, len(self.terms))

    def postings(self, row: int, *, positions: bool = True) -> Postings:
        """Where the term of a row occurs."""
        return NOWHERE if row < 0 else decode(*self._record(row), positions=positions)

    def postings_in(self, row: int, wanted: Numbers) -> Postings:
        """Where the term of a row occurs in articles of these numbers, which rise."""
        return NOWHERE if row < 0 else decode_some(*self._record(row), wanted)

    def chosen(self, rows: Numbers) -> Block:
        """Where the terms of many rows occur, in any order and with their positions."""
        starts = self._arrays[f"{self._name}.starts"]
        return decode_many(
            self._arrays[f"{self._name}.records"],
            self.terms[rows],
            self._arrays[f"{self._name}.sizes"][rows],
            self._arrays[f"{self._name}.codes"][rows],
            starts[rows],
            starts[rows + 1],
        )

    def docs(self, rows: range) -> Iterator[Numbers]:
        """The articles in which the terms of many rows occur, some rows at a time."""
        if not rows:
            return
        ends = np.cumsum(self._part("sizes", rows.start, rows.stop), dtype=np.int64)
        cuts = ends.searchsorted(np.arange(_AT_ONCE, int(ends[-1]), _AT_ONCE)) + rows.start + 1
        for first, last in pairwise([rows.start, *cuts.tolist(), rows.stop]):
            if first == last:
                continue
            starts = self._part("starts", first, last + 1).astype(np.int64)
            yield decode_docs(
                self._part("records", int(starts[0]), int(starts[-1])),
                self._part("sizes", first, last).astype(np.int64),
                self._part("codes", first, last),
                starts[:-1] - starts[0],
            )

    def block(self, rows: range, *, positions: bool) -> Block:
        """Where the terms of many rows occur."""
        first, last = rows.start, rows.stop
        if first >= last:
            return Block(NO_NUMBERS, NO_NUMBERS, NO_NUMBERS, NO_NUMBERS, NO_NUMBERS)
        starts = self._part("starts", first, last + 1).astype(np.int64)
        return decode_many(
            self._part("records", int(starts[0]), int(starts[-1])),
            self.terms[first:last],
            self._part("sizes", first, last),
            self._part("codes", first, last),
            starts[:-1] - starts[0],
            starts[1:] - starts[0],
            positions=positions,
        )

    def _record(self, row: int) -> tuple[Array, int, int]:
        start, stop = self._part("starts", row, row + 2).tolist()
        code = int(self._part("codes", row, row + 1)[0])
        return self._part("records", start, stop), self.size(row), code

    def _part(self, kind: str, start: int, stop: int) -> Array:
        return self._arrays.part(f"{self._name}.{kind}", start, stop)


@dataclass(frozen=True, slots=True)
class FacetColumns:
    """The values of each article as numbers from 1 on, 0 for none: see the head of this file."""

    first: Array
    second: Array
    more_docs: Array
    more_values: Array

    @classmethod
    def of(cls, docs: Numbers, values: Numbers, size: int) -> FacetColumns:
        """From pairs of article and value; ``docs`` rise, and no pair comes twice."""
        counts = np.bincount(docs, minlength=size)
        slots = np.arange(len(docs)) - np.repeat(before(counts), counts)
        columns = np.zeros((2, size), np.int64)
        for slot, column in enumerate(columns):
            chosen = slots == slot
            column[docs[chosen]] = values[chosen]
        rest = slots > 1
        return cls(
            first=narrow(columns[0]),
            second=narrow(columns[1]),
            more_docs=docs[rest].astype(_SHALLOW),
            more_values=narrow(values[rest]),
        )

    @classmethod
    def read(cls, arrays: Arrays, facet: str) -> FacetColumns:
        """The columns of a facet."""
        name = f"facet.{facet}"
        return cls(
            arrays[f"{name}.first"],
            arrays[f"{name}.second"],
            arrays[f"{name}.more.docs"],
            arrays[f"{name}.more.values"],
        )

    def write(self, writer: ArraysWriter, facet: str, values: Sequence[str]) -> None:
        """Write the columns with the texts of the values."""
        name = f"facet.{facet}"
        writer.append(f"{name}.first", self.first)
        writer.append(f"{name}.second", self.second)
        writer.append(f"{name}.more.docs", self.more_docs)
        writer.append(f"{name}.more.values", self.more_values)
        write_texts(writer, f"{name}.values", values)

    def pairs(self) -> tuple[Numbers, Numbers]:
        """What :meth:`of` was given."""
        pairs = [
            (np.flatnonzero(column), column[column > 0]) for column in (self.first, self.second)
        ]
        pairs.append((self.more_docs, self.more_values))
        docs, values = (
            np.concatenate(column).astype(np.int64) for column in zip(*pairs, strict=True)
        )
        order = np.argsort(docs, kind="stable")
        return docs[order], values[order]

    def having(self, value: int) -> Numbers:
        """The articles that have a value, rising."""
        found = np.flatnonzero((self.first == value) | (self.second == value))
        more = self.more_docs[self.more_values == value]
        return np.sort(np.concatenate([found, more])) if len(more) else found


def write_ids(writer: ArraysWriter, ids: Iterable[bytes]) -> None:
    """Write the public ids of all articles."""
    column = np.array(list(ids), np.bytes_)
    writer.append("id", column)
    order = np.argsort(column, kind="stable")
    writer.append("id.sorted", column[order])
    writer.append("id.order", order.astype(_SHALLOW))


def write_batches(writer: ArraysWriter, batches: Sequence[int | None]) -> None:
    """Write the import run of each article."""
    values = sorted({batch for batch in batches if batch is not None})
    places = {batch: place for place, batch in enumerate(values, start=1)}
    column = [0 if batch is None else places[batch] for batch in batches]
    writer.append("batch", narrow(np.array(column, np.int64)))
    writer.append("batch.values", np.array(values, np.int64))


def write_inflections(writer: ArraysWriter, stems: Array, words: Array, count: int) -> None:
    """Write the words of each of ``count`` stems, given as pairs that may repeat."""
    pairs = np.sort(stems.astype(np.int64) << 32 | words.astype(np.int64))
    pairs = pairs[firsts(pairs)]
    starts = np.searchsorted(pairs >> 32, np.arange(count + 1))
    writer.append("inflections.starts", starts.astype(_SHALLOW))
    writer.append("inflections.words", (pairs & 0xFFFFFFFF).astype(_SHALLOW))


def _as_narrow_starts(starts: Numbers) -> Array:
    return starts.astype(_SHALLOW if starts[-1] < 1 << 32 else _DEEP)
