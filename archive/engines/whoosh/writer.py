"""Writing one shelf: documents in, segments out, small ones merged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from archive.engines.whoosh import generations
from archive.engines.whoosh.arrays import ArraysWriter, Damaged
from archive.engines.whoosh.codec import ARRAYS, ArchiveSegment
from archive.engines.whoosh.collect import Collection
from archive.engines.whoosh.invert import write_piece, write_segment
from archive.engines.whoosh.merge import Source, write_merged
from archive.engines.whoosh.spellings import Vocabulary
from archive.engines.whoosh.store import Build, Store
from archive.exceptions import IndexDamaged
from archive.search.document import IndexDocument, Shelf
from archive.search.facets import FacetSpec

# Words held in memory until they are written: sorting them takes some 60 bytes each.
_PIECE = 2_000_000
# Segments of about one size are merged when there are this many, and as long as a commit does not
# merge more documents than these, so that nobody's edit waits for more than a moment.
_TIER = 8
_MERGED_ALWAYS = 600
_MERGED_PER_DOCUMENT = 16
# So many of one size are merged whatever it takes: every search pays for each of them, and every
# one is an open file.
_OVERDUE = 24


@dataclass(frozen=True, slots=True)
class Held:
    """A committed document: its id, the name of its segment and its number there."""

    id: str
    segment: str
    number: int


class ShelfWriter:
    """Changes to one shelf. The caller holds the archive's writer lock, so Whoosh takes none.

    Documents are collected in memory, then written as a *piece*; pieces of one vocabulary become
    one segment.
    """

    def __init__(
        self, store: Store, build: Build, shelf: Shelf, facets: Sequence[FacetSpec]
    ) -> None:
        self._schema = store.schema
        self._folder = build.shelf(shelf)
        self._facets = facets
        self._generation, self._listed = store.last_commit(build, shelf)
        self._collection = Collection(Vocabulary(), facets)
        self._pieces: list[ArchiveSegment] = []
        self._written: list[ArchiveSegment] = []
        self._added = 0
        self._taken_back: set[int] = set()

    def put(self, document: IndexDocument) -> int:
        """Add a document; returns its number, which :meth:`take_back` understands."""
        if self._collection.words >= _PIECE:
            self._write_piece()
            if self._collection.vocabulary.full:
                self._write_segment()
        self._collection.add(document)
        self._added += 1
        return self._added - 1

    def take_back(self, number: int) -> None:
        """Leave out a document that was put since the last commit."""
        self._taken_back.add(number)

    def delete(self, documents: Iterable[Held]) -> None:
        """Delete committed documents."""
        segments = {segment.segment_id(): segment for segment in self._listed}
        for document in documents:
            segments[document.segment].delete_document(document.number)

    def publish_deletions(self) -> None:
        """Let readers see the deletions so far, but nothing of what was put."""
        listed = [segment for segment in self._listed if segment.doc_count()]
        self._publish(listed, unlisted=[*self._written, *self._pieces])

    def commit(self) -> None:
        """Let readers see everything."""
        try:
            self._write_segment()
            self._delete_taken_back()
            segments = [one for one in (*self._listed, *self._written) if one.doc_count()]
            chosen = _to_merge(segments, added=self._added)
            if chosen:
                sources = [Source(one.open(self._folder), ~one.deleted) for one in chosen]
                merged = self._merge(sources)
                segments = [*(one for one in segments if one not in chosen), merged]
            self._publish(segments)
        except (Damaged, FileNotFoundError) as error:
            self.cancel()
            raise IndexDamaged(
                f"A part of the search index cannot be read ({error}). "
                "Run manage.py search_index rebuild."
            ) from error
        except BaseException:
            self.cancel()
            raise
        self._written = []

    def cancel(self) -> None:
        """Forget what was not committed."""
        # What stopped a commit may have come after readers were shown what it lists.
        committed = generations.exists(self._folder, self._generation)
        kept = self._listed if committed else ()
        self._remove(one for one in (*self._written, *self._pieces) if one not in kept)
        self._written, self._pieces = [], []

    def _publish(
        self, segments: Sequence[ArchiveSegment], unlisted: Sequence[ArchiveSegment] = ()
    ) -> None:
        self._generation += 1
        self._listed = list(segments)
        generations.publish(
            self._folder, self._generation, self._schema, segments, unlisted=unlisted
        )

    def _write_piece(self) -> None:
        """Write what is in memory, to be merged with more."""
        piece = ArchiveSegment(generations.INDEX_NAME, len(self._collection))
        self._pieces.append(piece)
        writer = ArraysWriter(self._folder)
        write_piece(self._collection, writer)
        writer.save(self._path(piece))
        self._collection = Collection(self._collection.vocabulary, self._facets)

    def _write_segment(self) -> None:
        """Write all that was put and is not in a segment, and begin with a new vocabulary."""
        if self._pieces:
            if len(self._collection):
                self._write_piece()
            vocabulary = self._collection.vocabulary
            # Also what was taken back, so that numbers hold; the commit deletes it.
            sources = [
                Source(one.open(self._folder), ~one.deleted, vocabulary) for one in self._pieces
            ]
            self._merge(sources)
            self._remove(self._pieces)
            self._pieces = []
        elif len(self._collection):
            segment = ArchiveSegment(generations.INDEX_NAME, len(self._collection))
            self._written.append(segment)
            writer = ArraysWriter(self._folder)
            write_segment(self._collection, writer)
            writer.save(self._path(segment))
        self._collection = Collection(Vocabulary(), self._facets)

    def _merge(self, sources: Sequence[Source]) -> ArchiveSegment:
        """Write a new segment of these; nothing is removed."""
        size = sum(int(np.count_nonzero(source.kept)) for source in sources)
        merged = ArchiveSegment(generations.INDEX_NAME, size)
        self._written.append(merged)
        writer = ArraysWriter(self._folder)
        write_merged(sources, [spec.name for spec in self._facets], writer)
        writer.save(self._path(merged))
        return merged

    def _delete_taken_back(self) -> None:
        first = 0
        for segment in self._written:
            for number in range(first, first + segment.doc_count_all()):
                if number in self._taken_back:
                    segment.delete_document(number - first)
            first += segment.doc_count_all()

    def _remove(self, segments: Iterable[ArchiveSegment]) -> None:
        for segment in segments:
            with suppress(OSError):
                self._path(segment).unlink(missing_ok=True)

    def _path(self, segment: ArchiveSegment) -> Path:
        name: str = segment.make_filename(ARRAYS)
        return self._folder / name


def _to_merge(segments: Sequence[ArchiveSegment], *, added: int) -> list[ArchiveSegment]:
    """Several segments of about one size, and those mostly deleted."""
    left = _MERGED_ALWAYS + _MERGED_PER_DOCUMENT * added
    chosen: list[ArchiveSegment] = []
    tiers: dict[int, list[ArchiveSegment]] = {}
    for segment in segments:
        tiers.setdefault(_tier(segment.doc_count()), []).append(segment)
    for _, tier in sorted(tiers.items()):
        wasteful = [one for one in tier if one.doc_count() * 2 < one.doc_count_all()]
        more = tier if len(tier) >= _TIER else wasteful
        documents = sum(one.doc_count() for one in more)
        if documents <= left or len(tier) >= _OVERDUE:
            left -= documents
            chosen += more
    return chosen


def _tier(documents: int) -> int:
    tier = 0
    while documents >= _TIER:
        documents //= _TIER
        tier += 1
    return tier
