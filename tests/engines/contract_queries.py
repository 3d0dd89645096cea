"""What every engine must find, and how it must score it."""

from __future__ import annotations

import math
from datetime import date

import pytest

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
from archive.search.document import Shelf
from archive.search.engine import SearchEngine
from tests.engines.documents import doc, fill, find, ids, matching, texts

BOTH = (Shelf.PUBLIC, Shelf.STAFF)


def bm25(tf: int, length: int, mean: float, *, n: int, df: int, weight: float = 1.0) -> float:
    """The formula of archive/search/scoring.py, written out once more."""
    idf = math.log(1 + (n - df + 0.5) / (df + 0.5))
    return idf * weight * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * length / mean))


class QueryContract:
    """Words, phrases, prefixes, near spellings, conditions, and their scores."""

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            (Word(text="exchange"), "a b"),
            (Word(text="Exchanging"), "a b"),
            (Word(text="exchanged", exact=True), "b"),
            (Word(text="EXCHANGE", exact=True), "a"),
            (Word(text="harvest"), "c"),
            (Word(text="..."), ""),
            (Word(text=""), ""),
            (Word(text="zebra"), ""),
            (Word(text="\ud800"), ""),
            (Word(text="prisoner-exchange"), "a"),
            (Phrase(text="prisoner exchange"), "a"),
            (Phrase(text="prisoners exchanges"), "a"),
            (Phrase(text="prisoners exchange", exact=True), ""),
            (Phrase(text="prisoner exchange", exact=True), "a"),
            (Phrase(text="exchange prisoner"), ""),
            (Phrase(text="?"), ""),
            (Phrase(text="exchange prisoner", slop=1), "a"),
            (Phrase(text="both exchanged", slop=6), ""),
            (Phrase(text="both exchanged", slop=7), "b"),
            (Phrase(text="the the", slop=2), ""),
            (Phrase(text="the the", slop=3), "a"),
            (Phrase(text="both exchanged", slop=9, exact=True), "b"),
            (Phrase(text="both exchange", slop=9, exact=True), ""),
            (Prefix(text="exch"), "a b"),
            (Prefix(text="exchanged"), "b"),
            (Prefix(text="xchange"), ""),
            (Prefix(text="-"), ""),
            (Prefix(text="prisoner exch"), "a"),
            (Prefix(text="prisoners exch"), ""),
            (Fuzzy(text="exchanje"), "a b"),
            (Fuzzy(text="exchnage"), "a b"),
            (Fuzzy(text="axchange"), ""),
            (Fuzzy(text="thx"), "a b"),
            (Fuzzy(text="prisone exchanje"), "a"),
            (Fuzzy(text="!"), ""),
            (Synonyms(leaves=(Word(text="swap"), Word(text="exchange"))), "a b"),
            (Synonyms(leaves=(Word(text="poor"), Phrase(text="prisoner exchange"))), "a c"),
            (Synonyms(leaves=(Word(text="swap"), Word(text="swaps", exact=True))), ""),
        ],
    )
    def test_finds_words(self, engine: SearchEngine, query: Node, expected: str) -> None:
        fill(
            engine,
            texts(
                "Before the talks came the prisoner exchange.",
                "They exchanged soldiers held by the two of both sides",
                "Harvests were poor",
            ),
        )
        assert matching(engine, query) == expected

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            (Word(text="naive"), "a b"),
            (Word(text="naïve"), "a b"),
            (Word(text="eleves"), "c"),  # of which French has no stem but that of élèves
            (Word(text="Mueller"), "a b"),
            (Word(text="Müller"), "a b"),
            (Word(text="Muller"), "b"),
            (Word(text="blue"), ""),
            (Phrase(text="naive Mueller"), "a b"),
            (Phrase(text="mueller naïve", slop=1), "a b"),
            (Word(text="Королев"), "d"),
            (Word(text="Королёв"), "d"),
            (Word(text="كتاب"), "e"),
            (Word(text="Lodz"), "c"),
            (Word(text="COVID-19"), "a b c"),
            (Word(text="covid19"), "a b c"),
            (Word(text="covid19", exact=True), "b"),
            (Word(text="1000"), "a b"),
            (Word(text="1.000"), "a b"),
            (Phrase(text="1000"), "b"),
            (Word(text="2025"), "e"),
        ],
    )
    def test_finds_other_spellings(self, engine: SearchEngine, query: Node, expected: str) -> None:
        fill(
            engine,
            [
                doc("a", "A naive Mueller wrote 1,000 lines on Covid-19.", language="en"),
                doc("b", "A naïve Müller wrote 1000 lines on COVID19. Blu.", language="en"),
                doc("c", "Les élèves de Łódź et le COVID 19", language="fr"),
                doc("d", "Умер Сергей Королёв", language="ru"),
                doc("e", "کتاب ٢٠٢٥", language="fa"),
            ],
        )
        assert matching(engine, query) == expected

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            (Word(text="Häuser"), "de"),
            (Word(text="haus"), "de"),
            (Word(text="houses"), "en"),
            (Word(text="МІСТО"), "uk"),
            (Word(text="المدن"), "ar"),
            (Word(text="停战"), "zh"),
            (Word(text="停战协定"), "zh"),
            (Word(text="战停"), ""),
            (Word(text="gift"), "de en"),
            (Word(text="gift", exact=True), "de en"),
            (Prefix(text="停战协"), "zh"),
            (Phrase(text="协定签署"), "zh"),
            (Phrase(text="停战 签署", slop=9), "zh"),
            (Prefix(text="署"), "zh"),
            (Prefix(text="战"), "zh"),
        ],
    )
    def test_finds_each_language_by_its_own_stems(
        self, engine: SearchEngine, query: Node, expected: str
    ) -> None:
        fill(
            engine,
            [
                doc("de", "Das Haus. Ein Gift.", language="de-AT"),
                doc("en", "The house. A gift.", language="en"),
                doc("uk", "місто", language="uk"),
                doc("ar", "المدن القديمة", language="ar"),
                doc("zh", "停战协定签署", language="zh-Hans"),
            ],
        )
        assert matching(engine, query) == expected

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            (Word(text="truce"), "body headline summary"),
            (Word(text="truce", field=Field.HEADLINE), "headline"),
            (Word(text="truce", field=Field.BYLINE), "byline"),
            (Prefix(text="truc", field=Field.BYLINE), "byline"),
            (Fuzzy(text="truca", field=Field.HEADLINE), "headline"),
            (Phrase(text="truce ann", field=Field.BYLINE), ""),
            (Phrase(text="truce ann", slop=20, field=Field.BYLINE), ""),
            (Phrase(text="bob truce", field=Field.BYLINE), "byline"),
        ],
    )
    def test_looks_in_fields(self, engine: SearchEngine, query: Node, expected: str) -> None:
        fill(
            engine,
            [
                doc("headline", "Truncated", headline="Truce"),
                doc("summary", summary="A truce"),
                doc("body", "of the truce"),
                doc("byline", bylines=("Bob Truce", "Ann")),
            ],
        )
        assert matching(engine, query) == expected

    def test_a_phrase_stays_in_one_field(self, engine: SearchEngine) -> None:
        fill(engine, [doc("a", "exchange", headline="prisoner")])
        assert matching(engine, Phrase(text="prisoner exchange")) == ""
        assert matching(engine, Phrase(text="prisoner exchange", slop=20)) == ""

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            (Tagged(facet="party", name="x", values=("1",)), "a b"),
            (Tagged(facet="party", name="x", values=("2", "3")), "b d"),
            (Tagged(facet="party", name="x"), ""),
            (Tagged(facet="party", name="x", values=("9",)), ""),
            (Tagged(facet="section", name="x", values=("sport, local",)), "a"),
            (Dated(lower=date(2025, 6, 1), upper=date(2025, 6, 30)), "a b d"),
            (Dated(lower=date(2025, 6, 3)), "b d"),
            (Dated(upper=date(2025, 6, 2)), "a b d"),
            (Dated(upper=date(2025, 5, 31)), "d"),
            (Dated(lower=date(1, 1, 1), upper=date(9999, 12, 31)), "a b d"),
            (Dated(), "a b d"),
            (Undated(), "c"),
            (Identified(id="b"), "b"),
            (Identified(id="B"), ""),
            (Batch(run=7), "b c"),
            (Batch(run=-1), ""),
            (Not(child=Batch(run=7)), "a d"),
            (Not(child=Not(child=Batch(run=7))), "b c"),
            (And(children=(Batch(run=7), Undated())), "c"),
            (Or(children=(Identified(id="a"), Undated())), "a c"),
            (And(children=(Word(text="one"), Not(child=Batch(run=7)))), "a"),
            (None, "a b c d"),
        ],
    )
    def test_finds_by_conditions(
        self, engine: SearchEngine, query: Node | None, expected: str
    ) -> None:
        fill(
            engine,
            [
                doc("a", "one", day="2025-06-02", party=["1"], section="sport, local"),
                doc("b", "one", day="2025-06-01", until="2025-06-30", party=["1", "2"], batch=7),
                doc("c", "two", batch=7),
                doc("d", "two", day="2025-01-01", until="2025-12-31", party=["3", "3"]),
            ],
        )
        assert matching(engine, query) == expected

    def test_scores_by_the_formula(self, engine: SearchEngine) -> None:
        fill(
            engine,
            [
                doc("a", "truce truce talks", headline="Truce"),
                doc("b", "talks about the harvest and a truce"),
                doc("c", "harvest"),
            ],
        )
        headline = bm25(1, 1, 1 / 3, n=3, df=2, weight=3.0)
        scores = {hit.id: hit.score for hit in find(engine, Word(text="truce")).hits}
        assert scores == {
            "a": pytest.approx(headline + bm25(2, 3, 11 / 3, n=3, df=2), abs=1e-6),
            "b": pytest.approx(bm25(1, 7, 11 / 3, n=3, df=2), abs=1e-6),
        }

    def test_one_leaf_with_several_forms_is_one_synonym(self, engine: SearchEngine) -> None:
        fill(engine, texts("truces truce", "truce", "harvest", "talks"))
        first = find(engine, Fuzzy(text="truce")).hits[0]
        assert first.id == "a"
        assert first.score == pytest.approx(bm25(2, 2, 5 / 4, n=4, df=2), abs=1e-6)

    def test_phrases_count_starts(self, engine: SearchEngine) -> None:
        fill(engine, texts("no no no", "yes no yes yes"))
        assert find(engine, Phrase(text="no no")).hits[0].score == pytest.approx(
            bm25(2, 3, 3.5, n=2, df=1), abs=1e-6
        )
        # Windows of three words begin at the first "yes" and at the second.
        assert find(engine, Phrase(text="yes yes", slop=2)).hits[0].score == pytest.approx(
            bm25(2, 4, 3.5, n=2, df=1), abs=1e-6
        )

    def test_and_adds_or_adds_and_not_adds_nothing(self, engine: SearchEngine) -> None:
        fill(engine, texts("truce talks", "truce gas", "gas talks gas"))

        def score(query: Node) -> dict[str, float]:
            return {hit.id: hit.score for hit in find(engine, query, second_look=False).hits}

        truce, talks = score(Word(text="truce")), score(Word(text="talks"))
        prefix = Prefix(text="gas")
        assert score(And(children=(Word(text="truce"), Word(text="talks")))) == {
            "a": pytest.approx(truce["a"] + talks["a"], abs=2e-6)
        }
        assert score(Or(children=(Word(text="truce"), prefix, Undated()))) == {
            "a": pytest.approx(truce["a"]),
            "b": pytest.approx(truce["b"] + 1, abs=2e-6),
            "c": 1.0,
        }
        assert score(And(children=(Word(text="truce"), Not(child=Word(text="gas"))))) == {
            "a": truce["a"]
        }
        assert score(Not(child=Word(text="gas"))) == {"a": 0.0}

    def test_an_or_does_not_score_half_an_and(self, engine: SearchEngine) -> None:
        fill(engine, texts("truce", "gas talks"))
        half = And(children=(Word(text="truce"), Word(text="zebra")))
        query = Or(children=(half, Undated()))
        assert {hit.score for hit in find(engine, query, second_look=False).hits} == {0.0}

    def test_fuzzy_takes_the_nearest_forms_up_to_the_bound(
        self, engine_with_two_expansions: SearchEngine
    ) -> None:
        engine = engine_with_two_expansions
        fill(engine, texts("harbour harbours", "harbors", "harbord", "harbor", "harborz"))
        assert matching(engine, Fuzzy(text="harbors")) == "b d"
        assert matching(engine, Fuzzy(text="harbors"), excluded=frozenset("d")) == "b c"
        with engine.batch() as batch:
            batch.remove("b")
        assert matching(engine, Fuzzy(text="harbors")) == "c d"

    def test_two_edits_from_eight_letters_up(self, engine: SearchEngine) -> None:
        fill(engine, texts("exchange", "prisoner", "harvest"))
        assert matching(engine, Fuzzy(text="exchnaeg")) == "a"
        assert matching(engine, Fuzzy(text="harvets")) == "c"
        assert matching(engine, Fuzzy(text="harevts")) == ""

    def test_combines_the_statistics_of_both_shelves(self, engine: SearchEngine) -> None:
        fill(engine, [doc("a", "truce")], [doc("b", "truce talks talks"), doc("c", "gas")])
        alone = find(engine, Word(text="truce"))
        together = find(engine, Word(text="truce"), shelves=BOTH)
        assert ids(alone) == "a"
        assert alone.hits[0].score == pytest.approx(bm25(1, 1, 1, n=1, df=1), abs=1e-6)
        assert ids(together) == "a b"
        assert together.hits[0].score == pytest.approx(bm25(1, 1, 5 / 3, n=3, df=2), abs=1e-6)
        assert ids(find(engine, None, shelves=(Shelf.STAFF,))) == "b c"

    def test_refuses_unknown_facets(self, engine: SearchEngine) -> None:
        fill(engine, texts("truce"))
        inner = Tagged(facet="colour", name="red", values=("1",))
        for query in (inner, And(children=(Word(text="a"), Not(child=inner)))):
            with pytest.raises(ValueError, match="no facet 'colour'"):
                find(engine, query)
        with pytest.raises(ValueError, match="no facet 'colour'"):
            find(engine, filters={"colour": ("red",)})
        with pytest.raises(ValueError, match="no facet 'colour'"):
            find(engine, facets=("colour",))
