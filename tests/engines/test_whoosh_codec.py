"""Whoosh's own tools over the same files find the same articles."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from whoosh import query as whoosh
from whoosh.index import open_dir
from whoosh.searching import Searcher

from archive.engines.memory.engine import MemoryEngine
from archive.engines.whoosh.engine import WhooshEngine
from archive.query.nodes import And, Field, Node, Not, Or, Phrase, Prefix, Tagged, Word
from archive.search.document import Shelf
from archive.search.request import SearchRequest
from archive.text.analysis import stem_term, tokenise
from tests.engines.documents import FACETS, doc, fill
from tests.engines.test_equality import HISTORIES, IDS, VALUES, WORDS, Change, write

HEADLINE = Field.HEADLINE


def own_query(text: str, language: str) -> whoosh.Query:
    """A word that is not exact, in the language that it is written in."""
    (token,) = tokenise(text)
    return whoosh.Term("headline.stems", stem_term(token.word, language))


PAIRS: list[tuple[Node, whoosh.Query]] = [
    (
        Word(text=text, field=HEADLINE),
        whoosh.Or([own_query(text, language) for language in WORDS]),
    )
    for text in ("truces", "gift", "Häuser", "обміну", "هدنة")
]
PAIRS += [
    (Word(text="truce", exact=True, field=HEADLINE), whoosh.Term("headline.words", "truce")),
    (Prefix(text="exch", field=HEADLINE), whoosh.Prefix("headline.words", "exch")),
    (
        Phrase(text="the prisoner", exact=True, field=HEADLINE),
        whoosh.Phrase("headline.words", ["the", "prisoner"]),
    ),
    (
        Tagged(facet="party", name="x", values=("ru", "ua")),
        whoosh.Or([whoosh.Term("facet.party", "ru"), whoosh.Term("facet.party", "ua")]),
    ),
    (
        And(
            children=(
                Word(text="truce", exact=True, field=HEADLINE),
                Not(child=Tagged(facet="place", name="x", values=("by",))),
            )
        ),
        whoosh.And(
            [
                whoosh.Term("headline.words", "truce"),
                whoosh.Not(whoosh.Term("facet.place", "by")),
            ]
        ),
    ),
    (
        Or(
            children=(
                Word(text="2025", exact=True, field=HEADLINE),
                Word(text="prisoner", exact=True, field=HEADLINE),
            )
        ),
        whoosh.Or(
            [whoosh.Term("headline.words", "2025"), whoosh.Term("headline.words", "prisoner")]
        ),
    ),
]


def ids_found(searcher: Searcher, query: whoosh.Query) -> list[str]:
    """The ids of what Whoosh finds: the articles of an id are found by their id."""
    numbers = set(searcher.docs_for_query(query))
    return sorted(
        id_ for id_ in IDS if numbers & set(searcher.docs_for_query(whoosh.Term("id", id_)))
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(history=HISTORIES)
def test_whoosh_finds_what_the_archive_finds(history: list[list[Change]]) -> None:
    memory = MemoryEngine(facets=FACETS)
    with tempfile.TemporaryDirectory() as folder:
        engine = WhooshEngine(facets=FACETS, directory=Path(folder) / "index")
        write(memory, history)
        write(engine, history)
        if not memory.versions(Shelf.PUBLIC):
            return
        (shelf,) = Path(folder).glob("index/build-*/public")
        with open_dir(str(shelf)).searcher() as searcher:
            for node, query in PAIRS:
                expected = memory.search(SearchRequest(query=node))
                assert ids_found(searcher, query) == sorted(hit.id for hit in expected.hits)


def test_whoosh_reads_positions_statistics_and_terms(tmp_path: Path) -> None:
    engine = WhooshEngine(facets=FACETS, directory=tmp_path / "index")
    fill(engine, [doc("a", "truce talks truce", party=["ru"]), doc("b", "talks", language="de")])
    (shelf,) = tmp_path.glob("index/build-*/public")
    with open_dir(str(shelf)).searcher() as searcher:
        matcher = searcher.postings("body.words", "truce")
        assert matcher.value_as("positions") == [0, 2]
        assert matcher.value_as("frequency") == 2
        reader = searcher.reader()
        assert reader.doc_frequency("body.words", "talks") == 2
        assert reader.frequency("body.stems", "en:truce") == 2
        assert reader.doc_frequency("body.words", "gas") == 0
        assert [term.decode() for term in reader.lexicon("body.words")] == ["talks", "truce"]
        assert [term.decode() for term in reader.lexicon("language")] == ["de", "en"]
        assert ("facet.party", b"ru") in reader
        assert list(searcher.suggest("body.words", "truse")) == ["truce"]
        corrected = whoosh.FuzzyTerm("body.words", "truse", maxdist=1)
        assert list(searcher.docs_for_query(corrected)) == [0]
    with open_dir(str(shelf)).searcher() as searcher:
        assert not list(searcher.docs_for_query(whoosh.Term("facet.party", VALUES["party"][1])))
