"""Documents and requests for the tests of engines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from archive.query.nodes import Node
from archive.search.document import IndexDocument, Shelf
from archive.search.engine import SearchEngine
from archive.search.facets import FacetSpec
from archive.search.request import SearchRequest
from archive.search.result import SearchResult

FACETS = (
    FacetSpec(name="party", multi_valued=True),
    FacetSpec(name="place", multi_valued=True),
    FacetSpec(name="section", multi_valued=False),
)


def doc(
    id_: str,
    body: str = "",
    *,
    day: str = "",
    until: str = "",
    language: str = "en",
    headline: str = "",
    summary: str = "",
    bylines: tuple[str, ...] = (),
    party: Iterable[str] = (),
    place: Iterable[str] = (),
    section: str = "",
    batch: int | None = None,
    version: int = 1,
) -> IndexDocument:
    """A document with some of its fields; ``day`` alone means that day only."""
    facets = {"party": tuple(party), "place": tuple(place), "section": (section,) * bool(section)}
    return IndexDocument(
        id=id_,
        version=version,
        language=language,
        headline=headline,
        summary=summary,
        body=body,
        bylines=bylines,
        lower=date.fromisoformat(day) if day else None,
        upper=date.fromisoformat(until or day) if day else None,
        facets={name: values for name, values in facets.items() if values},
        batch=batch,
    )


def texts(*bodies: str, language: str = "en") -> list[IndexDocument]:
    """One document for each body, with the ids ``a``, ``b``, and so on."""
    return [doc(chr(ord("a") + i), body, language=language) for i, body in enumerate(bodies)]


def fill(
    engine: SearchEngine,
    public: Iterable[IndexDocument] = (),
    staff: Iterable[IndexDocument] = (),
) -> None:
    """Write documents to both shelves in one batch."""
    with engine.batch() as batch:
        for document in public:
            batch.put(Shelf.PUBLIC, document)
        for document in staff:
            batch.put(Shelf.STAFF, document)


def find(engine: SearchEngine, query: Node | None = None, **options: object) -> SearchResult:
    """Search with a request of these options."""
    return engine.search(SearchRequest(query=query, **options))  # type: ignore[arg-type]  # any field


def ids(result: SearchResult) -> str:
    """The ids of a page's hits, in order, as words of one string."""
    return " ".join(hit.id for hit in result.hits)


def matching(engine: SearchEngine, query: Node | None, **options: object) -> str:
    """The ids of all that a query matches, sorted, as words of one string."""
    result = find(engine, query, limit=1000, **options)
    assert result.total == len(result.hits)
    return " ".join(sorted(hit.id for hit in result.hits))
