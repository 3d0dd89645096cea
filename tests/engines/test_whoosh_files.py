"""The files of the index: who may read them, and what happens when they are not what they were."""

from __future__ import annotations

import json
import os
import random
import shutil
import stat
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
import whoosh

from archive.engines.registry import ENGINES, create_engine
from archive.engines.whoosh import collect, merge, verify, writer
from archive.engines.whoosh.arrays import Array, ArraysWriter
from archive.engines.whoosh.engine import WhooshEngine
from archive.engines.whoosh.postings import Block
from archive.engines.whoosh.schema import SCHEMA_VERSION
from archive.engines.whoosh.sections import Table, write_inflections
from archive.engines.whoosh.writer import ShelfWriter
from archive.exceptions import IndexDamaged, SearchIndexError
from archive.query.nodes import Fuzzy, Node, Phrase, Prefix, Tagged, Word
from archive.search.document import Shelf
from archive.search.engine import SearchEngine
from archive.search.facets import FacetSpec
from archive.search.request import HistogramRequest
from tests.engines.documents import FACETS, doc, fill, find, matching, texts


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def engine(directory: Path) -> SearchEngine:
    return open_engine(directory)


def open_engine(directory: Path) -> WhooshEngine:
    """The index as a process that starts now sees it."""
    return WhooshEngine(facets=FACETS, directory=directory)


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_the_registry_makes_every_engine(name: str, directory: Path) -> None:
    engine = create_engine(name, facets=FACETS, directory=directory, fuzzy_expansions=5)
    fill(engine, texts("truce"))
    assert matching(engine, Word(text="truces")) == "a"
    assert engine.status().engine == name


def test_the_registry_knows_no_other_engine(directory: Path) -> None:
    with pytest.raises(ValueError, match="memory, whoosh"):
        create_engine("steam", facets=FACETS, directory=directory)
    with pytest.raises(ValueError, match="needs a directory"):
        create_engine("whoosh", facets=FACETS, directory=None)


def test_refuses_another_whoosh(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whoosh, "__version__", (2, 7, 4))
    with pytest.raises(SearchIndexError, match=r"2\.7\.4.*whoosh-reloaded==2\.7\.5"):
        open_engine(directory)


def test_the_directory_is_private(engine: SearchEngine, directory: Path) -> None:
    directory.mkdir(mode=0o755)
    fill(engine, texts("truce"))
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o777, 0o702, 0o770])
def test_refuses_a_directory_that_others_may_write_to(
    engine: SearchEngine, directory: Path, mode: int
) -> None:
    fill(engine, texts("truce"))
    directory.chmod(mode)
    with pytest.raises(IndexDamaged, match="Other users may write"):
        find(engine)
    with pytest.raises(IndexDamaged, match="Other users may write"):
        fill(engine, texts("truce"))


def test_refuses_a_directory_of_another_user(
    engine: SearchEngine, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine, texts("truce"))
    monkeypatch.setattr(os, "geteuid", lambda: directory.stat().st_uid + 1)
    with pytest.raises(IndexDamaged, match="belongs to another user"):
        find(engine)


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        (
            {"schema": SCHEMA_VERSION - 1, "facets": ["party", "place", "section"]},
            "another version",
        ),
        (
            {"schema": SCHEMA_VERSION, "facets": ["party", "person", "section"]},
            r"facets.*\(person, place\)",
        ),
    ],
)
def test_asks_for_a_rebuild_after_its_shape_has_changed(
    engine: SearchEngine, directory: Path, manifest: dict[str, object], reason: str
) -> None:
    fill(engine, texts("truce"))
    (path,) = directory.glob("build-*/build.json")
    path.write_text(json.dumps(manifest))
    fresh = open_engine(directory)
    for use in (lambda: find(fresh), lambda: fill(fresh, texts("gas")), fresh.verify):
        with pytest.raises(IndexDamaged, match=f"{reason}.*search_index rebuild"):
            use()
    status = fresh.status()
    assert "search_index rebuild" in status.rebuild_due
    assert status.generation
    with fresh.start_rebuild().finish() as batch:
        batch.put(Shelf.PUBLIC, doc("b", "truce"))
    assert fresh.status().rebuild_due == ""
    assert matching(fresh, Word(text="truce")) == "b"


def test_another_set_of_facets_asks_for_a_rebuild(engine: SearchEngine, directory: Path) -> None:
    fill(engine, texts("truce"))
    facets = (*FACETS, FacetSpec(name="topic", multi_valued=True))
    other = WhooshEngine(facets=facets, directory=directory)
    with pytest.raises(IndexDamaged, match="topic"):
        find(other)
    assert "topic" in other.status().rebuild_due


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    os.truncate(path, 0)


def blank(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def garble(path: Path) -> None:
    path.write_bytes(bytes(byte ^ 0xA5 for byte in path.read_bytes()))


QUERIES: list[Node | None] = [
    None,
    Word(text="truce"),
    Word(text="truce", exact=True),
    Phrase(text="truce talks"),
    Prefix(text="tru"),
    Fuzzy(text="truse"),
    Tagged(facet="party", name="x", values=("ru",)),
]
WITNESSES = [
    doc("a", "truce talks", day="2025-06-02", party=["ru"], headline="Truce", bylines=("Ann",)),
    doc("b", "gas talks truce", party=["ua"], place=["by"], language="de"),
]


@pytest.mark.parametrize("damage", [Path.unlink, truncate, empty, blank, garble])
@pytest.mark.parametrize(
    "pattern",
    [
        "CURRENT",
        "build-*/build.json",
        "*/*/_MAIN_*.toc",
        "*/*/_MAIN_*.manifest",
        "*/*/*.arrays",
    ],
)
def test_damage_is_named_and_healed_by_a_rebuild(
    engine: SearchEngine, directory: Path, pattern: str, damage: Callable[[Path], None]
) -> None:
    fill(engine, WITNESSES, [doc("s", "truce")])
    paths = list(directory.glob(pattern))
    assert paths
    for path in paths:
        damage(path)
    fresh = open_engine(directory)
    complaints = []
    for query in QUERIES:
        try:
            find(fresh, query, facets=("party", "place"), histogram=HistogramRequest())
        except SearchIndexError as error:
            complaints.append(str(error))
    try:
        complaints += fresh.verify()
    except SearchIndexError as error:
        complaints.append(str(error))
    try:
        fill(fresh, WITNESSES)
    except SearchIndexError as error:
        complaints.append(str(error))
    assert complaints
    assert fresh.status().engine == "whoosh"
    rebuild = fresh.start_rebuild()
    for document in WITNESSES:
        rebuild.put(Shelf.PUBLIC, document)
    with rebuild.finish():
        pass
    assert matching(fresh, Word(text="truce")) == "a b"
    assert fresh.verify() == ()


def answers(engine: SearchEngine) -> list[object]:
    """What a page shows for each query, or that the index was said to be damaged."""
    found: list[object] = []
    for query in QUERIES:
        try:
            found.append(
                find(engine, query, facets=("party", "place"), histogram=HistogramRequest())
            )
        except IndexDamaged:
            found.append("damaged")
    return found


def test_no_flipped_bit_goes_unnoticed(engine: SearchEngine, directory: Path) -> None:
    fill(engine, WITNESSES, [doc("s", "truce")])
    right = answers(engine)
    chance = random.Random(1)
    files = [
        path for path in sorted(directory.rglob("*")) if path.is_file() and path.stat().st_size
    ]
    for _ in range(500):
        path = chance.choice(files)
        content = path.read_bytes()
        place = chance.randrange(len(content))
        flipped = bytearray(content)
        flipped[place] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        fresh = open_engine(directory)
        for answer, expected in zip(answers(fresh), right, strict=True):
            assert answer in (expected, "damaged"), (path.name, place)
        with suppress(IndexDamaged):
            assert fresh.verify(), (path.name, place)
        path.write_bytes(content)
    assert answers(open_engine(directory)) == right


def test_an_article_on_both_shelves_is_shown_once_and_reported(
    engine: SearchEngine, directory: Path, tmp_path: Path
) -> None:
    fill(engine, [doc("a", "truce truce", day="2025-06-02")], [doc("b", "gas")])
    other = open_engine(tmp_path / "other")
    fill(other, (), [doc("a", "truce gas"), doc("c", "gas")])
    (public,) = (tmp_path / "index").glob("build-*/staff")
    (source,) = (tmp_path / "other").glob("build-*/staff")
    shutil.rmtree(public)
    shutil.copytree(source, public)
    fresh = open_engine(directory)
    both = (Shelf.PUBLIC, Shelf.STAFF)
    assert matching(fresh, None, shelves=both) == "a c"
    assert matching(fresh, Word(text="gas"), shelves=both) == "c"
    assert find(fresh, None, date_from=date(2025, 1, 1), shelves=both).total == 1
    assert fresh.verify() == ("Article a is in the index more than once.",)


def test_a_full_disk_is_said_in_words(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine, texts("truce"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(ShelfWriter, "commit", full)
        with pytest.raises(SearchIndexError, match=r"No space left.*search_index update"):
            fill(engine, texts("gas"))
    assert matching(engine, Word(text="truce")) == "a"


def test_a_directory_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    engine = open_engine(tmp_path / "file" / "index")
    with pytest.raises(SearchIndexError, match="cannot be"):
        fill(engine, texts("truce"))
    with pytest.raises(SearchIndexError, match="cannot be"):
        engine.start_rebuild()


def test_many_small_commits_end_in_few_segments(engine: WhooshEngine, directory: Path) -> None:
    for number in range(80):
        fill(engine, [doc(f"a{number:03}", f"truce number{number % 7}", party=[str(number % 3)])])
        if number % 10 == 0:
            fill(engine, [doc(f"a{number // 2:03}", "gas", party=["9"])])
    parts = engine._snapshot().parts[Shelf.PUBLIC]
    assert len(parts) < 24
    assert len({path.name.split(".")[0] for path in directory.glob("*/public/MAIN_*")}) == len(
        parts
    )
    assert len(engine.versions(Shelf.PUBLIC)) == 80
    assert find(engine, Word(text="gas")).total == 8
    assert find(engine, Word(text="truce")).total == 72
    counts = find(engine, facets=("party",)).facets["party"]
    assert sum(count for _, count in counts.counts) == 80
    assert engine.verify() == ()


def test_segments_stay_few_where_a_commit_may_merge_next_to_nothing(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "_MERGED_ALWAYS", 1)
    monkeypatch.setattr(writer, "_MERGED_PER_DOCUMENT", 0)
    for number in range(60):
        fill(engine, [doc(f"a{number:03}", "truce")])
    assert len(engine._snapshot().parts[Shelf.PUBLIC]) < 24
    assert find(engine, Word(text="truce")).total == 60
    assert engine.verify() == ()


def test_more_words_than_fit_in_memory_are_written_in_pieces_and_merged(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "_PIECE", 100)
    monkeypatch.setattr(merge, "_POSTINGS", 30)
    monkeypatch.setattr(collect, "_TOGETHER", 100)
    inflections: list[int] = []

    def counted(writer: ArraysWriter, stems: Array, words: Array, count: int) -> None:
        inflections.append(len(words))
        write_inflections(writer, stems, words, count)

    monkeypatch.setattr("archive.engines.whoosh.merge.write_inflections", counted)
    fill(engine, [doc(f"a{number:03}", f"truce number{number % 7}") for number in range(100)])
    assert inflections == [8]  # of the vocabulary, not of every piece
    assert find(engine, Word(text="truce")).total == 100
    assert find(engine, Word(text="number3")).total == 14
    assert len(engine._snapshot().parts[Shelf.PUBLIC]) == 1
    assert engine.verify() == ()


def test_verify_reads_some_postings_at_a_time_whatever_the_terms(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine, [doc(f"a{number:02}", f"gas truce number{number}") for number in range(20)])
    monkeypatch.setattr(verify, "_POSTINGS", 8)
    read_block = Table.block
    read: list[int] = []

    def counted(self: Table, rows: range, *, positions: bool) -> Block:
        block = read_block(self, rows, positions=positions)
        read.append(len(block.docs))
        return block

    monkeypatch.setattr(Table, "block", counted)
    assert engine.verify() == ()
    assert sum(read) == 2 * 3 * 20  # words and stems
    assert max(read) <= 8 + 20  # of many rare terms, or with one common one
