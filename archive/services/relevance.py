"""How well the archive ranks, by test collections, beside plain BM25 over the same index.

A collection is indexed by itself in a temporary folder; the site's database and index are not
touched. Each of its queries is read as any of its words, however many, and asked twice: as readers
get it, and with the order of BM25 alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from archive.engines.registry import create_engine
from archive.query.nodes import Node, Or, Word
from archive.search.document import Shelf
from archive.search.engine import SearchEngine
from archive.search.measures import MEASURES, Measures, mean, measure, sign_flip_p
from archive.search.request import SearchRequest
from archive.services.relevance_files import Collection, read_collection
from archive.text.analysis import query_stems, query_tokens

ENGINE = "whoosh"
DEPTH = 1000
"""So many hits of each query are measured."""
SAME = 1e-9

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryComparison:
    """One query, ranked in both ways."""

    id: str
    text: str
    archive: Measures
    bm25: Measures

    @property
    def change(self) -> float:
        """nDCG@10 won, or lost where negative."""
        return self.archive.ndcg_10 - self.bm25.ndcg_10


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One collection, ranked in both ways. ``unanswered`` queries could not be measured."""

    collection: str
    documents: int
    unanswered: int
    queries: tuple[QueryComparison, ...]

    @property
    def archive(self) -> Measures:
        """The means over the queries as readers get them."""
        return mean([query.archive for query in self.queries])

    @property
    def bm25(self) -> Measures:
        """The means over the queries with plain BM25."""
        return mean([query.bm25 for query in self.queries])

    def p_value(self, name: str) -> float:
        """How likely the difference in one of ``MEASURES`` is by chance alone."""
        return sign_flip_p(
            [getattr(query.archive, name) - getattr(query.bm25, name) for query in self.queries]
        )

    @property
    def lost(self) -> list[QueryComparison]:
        """The queries that BM25 ranks better by nDCG@10, the greatest loss first."""
        return sorted(
            (query for query in self.queries if query.change < -SAME),
            key=lambda query: query.change,
        )

    @property
    def won(self) -> int:
        """How many queries BM25 ranks worse by nDCG@10."""
        return sum(query.change > SAME for query in self.queries)


def measure_folder(folder: Path, *, progress: Progress | None = None) -> Comparison:
    """Measure the collection in ``folder``.

    ``progress`` is told what is being done, how much of it is done and how much there is. Raises
    CollectionError.
    """
    return measure_collection(read_collection(folder), progress=progress)


def measure_collection(collection: Collection, *, progress: Progress | None = None) -> Comparison:
    """Measure ``collection``, as :func:`measure_folder` does."""
    told = progress or _tell_nobody
    documents, queries = len(collection.documents), len(collection.queries)
    told(f"{collection.name}: indexing {documents:,} documents", 0, queries)
    compared = []
    languages = sorted({document.language for document in collection.documents})
    with _indexed(collection) as engine:
        for done, (id_, text) in enumerate(collection.queries.items(), start=1):
            node, grades = any_of_words(text, languages), collection.judgements[id_]
            compared.append(
                QueryComparison(
                    id=id_,
                    text=text,
                    archive=measure(ranking(engine, node, second_look=True), grades),
                    bm25=measure(ranking(engine, node, second_look=False), grades),
                )
            )
            told(f"{collection.name}: {done:,} of {queries:,} queries", done, queries)
    return Comparison(
        collection=collection.name,
        documents=documents,
        unanswered=collection.unanswered,
        queries=tuple(compared),
    )


def any_of_words(text: str, languages: Sequence[str]) -> Node | None:
    """A query for any of the words of ``text``; None where it holds none.

    Of words that are the same in each of ``languages``, as ``flow`` and ``flows`` in English, the
    first stands for all: two leaves of a query would count it twice.
    """
    words: dict[tuple[frozenset[str], ...], Word] = {}
    for token in query_tokens(text):
        stems = tuple(query_stems(token.word, language) for language in languages)
        words.setdefault(stems, Word(text=text[token.start : token.end]))
    nodes = tuple(words.values())
    return Or(children=nodes) if len(nodes) > 1 else nodes[0] if nodes else None


def ranking(engine: SearchEngine, node: Node | None, *, second_look: bool) -> list[str]:
    """The ids of the best ``DEPTH`` hits of a query, best first; none for no words."""
    if node is None:
        return []
    request = SearchRequest(query=node, limit=DEPTH, second_look=second_look)
    return [hit.id for hit in engine.search(request).hits]


def comparison_data(comparisons: Sequence[Comparison]) -> dict[str, Any]:
    """Comparisons as JSON has them: the means over all collections, and each collection.

    ``archive`` and ``bm25`` hold the measures by name; ``collection`` is there where there is but
    one, whose own measures they are then.
    """
    data: dict[str, Any] = {
        "archive": asdict(mean([each.archive for each in comparisons])),
        "bm25": asdict(mean([each.bm25 for each in comparisons])),
        "collections": [_collection_data(each) for each in comparisons],
    }
    if len(comparisons) == 1:
        data = {"collection": comparisons[0].collection, **data}
    return data


def relative_change(archive: Measures, bm25: Measures, name: str) -> float | None:
    """By how much of BM25's measure the archive's is greater; None where BM25's is 0."""
    before: float = getattr(bm25, name)
    after: float = getattr(archive, name)
    return after / before - 1 if before else None


def _collection_data(comparison: Comparison) -> dict[str, Any]:
    archive, bm25 = comparison.archive, comparison.bm25
    return {
        "collection": comparison.collection,
        "documents": comparison.documents,
        "queries": len(comparison.queries),
        "unanswered": comparison.unanswered,
        "archive": asdict(archive),
        "bm25": asdict(bm25),
        "change": {name: relative_change(archive, bm25, name) for name in MEASURES},
        "p": {name: comparison.p_value(name) for name in MEASURES},
        "won": comparison.won,
        "lost": [
            {
                "query": query.id,
                "text": query.text,
                "archive": asdict(query.archive),
                "bm25": asdict(query.bm25),
            }
            for query in comparison.lost
        ],
    }


def _tell_nobody(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


@contextmanager
def _indexed(collection: Collection) -> Iterator[SearchEngine]:
    with TemporaryDirectory(prefix="archive-relevance-") as folder:
        engine = create_engine(ENGINE, facets=(), directory=Path(folder))
        try:
            engine.put_all(Shelf.PUBLIC, collection.documents)
            yield engine
        finally:
            engine.close()
