"""Writers and readers in several processes and threads, and writers that are killed."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from archive.engines.whoosh import generations
from archive.engines.whoosh.columns import Remembered
from archive.engines.whoosh.engine import WhooshEngine
from archive.engines.whoosh.writer import ShelfWriter
from archive.exceptions import IndexLocked, SearchIndexError
from archive.query.nodes import Word
from archive.search.document import Shelf
from archive.search.request import SearchRequest
from tests.engines.documents import FACETS, doc, fill, find, matching, texts
from tests.engines.processes import end, hear, say, start

BOTH = (Shelf.PUBLIC, Shelf.STAFF)

WRITER = """
say("ready")
hear()
for step in range(25):
    with engine.batch() as batch:
        for number in range(5):
            batch.put(Shelf.PUBLIC, doc(f"a{number}", f"truce step{step}", version=step))
        home, other = (Shelf.PUBLIC, Shelf.STAFF) if step % 2 else (Shelf.STAFF, Shelf.PUBLIC)
        batch.put(home, doc("wanderer", "truce", version=step))
    if step % 10 == 5:
        rebuild = engine.start_rebuild()
        for number in range(5):
            rebuild.put(Shelf.PUBLIC, doc(f"a{number}", f"truce step{step}", version=step))
        with rebuild.finish():
            pass
say("done")
"""

HOLDER = """
with engine.batch() as batch:
    batch.put(Shelf.PUBLIC, doc("b", "truce"))
    say("holding")
    hear()
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def engine(directory: Path) -> Iterator[WhooshEngine]:
    engine = WhooshEngine(facets=FACETS, directory=directory)
    yield engine
    engine.close()


@pytest.mark.parametrize("rebuilt", [False, True])
def test_sees_what_another_writes_after_the_index_was_left_alone_for_a_while(
    engine: WhooshEngine, directory: Path, rebuilt: bool
) -> None:
    truce = Word(text="truce")
    other = WhooshEngine(facets=FACETS, directory=directory)
    fill(other, [doc("a", "truce")])
    time.sleep(1.1)
    assert matching(engine, truce) == matching(engine, truce) == "a"
    before = engine.generation(), engine.generation([Shelf.STAFF])
    if rebuilt:
        rebuild = other.start_rebuild()
        rebuild.put(Shelf.PUBLIC, doc("b", "truce"))
        with rebuild.finish():
            pass
    else:
        with other.batch() as batch:
            batch.put(Shelf.PUBLIC, doc("b", "truce"))
    assert engine.generation() != before[0]
    assert (engine.generation([Shelf.STAFF]) != before[1]) == rebuilt
    assert matching(engine, truce) == ("b" if rebuilt else "a b")


def test_readers_see_whole_commits_while_another_process_writes(
    engine: WhooshEngine, directory: Path
) -> None:
    fill(engine, [doc(f"a{number}", "truce", version=-1) for number in range(5)])
    wrong: list[str] = []
    seen: set[str] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                result = engine.search(SearchRequest(query=Word(text="truce"), shelves=BOTH))
            except Exception as error:
                wrong.append(repr(error))
                return
            found = sorted(hit.id for hit in result.hits)
            if found not in (
                ["a0", "a1", "a2", "a3", "a4"],
                ["a0", "a1", "a2", "a3", "a4", "wanderer"],
            ):
                wrong.append(repr(found))
            versions = set(engine.versions(Shelf.PUBLIC).values())
            if len(versions) != 1:
                wrong.append(repr(versions))
            seen.add(engine.generation())

    process = start(WRITER, directory)
    assert hear(process) == "ready"
    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    say(process, "go")
    last = hear(process)
    done.set()
    for reader in readers:
        reader.join()
    assert last == "done"
    assert end(process) == 0
    assert wrong == []
    assert len(seen) > 3
    assert engine.verify() == ()
    assert engine.versions(Shelf.PUBLIC)["a0"] == 24


def test_another_process_that_writes_is_not_waited_for(
    engine: WhooshEngine, directory: Path
) -> None:
    fill(engine, texts("truce"))
    process = start(HOLDER, directory)
    assert hear(process) == "holding"
    with pytest.raises(IndexLocked, match="another process"), engine.batch():
        pass
    rebuild = engine.start_rebuild()
    rebuild.put(Shelf.PUBLIC, doc("c", "truce"))
    with pytest.raises(IndexLocked), rebuild.finish():
        pass
    assert matching(engine, Word(text="truce")) == "a"
    say(process, "let go")
    assert end(process) == 0
    assert matching(engine, Word(text="truce")) == "a b"
    with rebuild.finish():
        pass
    assert matching(engine, Word(text="truce")) == "c"


def test_a_killed_writer_leaves_the_old_state_and_no_lock(
    engine: WhooshEngine, directory: Path
) -> None:
    fill(engine, texts("truce"))
    process = start(HOLDER, directory)
    assert hear(process) == "holding"
    end(process, kill=True)
    assert matching(engine, Word(text="truce")) == "a"
    fill(engine, [doc("c", "truce")])
    assert matching(engine, Word(text="truce")) == "a c"
    assert engine.verify() == ()


# The steps of a commit: a segment is written, then listed. The store's are the end of a rebuild.
COMMIT = [
    "archive.engines.whoosh.writer.write_segment",
    "archive.engines.whoosh.arrays.ArraysWriter.save",
    "archive.engines.whoosh.generations.publish",
    "whoosh.index.TOC.write",
    "archive.engines.whoosh.generations.clean_files",
]
SWAP = [
    "archive.engines.whoosh.store.Store.point_to",
    "archive.engines.whoosh.store.Store.drop_leftovers",
]

KILLED = """
import importlib, os, signal
path, job = sys.argv[2:]
parts = path.split(".")
owner = importlib.import_module(".".join(parts[:2] if parts[0] == "whoosh" else parts[:4]))
for name in parts[2 if parts[0] == "whoosh" else 4:-1]:
    owner = getattr(owner, name)
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(owner, parts[-1], die)
new = [doc("a", "truce", version=2), doc("b", "truce", version=2), doc("s", "truce", version=2)]
if job == "batch":
    with engine.batch() as batch:
        for document in new:
            batch.put(Shelf.PUBLIC, document)
else:
    rebuild = engine.start_rebuild()
    for document in new:
        rebuild.put(Shelf.PUBLIC, document)
    with rebuild.finish() as batch:
        batch.put(Shelf.PUBLIC, doc("c", "truce", version=2))
"""


@pytest.mark.parametrize(
    ("job", "moment"),
    [("batch", moment) for moment in COMMIT]
    + [("rebuild", moment) for moment in (COMMIT[0], COMMIT[3], *SWAP)],
)
def test_killed_at_any_moment_it_opens_in_the_old_state_or_the_new(
    engine: WhooshEngine, directory: Path, moment: str, job: str
) -> None:
    fill(engine, texts("truce"), [doc("s", "truce")])
    assert end(start(KILLED, directory, moment, job)) == -signal.SIGKILL
    fresh = WhooshEngine(facets=FACETS, directory=directory)
    public, staff = (fresh.versions(shelf) for shelf in Shelf)
    states = [
        ({"a": 1}, {"s": 1}),
        ({"a": 1}, {}),  # a move between shelves takes off before it puts
        ({"a": 2, "b": 2, "s": 2}, {}),
        ({"a": 2, "b": 2, "s": 2, "c": 2}, {}),
    ]
    assert (public, staff) in states
    assert fresh.verify() == ()
    assert matching(fresh, Word(text="truce"), shelves=BOTH).split() == sorted({**public, **staff})
    fill(fresh, [doc("d", "truce")])
    assert fresh.versions(Shelf.PUBLIC) == {**public, "d": 1}
    with fresh.start_rebuild().finish():
        pass
    # Nothing of what was killed is left.
    assert len([path for path in directory.iterdir() if path.is_dir()]) == 1
    assert len(list(directory.glob("build-*.lock"))) == 1


@pytest.mark.parametrize("moment", [COMMIT[0], SWAP[0]])
def test_a_rebuild_begins_by_removing_what_a_killed_one_left(
    engine: WhooshEngine, directory: Path, moment: str
) -> None:
    fill(engine, texts("truce"))
    for _ in range(2):
        assert end(start(KILLED, directory, moment, "rebuild")) == -signal.SIGKILL
    slow = engine.start_rebuild()
    rebuild = engine.start_rebuild()
    assert len([path for path in directory.iterdir() if path.is_dir()]) == 3
    assert matching(engine, Word(text="truce")) == "a"
    for each in (slow, rebuild):
        each.abandon()


def test_a_build_that_cannot_be_made_leaves_nothing(
    engine: WhooshEngine, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(generations, "publish", full)
    for _ in range(2):
        with pytest.raises(SearchIndexError, match="No space left"):
            fill(engine, texts("truce"))
        with pytest.raises(SearchIndexError, match="No space left"):
            engine.start_rebuild()
    assert list(directory.glob("build-*")) == []


def test_a_commit_that_fails_can_be_tried_again(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine, texts("truce"))
    with monkeypatch.context() as patch:
        patch.setattr(ShelfWriter, "commit", lambda self: 1 / 0)
        with suppress(ZeroDivisionError):
            fill(engine, [doc("b", "truce")])
    assert matching(engine, Word(text="truce")) == "a"
    fill(engine, [doc("b", "truce")])
    assert matching(engine, Word(text="truce")) == "a b"


def test_what_stops_a_commit_after_it_was_listed_leaves_it_whole(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine, texts("truce"))

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(generations, "clean_files", interrupted)
        with suppress(KeyboardInterrupt):
            fill(engine, [doc("b", "truce")])
    assert matching(engine, Word(text="truce")) == "a b"
    fill(engine, [doc("c", "truce")])
    assert matching(engine, Word(text="truce")) == "a b c"
    assert engine.verify() == ()


def test_a_rebuild_that_runs_is_not_taken_for_a_leftover(engine: WhooshEngine) -> None:
    slow = engine.start_rebuild()
    slow.put(Shelf.PUBLIC, doc("slow", "truce"))
    quick = engine.start_rebuild()
    quick.put(Shelf.PUBLIC, doc("quick", "truce"))
    with quick.finish():
        pass
    assert matching(engine, Word(text="truce")) == "quick"
    with slow.finish():
        pass
    assert matching(engine, Word(text="truce")) == "slow"


def test_a_reader_goes_on_with_what_it_opened(engine: WhooshEngine, directory: Path) -> None:
    fill(engine, texts("truce exchange"))
    other = WhooshEngine(facets=FACETS, directory=directory)
    searcher = other._snapshot().searcher([Shelf.PUBLIC])
    for step in range(12):
        fill(engine, [doc("a", f"gas step{step}")])
    assert len(searcher.stem("body", "en:truce").docs) == 1
    assert find(other, Word(text="truce")).total == 0
    assert find(other, Word(text="step11")).total == 1


def test_a_search_of_what_was_does_not_disturb_who_opens_what_is(engine: WhooshEngine) -> None:
    fill(engine, [doc("a", "truce")])
    before = engine._snapshot()
    views = before.views(BOTH)

    class Meanwhile(tuple[Shelf, ...]):
        """Shelves; another thread searches others for the first time when they are looked at."""

        __slots__ = ()

        def __iter__(self) -> Iterator[Shelf]:
            before.views([Shelf.STAFF])
            return super().__iter__()

    before.held.clear()
    before.held[Meanwhile(BOTH)] = views
    assert before.unchanged(before) == {BOTH: views}


def test_what_is_too_large_to_be_remembered_leaves_the_rest_alone() -> None:
    made: list[str] = []
    remembered: Remembered[str, str] = Remembered(4, len)

    def make(key: str) -> str:
        made.append(key)
        return key * 2

    def get(key: str) -> str:
        return remembered.get(key, lambda: make(key))

    assert [get("a"), get("long"), get("a")] == ["aa", "longlong", "aa"]
    assert made == ["a", "long"]
