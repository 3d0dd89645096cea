"""What visitors type, on a small archive: every id, total and count, on both engines."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from archive.engines.memory.engine import MemoryEngine
from archive.engines.whoosh.engine import WhooshEngine
from archive.exceptions import QueryError
from archive.query.nodes import Node, Tagged
from archive.query.parser import parse
from archive.query.terms import map_leaves
from archive.search.document import Shelf
from archive.search.engine import SearchEngine
from archive.search.request import HistogramRequest, SearchRequest, Sort
from archive.search.result import SearchResult
from tests.engines.corpus import ARTICLES, FACETS
from tests.engines.query_matrix import MATRIX

Engines = tuple[SearchEngine, SearchEngine]

# What queries are made of, so that random ones are now and then queries.
PIECES = (
    *"\"()*~-=:;.,'’?!\\/<>&|[]{}^+0 1 9 \t\n\0\ud800\U0001f600é ßöøİ",
    *("AND", "OR", "NOT", "and", " ", "  ", "~2", "~99", '="', '"', "**", "--", "((", "))"),
    *(
        "truce",
        "exchange",
        "prison",
        "istanbul",
        "Häuser",
        "обмін",
        "交换战俘",
        "停",
        "هدنة",
        "O’Brien",
    ),
    *("headline:", "byline:", "party:", "place:", "lang:", "date:", "after:", "id:", "batch:"),
    *("northland", "2025", "2025-06", "none", "..", "en01", "7", "colour:", "U.S."),
)


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """The memory engine, and the one on disk with its articles in several segments."""
    memory = MemoryEngine(facets=FACETS)
    memory.put_all(Shelf.PUBLIC, ARTICLES)
    engine = WhooshEngine(facets=FACETS, directory=tmp_path_factory.mktemp("matrix") / "index")
    engine.put_all(Shelf.STAFF, ARTICLES[:3])
    for start in range(0, len(ARTICLES), 15):
        engine.put_all(Shelf.PUBLIC, ARTICLES[start : start + 15])
    yield memory, engine
    engine.close()


def read(text: str) -> Node | None:
    """A query with names that stand for values of the same name."""
    node = parse(text).node
    if node is None:
        return None
    return map_leaves(
        node,
        lambda leaf: replace(leaf, values=(leaf.name,)) if isinstance(leaf, Tagged) else leaf,
    )


def ask(engine: SearchEngine, node: Node | None, sort: Sort = Sort.RELEVANCE) -> SearchResult:
    return engine.search(
        SearchRequest(
            query=node,
            sort=sort,
            limit=100,
            facets=tuple(facet.name for facet in FACETS),
            histogram=HistogramRequest(),
        )
    )


def expected_ids(expected: str) -> list[str]:
    everything = sorted(article.id for article in ARTICLES)
    if expected.startswith("all"):
        left_out = expected.split()[2:]
        assert set(left_out) <= set(everything)
        return [id_ for id_ in everything if id_ not in left_out]
    return expected.split()


def assert_agree(engines: Engines, node: Node | None, sort: Sort) -> SearchResult:
    memory, engine = engines
    expected, result = ask(memory, node, sort), ask(engine, node, sort)
    assert [hit.id for hit in result.hits] == [hit.id for hit in expected.hits]
    assert [hit.score for hit in result.hits] == pytest.approx(
        [hit.score for hit in expected.hits], rel=1e-6, abs=1e-9
    )
    assert result.total == expected.total
    assert result.facets == expected.facets
    assert result.histogram == expected.histogram
    return expected


def test_the_matrix_is_large_enough() -> None:
    assert len(MATRIX) == len({query for query, _ in MATRIX}) >= 150


@pytest.mark.parametrize(("query", "expected"), MATRIX)
def test_finds(engines: Engines, query: str, expected: str) -> None:
    result = assert_agree(engines, read(query), Sort.RELEVANCE)
    assert sorted(hit.id for hit in result.hits) == expected_ids(expected)
    assert result.total == len(result.hits)


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST])
def test_finds_in_order_of_days(engines: Engines, sort: Sort) -> None:
    for query, _ in MATRIX:
        assert_agree(engines, read(query), sort)


def test_random_strings_raise_nothing_but_query_errors(engines: Engines) -> None:
    generator = random.Random(20250602)  # the same strings every time
    understood = 0
    for _ in range(2000):
        text = "".join(generator.choices(PIECES, k=generator.randint(1, 9)))
        try:
            node = read(text)
        except QueryError:
            continue
        assert_agree(engines, node, Sort.RELEVANCE)
        understood += 1
    assert understood > 200
