"""How every engine must filter, count, order and page; what is similar; what may be misspelt."""

from __future__ import annotations

from datetime import date

import pytest

from archive.query.nodes import And, Word
from archive.search.document import IndexDocument, Shelf
from archive.search.engine import SearchEngine
from archive.search.request import DateFilter, Days, HistogramRequest, Sort, Zoom
from archive.search.result import FacetCounts, Histogram
from tests.engines.documents import doc, fill, find, ids, matching, texts

BOTH = (Shelf.PUBLIC, Shelf.STAFF)


def days(lower: str, upper: str = "") -> Days:
    return Days(lower=date.fromisoformat(lower), upper=date.fromisoformat(upper or lower))


def year(number: int) -> Days:
    return Days(lower=date(number, 1, 1), upper=date(number, 12, 31))


TAGGED = (
    doc("a", "truce", day="2025-06-02", party=["ru", "ua"], place=["tr"], section="sport, local"),
    doc("b", "truce", day="2025-06-01", until="2025-06-30", party=["ru"], section="world"),
    doc("c", "truce", party=["ua", "ua"], place=["tr", "by"]),
    doc("d", "truce", day="2024-01-01", until="2024-12-31", party=["de"], section="world"),
    doc("e", "gas", day="2024-05-05", party=["ru", "de"], place=["by"], section="world"),
)
DATED = (
    doc("day", day="2025-06-02"),
    doc("same-month", day="2025-06-30"),
    doc("month", day="2025-06-01", until="2025-06-30"),
    doc("two-months", day="2025-06-30", until="2025-07-01"),
    doc("year", day="2025-01-01", until="2025-12-31"),
    doc("two-years", day="2024-12-31", until="2025-01-01"),
    doc("first", day="0001-01-01"),
    doc("last", day="9999-12-31"),
    doc("undated"),
)


class PageContract:
    """Filters, counts, order, similar articles, spellings."""

    @pytest.mark.parametrize(
        ("filters", "dates", "expected"),
        [
            ({}, DateFilter(), "a b c d e"),
            ({"party": ("ru",)}, DateFilter(), "a b e"),
            ({"party": ("de", "ua")}, DateFilter(), "a c d e"),
            ({"party": ("ru",), "place": ("by",)}, DateFilter(), "e"),
            ({"party": ()}, DateFilter(), "a b c d e"),
            ({"party": ("nobody",)}, DateFilter(), ""),
            ({"section": ("sport, local",)}, DateFilter(), "a"),
            ({}, DateFilter(undated=True), "c"),
            ({}, DateFilter(periods=(days("2025-06-30"),)), "b"),
            ({}, DateFilter(periods=(days("2025-06-30"), year(2024))), "b d e"),
            ({}, DateFilter(periods=(year(2025),), undated=True), "a b c"),
            ({"party": ("ua",)}, DateFilter(periods=(year(2025),)), "a"),
        ],
    )
    def test_narrows(
        self,
        engine: SearchEngine,
        filters: dict[str, tuple[str, ...]],
        dates: DateFilter,
        expected: str,
    ) -> None:
        fill(engine, TAGGED)
        assert matching(engine, None, filters=filters, dates=dates) == expected

    @pytest.mark.parametrize(
        ("lower", "upper", "expected"),
        [
            ("2025-06-02", None, "a b"),
            ("2025-06-03", None, "b"),
            (None, "2024-05-05", "d e"),
            ("2024-06-01", "2025-06-01", "b d"),
            (None, None, "a b c d e"),
        ],
    )
    def test_narrows_between_two_days(
        self, engine: SearchEngine, lower: str | None, upper: str | None, expected: str
    ) -> None:
        fill(engine, TAGGED)
        found = matching(
            engine,
            None,
            date_from=date.fromisoformat(lower) if lower else None,
            date_to=date.fromisoformat(upper) if upper else None,
        )
        assert found == expected

    def test_counts_each_facet_without_its_own_choice(self, engine: SearchEngine) -> None:
        fill(engine, TAGGED)
        result = find(
            engine,
            Word(text="truce"),
            filters={"party": ("ru",), "place": ("tr",)},
            facets=("party", "place", "section"),
        )
        assert ids(result) == "a"
        assert result.facets["party"] == FacetCounts(counts=(("ua", 2), ("ru", 1)), distinct=2)
        assert result.facets["place"] == FacetCounts(counts=(("tr", 1),), distinct=1)
        assert result.facets["section"] == FacetCounts(counts=(("sport, local", 1),), distinct=1)

    def test_counts_heed_dates_of_both_kinds(self, engine: SearchEngine) -> None:
        fill(engine, TAGGED)
        by_choice = find(engine, dates=DateFilter(periods=(year(2024),)), facets=("party",))
        between = find(engine, date_to=date(2024, 12, 31), facets=("party",))
        expected = FacetCounts(counts=(("de", 2), ("ru", 1)), distinct=2)
        assert by_choice.facets["party"] == between.facets["party"] == expected

    @pytest.mark.parametrize(
        ("limit", "chosen", "counts"),
        [
            (50, (), [("ru", 3), ("de", 2), ("ua", 2)]),
            (2, (), [("ru", 3), ("de", 2)]),
            (2, ("ua",), [("ru", 3), ("ua", 2)]),
            (1, ("ua", "de"), [("de", 2), ("ua", 2)]),
            (2, ("nobody",), [("ru", 3), ("nobody", 0)]),
            (0, (), []),
        ],
    )
    def test_shows_the_most_frequent_values_and_the_chosen(
        self,
        engine: SearchEngine,
        limit: int,
        chosen: tuple[str, ...],
        counts: list[tuple[str, int]],
    ) -> None:
        fill(engine, TAGGED)
        result = find(engine, filters={"party": chosen}, facets=("party",), facet_limit=limit)
        assert result.facets["party"] == FacetCounts(counts=tuple(counts), distinct=3)

    def test_counts_nothing_that_was_not_asked_for(self, engine: SearchEngine) -> None:
        fill(engine, TAGGED)
        result = find(engine, limit=0)
        assert (result.total, result.hits, result.facets, result.histogram) == (5, (), {}, None)

    @pytest.mark.parametrize(
        ("request_", "expected"),
        [
            (
                HistogramRequest(),
                Histogram(
                    bars={"0001": 1, "2025": 5, "9999": 1},
                    unplaced=1,
                    undated=1,
                ),
            ),
            (
                HistogramRequest(zoom=Zoom.MONTH, within=year(2025)),
                Histogram(bars={"2025-06": 3}, unplaced=3, undated=1),
            ),
            (
                HistogramRequest(zoom=Zoom.DAY, within=days("2025-06-01", "2025-06-30")),
                Histogram(bars={"2025-06-02": 1, "2025-06-30": 1}, unplaced=3, undated=1),
            ),
            (
                HistogramRequest(zoom=Zoom.MONTH, within=year(1990)),
                Histogram(bars={}, unplaced=0, undated=1),
            ),
            (
                HistogramRequest(zoom=Zoom.DAY, within=days("0001-01-01", "0001-01-31")),
                Histogram(bars={"0001-01-01": 1}, unplaced=0, undated=1),
            ),
            (
                HistogramRequest(zoom=Zoom.MONTH, within=year(9999)),
                Histogram(bars={"9999-12": 1}, unplaced=0, undated=1),
            ),
        ],
    )
    def test_counts_each_article_in_one_period(
        self, engine: SearchEngine, request_: HistogramRequest, expected: Histogram
    ) -> None:
        fill(engine, DATED)
        histogram = find(engine, histogram=request_).histogram
        assert histogram == expected
        assert list(histogram.bars) == sorted(histogram.bars)

    def test_the_histogram_leaves_out_its_own_choice_only(self, engine: SearchEngine) -> None:
        fill(engine, TAGGED)
        result = find(
            engine,
            filters={"party": ("ru",)},
            dates=DateFilter(periods=(year(2025),)),
            date_from=date(2024, 1, 1),
            histogram=HistogramRequest(),
        )
        assert ids(result) == "a b"
        assert result.histogram == Histogram(bars={"2024": 1, "2025": 2})

    @pytest.mark.parametrize(
        ("sort", "expected"),
        [
            (Sort.NEWEST, "last same-month two-months day month year two-years first undated"),
            (Sort.OLDEST, "first two-years year month day same-month two-months last undated"),
            (Sort.RELEVANCE, "last same-month two-months day month year two-years first undated"),
        ],
    )
    def test_orders_by_day(self, engine: SearchEngine, sort: Sort, expected: str) -> None:
        fill(engine, reversed(DATED))
        assert ids(find(engine, sort=sort)) == expected
        assert ids(find(engine, sort=sort, offset=2, limit=3)).split() == expected.split()[2:5]
        assert ids(find(engine, sort=sort, offset=8, limit=3)).split() == expected.split()[8:]
        assert ids(find(engine, sort=sort, offset=90, limit=3)) == ""

    def test_orders_by_score_then_day_then_id(self, engine: SearchEngine) -> None:
        fill(
            engine,
            [
                doc("d", "truce", day="2020-01-01"),
                doc("c", "truce"),
                doc("b", "truce", day="2020-01-01"),
                doc("a", "truce"),
                doc("e", "truce", day="2021-01-01"),
                doc("f", "truce truce", day="1990-01-01"),
            ],
        )
        result = find(engine, Word(text="truce"))
        assert ids(result) == "f e b d a c"
        assert [hit.score for hit in result.hits] == sorted(
            (round(hit.score, 6) for hit in result.hits), reverse=True
        )
        assert ids(find(engine, Word(text="truce"), offset=1, limit=2)) == "e b"

    def test_what_is_excluded_is_not_there(self, engine: SearchEngine) -> None:
        kept = [TAGGED[0], TAGGED[3]]
        fill(engine, TAGGED)
        options = {"facets": ("party", "place"), "histogram": HistogramRequest()}
        query = And(children=(Word(text="truce"), Word(text="truces")))
        masked = find(engine, query, excluded=frozenset(["b", "c", "e", "unknown"]), **options)
        with engine.batch() as batch:
            for gone in "bce":
                batch.remove(gone)
        assert find(engine, query, **options) == masked
        assert masked.total == len(kept)
        assert find(engine, query, excluded=frozenset("ad")).total == 0

    def test_what_is_excluded_was_perhaps_written_twice(self, engine: SearchEngine) -> None:
        for body in ("gas gas", "truce", "truce"):
            fill(engine, [doc("a", body), doc("b", body), doc("c", "truce talks")])
        masked = find(engine, Word(text="truce"), excluded=frozenset("a"))
        with engine.batch() as batch:
            batch.remove("a")
        assert ids(masked) == "b c"
        assert find(engine, Word(text="truce")) == masked
        assert find(engine, Word(text="truce"), excluded=frozenset("a")) == masked

    def test_similar_articles_share_the_words_that_set_one_apart(
        self, engine: SearchEngine
    ) -> None:
        exchange = "Prisoners were exchanged in Istanbul after the ministers met about the truce"
        fill(
            engine,
            [
                doc("a", exchange),
                doc("b", "In Istanbul the prisoner exchange followed a meeting of ministers"),
                doc("c", "The harvest was poor, as farmers said"),
                doc("d", "Football: the cup goes north"),
                doc("e", "Gefangene wurden in Istanbul ausgetauscht", language="de"),
            ],
            [doc("f", exchange)],
        )
        like = doc("a", exchange)
        assert [hit.id for hit in engine.similar(like, limit=5)] == ["b"]
        assert [hit.id for hit in engine.similar(like, limit=5, shelves=BOTH)] == ["f", "b"]
        assert [hit.id for hit in engine.similar(like, limit=1, shelves=BOTH)] == ["f"]
        assert engine.similar(like, limit=5, excluded=frozenset("b")) == ()
        new = doc("new", exchange)
        assert [hit.id for hit in engine.similar(new, limit=5)] == ["a", "b"]
        assert engine.similar(doc("none", ""), limit=5) == ()
        assert engine.similar(doc("digits", "2025 1999 at in"), limit=5) == ()

    def test_words_that_most_articles_have_make_none_similar(self, engine: SearchEngine) -> None:
        common = [doc(f"n{i}", f"government statement number{i}") for i in range(12)]
        fill(engine, common)
        assert engine.similar(doc("x", "government statement"), limit=5) == ()

    @pytest.mark.parametrize(
        ("word", "expected"),
        [
            ("istambul", ("istanbul", "istanbuls")),
            ("truse", ("truce",)),
            ("truce", ("truck",)),
            ("xruce", ("truce",)),
            ("Trúck", ("truce",)),
            ("zz", ()),
            ("two words", ()),
            ("", ()),
        ],
    )
    def test_offers_spellings(
        self, engine: SearchEngine, word: str, expected: tuple[str, ...]
    ) -> None:
        fill(
            engine,
            texts("truce truck", "truce in Istanbul", "Istanbul", "Istanbuls"),
            [doc("s", "trucf")],
        )
        found = engine.spellings(word, limit=5)
        assert found == expected
        assert engine.spellings(word, limit=1) == expected[:1]

    def test_a_spelling_needs_an_article_that_may_be_seen(self, engine: SearchEngine) -> None:
        fill(engine, [*texts("Istanbul", "Istanbul"), doc("c", headline="Istambuls")])
        assert engine.spellings("istambul", limit=5) == ("istanbul", "istambuls")
        assert engine.spellings("istambul", limit=5, excluded=frozenset("c")) == ("istanbul",)
        assert engine.spellings("istambul", limit=5, excluded=frozenset("abc")) == ()
        with engine.batch() as batch:
            batch.remove("c")
        assert engine.spellings("istambul", limit=5) == ("istanbul",)

    def test_the_public_shelf_knows_nothing_of_the_other(self, engine: SearchEngine) -> None:
        hidden: list[IndexDocument] = [doc("h", "secret", language="de", party=["x"])]
        fill(engine, texts("truce"), hidden)
        assert matching(engine, Word(text="secret")) == ""
        assert engine.spellings("secrets", limit=5) == ()
        assert find(engine, facets=("party",)).facets["party"] == FacetCounts()
