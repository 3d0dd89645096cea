"""What every engine must put first, and that an explanation adds up to it."""

from __future__ import annotations

import math
from datetime import date

import pytest

from archive.query.nodes import And, Fuzzy, Node, Not, Or, Phrase, Prefix, Synonyms, Word
from archive.query.parser import parse
from archive.search.document import Shelf
from archive.search.engine import SearchEngine
from archive.search.request import SearchRequest, Sort
from archive.search.scoring import RECENCY
from archive.search.second_look import LOOKED_AT
from tests.engines.documents import doc, fill, find, ids, texts

GAS, PRICE = Word(text="gas"), Word(text="price")
BOTH_WORDS = And(children=(GAS, PRICE))
EITHER = Or(children=(GAS, PRICE))


def explained(engine: SearchEngine, id_: str, query: Node | None, **options: object) -> float:
    """What the parts of an explanation come to, after it was held to say the same itself."""
    request = SearchRequest(query=query, **options)  # type: ignore[arg-type]  # any field
    explanation = engine.explain(request, id_)
    assert explanation is not None
    score = sum(part.score for part in explanation.parts)
    score += sum(bonus.score for bonus in explanation.bonuses)
    score *= explanation.recency or 1.0
    assert explanation.score == pytest.approx(score, abs=1e-6)
    return score


class RankingContract:
    """The second look, the preference for the new, and explanations of both."""

    @pytest.mark.parametrize(
        ("query", "better", "worse"),
        [
            (BOTH_WORDS, "gas a price b c d e f g h i", "gas a b c d e f g h i price"),
            (BOTH_WORDS, "gas a b c d e f price g h i", "gas a b c d e f g price h i"),
            (BOTH_WORDS, "price a b c d e f gas g h i", "price a b c d e f g gas h i"),
            (BOTH_WORDS, "a gas price b c", "a price gas b c"),
            (EITHER, "gas price a b c d e f", "gas gas gas gas gas gas gas a"),
            (
                And(children=(Phrase(text="natural gas"), PRICE)),
                "natural gas price",
                "price natural gas",
            ),
        ],
    )
    def test_what_is_asked_for_together_comes_first(
        self, engine: SearchEngine, query: Node, better: str, worse: str
    ) -> None:
        fill(engine, [doc("a", worse), doc("b", better), *texts(*["zebra"] * 30)[2:]])
        assert ids(find(engine, query, second_look=False)) == "a b"
        assert ids(find(engine, query)) == "b a"

    @pytest.mark.parametrize("headline", ["停战协定", "gas 停战协定", "gas and price"])
    def test_a_headline_is_whole_in_any_script(self, engine: SearchEngine, headline: str) -> None:
        fill(engine, [doc("a", headline=f"{headline}签署"), doc("b", headline=headline)])
        explanation = engine.explain(SearchRequest(query=parse(headline).node), "b")
        assert explanation is not None
        assert explanation.bonuses[-1].name == "headline"
        longer = engine.explain(SearchRequest(query=parse(headline).node), "a")
        assert longer is not None
        assert "headline" not in {bonus.name for bonus in longer.bonuses}
        assert ids(find(engine, parse(headline).node)) in ("b a", "b")

    def test_a_whole_headline_comes_first(self, engine: SearchEngine) -> None:
        fill(engine, [doc("a", headline="gas price today"), doc("b", headline="gas price")])
        first, second = find(engine, BOTH_WORDS).hits
        assert first.id == "b"
        assert first.score > second.score

    def test_a_headline_in_runs_without_spaces_is_whole(self, engine: SearchEngine) -> None:
        fill(
            engine,
            [
                doc("longer", headline="학교 건설 계획", language="ko"),
                doc("whole", headline="학교 건설", language="ko"),
                doc("turned", headline="건설 학교", language="ko"),
            ],
        )
        query = And(children=(Word(text="학교"), Word(text="건설")))
        found: dict[str, set[str]] = {}
        for id_ in ("longer", "whole", "turned"):
            explanation = engine.explain(SearchRequest(query=query), id_)
            assert explanation is not None
            found[id_] = {bonus.name for bonus in explanation.bonuses} & {"phrase", "headline"}
        assert found == {"longer": {"phrase"}, "whole": {"phrase", "headline"}, "turned": set()}

    def test_one_word_is_not_looked_at_again(self, engine: SearchEngine) -> None:
        fill(engine, texts("gas price", "price gas gas"))
        for query in (GAS, Synonyms(leaves=(GAS, PRICE)), Phrase(text="gas gas")):
            assert find(engine, query) == find(engine, query, second_look=False)

    @pytest.mark.parametrize(
        "query", [BOTH_WORDS, Phrase(text="gas price"), Word(text="gas-price")], ids=str
    )
    def test_whoever_types_a_headline_finds_it_first(
        self, engine: SearchEngine, query: Node
    ) -> None:
        often = "The gas price, once more the gas price. " * 5
        fill(
            engine,
            [
                doc("often", often, headline="Gas price rises, gas price falls"),
                doc("whole", "Nothing else.", headline="Gas price"),
                doc("turned", often, headline="Price gas"),
            ],
        )
        assert find(engine, query).hits[0].id == "whole"

    @pytest.mark.parametrize("sort", [Sort.RELEVANCE, Sort.BALANCED])
    def test_what_comes_after_the_best_keeps_its_place(
        self, engine: SearchEngine, sort: Sort
    ) -> None:
        # The longer an article, the less it scores; the last would gain most by a second look.
        bodies = [f"gas {'x ' * number} price" for number in range(LOOKED_AT + 20)]
        names = [f"a{number:03}" for number in range(len(bodies))]
        fill(engine, [*map(doc, names, bodies), doc("last", f"gas price {'x ' * 1000}")])
        plain = find(engine, BOTH_WORDS, sort=sort, second_look=False, limit=1000)
        ranked = find(engine, BOTH_WORDS, sort=sort, limit=1000)
        assert ranked.hits[LOOKED_AT:] == plain.hits[LOOKED_AT:]
        assert plain.hits[-1].id == "last"
        best = {hit.id: hit.score for hit in plain.hits[:LOOKED_AT]}
        assert {hit.id for hit in ranked.hits[:LOOKED_AT]} == set(best)
        assert all(hit.score > best[hit.id] for hit in ranked.hits[:LOOKED_AT])
        for width in (70, 90, 199, 201):
            pages = [
                hit
                for offset in range(0, len(ranked.hits), width)
                for hit in find(engine, BOTH_WORDS, sort=sort, offset=offset, limit=width).hits
            ]
            assert tuple(pages) == ranked.hits
        for hit in (ranked.hits[0], ranked.hits[LOOKED_AT - 1], ranked.hits[LOOKED_AT]):
            score = explained(engine, hit.id, BOTH_WORDS, sort=sort, offset=90)
            assert score == pytest.approx(hit.score, abs=1e-5)

    @pytest.mark.parametrize(
        "query",
        [GAS, Prefix(text="ga"), Fuzzy(text="gaz"), And(children=(GAS, Not(child=PRICE)))],
    )
    def test_a_balanced_score_falls_with_age(self, engine: SearchEngine, query: Node) -> None:
        days = {"a": "", "b": "2024-06-01", "c": "2025-06-01", "d": "2025-05-31", "e": "2035-01-01"}
        fill(engine, [doc(name, "gas", day=day) for name, day in days.items()])
        today = date(2025, 6, 1)
        plain = find(engine, query).hits[0].score
        hits = find(engine, query, sort=Sort.BALANCED, today=today).hits
        assert [hit.id for hit in hits] == ["e", "c", "d", "b", "a"]
        scores = {hit.id: hit.score for hit in hits}
        assert scores == {
            "e": pytest.approx(plain * (1 + RECENCY), abs=2e-6),
            "c": pytest.approx(plain * (1 + RECENCY), abs=2e-6),
            "d": pytest.approx(plain * (1 + RECENCY * math.exp2(-1 / 365)), abs=2e-6),
            "b": pytest.approx(plain * (1 + RECENCY / 2), abs=2e-6),
            "a": pytest.approx(plain, abs=2e-6),
        }
        for name, score in scores.items():
            assert explained(engine, name, query, sort=Sort.BALANCED, today=today) == pytest.approx(
                score, abs=2e-6
            )

    def test_what_is_hidden_is_not_explained(self, engine: SearchEngine) -> None:
        fill(engine, texts("gas price", "gas price", "zebra"), [doc("s", "gas price")])
        request = SearchRequest(query=BOTH_WORDS, excluded=frozenset("b"))
        assert engine.explain(request, "b") is None
        assert engine.explain(request, "s") is None
        assert engine.explain(request, "nobody") is None
        explanation = engine.explain(request, "a")
        assert explanation is not None
        assert (explanation.documents, explanation.total) == (2, 1)
        assert [part.frequency for part in explanation.parts] == [1, 1]
        other = engine.explain(request, "c")
        assert other is not None
        assert (other.matches, other.score) == (False, 0.0)
        both = engine.explain(SearchRequest(query=BOTH_WORDS, shelves=tuple(Shelf)), "s")
        assert both is not None
        assert (both.documents, both.total) == (4, 3)
        assert [part.frequency for part in both.parts] == [3, 3]

    def test_an_explanation_says_what_each_filter_takes_away(self, engine: SearchEngine) -> None:
        fill(
            engine,
            [
                doc("a", "gas", day="2025-06-02", party=["1"], section="world"),
                doc("b", "gas", day="2024-06-02", party=["2"], section="world"),
                doc("c", "gas", party=["1"], section="sport"),
            ],
        )
        filters = {"party": ("1",), "section": ("world",), "place": ()}
        request = SearchRequest(query=GAS, filters=filters, date_from=date(2025, 1, 1))
        explanation = engine.explain(request, "b")
        assert explanation is not None
        assert explanation.matches
        assert explanation.total == 1
        assert {each.name: (each.removed, each.kept) for each in explanation.filters} == {
            "party": (1, False),
            "section": (1, True),
            "date_from": (2, False),
        }
