from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from archive.search.measures import MEASURES
from tests.management.running import run

SMALL_NEWS = Path(__file__).parents[1] / "services" / "samples" / "small-news"


@pytest.fixture
def hard(tmp_path: Path) -> Path:
    """With a query that is answered where its words stand far apart, and one without an answer."""
    folder = shutil.copytree(SMALL_NEWS, tmp_path / "hard news")
    docs = [
        {"id": "apart", "body": "Quince is sold out. The shops have nothing else, nor marmalade."},
        {"id": "near", "body": "Quince marmalade is sold out. The shops have nothing else, nor."},
    ]
    with (folder / "docs.jsonl").open("a") as file:
        file.writelines(f"{json.dumps(record)}\n" for record in docs)
    with (folder / "queries.tsv").open("a") as file:
        file.write("sweet\tquince \x1b[0m marmalade\nnone\tpenguins\n")
    with (folder / "qrels.trec").open("a") as file:
        file.write("sweet 0 apart 1\n")
    return folder


def test_table() -> None:
    code, out, _ = run("measure_relevance", str(SMALL_NEWS))
    assert code == 0
    assert "small-news: 40 documents, 13 queries" in out
    for heading in ("MAP", "nDCG@10", "P@10", "recall@100", "archive", "bm25", "change", "p"):
        assert heading in out
    assert "0 worse" in out
    assert "Lost most" not in out
    assert "Means" not in out


def test_json_of_one_folder() -> None:
    code, out, _ = run("measure_relevance", str(SMALL_NEWS), "--json")
    answer = json.loads(out)
    assert code == 0
    assert answer["collection"] == "small-news"
    for ranked in ("archive", "bm25"):
        assert set(answer[ranked]) == set(MEASURES)
        assert all(0 < value <= 1 for value in answer[ranked].values())
    assert answer["archive"]["recall_100"] == 1


def test_several_folders(hard: Path) -> None:
    code, out, _ = run("measure_relevance", str(SMALL_NEWS), str(hard))
    assert code == 0
    assert "Means of 2 collections" in out
    assert "1 queries are left out" in out
    answer = json.loads(run("measure_relevance", str(SMALL_NEWS), str(hard), "--json")[1])
    own = [each["archive"]["map"] for each in answer["collections"]]
    assert answer["archive"]["map"] == pytest.approx(sum(own) / 2)


def test_what_was_lost_is_shown(hard: Path) -> None:
    out = run("measure_relevance", str(hard))[1]
    assert "Lost most by nDCG@10" in out
    assert "quince  [0m marmalade" in out
    assert "\x1b" not in out
    assert "Lost most" not in run("measure_relevance", str(hard), "--lost", "0")[1]


def test_what_cannot_be_read_is_said(hard: Path) -> None:
    with (hard / "qrels.trec").open("a") as file:
        file.write("sweet near\n")
    code, out, error = run("measure_relevance", str(hard))
    assert (code, out) == (2, "")
    assert "qrels.trec, line " in error
    code, _, error = run("measure_relevance", str(hard / "nowhere"), "--json")
    assert code == 2
    assert "A collection is a folder of" in error


def test_no_database_is_needed() -> None:
    # Without the mark of a database, pytest refuses to ask one.
    assert run("measure_relevance", str(SMALL_NEWS), "--json")[0] == 0
