"""All engines in turn over one corpus."""

from __future__ import annotations

import pickle
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.agreement import disagreements
from bench.corpus import Corpus, Generator, is_written, write_corpus
from bench.engines import engine_class
from bench.engines.base import Page
from bench.measure import Figures, tell_progress
from bench.queries import Query, make_queries

COLD_STARTS = 3
_ROOT = Path(__file__).resolve().parent.parent


class EngineFailed(Exception):
    """A step of an engine ended with an error; the message names both."""


def run(
    engines: Sequence[str],
    *,
    documents: int,
    work: Path,
    seconds: float,
    most_queries: int | None,
    tell: Callable[[str], None],
) -> tuple[list[Figures], list[str]]:
    """Measure ``engines``; returns the figures of each and in what their answers disagree.

    ``work`` is a folder for the corpus and the indexes, ``seconds`` how long each engine may go on
    answering rounds of queries. Raises EngineFailed.
    """
    corpus, queries = prepare(work, documents, most_queries, tell)
    results: list[Figures] = []
    pages: dict[str, list[Page]] = {}
    for name in engines:
        tell(f"{name}: indexing {documents:,} articles")
        index = work / f"index-{name}"
        shutil.rmtree(index, ignore_errors=True)
        figures: Figures = {
            "engine": name,
            "docs": documents,
            **_step("build", name, work, index, seconds),
        }
        tell(f"{name}: {figures['docs_per_cpu_s']:,.0f} articles per CPU second; starting cold")
        starts = [_step("cold", name, work, index, seconds) for _ in range(COLD_STARTS)]
        figures["cold_ms"] = statistics.median(start["cold_ms"] for start in starts)
        figures["page_cache_dropped"] = starts[0]["page_cache_dropped"]
        tell(f"{name}: answering {len(queries)} queries in rounds")
        served = _step("serve", name, work, index, seconds)
        figures |= served["figures"]
        figures["text_bytes"] = corpus.text_bytes
        figures["versions"] = engine_class(name).versions()
        tell(f"{name}: page {figures['page_cpu_ms_p50']:.2f} ms of CPU, median")
        results.append(figures)
        pages[name] = served["pages"]
        shutil.rmtree(index, ignore_errors=True)
    return results, disagreements(queries, pages, corpus)


def prepare(
    work: Path, documents: int, most_queries: int | None, tell: Callable[[str], None]
) -> tuple[Corpus, tuple[Query, ...]]:
    """Write the corpus and the queries into ``work``, unless this corpus is there already."""
    folder, generator = work / "corpus", Generator()
    if not is_written(folder, documents):
        tell(f"writing a corpus of {documents:,} articles")
        write_corpus(
            folder,
            documents,
            generator,
            progress=lambda done, of: tell_progress(f"{done:,} of {of:,} articles written"),
        )
    queries = _spread(make_queries(generator), most_queries)
    (work / "queries.pickle").write_bytes(pickle.dumps(queries))
    return Corpus(folder), queries


def _spread(queries: tuple[Query, ...], most: int | None) -> tuple[Query, ...]:
    """At most ``most`` queries, from all kinds alike."""
    if most is None or most >= len(queries):
        return queries
    met: dict[str, int] = {}
    ranks = []
    for place, query in enumerate(queries):
        met[query.kind] = met.get(query.kind, 0) + 1
        ranks.append((met[query.kind], place))
    return tuple(queries[place] for place in sorted(place for _, place in sorted(ranks)[:most]))


def _step(step: str, name: str, work: Path, index: Path, seconds: float) -> Any:
    answer = work / "answer.pickle"
    answer.unlink(missing_ok=True)
    command = [sys.executable, "-m", "bench.worker", step, name]
    command += [str(work), str(index), str(answer), str(seconds)]
    done = subprocess.run(command, cwd=_ROOT, check=False)
    if done.returncode or not answer.exists():
        raise EngineFailed(f"The engine {name} failed in the step {step!r}; see above.")
    return pickle.loads(answer.read_bytes())
