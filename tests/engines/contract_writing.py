"""How every engine must be written to: batches, rebuilds, locks, generations."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from archive.exceptions import IndexLocked, IndexMissing
from archive.query.nodes import Word
from archive.search.document import IndexDocument, Shelf
from archive.search.engine import IndexBatch, SearchEngine
from archive.search.request import SearchRequest
from tests.engines.documents import doc, fill, find, ids, matching, texts

BOTH = (Shelf.PUBLIC, Shelf.STAFF)


class Interrupted(Exception):
    """What goes wrong in a block."""


def held(engine: SearchEngine) -> tuple[str, str]:
    """The ids on the public shelf and on the staff shelf."""
    public, staff = (" ".join(sorted(engine.versions(shelf))) for shelf in Shelf)
    return public, staff


class WritingContract:
    """Batches, rebuilds, locks, generations, status."""

    def test_there_is_no_index_before_the_first_write(self, engine: SearchEngine) -> None:
        for read in (
            lambda: engine.search(SearchRequest()),
            lambda: engine.similar(doc("a", "truce"), limit=1),
            lambda: engine.spellings("truce", limit=1),
            lambda: engine.versions(Shelf.PUBLIC),
            engine.generation,
            engine.verify,
        ):
            with pytest.raises(IndexMissing, match="search_index rebuild"):
                read()
        status = engine.status()
        assert (status.generation, dict(status.documents), status.bytes) == ("", {}, 0)

    def test_an_empty_batch_makes_an_empty_index(self, engine: SearchEngine) -> None:
        fill(engine)
        assert find(engine, Word(text="truce")).total == 0
        assert held(engine) == ("", "")
        assert engine.similar(doc("a", "truce"), limit=1) == ()
        assert engine.spellings("truce", limit=1) == ()
        assert engine.verify() == ()
        assert engine.status().documents == {"public": 0, "staff": 0}

    def test_commits_at_the_end_of_the_block(self, engine: SearchEngine) -> None:
        fill(engine, texts("truce"))
        with engine.batch() as batch:
            batch.put(Shelf.PUBLIC, doc("b", "truce"))
            batch.remove("a")
            assert matching(engine, Word(text="truce")) == "a"
        assert matching(engine, Word(text="truce")) == "b"

    def test_the_last_word_about_an_id_counts(self, engine: SearchEngine) -> None:
        fill(engine, texts("truce", "truce"))
        with engine.batch() as batch:
            batch.put(Shelf.PUBLIC, doc("a", "gas", version=2))
            batch.put(Shelf.STAFF, doc("a", "gas", version=3))
            batch.put(Shelf.PUBLIC, doc("a", "harvest", version=4))
            batch.put(Shelf.STAFF, doc("b", "gas"))
            batch.remove("b")
            batch.put(Shelf.PUBLIC, doc("c", "gas"))
            batch.remove("c")
            batch.remove("d")
            batch.put(Shelf.STAFF, doc("d", "talks"))
        assert held(engine) == ("a", "d")
        assert engine.versions(Shelf.PUBLIC) == {"a": 4}
        assert matching(engine, Word(text="harvest")) == "a"
        assert matching(engine, Word(text="gas"), shelves=BOTH) == ""
        fill(engine, [doc("a", "talks", version=5)])
        assert engine.versions(Shelf.PUBLIC) == {"a": 5}
        assert matching(engine, None, shelves=BOTH) == "a d"
        assert engine.verify() == ()

    def test_a_document_is_on_one_shelf(self, engine: SearchEngine) -> None:
        fill(engine, texts("truce", "truce"), [doc("c", "truce")])
        fill(engine, [doc("c", "truce")], [doc("a", "truce")])
        assert held(engine) == ("b c", "a")
        assert ids(find(engine, shelves=BOTH)) == "a b c"
        with engine.batch() as batch:
            batch.remove("a")
            batch.remove("b")
        assert held(engine) == ("c", "")

    def test_changes_of_many_batches_add_up(self, engine: SearchEngine) -> None:
        expected: dict[str, int] = {}
        for step in range(30):
            with engine.batch() as batch:
                for id_ in (f"new{step}", f"new{step // 2}"):
                    expected[id_] = step
                    batch.put(Shelf.PUBLIC, doc(id_, f"truce step{step}", version=step))
                if step % 3 == 0:
                    expected.pop(f"new{step // 3}", None)
                    batch.remove(f"new{step // 3}")
        assert engine.versions(Shelf.PUBLIC) == expected
        assert matching(engine, Word(text="truce")) == " ".join(sorted(expected))
        for step in set(expected.values()):
            of_step = sorted(id_ for id_, version in expected.items() if version == step)
            assert matching(engine, Word(text=f"step{step}")) == " ".join(of_step)
        assert engine.verify() == ()

    def test_nothing_is_changed_where_the_block_raises(self, engine: SearchEngine) -> None:
        with suppress(Interrupted), engine.batch() as batch:
            batch.put(Shelf.PUBLIC, doc("a", "truce"))
            raise Interrupted
        with pytest.raises(IndexMissing):
            engine.search(SearchRequest())
        fill(engine, texts("truce"), [doc("s", "truce")])
        before = engine.generation()
        with suppress(Interrupted), engine.batch() as batch:
            batch.put(Shelf.PUBLIC, doc("b", "truce"))
            batch.remove("a")
            batch.put(Shelf.PUBLIC, doc("s", "truce"))
            raise Interrupted
        assert engine.generation() == before
        assert held(engine) == ("a", "s")
        fill(engine, [doc("b", "truce")])
        assert held(engine) == ("a b", "s")

    def test_refuses_documents_that_contradict_the_facets(self, engine: SearchEngine) -> None:
        fill(engine)
        unknown = IndexDocument(id="a", version=1, facets={"colour": ("red",)})
        several = IndexDocument(id="a", version=1, facets={"section": ("one", "two")})
        for document, words in ((unknown, "no facet 'colour'"), (several, "takes one")):
            with pytest.raises(ValueError, match=words), engine.batch() as batch:
                batch.put(Shelf.PUBLIC, document)
        assert held(engine) == ("", "")

    def test_the_generation_changes_with_what_readers_see(self, engine: SearchEngine) -> None:
        fill(engine, texts("truce"))
        seen = [engine.generation()]
        assert engine.status().generation == seen[0] == engine.generation()
        fill(engine)
        with engine.batch() as batch:
            batch.remove("unknown")
            batch.put(Shelf.PUBLIC, doc("unknown", "truce"))
            batch.remove("unknown")
        assert engine.generation() == seen[0]
        fill(engine, texts("truce"))
        seen.append(engine.generation())
        fill(engine, (), [doc("s", "truce")])
        seen.append(engine.generation())
        with engine.batch() as batch:
            batch.remove("a")
        seen.append(engine.generation())
        with engine.start_rebuild().finish():
            pass
        seen.append(engine.generation())
        assert len(set(seen)) == len(seen)

    def test_a_shelf_that_a_commit_leaves_alone_keeps_its_name(self, engine: SearchEngine) -> None:
        fill(engine, texts("truce"), [doc("s", "truce")])

        def changed(write: Callable[[IndexBatch], None]) -> tuple[Shelf, ...]:
            before = {shelf: engine.generation((shelf,)) for shelf in Shelf}
            with engine.batch() as batch:
                write(batch)
            return tuple(shelf for shelf in Shelf if engine.generation((shelf,)) != before[shelf])

        assert changed(lambda batch: batch.put(Shelf.STAFF, doc("s", "peace"))) == (Shelf.STAFF,)
        assert changed(lambda batch: batch.put(Shelf.PUBLIC, doc("b", "peace"))) == (Shelf.PUBLIC,)
        assert changed(lambda batch: batch.put(Shelf.PUBLIC, doc("s", "peace"))) == tuple(Shelf)
        assert changed(lambda batch: batch.remove("s")) == (Shelf.PUBLIC,)
        assert changed(lambda batch: batch.remove("unknown")) == ()

    def test_one_writes_at_a_time(self, engine: SearchEngine) -> None:
        refused: list[type[Exception]] = []

        def write() -> None:
            try:
                with engine.batch():
                    pass
            except IndexLocked as error:
                refused.append(type(error))

        rebuild = engine.start_rebuild()
        with engine.batch() as batch:
            batch.put(Shelf.PUBLIC, doc("a", "truce"))
            with pytest.raises(IndexLocked), engine.batch():
                pass
            with pytest.raises(IndexLocked), rebuild.finish():
                pass
            thread = threading.Thread(target=write)
            thread.start()
            thread.join()
        assert refused == [IndexLocked]
        assert held(engine) == ("a", "")
        with rebuild.finish(), pytest.raises(IndexLocked), engine.batch():
            pass
        assert held(engine) == ("", "")

    def test_a_rebuild_takes_the_place_of_what_was_there(self, engine: SearchEngine) -> None:
        fill(engine, texts("old", "old"), [doc("s", "old")])
        rebuild = engine.start_rebuild()
        rebuild.put(Shelf.PUBLIC, doc("a", "new", version=5))
        rebuild.put(Shelf.PUBLIC, doc("b", "newer", version=6))
        rebuild.put(Shelf.STAFF, doc("c", "new", version=7))
        rebuild.put(Shelf.STAFF, doc("b", "new", version=8))
        fill(engine, [doc("live", "old")])
        assert held(engine) == ("a b live", "s")
        with rebuild.finish() as batch:
            assert rebuild.versions(Shelf.PUBLIC) == {"a": 5}
            assert rebuild.versions(Shelf.STAFF) == {"c": 7, "b": 8}
            batch.put(Shelf.PUBLIC, doc("c", "new", version=9))
            batch.remove("b")
            assert held(engine) == ("a b live", "s")
        assert held(engine) == ("a c", "")
        assert engine.versions(Shelf.PUBLIC) == {"a": 5, "c": 9}
        assert matching(engine, Word(text="old")) == ""
        assert matching(engine, Word(text="new")) == "a c"
        assert engine.verify() == ()
        fill(engine, [doc("d", "new")])
        assert held(engine) == ("a c d", "")

    def test_a_rebuild_that_fails_changes_nothing(self, engine: SearchEngine) -> None:
        fill(engine, texts("old"))
        rebuild = engine.start_rebuild()
        rebuild.put(Shelf.PUBLIC, doc("b", "new"))
        with suppress(Interrupted), rebuild.finish() as batch:
            batch.put(Shelf.PUBLIC, doc("c", "new"))
            raise Interrupted
        rebuild.abandon()
        abandoned = engine.start_rebuild()
        abandoned.put(Shelf.PUBLIC, doc("b", "new"))
        abandoned.abandon()
        abandoned.abandon()
        assert held(engine) == ("a", "")
        fill(engine, [doc("b", "old")])
        assert held(engine) == ("a b", "")

    def test_a_rebuild_makes_the_first_index(self, engine: SearchEngine) -> None:
        rebuild = engine.start_rebuild()
        rebuild.put(Shelf.PUBLIC, doc("a", "new"))
        with pytest.raises(IndexMissing):
            engine.search(SearchRequest())
        with rebuild.finish():
            pass
        rebuild.abandon()
        assert held(engine) == ("a", "")

    def test_says_what_it_holds(self, engine: SearchEngine) -> None:
        fill(engine, texts("truce", "gas"), [doc("s", "talks")])
        engine.put_all(Shelf.PUBLIC, [doc("b", "gas", version=2), doc("c", "gas")])
        status = engine.status()
        assert status.documents == {"public": 3, "staff": 1}
        assert status.rebuild_due == ""
        assert status.engine
        assert engine.verify() == ()

    def test_reads_again_after_it_was_closed(self, engine: SearchEngine) -> None:
        fill(engine, texts("truce"))
        engine.close()
        assert matching(engine, Word(text="truce")) == "a"
        engine.close()
        engine.close()
