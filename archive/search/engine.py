"""The port: what the archive asks of a search engine.

A new engine is one package in ``archive/engines/``: a subclass of :class:`SearchEngine`, its dotted
path in ``engines/registry.py``, and a seven-line subclass of the contract tests::

    class MemoryEngineTests(EngineContract):
        @pytest.fixture
        def engine(self, tmp_path):
            return MemoryEngine(facets=FACETS)

Engines know documents, queries and facet columns, nothing of Django or of models.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager

from archive.query.terms import TextLeaf
from archive.search.document import IndexDocument, Shelf
from archive.search.explaining import explain
from archive.search.explanation import Evidence, Explanation
from archive.search.facets import FacetSpec
from archive.search.request import SearchRequest
from archive.search.result import Hit, IndexStatus, SearchResult


class IndexBatch(ABC):
    """Changes that become visible together. The last word about an id counts."""

    @abstractmethod
    def put(self, shelf: Shelf, document: IndexDocument) -> None:
        """Place a document on a shelf, instead of whatever either shelf held under its id."""

    @abstractmethod
    def remove(self, document_id: str) -> None:
        """Take a document off whichever shelf holds it; nothing happens where none does."""


class Rebuild(ABC):
    """A new index beside the live one, which goes on answering and being written."""

    @abstractmethod
    def put(self, shelf: Shelf, document: IndexDocument) -> None:
        """Place a document in the new index."""

    @abstractmethod
    def finish(self) -> AbstractContextManager[IndexBatch]:
        """Take the writer lock, allow last changes, and swap both shelves in at the end.

        The batch writes to the new index; :meth:`versions` tells what it holds meanwhile. If the
        block raises, the live index stays and the new one is dropped. Raises IndexLocked, and can
        then be tried again.
        """

    @abstractmethod
    def versions(self, shelf: Shelf) -> dict[str, int]:
        """The version of each document in the new index, once :meth:`finish` was entered."""

    @abstractmethod
    def abandon(self) -> None:
        """Drop the new index."""


class SearchEngine(ABC):
    """One index of two shelves. Safe to use from many threads and processes at once."""

    def __init__(self, *, facets: Sequence[FacetSpec]) -> None:
        self.facets = tuple(facets)

    # Reading. All raise IndexMissing before the first write, and IndexDamaged.

    @abstractmethod
    def search(self, request: SearchRequest) -> SearchResult:
        """Answer one page. Over both shelves, statistics are combined and no id comes twice."""

    @abstractmethod
    def evidence(
        self,
        id_: str,
        leaves: Sequence[TextLeaf],
        *,
        shelves: Sequence[Shelf] = (Shelf.PUBLIC,),
        excluded: frozenset[str] = frozenset(),
    ) -> Evidence | None:
        """What is known of one article and of ``leaves`` in it; None if it is not searched."""

    def explain(self, request: SearchRequest, id_: str) -> Explanation | None:
        """The score of one article in the answer to ``request``, in parts; None as above."""
        return explain(self, request, id_)

    @abstractmethod
    def similar(
        self,
        document: IndexDocument,
        *,
        limit: int,
        shelves: Sequence[Shelf] = (Shelf.PUBLIC,),
        excluded: frozenset[str] = frozenset(),
    ) -> tuple[Hit, ...]:
        """The articles most like ``document`` by the words that set it apart, itself left out."""

    @abstractmethod
    def spellings(
        self, word: str, *, limit: int, excluded: frozenset[str] = frozenset()
    ) -> tuple[str, ...]:
        """Word forms of the public shelf near ``word``, the nearest and most frequent first."""

    @abstractmethod
    def versions(self, shelf: Shelf) -> dict[str, int]:
        """The version of each document on a shelf, by id."""

    @abstractmethod
    def generation(self, shelves: Sequence[Shelf] = tuple(Shelf)) -> str:
        """A name for what readers of ``shelves`` now see; another one after each commit to them.

        A commit that leaves a shelf alone does not rename it. Cheap.
        """

    @abstractmethod
    def status(self) -> IndexStatus:
        """What the index holds; answers also where there is no index."""

    @abstractmethod
    def verify(self) -> tuple[str, ...]:
        """Read everything and say, a sentence each, what is wrong with it."""

    # Writing.

    @abstractmethod
    def batch(self) -> AbstractContextManager[IndexBatch]:
        """Take the writer lock and commit at the end of the block.

        Where the block raises, nothing is changed. A document that changes shelves is removed
        before it is added, so that a reader may miss it for a moment but never sees what was
        hidden. Creates the index where there is none. Raises IndexLocked, without waiting.
        """

    @abstractmethod
    def start_rebuild(self) -> Rebuild:
        """Begin a new index beside the live one, without the writer lock."""

    def close(self) -> None:  # noqa: B027 - most engines hold nothing open
        """Let go of files and caches."""

    def put_all(self, shelf: Shelf, documents: Iterable[IndexDocument]) -> None:
        """Write many documents in one batch."""
        with self.batch() as batch:
            for document in documents:
                batch.put(shelf, document)
