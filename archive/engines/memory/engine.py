"""The reference engine: plain dictionaries and floats, for tests and to read.

It keeps every article in memory, asks each of them every question and promises no speed. What it
answers is what the port means; other engines are tested against it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from archive.engines.memory.entry import Entry
from archive.engines.memory.evaluate import Evaluation
from archive.engines.memory.page import answer, in_order
from archive.exceptions import IndexLocked, IndexMissing
from archive.query.terms import TextLeaf
from archive.search.document import IndexDocument, Shelf
from archive.search.engine import IndexBatch, Rebuild, SearchEngine
from archive.search.explanation import Evidence
from archive.search.facets import FacetSpec
from archive.search.matching import FUZZY_EXPANSIONS, near_forms, spelling_form
from archive.search.request import SearchRequest, Sort
from archive.search.result import Hit, IndexStatus, SearchResult
from archive.search.scoring import TEXT_FIELDS
from archive.search.similarity import Profile
from archive.search.validation import check_document, check_request

Shelves = dict[Shelf, dict[str, Entry]]


class MemoryEngine(SearchEngine):
    """An index that lives as long as the object. A commit swaps in new dictionaries."""

    def __init__(
        self,
        *,
        facets: Sequence[FacetSpec],
        directory: Path | None = None,
        fuzzy_expansions: int = FUZZY_EXPANSIONS,
    ) -> None:
        super().__init__(facets=facets)
        self.fuzzy_expansions = fuzzy_expansions
        self._shelves: Shelves | None = None
        self._generations = dict.fromkeys(Shelf, 0)
        self._writing = threading.Lock()

    def search(self, request: SearchRequest) -> SearchResult:
        check_request(request, self.facets)
        evaluation = self._evaluation(request.shelves, request.excluded)
        return answer(request, evaluation)

    def evidence(
        self,
        id_: str,
        leaves: Sequence[TextLeaf],
        *,
        shelves: Sequence[Shelf] = (Shelf.PUBLIC,),
        excluded: frozenset[str] = frozenset(),
    ) -> Evidence | None:
        return self._evaluation(shelves, excluded).evidence(id_, leaves)

    def similar(
        self,
        document: IndexDocument,
        *,
        limit: int,
        shelves: Sequence[Shelf] = (Shelf.PUBLIC,),
        excluded: frozenset[str] = frozenset(),
    ) -> tuple[Hit, ...]:
        evaluation = self._evaluation(shelves, excluded | {document.id})
        profile = Profile(document)
        occurrences = {stem: evaluation.stem_occurrences(stem) for stem in profile.occurrences}
        frequencies = {stem: len(found) for stem, found in occurrences.items()}
        documents = len(evaluation.entries)
        terms = profile.key_terms(documents=documents, frequencies=frequencies)
        own = profile.own_score(
            terms,
            documents=documents,
            frequencies=frequencies,
            averages=evaluation.averages,
        )
        least = profile.least_alike(own)
        shared: dict[str, int] = {}
        scores: dict[str, float] = {}
        for term in terms:
            for id_, score in evaluation.score(occurrences[term]).items():
                shared[id_] = shared.get(id_, 0) + 1
                scores[id_] = scores.get(id_, 0.0) + score
        like = [
            evaluation.entries[id_]
            for id_, score in scores.items()
            if shared[id_] >= least.terms and score >= least.score
        ]
        return tuple(in_order(like, scores, Sort.RELEVANCE)[:limit])

    def spellings(
        self, word: str, *, limit: int, excluded: frozenset[str] = frozenset()
    ) -> tuple[str, ...]:
        entries = self._evaluation((Shelf.PUBLIC,), excluded).entries.values()
        form = spelling_form(word)
        if form is None:
            return ()
        frequency: dict[str, int] = {}
        for entry in entries:
            for near in {near for field in TEXT_FIELDS for near in entry.forms[field]} - {form}:
                frequency[near] = frequency.get(near, 0) + 1
        ranked = sorted(
            near_forms(form, frequency),
            key=lambda found: (found[0], -frequency[found[1]], found[1]),
        )
        return tuple(near for _, near in ranked[:limit])

    def versions(self, shelf: Shelf) -> dict[str, int]:
        return _versions(self._held(), shelf)

    def generation(self, shelves: Sequence[Shelf] = tuple(Shelf)) -> str:
        self._held()
        return ":".join(str(self._generations[shelf]) for shelf in sorted(shelves))

    def status(self) -> IndexStatus:
        if self._shelves is None:
            return IndexStatus(engine="memory", generation="")
        return IndexStatus(
            engine="memory",
            generation=self.generation(),
            documents={shelf: len(held) for shelf, held in self._shelves.items()},
        )

    def verify(self) -> tuple[str, ...]:
        held = self._held()
        both = held[Shelf.PUBLIC].keys() & held[Shelf.STAFF].keys()
        return tuple(f"Article {id_} is on both shelves." for id_ in sorted(both))

    @contextmanager
    def batch(self) -> Iterator[IndexBatch]:
        with self._locked():
            batch = _Batch(self._shelves or _empty(), self.facets)
            yield batch
            if batch.changed or self._shelves is None:
                self._commit(batch.shelves, batch.changed)

    def start_rebuild(self) -> Rebuild:
        return _Rebuild(self)

    def _held(self) -> Shelves:
        if self._shelves is None:
            raise IndexMissing("There is no search index yet. Run manage.py search_index rebuild.")
        return self._shelves

    def _evaluation(self, shelves: Sequence[Shelf], excluded: frozenset[str]) -> Evaluation:
        held = self._held()
        # The public shelf comes last, so that it wins where an article is on both for a moment.
        entries = {
            id_: entry
            for shelf in sorted(shelves, reverse=True)
            for id_, entry in held[shelf].items()
            if id_ not in excluded
        }
        return Evaluation(entries.values(), fuzzy_expansions=self.fuzzy_expansions)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        if not self._writing.acquire(blocking=False):
            raise IndexLocked("The search index is being written. Try again in a moment.")
        try:
            yield
        finally:
            self._writing.release()

    def _commit(self, shelves: Shelves, changed: Iterable[Shelf]) -> None:
        self._shelves = shelves
        for shelf in changed:
            self._generations[shelf] += 1


class _Batch(IndexBatch):
    """The last word about each id, and the shelves as they would be after it."""

    def __init__(self, shelves: Shelves, facets: Sequence[FacetSpec]) -> None:
        self._before = shelves
        self._facets = facets
        self._words: dict[str, tuple[Shelf, Entry] | None] = {}

    def put(self, shelf: Shelf, document: IndexDocument) -> None:
        check_document(document, self._facets)
        self._words[document.id] = (shelf, Entry.of(document))

    def remove(self, document_id: str) -> None:
        self._words[document_id] = None

    @property
    def changed(self) -> frozenset[Shelf]:
        """The shelves on which readers will see a difference."""
        return frozenset(
            shelf
            for shelf, held in self._before.items()
            for id_, word in self._words.items()
            if id_ in held or (word is not None and word[0] is shelf)
        )

    @property
    def shelves(self) -> Shelves:
        after = {
            shelf: {id_: entry for id_, entry in held.items() if id_ not in self._words}
            for shelf, held in self._before.items()
        }
        for id_, word in self._words.items():
            if word is not None:
                shelf, entry = word
                after[shelf][id_] = entry
        return after


class _Rebuild(Rebuild):
    def __init__(self, engine: MemoryEngine) -> None:
        self._engine = engine
        self._new = _Batch(_empty(), engine.facets)

    def put(self, shelf: Shelf, document: IndexDocument) -> None:
        self._new.put(shelf, document)

    @contextmanager
    def finish(self) -> Iterator[IndexBatch]:
        with self._engine._locked():
            yield self._new
            self._engine._commit(self._new.shelves, Shelf)

    def versions(self, shelf: Shelf) -> dict[str, int]:
        return _versions(self._new.shelves, shelf)

    def abandon(self) -> None:
        self._new = _Batch(_empty(), self._engine.facets)


def _empty() -> Shelves:
    return {shelf: {} for shelf in Shelf}


def _versions(shelves: Shelves, shelf: Shelf) -> dict[str, int]:
    return {id_: entry.document.version for id_, entry in shelves[shelf].items()}
