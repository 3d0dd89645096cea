"""Taking articles in: files, folders and standard input, in batches that each are one transaction.

A killed import can simply be run again: what is stored is met again by its public id and left as it
is. Every record, its bytes and what became of it are in the ledger (``ImportRun``); an import that
finds nothing new writes nothing at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import IO, TYPE_CHECKING, Protocol

from archive.exceptions import IndexLocked, SearchIndexError
from archive.formats.limits import MAX_NAME
from archive.formats.registry import reader_for
from archive.models import ImportRun, Outcome, Status
from archive.models.import_run import RunState
from archive.services import outbox
from archive.services.importing_batch import BatchWriter, decide
from archive.services.importing_files import (
    FoundFile,
    FoundRecord,
    Unreadable,
    find_files,
    read_file,
    shown,
)
from archive.services.importing_names import SourceBook
from archive.services.importing_prepare import Decided, Incoming, prepare
from archive.services.patience import patiently

if TYPE_CHECKING:
    from django.contrib.auth.models import User

BATCH_RECORDS = 500
BATCH_BYTES = 8 * 1024 * 1024
MOST_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A record, or a whole file, that was not taken in. ``line`` counts from 1, where known."""

    path: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        return (
            f"{self.path}, line {self.line}: {self.reason}"
            if self.line
            else (f"{self.path}: {self.reason}")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an import has come: records and bytes read, seconds since it began.

    ``bytes_total`` is 0 where it is not known. ``indexed`` counts articles brought into the index,
    which begins when all is read.
    """

    done: int
    bytes_read: int
    bytes_total: int
    indexed: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of the records. ``rejects`` and ``notes`` name the first thousand.

    ``read`` says whether any file could be read at all; ``index_error`` is a sentence where the
    index could not follow, and ``index_failed`` whether that needs someone to act.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    rejects: tuple[Reject, ...] = ()
    notes: tuple[str, ...] = ()
    run: ImportRun | None = None
    seconds: float = 0.0
    read: bool = True
    index_error: str = ""
    index_failed: bool = False

    @property
    def records(self) -> int:
        """All records met."""
        return self.created + self.updated + self.unchanged + self.rejected


class Writer(Protocol):
    """What an import hands its batches to."""

    @property
    def run(self) -> ImportRun | None: ...
    @property
    def sources(self) -> SourceBook: ...
    def write(self, batch: Sequence[Incoming]) -> list[Decided]: ...
    def finish(self, state: RunState) -> None: ...


def import_paths(
    *,
    paths: Sequence[str],
    format: str | None = None,
    source: str = "",
    status: str = Status.PUBLISHED,
    dry_run: bool = False,
    index: bool = True,
    by: User | None = None,
    standard_input: IO[bytes] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> ImportReport:
    """Import files, folders and ``-`` (standard input), in the order given.

    ``format`` is a reader of ``formats/registry.py``, recognised file by file where it is not
    given; ``source`` (name or slug) and ``status`` are those of records that do not say. A record
    that is wrong is rejected with a reason and the others go in. Afterwards the index is brought up
    to date, unless ``index`` is false. ``dry_run`` writes nothing and reports what would happen.

    Raises UnknownFormat and ValueError where an argument itself is wrong, before anything is read.
    """
    if format is not None:
        reader_for(format)
    if status not in Status.values:
        raise ValueError(f"There is no status “{status}”. Choose one of: {', '.join(Status)}.")
    if len(source) > MAX_NAME:
        raise ValueError(f"The name of a source has at most {MAX_NAME} characters.")
    arguments = {
        "paths": list(map(shown, paths)),
        "format": format,
        "source": source,
        "status": status,
    }
    writer: Writer = (
        _DryWriter() if dry_run else BatchWriter(arguments=arguments, status=status, by=by)
    )
    reading = _Reading(paths=paths, format=format, standard_input=standard_input, progress=progress)
    try:
        for batch in _batches(reading.records(), source=source, writer=writer):
            reading.count(writer.write(batch))
    except BaseException:
        writer.finish(RunState.FAILED)
        raise
    writer.finish(RunState.FINISHED)
    index_error, failed = ("", False) if dry_run or not index else reading.follow()
    counts = reading.counts
    return ImportReport(
        created=counts[Outcome.CREATED],
        updated=counts[Outcome.UPDATED],
        unchanged=counts[Outcome.UNCHANGED],
        rejected=counts[Outcome.REJECTED],
        rejects=tuple(reading.rejects),
        notes=tuple(reading.notes),
        run=writer.run,
        seconds=reading.seconds,
        read=reading.files_read > 0 or reading.files_met == 0,
        index_error=index_error,
        index_failed=failed,
    )


@dataclass(slots=True, kw_only=True)
class _Reading:
    """The files of one import, and the tally of it."""

    paths: Sequence[str]
    format: str | None
    standard_input: IO[bytes] | None
    progress: Callable[[Progress], None] | None
    counts: Counter[str] = field(default_factory=Counter)
    rejects: list[Reject] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files_met: int = 0
    files_read: int = 0
    bytes_before: int = 0
    bytes_total: int = 0
    bytes_read: int = 0
    indexed: int = 0
    began: float = field(default_factory=monotonic)

    @property
    def seconds(self) -> float:
        return monotonic() - self.began

    def records(self) -> Iterator[FoundRecord | Unreadable]:
        files = list(find_files(self.paths, format=self.format, note=self._note))
        self.files_met = len(files)
        if all(isinstance(file, Unreadable) or file.size for file in files):
            self.bytes_total = sum(f.size for f in files if isinstance(f, FoundFile))
        for file in files:
            if isinstance(file, Unreadable):
                yield file
                continue
            try:
                yield from read_file(
                    file,
                    format=self.format,
                    standard_input=self.standard_input,
                    position=self._at,
                )
            except Unreadable as error:
                yield error
            else:
                self.files_read += 1
            self.bytes_before += file.size
            self._at(0)

    def count(self, decided: Iterable[Decided]) -> None:
        for item in decided:
            self.counts[item.outcome] += 1
            incoming = item.incoming
            if incoming.record is None and len(self.rejects) < MOST_REMEMBERED:
                self.rejects.append(
                    Reject(path=incoming.path, line=incoming.line, reason=incoming.reason)
                )
        self._tell()

    def follow(self) -> tuple[str, bool]:
        """Bring the index up to date; returns what went wrong, and whether someone must act."""
        try:
            while written := patiently(lambda: outbox.drain(limit=outbox.DRAIN_BATCH)):
                self.indexed += written
                self._tell()
        except IndexLocked:
            return (
                "Another process is writing to the index. The articles are stored and wait for "
                "it; manage.py search_index update brings in what is left."
            ), False
        except SearchIndexError as error:
            return (
                f"The articles are stored, but the index could not follow: {error} "
                "Run manage.py search_index rebuild."
            ), True
        return "", False

    def _at(self, position: int) -> None:
        self.bytes_read = self.bytes_before + position

    def _note(self, note: str) -> None:
        if len(self.notes) < MOST_REMEMBERED:
            self.notes.append(note)

    def _tell(self) -> None:
        if self.progress is not None:
            self.progress(
                Progress(
                    done=self.counts.total(),
                    bytes_read=self.bytes_read,
                    bytes_total=self.bytes_total,
                    indexed=self.indexed,
                    seconds=self.seconds,
                )
            )


class _DryWriter:
    """Decides about batches and stores nothing; remembers the ids that would be stored by now."""

    def __init__(self) -> None:
        self.run: ImportRun | None = None
        self.sources = SourceBook()
        self._stored: dict[str, str] = {}

    def write(self, batch: Sequence[Incoming]) -> list[Decided]:
        decided = decide(batch)
        for item in decided:
            incoming = item.incoming
            before = self._stored.get(incoming.public_id)
            if incoming.record is None:
                continue
            if before is not None:
                same = before == incoming.record_hash
                item.outcome = Outcome.UNCHANGED if same else Outcome.UPDATED
            if item.outcome != Outcome.UNCHANGED:
                self._stored[incoming.public_id] = incoming.record_hash
        return decided

    def finish(self, state: RunState) -> None:
        """There is no ledger to close."""


def _batches(
    records: Iterable[FoundRecord | Unreadable], *, source: str, writer: Writer
) -> Iterator[list[Incoming]]:
    """Batches bounded by records and bytes, none of which holds an article in two versions."""
    batch: list[Incoming] = []
    size = 0
    hashes: dict[str, str] = {}
    for found in records:
        if isinstance(found, Unreadable):
            incoming = Incoming.unreadable(path=found.path, reason=found.message)
        else:
            incoming = prepare(found, source=source, sources=writer.sources)
        size += len(incoming.content)
        another_version = (
            incoming.record is not None
            and hashes.setdefault(incoming.public_id, incoming.record_hash) != incoming.record_hash
        )
        if batch and (another_version or len(batch) >= BATCH_RECORDS or size > BATCH_BYTES):
            yield batch
            batch, size = [], len(incoming.content)
            hashes = {incoming.public_id: incoming.record_hash}
        batch.append(incoming)
    if batch:
        yield batch
