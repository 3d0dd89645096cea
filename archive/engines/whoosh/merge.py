"""Several segments as one, without what was deleted; some postings in memory at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from archive.engines.whoosh.arrays import Array, Arrays, ArraysWriter
from archive.engines.whoosh.postings import NO_NUMBERS, Block, Numbers, before, firsts, stretches
from archive.engines.whoosh.sections import (
    STEMS,
    WORDS,
    FacetColumns,
    Table,
    TableWriter,
    Texts,
    narrow,
    write_batches,
    write_ids,
    write_inflections,
    write_texts,
)
from archive.engines.whoosh.spellings import Vocabulary
from archive.search.scoring import ALL_FIELDS

_POSTINGS = 250_000  # in memory at once, of some 150 bytes each while they are moved


@dataclass(frozen=True, slots=True)
class Source:
    """A segment to merge, and which of its articles to keep.

    A piece (``invert.write_piece``) comes with the vocabulary that its terms are numbers of.
    """

    arrays: Arrays
    kept: npt.NDArray[np.bool_]
    vocabulary: Vocabulary | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """A source with the new number of each of its articles, -1 for those that go."""

    source: Source
    numbers: Numbers

    @property
    def arrays(self) -> Arrays:
        return self.source.arrays

    @property
    def kept(self) -> npt.NDArray[np.bool_]:
        return self.source.kept


@dataclass(frozen=True, slots=True)
class _Terms:
    """All terms of one kind, sorted, and the place among them of each number of each part."""

    texts: list[str]
    places: list[Numbers]


def write_merged(sources: Sequence[Source], facets: Sequence[str], writer: ArraysWriter) -> int:
    """Write one segment of what is kept, in the order of ``sources``; returns its articles.

    Pieces among them have one vocabulary. Raises Damaged.
    """
    parts = []
    size = 0
    for source in sources:
        numbers = np.where(source.kept, np.cumsum(source.kept) - 1 + size, -1)
        parts.append(_Part(source, numbers))
        size += int(np.count_nonzero(source.kept))
    _merge_documents(parts, writer)
    for facet in facets:
        _merge_facet(parts, facet, size, writer)
    words, stems = _merged_terms(parts, WORDS), _merged_terms(parts, STEMS)
    new_words = _merge_tables(parts, WORDS, words, writer)
    new_stems = _merge_tables(parts, STEMS, stems, writer)
    write_texts(writer, WORDS, _used(words.texts, new_words))
    write_texts(writer, STEMS, _used(stems.texts, new_stems))
    of_stems, of_words = [], []
    first_piece = next((part for part in parts if part.source.vocabulary is not None), None)
    for part, stem_places, word_places in zip(parts, stems.places, words.places, strict=True):
        if part.source.vocabulary is not None and part is not first_piece:
            continue  # the vocabulary has the pairs of all pieces, of which there may be hundreds
        of_stem, of_word = _inflections(part.source)
        of_stem, of_word = stem_places[of_stem], word_places[of_word]
        known = (of_stem >= 0) & (of_word >= 0)
        of_stem, of_word = new_stems[of_stem[known]], new_words[of_word[known]]
        known = (of_stem >= 0) & (of_word >= 0)
        of_stems.append(of_stem[known])
        of_words.append(of_word[known])
    count = int(np.count_nonzero(new_stems >= 0))
    write_inflections(writer, np.concatenate(of_stems), np.concatenate(of_words), count)
    return size


def _merge_documents(parts: Sequence[_Part], writer: ArraysWriter) -> None:
    def column(name: str) -> Array:
        return np.concatenate([part.arrays[name][part.kept] for part in parts])

    write_ids(writer, column("id").tolist())
    versions = column("version").astype(np.int64)
    writer.append("version", narrow(versions) if versions.min() >= 0 else versions)
    writer.append("lower", column("lower"))
    writer.append("span", narrow(column("span")))
    batches: list[int | None] = []
    for part in parts:
        values = [None, *part.arrays["batch.values"].tolist()]
        batches += [values[place] for place in part.arrays["batch"][part.kept].tolist()]
    write_batches(writer, batches)
    for field in ALL_FIELDS:
        writer.append(f"length.{field}", narrow(column(f"length.{field}")))
    languages, places = _merged_texts(parts, "languages")
    codes = [
        place[part.arrays["language"][part.kept]] for part, place in zip(parts, places, strict=True)
    ]
    writer.append("language", narrow(np.concatenate(codes)))
    write_texts(writer, "languages", languages)


def _merge_facet(parts: Sequence[_Part], facet: str, size: int, writer: ArraysWriter) -> None:
    texts, places = _merged_texts(parts, f"facet.{facet}.values")
    docs, values = [NO_NUMBERS], [NO_NUMBERS]
    for part, place in zip(parts, places, strict=True):
        here, which = FacetColumns.read(part.arrays, facet).pairs()
        kept = part.kept[here]
        docs.append(part.numbers[here[kept]])
        values.append(place[which[kept] - 1])
    all_values = np.concatenate(values)
    used = np.flatnonzero(np.bincount(all_values, minlength=len(texts)))
    new = np.zeros(len(texts), np.int64)
    new[used] = np.arange(1, len(used) + 1)
    columns = FacetColumns.of(np.concatenate(docs), new[all_values], size)
    columns.write(writer, facet, [texts[place] for place in used.tolist()])


def _merged_texts(parts: Sequence[_Part], name: str) -> tuple[list[str], list[Numbers]]:
    """The texts of all parts, sorted, and the place of each part's texts among them."""
    lists = [Texts(part.arrays, name) for part in parts]
    distinct: set[str] = set()
    for texts in lists:
        distinct.update(texts.decoded())
    merged = sorted(distinct)
    places = {text: place for place, text in enumerate(merged)}
    return merged, [
        np.fromiter(map(places.__getitem__, texts.decoded()), np.int64, len(texts))
        for texts in lists
    ]


def _merged_terms(parts: Sequence[_Part], kind: str) -> _Terms:
    vocabularies = [one for part in parts if (one := part.source.vocabulary) is not None]
    if not vocabularies:
        return _Terms(*_merged_texts(parts, kind))
    pieces = [part for part in parts if part.source.vocabulary is not None]
    others = [part for part in parts if part.source.vocabulary is None]
    texts = vocabularies[0].words if kind == WORDS else vocabularies[0].stems
    tables = [Table(part.arrays, f"{field}.{kind}") for part in pieces for field in ALL_FIELDS]
    occurring = np.zeros(len(texts), np.bool_)
    for table in tables:
        occurring[table.terms] = True
    numbers = np.flatnonzero(occurring)
    chosen = [texts[number] for number in numbers.tolist()]
    distinct = set(chosen)
    for part in others:
        distinct.update(Texts(part.arrays, kind).decoded())
    merged = sorted(distinct)
    places = {text: place for place, text in enumerate(merged)}
    of_vocabulary = np.full(len(texts), -1, np.int64)
    of_vocabulary[numbers] = np.fromiter(map(places.__getitem__, chosen), np.int64, len(chosen))
    return _Terms(
        merged,
        [
            of_vocabulary
            if part.source.vocabulary is not None
            else np.array([places[text] for text in Texts(part.arrays, kind).decoded()], np.int64)
            for part in parts
        ],
    )


def _used(texts: Sequence[str], new: Numbers) -> list[str]:
    return [texts[place] for place in np.flatnonzero(new >= 0).tolist()]


def _merge_tables(
    parts: Sequence[_Part], kind: str, terms: _Terms, writer: ArraysWriter
) -> Numbers:
    """Merge the tables of all fields; returns a new number for each term, -1 for those not used."""
    tables = []
    used = np.zeros(len(terms.texts), np.bool_)
    for field in ALL_FIELDS:
        name = f"{field}.{kind}"
        table = TableWriter(writer, name)
        for block in _blocks(parts, name, terms.places):
            table.append(block)
            used[block.terms] = True
        tables.append(table)
    new = np.where(used, np.cumsum(used) - 1, -1)
    for table in tables:
        table.finish(new)
    return new


def _blocks(parts: Sequence[_Part], name: str, places: Sequence[Numbers]) -> Iterator[Block]:
    """The postings of one field of all parts, some terms at a time."""
    tables, terms, orders = [], [], []
    postings = np.zeros(max((int(place.max(initial=-1)) for place in places), default=-1) + 1)
    for part, place in zip(parts, places, strict=True):
        table = Table(part.arrays, name)
        here = place[table.terms].astype(np.int32)
        if len(here):
            postings += np.bincount(here, table.sizes(), len(postings))
        order = np.argsort(here, kind="stable").astype(np.int32)
        tables.append(table)
        terms.append(here[order])
        orders.append(order)
    for first, last in _spans(postings):
        blocks = []
        for part, table, here, order in zip(parts, tables, terms, orders, strict=True):
            start, stop = np.searchsorted(here, [first, last]).tolist()
            if start < stop:
                chosen = here[start:stop].astype(np.int64)
                blocks.append(
                    _moved(table.chosen(order[start:stop].astype(np.int64)), chosen, part)
                )
        if blocks:
            yield _joined(blocks)
        for part in parts:  # or all of the index would seem to be held while it is merged
            part.arrays.let_go()


def _spans(postings: Array) -> Iterator[tuple[int, int]]:
    """Stretches of terms with not many more than ``_POSTINGS`` postings each.

    ``postings`` says how many each term has.
    """
    filled = np.cumsum(postings) // _POSTINGS
    ends = np.flatnonzero(filled[1:] > filled[:-1]) + 1
    bounds = [0, *ends.tolist(), len(postings)]
    yield from pairwise(bounds)


def _moved(block: Block, terms: Numbers, part: _Part) -> Block:
    """A block with new numbers of terms and articles, without those that go."""
    docs = part.numbers[block.docs]
    if part.kept.all():
        return Block(terms, block.sizes, docs, block.counts, block.positions)
    kept = docs >= 0
    sizes = np.add.reduceat(kept, before(block.sizes), dtype=np.int64)
    positions = block.positions
    if positions is not None:
        positions = positions[np.repeat(kept, block.counts)]
    left = sizes > 0
    return Block(terms[left], sizes[left], docs[kept], block.counts[kept], positions)


def _joined(blocks: Sequence[Block]) -> Block:
    """Blocks of several parts as one; what one term has stays in the order of the parts."""
    if len(blocks) == 1:
        return blocks[0]

    def column(of: Callable[[Block], Any]) -> Numbers:
        joined: Numbers = np.concatenate([NO_NUMBERS, *map(of, blocks)])
        return joined

    terms = np.repeat(column(lambda block: block.terms), column(lambda block: block.sizes))
    order = np.argsort(terms, kind="stable")
    counts = column(lambda block: block.counts)
    found = None
    if any(block.positions is not None for block in blocks):
        begin = before(counts)
        found = column(lambda block: block.positions)[stretches(begin[order], counts[order])]
    terms = terms[order]
    begins = np.flatnonzero(firsts(terms))
    sizes = np.diff(begins, append=len(terms))
    docs = column(lambda block: block.docs)
    return Block(terms[begins], sizes, docs[order], counts[order], found)


def _inflections(source: Source) -> tuple[Numbers, Numbers]:
    """Pairs of stem and word."""
    if source.vocabulary is not None:
        stems, words = source.vocabulary.stem_of, source.vocabulary.word_of
        return np.array(stems, np.int64)[1:], np.array(words, np.int64)[1:]
    starts: Numbers = source.arrays["inflections.starts"].astype(np.int64)
    sizes: Numbers = starts[1:] - starts[:-1]
    return np.repeat(np.arange(len(sizes)), sizes), source.arrays["inflections.words"].astype(
        np.int64
    )
