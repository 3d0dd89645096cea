"""What is measured in one process of one engine: building, answering, starting cold."""

from __future__ import annotations

import mmap
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from archive.search.document import IndexDocument
from bench.corpus import Corpus
from bench.engines.base import BenchEngine, Page
from bench.queries import Query

MOST_ROUNDS = 7
EDITS = 5
Figures = dict[str, Any]


class Clock:
    """CPU seconds of this process, its ended children and the servers of an engine."""

    def __init__(self, engine: BenchEngine) -> None:
        self._engine = engine

    def cpu(self) -> float:
        """The seconds until now."""
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        servers = sum(_scheduled(pid) for pid in self._engine.server_pids())
        return time.process_time() + children.ru_utime + children.ru_stime + servers


class Batches:
    """The articles in batches, and what it cost this thread to make them."""

    def __init__(self, corpus: Corpus, name: str) -> None:
        self._corpus = corpus
        self._name = name
        self.cpu = 0.0
        self.wall = 0.0

    def __iter__(self) -> Iterator[list[IndexDocument]]:
        batches = self._corpus.batches()
        done = 0
        while True:
            cpu, wall = time.thread_time(), time.perf_counter()
            batch = next(batches, None)
            self.cpu += time.thread_time() - cpu
            self.wall += time.perf_counter() - wall
            if batch is None:
                return
            yield batch
            tenths = 10 * done // len(self._corpus)
            done += len(batch)
            tell_progress(
                f"{self._name}: {done:,} of {len(self._corpus):,} articles",
                keep=10 * done // len(self._corpus) > tenths,
            )


def build(engine: BenchEngine, name: str) -> Figures:
    """Index everything. The making of documents out of the corpus is not counted."""
    batches = Batches(engine.corpus, name)
    clock = Clock(engine)
    cpu, wall = clock.cpu(), time.perf_counter()
    engine.build(batches)
    cpu = clock.cpu() - cpu - batches.cpu
    wall = time.perf_counter() - wall - batches.wall
    return {
        "docs_per_cpu_s": len(engine.corpus) / cpu,
        "index_cpu_s": cpu,
        "index_wall_s": wall,
        "index_bytes": engine.index_bytes(),
    }


def cold(engine: BenchEngine, query: Query) -> Figures:
    """Open and answer one page in this fresh process, with the files out of the page cache."""
    dropped = drop_caches(engine)
    start = time.perf_counter()
    engine.open()
    engine.page(query)
    figures = {"cold_ms": (time.perf_counter() - start) * 1e3, "page_cache_dropped": dropped}
    engine.close()
    return figures


def serve(engine: BenchEngine, queries: Sequence[Query], seconds: float) -> Figures:
    """Answer all queries once with cold caches, then in rounds while ``seconds`` last."""
    drop_caches(engine)
    engine.open()
    clock = Clock(engine)
    pages: list[Page] = []
    first: list[tuple[float, float]] = []
    for query in queries:
        page, *times = _timed(engine, clock, query)
        pages.append(page)
        first.append((times[0], times[1]))
        tell_progress(f"first round, {len(pages)} of {len(queries)} pages")
    rounds: list[list[tuple[float, float]]] = []
    started = time.perf_counter()
    while not rounds or (
        len(rounds) < MOST_ROUNDS
        # Another round only if it will end in time.
        and (time.perf_counter() - started) * (len(rounds) + 1) / len(rounds) < seconds
    ):
        rounds.append([_timed(engine, clock, query)[1:] for query in queries])
    warm = [
        tuple(statistics.median(times) for times in zip(*of_query, strict=True))
        for of_query in zip(*rounds, strict=True)
    ]
    memory = private_memory(engine)
    figures: Figures = {
        "rounds": len(rounds),
        **_page_figures("page", [cpu for cpu, _ in warm], [wall for _, wall in warm]),
        **_page_figures("first_page", [cpu for cpu, _ in first], [wall for _, wall in first]),
        "pages_per_cpu_s": 1e3 * len(warm) / sum(cpu for cpu, _ in warm),
        "kinds": _by_kind(queries, [cpu for cpu, _ in warm]),
        "queries": {
            query.label: round(cpu, 4) for query, (cpu, _) in zip(queries, warm, strict=True)
        },
        "private_rss_bytes": memory,
        "visible_ms": _visible(engine),
    }
    engine.close()
    return {"figures": figures, "pages": pages}


def drop_caches(engine: BenchEngine) -> bool:
    """Ask the system to forget the index and the texts; tells whether it can be asked."""
    if not hasattr(os, "posix_fadvise"):
        return False
    for path in (*engine.index_files(), *engine.corpus.files()):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)
    return True


def private_memory(engine: BenchEngine) -> int:
    """Bytes that another process answering from the same index would need once more.

    A page of a mapped file counts as private while one process alone maps it. So another process
    maps the files as well, as a second worker of a web server would, while this one is looked at.
    """
    files = [str(path) for path in (*engine.index_files(), *engine.corpus.files())]
    with subprocess.Popen(
        [sys.executable, "-c", _NEIGHBOUR, *files], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as neighbour:
        assert neighbour.stdout is not None
        neighbour.stdout.readline()
        found = sum(_private(pid) for pid in (os.getpid(), *engine.server_pids()))
        neighbour.communicate(b"\n")
    return found


def tell_progress(text: str, *, keep: bool = False) -> None:
    """Say on standard error how far it is: in one line on a terminal, else only what to keep."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    elif keep:
        print(text, file=sys.stderr, flush=True)


_NEIGHBOUR = f"""
import mmap, sys
maps = []
for name in sys.argv[1:]:
    with open(name, "rb") as file:
        try:
            maps.append(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except ValueError:
            continue
    maps[-1][:: {mmap.PAGESIZE}]
print("mapped", flush=True)
sys.stdin.readline()
"""


def _timed(engine: BenchEngine, clock: Clock, query: Query) -> tuple[Page, float, float]:
    """A page with its milliseconds of CPU and of wall clock."""
    cpu, wall = clock.cpu(), time.perf_counter()
    page = engine.page(query)
    wall = time.perf_counter() - wall
    return page, (clock.cpu() - cpu) * 1e3, wall * 1e3


def _page_figures(name: str, cpu: list[float], wall: list[float]) -> Figures:
    return {
        f"{name}_cpu_ms_p50": statistics.median(cpu),
        f"{name}_cpu_ms_p95": percentile(cpu, 0.95),
        f"{name}_wall_ms_p50": statistics.median(wall),
        f"{name}_wall_ms_p95": percentile(wall, 0.95),
    }


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which ``part`` of the values lie, between two of them if need be."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * part
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _by_kind(queries: Sequence[Query], cpu: list[float]) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for query, value in zip(queries, cpu, strict=True):
        found.setdefault(query.kind, []).append(value)
    return {kind: statistics.median(values) for kind, values in found.items()}


def _visible(engine: BenchEngine) -> float:
    """The median milliseconds until an edited article is found, after one edit to warm up."""
    times = []
    for number in range(EDITS + 1):
        document = engine.corpus.document(number * (len(engine.corpus) // (EDITS + 1)))
        word = "qzxwv" + "abcdef"[number]
        changed = replace(document, version=2, headline=f"{word} {document.headline}")
        start = time.perf_counter()
        engine.edit(changed)
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times[1:])


def _private(pid: int) -> int:
    """Private bytes of a process."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    kilobytes = {line.split()[0]: line.split()[1] for line in lines[1:]}
    return 1024 * (int(kilobytes["Private_Clean:"]) + int(kilobytes["Private_Dirty:"]))


def _scheduled(pid: int) -> float:
    """Seconds for which a process with one thread ran."""
    return int(Path(f"/proc/{pid}/schedstat").read_text("ascii").split()[0]) / 1e9
