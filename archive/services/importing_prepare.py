"""A record as the archive would store it, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from archive.exceptions import DateError, RecordError
from archive.formats.base import ArticleRecord
from archive.models import AccessLevel, Article, Outcome
from archive.services.identity import public_id, record_hash
from archive.services.importing_files import FoundRecord
from archive.services.importing_names import GivenName, SourceBook
from archive.text.analysis import UNDETERMINED
from archive.text.dates import read_date
from archive.text.fingerprint import Fingerprint
from archive.text.languages import detect_language

if TYPE_CHECKING:
    from archive.services.tagging import NamedEntity

MAX_PATH = 1_000

# What a record sets. Status, embargo and access are missing: where a later record does not mention
# them, silence must not publish, lift or open anything.
RECORD_FIELDS = (
    "supplier_id",
    "supplier_version",
    "headline",
    "summary",
    "body",
    "language",
    "bylines",
    "source_id",
    "section",
    "page",
    "edition",
    "canonical_url",
    "published",
    "published_lower",
    "published_upper",
    "published_at",
    "published_offset",
    "credit",
    "usage_terms",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A record on its way in: its identity, or the reason why it cannot be taken in.

    That is enough to tell whether it brings anything new; the rest is fetched where it does.
    ``size`` counts the bytes as received. ``unmet`` is the reason to reject a record of some fields
    where its article is not stored; empty of one that has all.
    """

    path: str
    position: int
    line: int | None
    format: str
    sha256: str
    size: int = 0
    rejected: bool = False
    reason: str = ""
    public_id: str = ""
    record_hash: str = ""
    version: str = ""
    notice: bool = False
    unmet: str = ""

    @classmethod
    def unreadable(cls, *, path: str, reason: str) -> Incoming:
        """A file of which nothing could be read, so that there are no bytes either."""
        return cls(
            path=path[-MAX_PATH:],
            position=1,
            line=None,
            format="",
            sha256="",
            rejected=True,
            reason=reason,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """All of a record: the bytes as received, and what they say where they can be read.

    ``source`` is the name of the outlet, ``language`` the given or the likely one, ``named`` are
    the entities that the text names; by the ``fingerprint`` it is told which others are alike.
    """

    content: bytes
    record: ArticleRecord | None = None
    source: str = ""
    language: str = UNDETERMINED
    named: tuple[NamedEntity, ...] = ()
    fingerprint: Fingerprint | None = None

    @property
    def names(self) -> list[GivenName]:
        """The entities that the supplier names."""
        entities = self.record.entities if self.record else {}
        return [GivenName.of(kind, name) for kind, names in entities.items() for name in names]


def prepare(found: FoundRecord, *, source: str, sources: SourceBook) -> tuple[Incoming, Whole]:
    """Identify a record; ``source`` is that of records that do not say.

    Language and entities are left for later, as most records of a second import need neither.
    """
    received = found.received
    path = found.path[-MAX_PATH:]
    digest = sha256(received.content).hexdigest()
    record, error = received.record, received.error
    published = ""
    if record is not None:
        try:
            published = read_date(record.published).edtf if record.published else ""
        except DateError as problem:
            record, error = None, RecordError(str(problem))
    if record is not None and not (record.headline or record.body or record.only):
        record, error = None, RecordError("The record has neither a headline nor a text.")
    if record is None:
        rejected = Incoming(
            path=path,
            position=received.position,
            line=error.line if error else None,
            format=found.format,
            sha256=digest,
            size=len(received.content),
            rejected=True,
            reason=error.message if error else "",
        )
        return rejected, Whole(content=received.content)
    name = record.source or source
    slug = sources.slug_of(name) if name else ""
    incoming = Incoming(
        path=path,
        position=received.position,
        line=received.position if record.only else None,
        format=found.format,
        sha256=digest,
        size=len(received.content),
        public_id=public_id(
            source=slug,
            supplier_id=record.supplier_id,
            url=record.url,
            published=published,
            headline=record.headline,
            body=record.body,
        ),
        record_hash=record_hash(record, source=slug),
        version=record.version,
        notice=record.notice,
        unmet=_unmet(record, name) if record.only else "",
    )
    return incoming, Whole(content=received.content, record=record, source=name)


def _unmet(record: ArticleRecord, source: str) -> str:
    of = f"of “{source}”" if source else "without a source"
    return (
        f"There is no article with the id “{record.supplier_id}” {of} in the archive, and some "
        "columns alone make none. Correct the id, name the source (--source), or import it whole."
    )


@dataclass(slots=True, kw_only=True)
class Decided:
    """A record and what becomes of it; ``article`` is the key of the stored article.

    ``changes`` are, where somebody wants to know them beforehand, fields with the value that they
    have and the one that they would get.
    """

    incoming: Incoming
    outcome: Outcome
    article: int | None = None
    reason: str = ""
    changes: dict[str, tuple[object, object]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRecord:
    """One of the first records of a trial, to see what was made of it."""

    path: str
    position: int
    record: ArticleRecord


def article_of(incoming: Incoming, whole: Whole, *, status: str) -> Article:
    """A new article, not yet saved, without its source, its run and the bytes.

    ``status`` is that of records that do not say. Raises ValueError for a rejected record.
    """
    record = whole.record
    if record is None:
        raise ValueError("A rejected record becomes no article.")
    article = Article(
        public_id=incoming.public_id,
        supplier_id=record.supplier_id,
        supplier_version=record.version,
        headline=record.headline,
        summary=record.summary,
        body=record.body,
        language=whole.language,
        bylines=list(record.bylines),
        section=record.section,
        page=record.page,
        edition=record.edition,
        canonical_url=record.url,
        status=record.status or status,
        embargo_until=datetime.fromisoformat(record.embargo) if record.embargo else None,
        credit=record.credit,
        usage_terms=record.usage_terms,
        access=record.access or AccessLevel.FULL,
        record_hash=incoming.record_hash,
    )
    article.set_published(record.published)
    return article


def language_of(record: ArticleRecord) -> str:
    """The given language; the likely one where the supplier does not know it either."""
    if record.language and record.language != UNDETERMINED:
        return record.language
    return detect_language(f"{record.headline}\n{record.summary}\n{record.body}")
