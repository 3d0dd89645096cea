"""From collected documents to the arrays of a segment: one sort of numbers makes postings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from archive.engines.whoosh.arrays import Array, ArraysWriter
from archive.engines.whoosh.collect import Collection
from archive.engines.whoosh.postings import Block, Numbers, before, firsts
from archive.engines.whoosh.sections import (
    STEMS,
    WORDS,
    FacetColumns,
    TableWriter,
    narrow,
    write_batches,
    write_ids,
    write_inflections,
    write_texts,
)
from archive.engines.whoosh.spellings import Vocabulary
from archive.search.matching import BYLINE_GAP
from archive.search.scoring import ALL_FIELDS, BYLINE_FIELD

_BYLINE = ALL_FIELDS.index(BYLINE_FIELD)
_BITS = 64  # of the numbers that are sorted


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """How many words and stems there are, and which of them a spelling is.

    ``stem_of_word`` has a row for each language and a column for each word.
    """

    words: int
    stems: int
    word_of: Array
    stem_of_word: Array


@dataclass(frozen=True, slots=True)
class _Words:
    """All words of all documents: the spelling of each and the stretch in which it stands.

    ``ends`` says where each stretch ends.
    """

    spellings: Array
    stretches: Array
    ends: Numbers


def write_segment(collection: Collection, writer: ArraysWriter) -> None:
    """Write all arrays of a segment."""
    words = _without_empty(collection)
    _write_columns(collection, words, writer)
    vocabulary = collection.vocabulary
    word_of, stem_of, language_of = _places(vocabulary)
    used = np.flatnonzero(np.bincount(words.spellings, minlength=len(word_of)))
    word_texts, new_words = _renumbered(vocabulary.words, word_of[used])
    stem_texts, new_stems = _renumbered(vocabulary.stems, stem_of[used])
    word_of, stem_of = new_words[word_of], new_stems[stem_of]
    write_texts(writer, WORDS, word_texts)
    write_texts(writer, STEMS, stem_texts)
    write_inflections(writer, stem_of[used], word_of[used], len(stem_texts))
    stem_of_word = np.zeros((len(vocabulary.languages), len(word_texts)), np.int32)
    stem_of_word[language_of[used], word_of[used]] = stem_of[used]
    lexicon = _Lexicon(len(word_texts), len(stem_texts), word_of, stem_of_word)
    _write_postings(collection, words, lexicon, writer)


def write_piece(collection: Collection, writer: ArraysWriter) -> None:
    """Write what is to be merged with more of the same vocabulary, by whose numbers terms go.

    It lacks the lists of terms: to sort these for every piece would cost more than all the rest.
    """
    words = _without_empty(collection)
    _write_columns(collection, words, writer)
    vocabulary = collection.vocabulary
    word_of, stem_of, language_of = _places(vocabulary)
    stem_of_word = np.zeros((len(vocabulary.languages), len(vocabulary.words)), np.int32)
    stem_of_word[language_of[1:], word_of[1:]] = stem_of[1:]
    lexicon = _Lexicon(len(vocabulary.words), len(vocabulary.stems), word_of, stem_of_word)
    _write_postings(collection, words, lexicon, writer)


def _write_columns(collection: Collection, words: _Words, writer: ArraysWriter) -> None:
    """Write everything but terms and postings."""
    size = len(collection)
    write_ids(writer, collection.ids)
    write_batches(writer, collection.batches)
    versions = np.array(collection.versions, np.int64)
    writer.append("version", narrow(versions) if versions.min() >= 0 else versions)
    writer.append("lower", np.array(collection.lower, "<u4"))
    writer.append("span", narrow(np.array(collection.span, np.int64)))
    ranks, texts = _ranked(collection.vocabulary.languages)
    writer.append("language", narrow(ranks[np.array(collection.languages, np.int64)]))
    write_texts(writer, "languages", texts)
    for facet, column in collection.facets.items():
        ranks, texts = _ranked(column.texts)
        docs, values = np.array(column.docs, np.int64), np.array(column.values, np.int64)
        columns = FacetColumns.of(docs, ranks[values] + 1, size)
        columns.write(writer, facet, texts)
    docs = np.array(collection.stretch_docs, np.int64)
    fields = np.array(collection.stretch_fields, np.int64)
    lengths = np.diff(words.ends, prepend=0)
    held = np.bincount(fields * size + docs, lengths, len(ALL_FIELDS) * size).astype(np.int64)
    for field, words_held in zip(ALL_FIELDS, held.reshape(-1, size), strict=True):
        writer.append(f"length.{field}", narrow(words_held))


def _write_postings(
    collection: Collection, words: _Words, lexicon: _Lexicon, writer: ArraysWriter
) -> None:
    if not len(words.spellings):
        return
    docs = np.array(collection.stretch_docs, np.int32)
    fields = np.array(collection.stretch_fields, np.int32)
    lengths = np.diff(words.ends, prepend=0)
    found = _sorted_words(
        lexicon.word_of[words.spellings] + (fields * np.int32(lexicon.words))[words.stretches],
        docs[words.stretches],
        _positions(_first_positions(docs, fields, lengths), lengths),
    )
    _write_tables(writer, WORDS, found, lexicon.words)
    languages = np.array(collection.languages, np.int32)[found.docs]
    fields_of_terms, words_of_terms = np.divmod(found.terms, lexicon.words)
    stems = lexicon.stem_of_word[languages, np.repeat(words_of_terms, found.sizes)]
    stems += np.repeat((fields_of_terms * lexicon.stems).astype(np.int32), found.sizes)
    _write_tables(writer, STEMS, _sorted_stems(stems, found.docs, found.counts), lexicon.stems)


def _places(vocabulary: Vocabulary) -> tuple[Array, Array, Array]:
    return (
        np.array(vocabulary.word_of, np.int32),
        np.array(vocabulary.stem_of, np.int32),
        np.array(vocabulary.language_of, np.int32),
    )


def _renumbered(texts: Sequence[str], numbers: Array) -> tuple[list[str], Array]:
    """The texts of ``numbers``, sorted, and for each number its place among them."""
    distinct = np.unique(numbers)
    ranks, ordered = _ranked([texts[number] for number in distinct.tolist()])
    new = np.zeros(max(1, len(texts)), np.int32)  # spelling 0 stands for word 0, if there is one
    new[distinct] = ranks
    return ordered, new


def _ranked(texts: Sequence[str]) -> tuple[Numbers, list[str]]:
    """Each text's place among the sorted texts, and these."""
    ordered = sorted(texts)
    ranks = {text: rank for rank, text in enumerate(ordered)}
    return np.fromiter(map(ranks.__getitem__, texts), np.int64, len(texts)), ordered


def _without_empty(collection: Collection) -> _Words:
    """The words of a collection but for those that turned out to be none."""
    spellings, counts = collection.spellings()
    ends = np.cumsum(counts)
    stretches: Array = np.repeat(np.arange(len(ends), dtype=np.int32), counts)
    kept = spellings > 0
    if not kept.all():
        spellings, stretches = spellings[kept], stretches[kept]
        ends = np.concatenate([[0], np.cumsum(kept)])[ends]
    return _Words(spellings, stretches, ends)


def _positions(first: Numbers, lengths: Numbers) -> Array:
    """The position of every word, stretch after stretch."""
    positions = np.arange(int(lengths.sum()), dtype=np.int32)
    positions += np.repeat((first - before(lengths)).astype(np.int32), lengths)
    return positions


def _first_positions(docs: Array, fields: Array, lengths: Numbers) -> Numbers:
    """The position of each stretch's first word: 0, but bylines follow one another with a gap."""
    first = np.zeros(len(docs), np.int64)
    follows = (fields[1:] == _BYLINE) & (fields[:-1] == _BYLINE) & (docs[1:] == docs[:-1])
    for place in np.flatnonzero(follows) + 1:
        first[place] = first[place - 1] + lengths[place - 1] + BYLINE_GAP
    return first


def _sorted_words(terms: Array, docs: Array, positions: Array) -> Block:
    """Postings by term, article and position."""
    terms, docs, positions = _sorted(terms, docs, positions)
    begins = np.flatnonzero(firsts(terms) | firsts(docs))
    counts = np.diff(begins, append=len(terms))
    return _block(terms[begins], docs[begins], counts, positions)


def _sorted_stems(terms: Array, docs: Numbers, counts: Numbers) -> Block:
    """Postings by term and article, where several words of an article may have one stem."""
    terms, docs, counts = _sorted(terms, docs, counts)
    begins = np.flatnonzero(firsts(terms) | firsts(docs))
    return _block(terms[begins], docs[begins], np.add.reduceat(counts, begins), None)


def _block(terms: Numbers, docs: Numbers, counts: Numbers, positions: Numbers | None) -> Block:
    begins = np.flatnonzero(firsts(terms))
    return Block(terms[begins], np.diff(begins, append=len(terms)), docs, counts, positions)


def _sorted(*columns: Array) -> list[Numbers]:
    """Rows sorted by all columns. One number for a row is sorted several times as fast."""
    widths = [int(column.max()).bit_length() for column in columns]
    if sum(widths) > _BITS:
        order = np.lexsort(columns[::-1])
        return [column[order].astype(np.int64) for column in columns]
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
        positions = block.positions
        if positions is not None:
            positions = positions[occurrences[begin] : occurrences[end]]
        table = TableWriter(writer, f"{field}.{kind}")
        table.append(
            Block(
                block.terms[first:last] - place * terms,
                block.sizes[first:last],
                block.docs[begin:end],
                block.counts[begin:end],
                positions,
            )
        )
        table.finish()
