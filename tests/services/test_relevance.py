from __future__ import annotations

import json
from pathlib import Path

import pytest

from archive.exceptions import CollectionError
from archive.query.nodes import Or, Word
from archive.search.measures import MEASURES, Measures
from archive.services.relevance import (
    Comparison,
    QueryComparison,
    any_of_words,
    comparison_data,
    measure_folder,
    relative_change,
)
from archive.services.relevance_files import read_collection

SMALL_NEWS = Path(__file__).parent / "samples" / "small-news"
FERRY = {"id": "ferry", "headline": "Ferry runs aground", "body": "A ferry ran aground in fog."}
FOG = {"id": "fog", "headline": "Fog at the airport", "body": "Flights were late."}


def write(folder: Path, **files: str | bytes) -> Path:
    """A collection of two documents and a query, but for the files that are given."""
    usual = {
        "docs": "".join(json.dumps(record) + "\n" for record in (FERRY, FOG)),
        "queries": "f-1\tferry in fog\n",
        "qrels": "f-1 0 ferry 1\n",
    }
    names = {"docs": "docs.jsonl", "queries": "queries.tsv", "qrels": "qrels.trec"}
    for name, content in {**usual, **files}.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / names[name]).write_bytes(data)
    return folder


class TestReading:
    def test_ids_texts_and_judgements(self, tmp_path: Path) -> None:
        record = {
            "id": 7,
            "headline": "Ferry",
            "summary": None,
            "body": "Fog",
            "published": "2024-02-05",
            "language": "EN_gb",
            "topics": ["Transport"],
        }
        collection = read_collection(
            write(
                tmp_path,
                docs=f"\ufeff{json.dumps(record)}\r\n\r\n",
                queries="n-1\tferry\tin fog\r\nnone\tnothing\n",
                qrels="other 0 7 1\nn-1\t0 7 2\nnone 0 7 0\n",
            )
        )
        [document] = collection.documents
        assert (document.id, document.headline, document.summary) == ("7", "Ferry", "")
        assert document.language == "en-GB"
        assert document.lower is not None
        assert document.lower.isoformat() == "2024-02-05"
        assert collection.queries == {"n-1": "ferry\tin fog"}
        assert collection.judgements == {"n-1": {"7": 2}}
        assert collection.unanswered == 1
        assert collection.name == tmp_path.name

    def test_a_date_that_cannot_be_read_leaves_a_document_undated(self, tmp_path: Path) -> None:
        docs = json.dumps({**FERRY, "published": "yesterday"})
        [document] = read_collection(write(tmp_path, docs=docs)).documents
        assert document.lower is None

    def test_what_other_collections_write_is_taken_in(self, tmp_path: Path) -> None:
        collection = read_collection(
            write(
                tmp_path,
                docs=json.dumps({**FERRY, "language": "?"}),
                queries="f-1\tferry\nf-2\t\n",
                qrels="f-1 0 ferry 2.0\n",
            )
        )
        assert [document.language for document in collection.documents] != ["?"]
        assert collection.judgements == {"f-1": {"ferry": 2}}
        assert collection.unanswered == 1

    def test_a_document_may_be_number_nought(self, tmp_path: Path) -> None:
        [document] = read_collection(write(tmp_path, docs='{"id": 0}')).documents
        assert document.id == "0"

    def test_languages_that_are_not_told(self) -> None:
        collection = read_collection(SMALL_NEWS)
        languages = {document.id: document.language for document in collection.documents}
        assert (languages["de-1"], languages["uk-1"]) == ("de", "uk")
        others = {tag for id_, tag in languages.items() if id_[:3] not in ("de-", "uk-")}
        assert others == {"en"}

    def test_few_texts_in_another_language_are_taken_for_a_mistake(self, tmp_path: Path) -> None:
        english = "The council will repair the old harbour wall after the storms of this winter."
        german = "Die Fähre ist vor der Insel im dichten Nebel auf Grund gelaufen und liegt fest."
        docs = [
            {"id": str(number), "body": german if number < 2 else english} for number in range(50)
        ]
        docs.append({"id": "ferry", "body": "7"})
        folder = write(tmp_path, docs="\n".join(map(json.dumps, docs)))
        assert {document.language for document in read_collection(folder).documents} == {"en"}
        more = [{"id": f"german {number}", "body": german} for number in range(3)]
        folder = write(tmp_path, docs="\n".join(map(json.dumps, docs + more)))
        found = {document.id: document.language for document in read_collection(folder).documents}
        assert (found["0"], found["german 1"], found["49"], found["ferry"]) == (
            "de",
            "de",
            "en",
            "en",
        )

    @pytest.mark.parametrize(
        ("files", "message"),
        [
            ({"docs": "{}\n"}, r"docs\.jsonl, line 1, has no “id”"),
            ({"docs": '{"id": "a"}\n\nno\n'}, r"docs\.jsonl, line 3, is not JSON"),
            ({"docs": "[" * 100_000}, r"docs\.jsonl, line 1, is not JSON"),
            ({"docs": '["a"]'}, r"docs\.jsonl, line 1, should be a JSON object"),
            ({"docs": '{"id": "a"}\n{"id": "a"}'}, r"docs\.jsonl, line 2, .* second time: a"),
            ({"docs": '{"id": "a", "body": ["b"]}'}, r"docs\.jsonl, line 1, .* text for “body”"),
            ({"docs": '{"id": true}'}, r"docs\.jsonl, line 1, .* “id”"),
            ({"docs": b'{"id": "a"}\n\xff'}, r"docs\.jsonl, line 2, is not UTF-8"),
            ({"docs": "\n"}, r"docs\.jsonl holds no documents"),
            ({"queries": "f-1 ferry"}, r"queries\.tsv, line 1, should be"),
            ({"queries": "f-1\tferry\nf-1\tfog"}, r"queries\.tsv, line 2, .* second time: f-1"),
            ({"queries": ""}, r"queries\.tsv holds no queries"),
            ({"qrels": "f-1 0 ferry 1\nf-1 ferry 1"}, r"qrels\.trec, line 2, should be"),
            ({"qrels": "f-1 0 ferry much"}, r"qrels\.trec, line 1, should be"),
            ({"qrels": "f-1 0 ferry inf"}, r"qrels\.trec, line 1, should be"),
            ({"qrels": ""}, r"qrels\.trec holds no judgements"),
            ({"qrels": "1 0 ferry 1\n"}, r"by the same id"),
            ({"qrels": "f-1 0 ferry 0\n"}, r"qrels\.trec judges no document to answer"),
        ],
    )
    def test_what_is_wrong_is_said_with_its_place(
        self, tmp_path: Path, files: dict[str, str | bytes], message: str
    ) -> None:
        with pytest.raises(CollectionError, match=message):
            read_collection(write(tmp_path, **files))

    @pytest.mark.parametrize("name", ["docs.jsonl", "queries.tsv", "qrels.trec"])
    def test_a_file_that_is_missing_or_cannot_be_read(self, tmp_path: Path, name: str) -> None:
        path = write(tmp_path) / name
        path.unlink()
        with pytest.raises(CollectionError, match=rf"There is no .*{name}. A collection is"):
            read_collection(tmp_path)
        path.mkdir()
        with pytest.raises(CollectionError, match=rf"{name} cannot be read"):
            read_collection(tmp_path)


class TestQueries:
    @pytest.mark.parametrize(
        ("text", "languages", "words"),
        [
            ("ferry in fog", ["en"], ["ferry", "in", "fog"]),
            ("Flow of flows", ["en"], ["Flow", "of"]),
            # In German, flow and flows are two words.
            ("flow flows", ["de", "en"], ["flow", "flows"]),
            ('AND -ferry "OR" (fog)*', ["en"], ["AND", "ferry", "OR", "fog"]),
            ("ferry", ["en"], ["ferry"]),
            ("?!", ["en"], []),
        ],
    )
    def test_any_of_the_words(self, text: str, languages: list[str], words: list[str]) -> None:
        node = any_of_words(text, languages)
        nodes = node.children if isinstance(node, Or) else (node,) if node else ()
        assert [word.text for word in nodes if isinstance(word, Word)] == words

    def test_as_many_words_as_there_are(self) -> None:
        node = any_of_words(" ".join(f"word{number}" for number in range(500)), ["en"])
        assert isinstance(node, Or)
        assert len(node.children) == 500


class TestMeasuring:
    def test_small_news(self) -> None:
        told: list[tuple[str, int, int]] = []
        comparison = measure_folder(
            SMALL_NEWS, progress=lambda text, done, total: told.append((text, done, total))
        )
        assert (comparison.collection, comparison.documents) == ("small-news", 40)
        assert len(comparison.queries) == 13
        assert comparison.archive.recall_100 == 1
        # Both find what is asked for; what only shares a word does not come first.
        assert comparison.bm25.ndcg_10 > 0.9
        assert comparison.archive.ndcg_10 >= comparison.bm25.ndcg_10
        assert not comparison.lost
        assert told[-1] == ("small-news: 13 of 13 queries", 13, 13)

    def test_the_second_look_is_what_is_measured(self, tmp_path: Path) -> None:
        bulk = "The minister of trade spoke of art. " * 3
        # To BM25 they are alike, and the smaller id comes first.
        docs = [
            {"id": "near", "body": f"{bulk} The interest rate fell. {bulk}"},
            {"id": "apart", "body": f"The interest fell. {bulk} {bulk} Rate."},
            *({"id": f"other {number}", "body": bulk} for number in range(30)),
        ]
        folder = write(
            tmp_path,
            docs="\n".join(map(json.dumps, docs)),
            queries="rate\tinterest rate\n",
            qrels="rate 0 near 1\n",
        )
        comparison = measure_folder(folder)
        assert comparison.archive.map == 1
        assert comparison.bm25.map == 1 / 2
        assert comparison.won == 1

    def test_the_collection_among_the_real_files(self, sample_data: Path) -> None:
        comparison = measure_folder(sample_data / "ir" / "cranfield")
        change = relative_change(comparison.archive, comparison.bm25, "ndcg_10")
        assert change is not None
        assert change >= 0.03
        for name in MEASURES:
            better = getattr(comparison.archive, name) >= getattr(comparison.bm25, name)
            assert better or comparison.p_value(name) >= 0.05, name

    def test_a_query_without_words_finds_nothing(self, tmp_path: Path) -> None:
        comparison = measure_folder(write(tmp_path, queries="f-1\t?!\n"))
        assert comparison.archive == Measures(map=0, ndcg_10=0, p_10=0, recall_100=0)


def query(name: str, archive: float, bm25: float) -> QueryComparison:
    return QueryComparison(
        id=name,
        text=f"words of {name}",
        archive=Measures(map=archive, ndcg_10=archive, p_10=archive, recall_100=archive),
        bm25=Measures(map=bm25, ndcg_10=bm25, p_10=bm25, recall_100=bm25),
    )


def comparison(name: str, *queries: QueryComparison) -> Comparison:
    return Comparison(collection=name, documents=10, unanswered=1, queries=queries)


ONE = comparison("one", query("a", 0.8, 0.6), query("b", 0.3, 0.4), query("c", 0.1, 0.5))
OTHER = comparison("other", query("a", 0.8, 0.9))


class TestAnswer:
    def test_means_and_losses(self) -> None:
        assert ONE.archive.map == pytest.approx(0.4)
        assert ONE.bm25.map == pytest.approx(0.5)
        assert [lost.id for lost in ONE.lost] == ["c", "b"]
        assert ONE.won == 1
        assert ONE.p_value("map") == pytest.approx(6 / 8)

    def test_relative_change(self) -> None:
        assert relative_change(ONE.archive, ONE.bm25, "map") == pytest.approx(-0.2)
        nothing = query("x", 0.1, 0)
        assert relative_change(nothing.archive, nothing.bm25, "map") is None

    def test_json_of_one_collection(self) -> None:
        data = comparison_data([ONE])
        assert data["collection"] == "one"
        assert set(data["archive"]) == set(data["bm25"]) == set(MEASURES)
        assert data["archive"]["ndcg_10"] == pytest.approx(0.4)
        [own] = data["collections"]
        assert (own["archive"], own["bm25"]) == (data["archive"], data["bm25"])
        assert (own["documents"], own["queries"], own["unanswered"], own["won"]) == (10, 3, 1, 1)
        assert [lost["query"] for lost in own["lost"]] == ["c", "b"]
        assert own["change"]["p_10"] == pytest.approx(-0.2)

    def test_json_of_several_collections_has_their_means(self) -> None:
        data = comparison_data([ONE, OTHER])
        assert "collection" not in data
        assert data["archive"]["map"] == pytest.approx((0.4 + 0.8) / 2)
        assert data["bm25"]["map"] == pytest.approx((0.5 + 0.9) / 2)
        assert [own["collection"] for own in data["collections"]] == ["one", "other"]
