"""Enough articles that an engine works on common words in another way than on rare ones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from archive.engines.memory.engine import MemoryEngine
from archive.engines.whoosh.engine import WhooshEngine
from archive.query.nodes import (
    And,
    Dated,
    Field,
    Fuzzy,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Tagged,
    Word,
)
from archive.search.document import IndexDocument, Shelf
from archive.search.engine import SearchEngine
from archive.search.request import (
    DateFilter,
    Days,
    HistogramRequest,
    SearchRequest,
    Sort,
    Zoom,
)
from tests.engines.documents import FACETS, doc
from tests.engines.test_equality import assert_equal, assert_same_hits

ARTICLES = 2_600
LANGUAGES = ("en", "en", "en", "de", "uk")
# How many of a hundred articles have each word.
WORDS = {"river": 95, "bridge": 60, "bridges": 30, "truce": 12, "harvest": 3, "strike": 1}
YEAR = Days(lower=date(2021, 1, 1), upper=date(2021, 12, 31))
MONTH = Days(lower=date(2021, 3, 1), upper=date(2021, 3, 31))

Engines = tuple[SearchEngine, SearchEngine]


def articles() -> Iterator[IndexDocument]:
    chance = random.Random(20250602)  # the same articles every time
    for number in range(ARTICLES):
        words = [
            word for word, share in WORDS.items() for _ in range(2) if chance.random() * 100 < share
        ]
        words += [f"single{number}"] * (number % 40 == 0)
        chance.shuffle(words)
        day = date(2019, 1, 1) + timedelta(days=chance.randrange(5 * 365))
        length = chance.choice([0] * 8 + [20, 500])
        dated = chance.random() > 0.06
        yield doc(
            f"a{number:05}",
            " ".join(words),
            headline=" ".join(words[:2]) if number % 9 == 0 else "",
            summary=chance.choice(["", "truce river", "harvest"]),
            language=chance.choice(LANGUAGES),
            day=day.isoformat() if dated else "",
            until=(day + timedelta(days=length)).isoformat() if dated else "",
            party=sorted({f"p{int(chance.paretovariate(1)) % 9}" for _ in range(number % 6)}),
            place=sorted({f"l{int(chance.paretovariate(0.3)) % 400}" for _ in range(number % 5)}),
            section=chance.choice(["", "world", "home", "sport"]),
        )


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """The memory engine and the one on disk, there in one segment."""
    held = list(articles())
    memory = MemoryEngine(facets=FACETS)
    engine = WhooshEngine(facets=FACETS, directory=tmp_path_factory.mktemp("many") / "index")
    for each in (memory, engine):
        each.put_all(Shelf.PUBLIC, held)
    yield memory, engine
    engine.close()


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """The same in several segments, some articles written twice and others removed."""
    held = list(articles())
    memory = MemoryEngine(facets=FACETS)
    engine = WhooshEngine(facets=FACETS, directory=tmp_path_factory.mktemp("edited") / "index")
    for each in (memory, engine):
        for start in (0, 1_500, 2_000):
            each.put_all(Shelf.PUBLIC, held[start : start + 1_500])
        each.put_all(Shelf.STAFF, [replace(one, id=f"s{one.id}") for one in held[:300]])
        with each.batch() as batch:
            for one in held[::17]:
                batch.remove(one.id)
    yield memory, engine
    engine.close()


def party(value: str) -> Node:
    return Tagged(facet="party", name=value, values=(value,))


BRIDGE, RIVER, TRUCE, HARVEST, STRIKE = (
    Word(text=word) for word in ("bridge", "river", "truce", "harvest", "strike")
)
SINGLE = Word(text="single40")
QUERIES: dict[str, Node | None] = {
    "everything": None,
    "most": RIVER,
    "many": BRIDGE,
    "some": TRUCE,
    "few": STRIKE,
    "one": SINGLE,
    "none": Word(text="zebra"),
    "headline": Word(text="river", field=Field.HEADLINE),
    "exact": Word(text="bridges", exact=True),
    "many and few": And(children=(BRIDGE, STRIKE)),
    "many and many": And(children=(BRIDGE, RIVER)),
    "many and one": And(children=(RIVER, SINGLE)),
    "many but some": And(children=(RIVER, Not(child=TRUCE))),
    "few but many": And(children=(STRIKE, Not(child=BRIDGE))),
    "nothing but": And(children=(Not(child=TRUCE), Not(child=RIVER))),
    "any": Or(children=(TRUCE, HARVEST, SINGLE)),
    "any of few": Or(children=(SINGLE, Word(text="single80"))),
    "any of halves": Or(children=(And(children=(BRIDGE, TRUCE)), HARVEST)),
    "any of rare halves": Or(children=(And(children=(RIVER, SINGLE)), TRUCE)),
    "tagged": And(children=(TRUCE, party("p1"))),
    "dated": And(children=(BRIDGE, Dated(lower=YEAR.lower, upper=YEAR.upper))),
    "phrase": Phrase(text="bridge river"),
    "rare phrase": Phrase(text="harvest strike"),
    "window": Phrase(text="river truce", slop=2),
    "prefix": Prefix(text="br"),
    "prefix of few": Prefix(text="single1"),
    "fuzzy": Fuzzy(text="bridgex"),
    "fuzzy few": Fuzzy(text="harvesz"),
}
PAGES: dict[str, dict[str, object]] = {
    "plain": {},
    "newest": {"sort": Sort.NEWEST},
    "oldest": {"sort": Sort.OLDEST, "offset": 30},
    "deep": {"offset": 300},
    "tagged": {"filters": {"party": ("p1", "p2"), "place": ("l1",)}},
    "one value": {"filters": {"place": ("l7",)}, "facet_limit": 3},
    "dates": {"dates": DateFilter(periods=(YEAR,), undated=True)},
    "between": {"date_from": YEAR.lower, "date_to": YEAR.upper, "filters": {"section": ("world",)}},
    "months": {"histogram": HistogramRequest(zoom=Zoom.MONTH, within=YEAR)},
    "days": {"histogram": HistogramRequest(zoom=Zoom.DAY, within=MONTH)},
    "all days": {"histogram": HistogramRequest(zoom=Zoom.DAY)},
    "masked": {"excluded": frozenset(f"a{number:05}" for number in range(0, ARTICLES, 29))},
}


def request(query: Node | None, options: dict[str, object]) -> SearchRequest:
    defaults: dict[str, object] = {
        "facets": tuple(facet.name for facet in FACETS),
        "histogram": HistogramRequest(),
    }
    return SearchRequest(query=query, **{**defaults, **options})  # type: ignore[arg-type]


@pytest.mark.parametrize("query", QUERIES)
def test_pages_are_the_same(engines: Engines, query: str) -> None:
    memory, engine = engines
    for options in (PAGES[page] for page in ("plain", "newest", "tagged")):
        asked = request(QUERIES[query], options)
        assert_equal(engine.search(asked), memory.search(asked))


@pytest.mark.parametrize("query", QUERIES)
def test_pages_are_the_same_after_edits(edited: Engines, query: str) -> None:
    memory, engine = edited
    for options in (PAGES[page] for page in ("plain", "oldest", "dates", "masked")):
        asked = request(QUERIES[query], options)
        assert_equal(engine.search(asked), memory.search(asked))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("query", ["everything", "most", "few"])
def test_every_page_is_the_same(edited: Engines, query: str, page: str) -> None:
    memory, engine = edited
    for shelves in ((Shelf.PUBLIC,), tuple(Shelf)):
        asked = request(QUERIES[query], {**PAGES[page], "shelves": shelves})
        assert_equal(engine.search(asked), memory.search(asked))


def test_similar_articles_are_the_same(edited: Engines) -> None:
    memory, engine = edited
    for one in list(articles())[:400:40]:
        assert_same_hits(engine.similar(one, limit=8), memory.similar(one, limit=8))


def test_spellings_are_the_same(edited: Engines) -> None:
    memory, engine = edited
    masked = frozenset(["a00040", "a00080"])
    for word in ("single4", "single80", "bridgs"):
        for excluded in (frozenset[str](), masked):
            found = engine.spellings(word, limit=9, excluded=excluded)
            assert found == memory.spellings(word, limit=9, excluded=excluded)


@pytest.mark.parametrize("sort", Sort)
def test_of_many_of_one_day_the_smallest_ids_come_first(tmp_path: Path, sort: Sort) -> None:
    engine = WhooshEngine(facets=FACETS, directory=tmp_path / "index")
    names = [f"a{number:05}" for number in range(ARTICLES)]
    engine.put_all(Shelf.PUBLIC, [doc(name, day="2025-06-02") for name in reversed(names)])
    hits = engine.search(SearchRequest(sort=sort, offset=5, limit=5)).hits
    assert [hit.id for hit in hits] == names[5:10]
