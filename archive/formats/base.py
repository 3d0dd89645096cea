"""What a format reads into and what a reader is.

A new format is one file with a :class:`Reader`, one line in ``formats/registry.py`` and a sample
under ``tests/formats/samples/``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, ClassVar

from archive.exceptions import RecordError


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedEntity:
    """An entity as a supplier names it; ``identifiers`` maps a scheme to a value."""

    name: str
    identifiers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A related source that an article cites."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRecord:
    """An article as a supplier handed it over, cleaned but not interpreted.

    ``published`` is EDTF or ISO 8601 or empty, ``embargo`` ISO 8601 with a zone or empty,
    ``status`` a value of the archive's statuses or empty where the supplier does not say.
    ``entities`` maps a kind of entity (``party``, ``topic``) to names. ``version`` is the
    supplier's own: a whole number, or an ISO 8601 time in UTC. A ``notice`` only says what becomes
    of an article: its headline, if any, is not that of the article. Where ``only`` names fields and
    kinds of entities, the record speaks of these alone, of an article that is stored; empty, it
    speaks of all.
    """

    supplier_id: str = ""
    version: str = ""
    notice: bool = False
    only: frozenset[str] = frozenset()
    headline: str = ""
    summary: str = ""
    body: str = ""
    language: str = ""
    published: str = ""
    source: str = ""
    section: str = ""
    page: str = ""
    edition: str = ""
    url: str = ""
    bylines: tuple[str, ...] = ()
    status: str = ""
    embargo: str = ""
    credit: str = ""
    usage_terms: str = ""
    access: str = ""
    entities: Mapping[str, tuple[NamedEntity, ...]] = field(default_factory=dict)
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One record of a file: where it stood, its bytes, and what they say or why they do not.

    ``position`` is a line or a place in the file, from 1. Exactly one of ``record`` and ``error``
    is set. ``format`` is that of the bytes, where it is not the file's.
    """

    position: int
    content: bytes
    format: str = ""
    record: ArticleRecord | None = None
    error: RecordError | None = None


class Reader(ABC):
    """Reads one format. ``suffixes`` are the file names it answers to when walking a folder.

    A ``general`` format would pass for almost any content, so its suffix must speak for it. Of a
    ``begun`` one a record cannot be read but after what stands before the first: the names of
    columns, the beginning of a feed.
    """

    name: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]
    general: ClassVar[bool] = False
    begun: ClassVar[bool] = False

    @classmethod
    @abstractmethod
    def recognises(cls, beginning: bytes) -> bool:
        """Whether a file that begins with these bytes (up to 4,096) may be of this format."""

    @abstractmethod
    def read(self, stream: IO[bytes]) -> Iterator[Received]:
        """Yield each record, bad ones as errors, in bounded memory."""
