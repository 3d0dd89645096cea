"""What the benchmark asks of every engine, and what a page is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from archive.search.document import IndexDocument
from bench.corpus import Corpus
from bench.queries import Query

PAGE_SIZE = 20
FACET_VALUES = 50
COUNTED = ("party", "place")
SNIPPET_WIDTH = 240


class Unavailable(Exception):
    """The engine cannot run here; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A search page.

    ``ids`` are numbers of articles. ``counts`` maps the facets of :data:`COUNTED` to their most
    frequent values. ``years`` counts dated articles. ``snippets`` are HTML with marks, one for each
    id.
    """

    total: int
    ids: tuple[int, ...]
    counts: Mapping[str, Mapping[str, int]]
    years: Mapping[int, int]
    snippets: tuple[str, ...] = field(repr=False)


class BenchEngine(ABC):
    """One engine over one index in ``folder``; a process builds with it, other processes read.

    Texts are never kept in the index: the texts of the articles shown come from ``corpus``.
    """

    def __init__(self, folder: Path, corpus: Corpus) -> None:
        self.folder = folder
        self.corpus = corpus

    @classmethod  # noqa: B027 - most have nothing to check
    def check(cls) -> None:
        """Raise Unavailable where the engine cannot run."""

    @classmethod
    @abstractmethod
    def versions(cls) -> dict[str, str]:
        """The names and versions of what the engine is made of."""

    @abstractmethod
    def build(self, batches: Iterable[list[IndexDocument]]) -> None:
        """Make the index of all articles, ready to be read."""

    @abstractmethod
    def open(self) -> None:
        """Get ready to answer."""

    @abstractmethod
    def page(self, query: Query) -> Page:
        """Answer a query; counts are of the articles that match all of it."""

    @abstractmethod
    def edit(self, document: IndexDocument) -> None:
        """Replace an article and return when this reader, kept open, sees the new one."""

    def close(self) -> None:  # noqa: B027 - most hold nothing but files
        """Let go of everything."""

    def server_pids(self) -> tuple[int, ...]:
        """The processes beside this one that work for the engine."""
        return ()

    def index_files(self) -> list[Path]:
        """All files of the index."""
        return [path for path in sorted(self.folder.rglob("*")) if path.is_file()]

    def index_bytes(self) -> int:
        """The size of the index on disk."""
        return sum(path.stat().st_size for path in self.index_files())
