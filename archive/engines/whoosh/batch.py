"""A batch of changes to both shelves, and the making of a new build."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

import numpy as np

from archive.engines.whoosh.searcher import Part, Searcher
from archive.engines.whoosh.sections import decode_term, encode_term
from archive.engines.whoosh.store import Build, Store, written
from archive.engines.whoosh.writer import Held, ShelfWriter
from archive.search.document import IndexDocument, Shelf
from archive.search.engine import IndexBatch, Rebuild
from archive.search.facets import FacetSpec
from archive.search.validation import check_document

Parts = Callable[[Build, Shelf], Sequence[Part]]


class ShelvesBatch(IndexBatch):
    """Documents are taken as they come; nothing is committed before :meth:`commit`."""

    def __init__(
        self, store: Store, build: Build, facets: Sequence[FacetSpec], parts: Parts
    ) -> None:
        self._build = build
        self._facets = facets
        self._parts = parts
        self._writers = {shelf: ShelfWriter(store, build, shelf, facets) for shelf in Shelf}
        # The last word about each id: its shelf and number, or None to remove it.
        self._words: dict[str, tuple[Shelf, int] | None] = {}

    def put(self, shelf: Shelf, document: IndexDocument) -> None:
        check_document(document, self._facets)
        with written():
            number = self._writers[shelf].put(document)
        self.remove(document.id)
        self._words[document.id] = (shelf, number)

    def remove(self, document_id: str) -> None:
        earlier = self._words.get(document_id)
        if earlier is not None:
            shelf, number = earlier
            self._writers[shelf].take_back(number)
        self._words[document_id] = None

    def commit(self) -> None:
        """Make the changes visible: first what leaves a shelf for the other, then the rest."""
        with written():
            changed = {word[0] for word in self._words.values() if word is not None}
            held = {shelf: list(self._held(shelf)) for shelf in Shelf}
            for shelf, writer in self._writers.items():
                leaving = [one for one in held[shelf] if self._leaves(one.id, shelf)]
                if leaving:
                    writer.delete(leaving)
                    writer.publish_deletions()
            for shelf, writer in self._writers.items():
                staying = [one for one in held[shelf] if not self._leaves(one.id, shelf)]
                writer.delete(staying)
                if staying or shelf in changed:
                    writer.commit()
                else:
                    writer.cancel()

    def cancel(self) -> None:
        """Leave everything as it was."""
        for writer in self._writers.values():
            writer.cancel()

    def _held(self, shelf: Shelf) -> Iterator[Held]:
        """What ``shelf`` holds under the ids of this batch."""
        names = list(self._words)
        ids = np.array([encode_term(name) for name in names], np.bytes_)
        for part in self._parts(self._build, shelf):
            numbers = part.segment.find(ids)
            live = (numbers >= 0) & ~np.isin(numbers, part.deleted)
            for place in np.flatnonzero(live):
                yield Held(names[place], part.segment.name, int(numbers[place]))

    def _leaves(self, document_id: str, shelf: Shelf) -> bool:
        word = self._words[document_id]
        return word is not None and word[0] is not shelf


class BuildRebuild(Rebuild):
    """A new build, filled beside the current one."""

    def __init__(self, store: Store, facets: Sequence[FacetSpec], parts: Parts) -> None:
        self._store = store
        self._facets = facets
        self._parts = parts
        self._lock = ExitStack()
        self._build = store.new_build(self._lock)
        self._batch = self._open()

    def put(self, shelf: Shelf, document: IndexDocument) -> None:
        self._batch.put(shelf, document)

    @contextmanager
    def finish(self) -> Iterator[IndexBatch]:
        try:
            # Before the lock is taken: sorting the postings of all articles takes long.
            self._batch.commit()
            self._batch = self._open()
        except BaseException:
            self.abandon()
            raise
        with self._store.writing():
            try:
                yield self._batch
                self._batch.commit()
                self._store.point_to(self._build)
            except BaseException:
                self.abandon()
                raise
            self._lock.close()
            self._store.drop_leftovers()

    def versions(self, shelf: Shelf) -> dict[str, int]:
        return versions_of(self._parts(self._build, shelf))

    def abandon(self) -> None:
        self._batch.cancel()
        self._store.drop(self._build)
        self._lock.close()

    def _open(self) -> ShelvesBatch:
        return ShelvesBatch(self._store, self._build, self._facets, self._parts)


def versions_of(parts: Sequence[Part]) -> dict[str, int]:
    """The version of each live article, by id."""
    searcher = Searcher([parts])
    live = np.flatnonzero(searcher.live)
    versions = searcher.column("version")[live].tolist()
    ids = (decode_term(id_) for id_ in searcher.ids_of(live).tolist())
    return dict(zip(ids, versions, strict=True))
