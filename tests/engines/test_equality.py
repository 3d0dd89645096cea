"""Whatever is asked of whatever is held, the engine on disk answers as the memory engine does."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.engines.memory import page as memory_page
from archive.engines.memory.engine import MemoryEngine
from archive.engines.whoosh import collect, merge, writer
from archive.engines.whoosh import page as whoosh_page
from archive.engines.whoosh.engine import WhooshEngine
from archive.query.nodes import (
    And,
    Batch,
    Dated,
    Field,
    Fuzzy,
    Identified,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Synonyms,
    Tagged,
    Undated,
    Word,
)
from archive.search import explaining
from archive.search.document import IndexDocument, Shelf
from archive.search.engine import SearchEngine
from archive.search.explanation import Explanation
from archive.search.request import (
    DateFilter,
    Days,
    HistogramRequest,
    SearchRequest,
    Sort,
    Zoom,
)
from archive.search.result import Hit, SearchResult
from tests.engines.documents import FACETS

# Few words, so that they meet: inflections, near spellings, five languages, no spaces.
WORDS = {
    "en": [
        "truce",
        "truces",
        "exchange",
        "exchanged",
        "prisoner",
        "prisoners",
        "the",
        "gift",
        "O'Brien",
        "Covid-19",
        "COVID19",
        "1,000",
        "1000",
        "naive",
        "naïve",
        "Mueller",
        "2025",
    ],
    "de": ["Haus", "Häuser", "Gift", "truce", "Gefangene", "die", "Straße", "Müller", "Mueller"],
    "uk": ["перемир'я", "обмін", "обміну", "Київ", "truce"],
    "ar": ["هدنة", "الهدنة", "مدينة", "المدن"],
    "zh": ["停战", "停战协定", "协定", "停"],
}
ALL_WORDS = sorted({word for words in WORDS.values() for word in words} | {"truse", "exchnage"})
IDS = [f"a{number}" for number in range(9)]
VALUES = {"party": ["ru", "ua", "de"], "place": ["by", "tr"], "section": ["world", "a, b"]}
DAYS = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 6, 2), date(2025, 6, 30), date(9999, 1, 1)]
SHELVES = st.sampled_from([(Shelf.PUBLIC,), (Shelf.STAFF,), (Shelf.PUBLIC, Shelf.STAFF)])
EXCLUDED = st.frozensets(st.sampled_from([*IDS, "unknown"]), max_size=2)


@dataclass(frozen=True, slots=True)
class Change:
    """A document for a shelf, or its removal."""

    shelf: Shelf
    document: IndexDocument
    remove: bool


@st.composite
def documents(draw: st.DrawFn) -> IndexDocument:
    language = draw(st.sampled_from(["en", "en", "en", *sorted(WORDS)]))
    text = st.lists(st.sampled_from(WORDS[language]), max_size=6).map(" ".join)
    lower = draw(st.none() | st.sampled_from(DAYS))
    length = draw(st.sampled_from([0, 0, 1, 29, 400])) if lower and lower.year < 9999 else 0
    return IndexDocument(
        id=draw(st.sampled_from(IDS)),
        version=draw(st.integers(0, 3)),
        language=draw(st.sampled_from([language, f"{language}-XX"])),
        headline=draw(text),
        summary=draw(text),
        body=draw(text),
        bylines=tuple(draw(st.lists(text, max_size=2))),
        lower=lower,
        upper=lower + timedelta(days=length) if lower else None,
        facets={
            facet.name: tuple(
                draw(
                    st.lists(
                        st.sampled_from(VALUES[facet.name]),
                        max_size=3 if facet.multi_valued else 1,
                    )
                )
            )
            for facet in FACETS
        },
        batch=draw(st.none() | st.integers(1, 2)),
    )


CHANGES = st.builds(
    Change,
    shelf=st.sampled_from(Shelf),
    document=documents(),
    remove=st.sampled_from([False] * 4 + [True]),
)
# Each batch makes a segment.
HISTORIES = st.lists(st.lists(CHANGES, min_size=2, max_size=5), min_size=1, max_size=4)

words = st.sampled_from(WORDS["en"]) | st.sampled_from(ALL_WORDS)
phrases = st.lists(words, min_size=1, max_size=3).map(" ".join)
fields = st.sampled_from(Field)
leaves: st.SearchStrategy[Node] = st.one_of(
    st.builds(Word, text=words | phrases, exact=st.booleans(), field=fields),
    st.builds(
        Phrase, text=phrases, exact=st.booleans(), slop=st.sampled_from([0, 1, 3]), field=fields
    ),
    st.builds(Prefix, text=phrases.map(lambda text: text[:-1] or text), field=fields),
    st.builds(Fuzzy, text=words | phrases, field=fields),
    fields.flatmap(
        lambda field: st.builds(
            Synonyms,
            leaves=st.lists(
                st.builds(Word, text=words, exact=st.booleans(), field=st.just(field))
                | st.builds(Phrase, text=phrases, field=st.just(field)),
                min_size=1,
                max_size=3,
            ).map(tuple),
        )
    ),
    st.sampled_from(sorted(VALUES)).flatmap(
        lambda facet: st.builds(
            Tagged,
            facet=st.just(facet),
            name=st.just("x"),
            values=st.lists(st.sampled_from(VALUES[facet]), max_size=2).map(tuple),
        )
    ),
    st.builds(
        Dated, lower=st.none() | st.sampled_from(DAYS), upper=st.none() | st.sampled_from(DAYS)
    ),
    st.builds(Undated),
    st.builds(Identified, id=st.sampled_from(IDS)),
    st.builds(Batch, run=st.integers(1, 2)),
)


def branches(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(children, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(And, children=several),
        st.builds(Or, children=several),
        st.builds(Not, child=children),
    )


any_of_words = st.lists(st.builds(Word, text=words), min_size=2, max_size=4).map(
    lambda several: Or(children=tuple(several))
)
queries = st.one_of(
    st.none(), any_of_words, any_of_words, st.recursive(leaves, branches, max_leaves=5)
)
periods = st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).map(
    lambda ends: Days(lower=min(ends), upper=max(ends))
)
# Most requests narrow nothing, or too little would be left to put in order.
narrow = st.fixed_dictionaries(
    {},
    optional={
        "filters": st.fixed_dictionaries(
            {},
            optional={
                facet: st.lists(st.sampled_from(values), max_size=2).map(tuple)
                for facet, values in VALUES.items()
            },
        ),
        "dates": st.builds(
            DateFilter, periods=st.lists(periods, max_size=2).map(tuple), undated=st.booleans()
        ),
        "date_from": st.sampled_from(DAYS),
        "date_to": st.sampled_from(DAYS),
    },
)
asked_for = st.builds(
    SearchRequest,
    query=queries,
    sort=st.sampled_from(Sort),
    second_look=st.booleans(),
    today=st.none() | st.just(date(2025, 6, 2)),
    offset=st.sampled_from([0, 0, 1, 4]),
    limit=st.sampled_from([20, 2, 0]),
    facets=st.just(tuple(VALUES)),
    facet_limit=st.sampled_from([50, 1]),
    histogram=st.none()
    | st.builds(HistogramRequest, zoom=st.sampled_from(Zoom), within=st.none() | periods),
    excluded=EXCLUDED,
    shelves=SHELVES,
)
requests = st.builds(
    lambda request, narrowed: replace(request, **narrowed),
    asked_for,
    st.one_of(st.just({}), st.just({}), narrow),
)


def write(engine: SearchEngine, history: list[list[Change]]) -> None:
    for changes in history:
        with engine.batch() as batch:
            for change in changes:
                if change.remove:
                    batch.remove(change.document.id)
                else:
                    batch.put(change.shelf, change.document)


def assert_equal(result: SearchResult, expected: SearchResult) -> None:
    assert result.total == expected.total
    assert result.facets == expected.facets
    assert result.histogram == expected.histogram
    assert_same_hits(result.hits, expected.hits)


def assert_same_hits(hits: tuple[Hit, ...], expected: tuple[Hit, ...]) -> None:
    assert [hit.id for hit in hits] == [hit.id for hit in expected]
    assert [hit.score for hit in hits] == pytest.approx(
        [hit.score for hit in expected], rel=1e-6, abs=1e-9
    )


def assert_explained(explanation: Explanation | None, hit: Hit, total: int) -> None:
    assert explanation is not None
    assert explanation.matches
    assert explanation.total == total
    assert all(effect.kept for effect in explanation.filters)
    assert explanation.score == pytest.approx(hit.score, rel=1e-6, abs=2e-6)


@contextmanager
def looked_at(hits: int) -> Iterator[None]:
    """So many of the best hits are looked at again."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (memory_page, whoosh_page, explaining):
            patch.setattr(module, "LOOKED_AT", hits)
        yield


@contextmanager
def written_in_pieces() -> Iterator[None]:
    """Every few words become a piece, every two segments are merged, a few postings at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collect, "_TOGETHER", 30)
        patch.setattr(writer, "_PIECE", 10)
        patch.setattr(writer, "_TIER", 2)
        patch.setattr(merge, "_POSTINGS", 5)
        yield


# Each is a history of an index and some searches; `make explore` tries many more.
@settings(
    max_examples=int(os.environ.get("EQUALITY_EXAMPLES", "200")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    history=HISTORIES,
    asked=st.lists(requests, min_size=1, max_size=8),
    in_pieces=st.booleans(),
    best=st.sampled_from([1, 2, 200]),
    data=st.data(),
)
def test_answers_as_the_memory_engine_does(
    history: list[list[Change]],
    asked: list[SearchRequest],
    in_pieces: bool,
    best: int,
    data: st.DataObject,
) -> None:
    memory = MemoryEngine(facets=FACETS, fuzzy_expansions=3)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        stack.enter_context(looked_at(best))
        if in_pieces:
            stack.enter_context(written_in_pieces())
        engine = WhooshEngine(facets=FACETS, directory=Path(folder) / "index", fuzzy_expansions=3)
        write(memory, history)
        write(engine, history)
        for place, request in enumerate(asked):
            expected = memory.search(request)
            assert_equal(engine.search(request), expected)
            for hit in expected.hits[:1] if place < 2 else ():
                assert_explained(engine.explain(request, hit.id), hit, expected.total)
        shelves, excluded = data.draw(SHELVES), data.draw(EXCLUDED)
        like = data.draw(documents())
        assert_same_hits(
            engine.similar(like, limit=5, shelves=shelves, excluded=excluded),
            memory.similar(like, limit=5, shelves=shelves, excluded=excluded),
        )
        word = data.draw(words)
        assert engine.spellings(word, limit=5, excluded=excluded) == memory.spellings(
            word, limit=5, excluded=excluded
        )
        for shelf in Shelf:
            assert engine.versions(shelf) == memory.versions(shelf)
        assert engine.status().documents == memory.status().documents
        assert engine.verify() == ()
