"""From collected documents to the arrays of a segment: one sort of numbers makes postings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from archive.engines.whoosh.arrays import Array, ArraysWriter
from archive.engines.whoosh.collect import Collection, Vocabulary
from archive.engines.whoosh.postings import Block, Numbers, before
from archive.engines.whoosh.sections import (
    STEMS,
    WORDS,
    FacetColumns,
    TableWriter,
    narrow,
    write_batches,
    write_ids,
    write_texts,
)
from archive.search.matching import BYLINE_GAP
from archive.search.scoring import ALL_FIELDS, BYLINE_FIELD

_BYLINE = ALL_FIELDS.index(BYLINE_FIELD)
_BITS = 64  # of the numbers that are sorted


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """The words and stems that occur, sorted, and what each spelling is among them.

    ``stem_of_word`` has a row for each language and a column for each word.
    """

    words: Sequence[str]
    stems: Sequence[str]
    word_of: Numbers
    stem_of_word: Numbers
    inflections: tuple[Numbers, Numbers]


def write_segment(collection: Collection, writer: ArraysWriter) -> None:
    """Write all arrays of a segment."""
    size = len(collection)
    _write_documents(collection, writer)
    for facet, column in collection.facets.items():
        ranks, texts = _ranked(column.texts)
        docs, values = np.array(column.docs, np.int64), np.array(column.values, np.int64)
        columns = FacetColumns.of(docs, ranks[values] + 1, size)
        columns.write(writer, facet, texts)
    spellings, stretches, ends = _without_empty(collection)
    docs = np.array(collection.stretch_docs, np.int64)
    fields = np.array(collection.stretch_fields, np.int64)
    lengths = np.diff(ends, prepend=0)
    held = np.bincount(fields * size + docs, lengths, len(ALL_FIELDS) * size).astype(np.int64)
    for field, words_held in zip(ALL_FIELDS, held.reshape(-1, size), strict=True):
        writer.append(f"length.{field}", narrow(words_held))
    lexicon = _lexicon(collection.vocabulary, spellings)
    write_texts(writer, WORDS, lexicon.words)
    write_texts(writer, STEMS, lexicon.stems)
    starts, words = lexicon.inflections
    writer.append("inflections.starts", starts.astype("<u4"))
    writer.append("inflections.words", words.astype("<u4"))
    if not len(spellings):
        return
    found = _sorted_words(
        lexicon.word_of[spellings] + (fields * len(lexicon.words))[stretches],
        docs.astype(np.int32)[stretches],
        _positions(_first_positions(docs, fields, lengths), lengths),
    )
    del spellings, stretches  # of every word, and memory is what bounds a run
    _write_tables(writer, WORDS, found, len(lexicon.words))
    languages = np.array(collection.languages, np.int64)[found.docs]
    fields_of_terms, words_of_terms = np.divmod(found.terms, max(1, len(lexicon.words)))
    stems = lexicon.stem_of_word[languages, np.repeat(words_of_terms, found.sizes)]
    stems += np.repeat(fields_of_terms, found.sizes) * len(lexicon.stems)
    _write_tables(writer, STEMS, _sorted_stems(stems, found.docs, found.counts), len(lexicon.stems))


def _write_documents(collection: Collection, writer: ArraysWriter) -> None:
    write_ids(writer, collection.ids)
    write_batches(writer, collection.batches)
    versions = np.array(collection.versions, np.int64)
    writer.append("version", narrow(versions) if versions.min() >= 0 else versions)
    writer.append("lower", np.array(collection.lower, "<u4"))
    writer.append("span", narrow(np.array(collection.span, np.int64)))
    ranks, texts = _ranked(collection.vocabulary.languages)
    writer.append("language", narrow(ranks[np.array(collection.languages, np.int64)]))
    write_texts(writer, "languages", texts)


def _ranked(texts: Sequence[str]) -> tuple[Numbers, list[str]]:
    """Each text's place among the sorted texts, and these."""
    ordered = sorted(texts)
    ranks = {text: rank for rank, text in enumerate(ordered)}
    return np.fromiter(map(ranks.__getitem__, texts), np.int64, len(texts)), ordered


def _without_empty(collection: Collection) -> tuple[Array, Array, Numbers]:
    """The spellings that are words, the stretch of each, and where the stretches end."""
    spellings = np.array(collection.spellings, np.int32)
    ends = np.array(collection.stretch_ends, np.int64)
    stretches = np.repeat(np.arange(len(ends), dtype=np.int32), np.diff(ends, prepend=0))
    kept = spellings > 0
    if not kept.all():
        spellings, stretches = spellings[kept], stretches[kept]
        ends = np.concatenate([[0], np.cumsum(kept)])[ends]
    return spellings, stretches, ends


def _positions(first: Numbers, lengths: Numbers) -> Array:
    """The position of every word, stretch after stretch."""
    positions = np.arange(int(lengths.sum()), dtype=np.int32)
    positions += np.repeat((first - before(lengths)).astype(np.int32), lengths)
    return positions


def _first_positions(docs: Numbers, fields: Numbers, lengths: Numbers) -> Numbers:
    """The position of each stretch's first word: 0, but bylines follow one another with a gap."""
    first = np.zeros(len(docs), np.int64)
    follows = (fields[1:] == _BYLINE) & (fields[:-1] == _BYLINE) & (docs[1:] == docs[:-1])
    for place in np.flatnonzero(follows) + 1:
        first[place] = first[place - 1] + lengths[place - 1] + BYLINE_GAP
    return first


def _lexicon(vocabulary: Vocabulary, spellings: Array) -> _Lexicon:
    used = np.flatnonzero(np.bincount(spellings, minlength=len(vocabulary.words)))
    words, word_ranks = _used(vocabulary.words, used)
    stems, stem_ranks = _used(vocabulary.stems, used)
    rank_of = np.zeros(len(vocabulary.words), np.int64)
    rank_of[used] = word_ranks
    stem_of_word = np.zeros((len(vocabulary.languages), len(words)), np.int64)
    stem_of_word[np.array(vocabulary.language_of)[used], word_ranks] = stem_ranks
    pairs = np.unique(stem_ranks << 32 | word_ranks)
    starts = np.searchsorted(pairs >> 32, np.arange(len(stems) + 1))
    return _Lexicon(words, stems, rank_of, stem_of_word, (starts, pairs & 0xFFFFFFFF))


def _used(texts: Sequence[str], numbers: Numbers) -> tuple[list[str], Numbers]:
    """The texts of ``numbers``, sorted, and each number's place among them."""
    each = [texts[number] for number in numbers.tolist()]
    ordered = sorted(set(each))
    ranks = {text: rank for rank, text in enumerate(ordered)}
    return ordered, np.fromiter(map(ranks.__getitem__, each), np.int64, len(each))


def _sorted_words(terms: Array, docs: Array, positions: Array) -> Block:
    """Postings by term, article and position."""
    terms, docs, positions = _sorted(terms, docs, positions)
    begins = np.flatnonzero(_changes(terms) | _changes(docs))
    counts = np.diff(begins, append=len(terms))
    return _block(terms[begins], docs[begins], counts, positions)


def _sorted_stems(terms: Numbers, docs: Numbers, counts: Numbers) -> Block:
    """Postings by term and article, where several words of an article may have one stem."""
    terms, docs, counts = _sorted(terms, docs, counts)
    begins = np.flatnonzero(_changes(terms) | _changes(docs))
    return _block(terms[begins], docs[begins], np.add.reduceat(counts, begins), None)


def _block(terms: Numbers, docs: Numbers, counts: Numbers, positions: Numbers | None) -> Block:
    begins = np.flatnonzero(_changes(terms))
    return Block(terms[begins], np.diff(begins, append=len(terms)), docs, counts, positions)


def _changes(values: Numbers) -> Array:
    """Where something else begins."""
    changes = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=changes[1:])
    return changes


def _sorted(*columns: Array) -> list[Numbers]:
    """Rows sorted by all columns. One number for a row is sorted several times as fast."""
    widths = [int(column.max()).bit_length() for column in columns]
    if sum(widths) > _BITS:
        order = np.lexsort(columns[::-1])
        return [column[order] for column in columns]
    packed = columns[0].astype(np.uint64)
    for column, width in zip(columns[1:], widths[1:], strict=True):
        packed <<= np.uint64(width)
        packed |= column.astype(np.uint64)
    packed.sort()
    unpacked = []
    for width in reversed(widths[1:]):
        unpacked.append((packed & np.uint64((1 << width) - 1)).astype(np.int64))
        packed >>= np.uint64(width)
    unpacked.append(packed.astype(np.int64))
    return unpacked[::-1]


def _write_tables(writer: ArraysWriter, kind: str, block: Block, terms: int) -> None:
    """Write a table for each field; a term's number counts on through the fields."""
    starts = np.concatenate([[0], np.cumsum(block.sizes)])
    occurrences = np.concatenate([[0], np.cumsum(block.counts)])
    for place, field in enumerate(ALL_FIELDS):
        first, last = np.searchsorted(block.terms, [place * terms, (place + 1) * terms])
        begin, end = starts[first], starts[last]
        table = TableWriter(writer, f"{field}.{kind}")
        table.append(
            Block(
                block.terms[first:last] - place * terms,
                block.sizes[first:last],
                block.docs[begin:end],
                block.counts[begin:end],
                None
                if block.positions is None
                else block.positions[occurrences[begin] : occurrences[end]],
            )
        )
        table.finish()
