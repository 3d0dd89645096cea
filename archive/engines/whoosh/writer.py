"""Writing one shelf through Whoosh, with what is slow or unsafe in its writer left out."""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex, clean_files
from whoosh.reading import SegmentReader
from whoosh.writing import PostingPool, SegmentWriter

from archive.engines.whoosh.codec import ArchiveCodec, Posting
from archive.engines.whoosh.schema import index_fields
from archive.engines.whoosh.store import INDEX_NAME, Build, Store
from archive.exceptions import IndexDamaged
from archive.search.document import IndexDocument, Shelf

# Postings sorted in memory at once, about 200 bytes each.
_RUN = 1_000_000
_CHUNK = 5_000
# Segments of about one size are merged when there are this many, and as long as a commit does not
# merge more documents than these, so that nobody's edit waits for more than some seconds.
_TIER = 8
_MERGED_ALWAYS = 600
_MERGED_PER_DOCUMENT = 4


@dataclass(frozen=True, slots=True)
class Held:
    """A committed document: its id, the name of its segment and its number there."""

    id: str
    segment: str
    number: int


class ShelfWriter:
    """Changes to one shelf. The caller holds the archive's writer lock, so Whoosh takes none."""

    def __init__(self, store: Store, build: Build, shelf: Shelf) -> None:
        self._schema = store.schema
        self._generation, self._listed = store.last_commit(build, shelf)
        self._index = FileIndex(FileStorage(str(build.shelf(shelf))), self._schema, INDEX_NAME)
        self._writer: SegmentWriter | None = None
        self._added = 0

    def put(self, document: IndexDocument) -> int:
        """Add a document; returns its number, which :meth:`take_back` understands."""
        if self._writer is None:
            self._writer = SegmentWriter(
                self._index, _lk=False, codec=ArchiveCodec(), compound=False
            )
            self._writer.pool = _Pool(self._writer.temp_storage(), self._writer.newsegment)
        self._writer.add_document(**index_fields(document))
        self._added += 1
        return self._added - 1

    def take_back(self, number: int) -> None:
        """Leave out a document that was put since the last commit."""
        if self._writer is not None:
            self._writer.newsegment.delete_document(number)

    def delete(self, documents: Iterable[Held]) -> None:
        """Delete committed documents."""
        segments = {segment.segment_id(): segment for segment in self._segments}
        for document in documents:
            segments[document.segment].delete_document(document.number)

    def publish_deletions(self) -> None:
        """Let readers see the deletions so far, but nothing of what was put."""
        kept = [segment for segment in self._segments if segment.doc_count()]
        self._generation += 1
        TOC(self._schema, kept, self._generation).write(self._index.storage, INDEX_NAME)
        if self._writer is not None:
            self._writer.generation += 1
        else:  # otherwise this would remove what is being written
            clean_files(self._index.storage, INDEX_NAME, self._generation, kept)

    def commit(self) -> None:
        """Let readers see everything."""
        if self._writer is None:
            self.publish_deletions()
            return
        try:
            self._writer.commit(mergetype=_merge)
        except BaseException:
            self.cancel()
            raise
        self._writer = None

    def cancel(self) -> None:
        """Forget what was not committed."""
        if self._writer is not None:
            with suppress(Exception):  # the disk may be full; what is left behind is not listed
                self._writer.cancel()
            self._writer = None

    @property
    def _segments(self) -> list[Any]:
        segments: list[Any] = self._writer.segments if self._writer else self._listed
        return segments


class _Pool(PostingPool):
    """Sorts postings in runs on disk that are written and read by the thousand."""

    def add(self, item: Posting) -> None:
        self.current.append(item)
        if len(self.current) >= _RUN:
            self.save()

    def _write_run(self, file: Any, items: Iterable[Any]) -> None:
        iterator = iter(items)
        with file:
            while chunk := list(islice(iterator, _CHUNK)):
                marshal.dump(chunk, file)
            marshal.dump([], file)  # so that a run which was cut short is not taken for whole

    def _read_run(self, path: str) -> Iterator[Any]:
        with self._open_run(path) as file:
            while chunk := marshal.load(file):  # noqa: S302  written by this very process
                yield from chunk


def _merge(writer: SegmentWriter, segments: Sequence[Any]) -> list[Any]:
    """Merge segments of about one size once there are several, and those mostly deleted."""
    kept = [segment for segment in segments if segment.doc_count()]
    tiers: dict[int, list[Any]] = {}
    for segment in kept:
        tiers.setdefault(_tier(segment.doc_count()), []).append(segment)
    merged: list[Any] = []
    left = _MERGED_ALWAYS + _MERGED_PER_DOCUMENT * writer.doc_count()
    for _, tier in sorted(tiers.items()):
        wasteful = [
            segment for segment in tier if segment.doc_count() * 2 < segment.doc_count_all()
        ]
        chosen = tier if len(tier) >= _TIER else wasteful
        left -= sum(segment.doc_count() for segment in chosen)
        if left < 0:
            break
        merged += chosen
    for segment in merged:
        try:
            reader = SegmentReader(writer.storage, writer.schema, segment)
            try:
                writer.add_reader(reader)
            finally:
                reader.close()
        except Exception as error:  # damaged files make Whoosh and pickle raise anything
            raise IndexDamaged(
                f"A part of the search index cannot be read ({error}). "
                "Run manage.py search_index rebuild."
            ) from error
    return [segment for segment in kept if segment not in merged]


def _tier(documents: int) -> int:
    tier = 0
    while documents >= _TIER:
        documents //= _TIER
        tier += 1
    return tier
