"""Writing one shelf: documents in, segments out, small ones merged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from archive.engines.whoosh import generations
from archive.engines.whoosh.arrays import ArraysWriter, Damaged
from archive.engines.whoosh.codec import ARRAYS, ArchiveSegment
from archive.engines.whoosh.collect import Collection, Vocabulary
from archive.engines.whoosh.invert import write_segment
from archive.engines.whoosh.merge import Source, write_merged
from archive.engines.whoosh.store import Build, Store
from archive.exceptions import IndexDamaged
from archive.search.document import IndexDocument, Shelf
from archive.search.facets import FacetSpec

# Words held in memory until they are written: sorting them takes some 60 bytes each.
_RUN = 2_000_000
# Segments of about one size are merged when there are this many, and as long as a commit does not
# merge more documents than these, so that nobody's edit waits for more than a moment.
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

    def __init__(
        self,
        store: Store,
        build: Build,
        shelf: Shelf,
        facets: Sequence[FacetSpec],
        vocabulary: Vocabulary,
    ) -> None:
        self._schema = store.schema
        self._folder = build.shelf(shelf)
        self._facets = facets
        self._generation, self._listed = store.last_commit(build, shelf)
        self._vocabulary = vocabulary
        self._collection = Collection(vocabulary, facets)
        self._written: list[ArchiveSegment] = []
        self._firsts: list[int] = []  # the number of the first document of each written segment
        self._added = 0
        self._taken_back: set[int] = set()

    def put(self, document: IndexDocument) -> int:
        """Add a document; returns its number, which :meth:`take_back` understands."""
        if self._collection.words >= _RUN:
            self._write_collection()
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
        self._publish(listed, unlisted=self._written)

    def commit(self) -> None:
        """Let readers see everything."""
        try:
            if len(self._collection):
                self._write_collection()
            for number in self._taken_back:
                place = sum(first <= number for first in self._firsts) - 1
                self._written[place].delete_document(number - self._firsts[place])
            segments = [one for one in (*self._listed, *self._written) if one.doc_count()]
            chosen = _to_merge(segments, self._written, added=self._added)
            if chosen:
                merged = self._merge(chosen)
                segments = [*(one for one in segments if one not in chosen), merged]
            self._publish(segments)
        except BaseException:
            self.cancel()
            raise
        self._listed, self._written = segments, []

    def cancel(self) -> None:
        """Forget what was not committed."""
        for segment in self._written:
            with suppress(OSError):
                (self._folder / segment.make_filename(ARRAYS)).unlink(missing_ok=True)
        self._written = []

    def _publish(
        self, segments: Sequence[ArchiveSegment], unlisted: Sequence[ArchiveSegment] = ()
    ) -> None:
        self._generation += 1
        generations.publish(
            self._folder, self._generation, self._schema, segments, unlisted=unlisted
        )

    def _write_collection(self) -> None:
        segment = ArchiveSegment(generations.INDEX_NAME, len(self._collection))
        writer = ArraysWriter(self._folder)
        self._written.append(segment)
        self._firsts.append(self._added - len(self._collection))
        write_segment(self._collection, writer)
        writer.save(self._folder / segment.make_filename(ARRAYS))
        if self._vocabulary.full:
            self._vocabulary = Vocabulary()
        self._collection = Collection(self._vocabulary, self._facets)

    def _merge(self, segments: Sequence[ArchiveSegment]) -> ArchiveSegment:
        merged = ArchiveSegment(generations.INDEX_NAME, sum(one.doc_count() for one in segments))
        writer = ArraysWriter(self._folder)
        self._written.append(merged)
        try:
            sources = [Source(one.open(self._folder), ~one.deleted) for one in segments]
            write_merged(sources, [spec.name for spec in self._facets], writer)
        except (Damaged, FileNotFoundError) as error:
            raise IndexDamaged(
                f"A part of the search index cannot be read ({error}). "
                "Run manage.py search_index rebuild."
            ) from error
        writer.save(self._folder / merged.make_filename(ARRAYS))
        return merged


def _to_merge(
    segments: Sequence[ArchiveSegment], written: Sequence[ArchiveSegment], *, added: int
) -> list[ArchiveSegment]:
    """What one commit wrote in several pieces, several segments of about one size, and those
    mostly deleted."""
    left = _MERGED_ALWAYS + _MERGED_PER_DOCUMENT * added
    chosen = [one for one in segments if one in written] if len(written) > 1 else []
    tiers: dict[int, list[ArchiveSegment]] = {}
    for segment in segments:
        tiers.setdefault(_tier(segment.doc_count()), []).append(segment)
    for _, tier in sorted(tiers.items()):
        wasteful = [one for one in tier if one.doc_count() * 2 < one.doc_count_all()]
        more = [one for one in (tier if len(tier) >= _TIER else wasteful) if one not in chosen]
        left -= sum(one.doc_count() for one in more)
        if left < 0:
            break
        chosen += more
    # In their order, so that an article keeps its place beside its neighbours.
    return [one for one in segments if one in chosen]


def _tier(documents: int) -> int:
    tier = 0
    while documents >= _TIER:
        documents //= _TIER
        tier += 1
    return tier
