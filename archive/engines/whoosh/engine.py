"""The port over Whoosh: one index on disk, two shelves, read through arrays.

Whoosh writes, and keeps terms, postings and the list of segments. Matching, scoring, counting and
ordering are done here, over all matches, since Whoosh's own do not agree with the port.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import whoosh

from archive.engines.whoosh.batch import BuildRebuild, ShelvesBatch, versions_of
from archive.engines.whoosh.evaluate import Evaluation
from archive.engines.whoosh.evidence import evidence_of
from archive.engines.whoosh.leaves import Lookup
from archive.engines.whoosh.page import answer
from archive.engines.whoosh.searcher import Part, Searcher
from archive.engines.whoosh.segment import PostingsCache, Segment
from archive.engines.whoosh.similar import most_similar, nearest_forms
from archive.engines.whoosh.store import Build, Stamp, Store, read_stamp
from archive.engines.whoosh.verify import shelf_damage, twice
from archive.engines.whoosh.view import View, Views
from archive.exceptions import IndexDamaged, SearchIndexError
from archive.query.terms import TextLeaf
from archive.search.document import IndexDocument, Shelf
from archive.search.engine import IndexBatch, Rebuild, SearchEngine
from archive.search.explanation import Evidence
from archive.search.facets import FacetSpec
from archive.search.matching import FUZZY_EXPANSIONS, spelling_form
from archive.search.request import SearchRequest
from archive.search.result import Hit, IndexStatus, SearchResult
from archive.search.validation import check_request

_WHOOSH = (2, 7, 5)
_ATTEMPTS = 20
_MEGABYTE = 1 << 20
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """What readers see at one moment: a build and the last commit of each shelf."""

    build: Build
    generations: dict[Shelf, int]
    parts: dict[Shelf, list[Part]]
    held: dict[tuple[Shelf, ...], Views] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return _name(self.build, self.generations)

    def views(self, shelves: Sequence[Shelf]) -> Views:
        """The chosen shelves together; the public one wins where both hold an article."""
        key = tuple(sorted(set(shelves)))
        views = self.held.get(key)
        if views is None:
            views = self.held.setdefault(key, Views(Searcher([self.parts[each] for each in key])))
        return views

    def searcher(self, shelves: Sequence[Shelf]) -> Searcher:
        """The same with every article."""
        return self.views(shelves).searcher

    def unchanged(self, before: _Snapshot) -> dict[tuple[Shelf, ...], Views]:
        """What was held ``before`` of shelves that are still the same."""
        if self.build != before.build:
            return {}
        same = {shelf for shelf in Shelf if self.generations[shelf] == before.generations[shelf]}
        # Copied at once: others still search what was, and may add to it.
        held = before.held.copy()
        return {key: views for key, views in held.items() if same.issuperset(key)}


class WhooshEngine(SearchEngine):
    """An index in ``directory``. Many processes may read it, and one at a time write."""

    def __init__(
        self,
        *,
        facets: Sequence[FacetSpec],
        directory: Path | None,
        fuzzy_expansions: int = FUZZY_EXPANSIONS,
        cache_megabytes: int = 32,
    ) -> None:
        super().__init__(facets=facets)
        if directory is None:
            raise ValueError("The engine 'whoosh' needs a directory; 'memory' does without.")
        if whoosh.__version__ != _WHOOSH:
            raise SearchIndexError(
                f"Another Whoosh is installed ({'.'.join(map(str, whoosh.__version__))}). "
                "Run pip uninstall whoosh, then pip install --force-reinstall "
                "whoosh-reloaded==2.7.5."
            )
        self._store = Store(directory, self.facets)
        self._fuzzy_expansions = fuzzy_expansions
        self._postings = PostingsCache(cache_megabytes * _MEGABYTE)
        self._opening = threading.Lock()
        self._open: _Snapshot | None = None
        self._seen: tuple[Stamp, _Snapshot] | None = None

    def search(self, request: SearchRequest) -> SearchResult:
        check_request(request, self.facets)
        view = self._views(request.shelves).without(request.excluded)
        return answer(request, Evaluation(view, fuzzy_expansions=self._fuzzy_expansions))

    def evidence(
        self,
        id_: str,
        leaves: Sequence[TextLeaf],
        *,
        shelves: Sequence[Shelf] = (Shelf.PUBLIC,),
        excluded: frozenset[str] = frozenset(),
    ) -> Evidence | None:
        view = self._views(shelves).without(excluded)
        return evidence_of(Evaluation(view, fuzzy_expansions=self._fuzzy_expansions), id_, leaves)

    def similar(
        self,
        document: IndexDocument,
        *,
        limit: int,
        shelves: Sequence[Shelf] = (Shelf.PUBLIC,),
        excluded: frozenset[str] = frozenset(),
    ) -> tuple[Hit, ...]:
        view = self._views(shelves).without(excluded | {document.id}, remember=False)
        return most_similar(view, self._lookup(view), document, limit)

    def spellings(
        self, word: str, *, limit: int, excluded: frozenset[str] = frozenset()
    ) -> tuple[str, ...]:
        view = self._views((Shelf.PUBLIC,)).without(excluded)
        form = spelling_form(word)
        if form is None:
            return ()
        return nearest_forms(view, self._lookup(view), form, limit)

    def versions(self, shelf: Shelf) -> dict[str, int]:
        return versions_of(self._snapshot().parts[shelf])

    def generation(self, shelves: Sequence[Shelf] = tuple(Shelf)) -> str:
        return self._retried(lambda: self._read_generation(shelves))

    def status(self) -> IndexStatus:
        generation, documents, size = "", {}, 0
        try:
            build = self._store.pointer()
            if build is None:
                return IndexStatus(engine="whoosh", generation="")
            generation, size = build.name, self._store.size(build)
            snapshot = self._snapshot()
            generation, due = snapshot.name, ""
            documents = {shelf.value: snapshot.searcher([shelf]).count for shelf in Shelf}
        except IndexDamaged as error:
            due = str(error)
        return IndexStatus(
            engine="whoosh",
            generation=generation,
            documents=documents,
            bytes=size,
            rebuild_due=due,
        )

    def verify(self) -> tuple[str, ...]:
        snapshot = self._snapshot()
        return (
            *(sentence for shelf in Shelf for sentence in shelf_damage(snapshot.parts[shelf])),
            *twice(list(snapshot.parts.values())),
        )

    @contextmanager
    def batch(self) -> Iterator[IndexBatch]:
        with self._store.writing(), ExitStack() as lock:
            build = self._store.pointer()
            new = build is None
            if build is None:
                build = self._store.new_build(lock)
            elif due := self._store.rebuild_due(build):
                raise IndexDamaged(due)
            try:
                batch = ShelvesBatch(self._store, build, self.facets, self._last_parts)
                try:
                    yield batch
                    batch.commit()
                finally:
                    batch.cancel()
                if new:
                    self._store.point_to(build)
            except BaseException:
                self._store.drop(build)
                raise

    def start_rebuild(self) -> Rebuild:
        return BuildRebuild(self._store, self.facets, self._last_parts)

    def close(self) -> None:
        self._open = self._seen = None

    def _views(self, shelves: Sequence[Shelf]) -> Views:
        return self._snapshot().views(shelves)

    def _lookup(self, view: View) -> Lookup:
        return Lookup(view, fuzzy_expansions=self._fuzzy_expansions)

    def _read_generation(self, shelves: Sequence[Shelf]) -> str:
        seen = self._unchanged()
        if seen is not None:
            return _name(seen.build, {shelf: seen.generations[shelf] for shelf in shelves})
        build = self._store.current()
        return _name(build, {shelf: build.generation(shelf) for shelf in shelves})

    def _snapshot(self) -> _Snapshot:
        """What there is now. Cheap where nothing changed since the last time."""
        return self._retried(self._refresh)

    def _refresh(self) -> _Snapshot:
        seen = self._unchanged()
        if seen is not None:
            return seen
        build = self._store.current()
        stamp = self._store.stamp(build)
        if self._store.pointer() != build:  # the stamp would vouch for another build
            raise FileNotFoundError(build.folder)
        snapshot = self._opened(build, {shelf: build.generation(shelf) for shelf in Shelf})
        self._seen = (stamp, snapshot) if stamp is not None else None
        return snapshot

    def _unchanged(self) -> _Snapshot | None:
        """What was there last, if nothing was changed on disk since, which is soon seen."""
        seen = self._seen
        if seen is None or read_stamp(seen[0].paths) != seen[0]:
            return None
        return seen[1]

    def _opened(self, build: Build, generations: dict[Shelf, int]) -> _Snapshot:
        with self._opening:  # who waits here finds what the one before opened
            held = self._open
            if held is not None and held.build == build and held.generations == generations:
                return held
            if due := self._store.rebuild_due(build):
                raise IndexDamaged(due)
            parts = {
                shelf: self._parts(build, shelf, self._store.segments(build, shelf, generation))
                for shelf, generation in generations.items()
            }
            snapshot = _Snapshot(build, generations, parts)
            if self._open is not None:
                snapshot.held.update(snapshot.unchanged(self._open))
            self._open = snapshot
            return snapshot

    def _last_parts(self, build: Build, shelf: Shelf) -> list[Part]:
        """The segments that the last commit lists, for whoever holds the writer lock."""
        return self._parts(build, shelf, self._store.last_commit(build, shelf)[1])

    def _parts(self, build: Build, shelf: Shelf, segments: Iterable[Any]) -> list[Part]:
        """These of Whoosh's segments, opened; those that are open already are kept open."""
        held = self._open
        known = {
            part.segment.name: part.segment
            for parts in (held.parts.values() if held and held.build == build else ())
            for part in parts
        }
        return [
            Part(
                known.get(segment.segment_id())
                or Segment(build.shelf(shelf), segment, self._postings),
                np.flatnonzero(segment.deleted),
            )
            for segment in segments
        ]

    def _retried(self, read: Callable[[], T]) -> T:
        """Read again where a commit or a swap removed files between two looks at them."""
        for _ in range(_ATTEMPTS):
            try:
                return read()
            except FileNotFoundError as error:
                last = error
        raise IndexDamaged(
            f"A file of the search index is missing ({last}). Run manage.py search_index rebuild."
        ) from last


def _name(build: Build, generations: Mapping[Shelf, int]) -> str:
    return ":".join([build.name, *(str(generations[shelf]) for shelf in sorted(generations))])
