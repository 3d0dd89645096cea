"""What becomes of the records of an import: told while it goes on, and at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from time import monotonic

from archive.models import FileState, ImportRun, Outcome
from archive.services.following import Followed
from archive.services.importing_prepare import Decided, FirstRecord
from archive.services.importing_reading import Batch

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
    """How far an import has come: records by outcome, bytes, the file, seconds since it began.

    ``bytes_total`` is 0 where it is not known. ``indexed`` counts articles brought into the index,
    which may begin while others are read; ``stored`` says that all are.
    """

    counts: Mapping[str, int]
    bytes_read: int
    bytes_total: int
    path: str
    stored: bool
    indexed: int
    seconds: float

    @property
    def done(self) -> int:
        """Records of any outcome."""
        return sum(self.counts.values())

    @property
    def seconds_left(self) -> float | None:
        """How long reading and storing will take, if it goes on like this."""
        if self.stored or not (self.bytes_read and self.bytes_total):
            return None
        return self.seconds * (self.bytes_total - self.bytes_read) / self.bytes_read


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an import would change of one article: fields with the old and the new value."""

    path: str
    position: int
    public_id: str
    fields: dict[str, tuple[object, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of the records. ``rejects``, ``changes`` and ``notes`` name the first thousand.

    Changes are told where nothing was written, as are the ``first`` records of foreign columns.

    ``read`` says whether any file could be read at all; ``index_error`` is a sentence where the
    index could not follow, and ``index_failed`` whether that needs someone to act.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    rejects: tuple[Reject, ...] = ()
    changes: tuple[Change, ...] = ()
    first: tuple[FirstRecord, ...] = ()
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


@dataclass(slots=True, kw_only=True)
class Tally:
    """What has become of the records so far."""

    progress: Callable[[Progress], None] | None
    counts: Counter[str] = field(default_factory=Counter)
    rejects: list[Reject] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files_met: int = 0
    files_read: int = 0
    bytes_read: int = 0
    bytes_total: int = 0
    path: str = ""
    stored: bool = False
    indexed: int = 0
    began: float = field(default_factory=monotonic)

    @property
    def seconds(self) -> float:
        return monotonic() - self.began

    def count(self, batch: Batch, decided: Iterable[Decided]) -> None:
        """Add a batch that is stored."""
        for item in decided:
            self.counts[item.outcome] += 1
            incoming = item.incoming
            if item.outcome == Outcome.REJECTED and len(self.rejects) < MOST_REMEMBERED:
                self.rejects.append(
                    Reject(
                        path=incoming.path,
                        line=incoming.line,
                        reason=item.reason or incoming.reason,
                    )
                )
            if item.changes and len(self.changes) < MOST_REMEMBERED:
                self.changes.append(
                    Change(
                        path=incoming.path,
                        position=incoming.position,
                        public_id=incoming.public_id,
                        fields=item.changes,
                    )
                )
        ended = [file for file in batch.files if file.state != FileState.READING]
        self.files_met += len(ended)
        self.files_read += sum(file.state == FileState.READ for file in ended)
        self.notes += batch.notes[: MOST_REMEMBERED - len(self.notes)]
        self.bytes_read, self.bytes_total = batch.at, batch.total
        if batch.files:
            self.path = batch.files[-1].path
        self._tell()

    def report(self, *, run: ImportRun | None, followed: Followed | None) -> ImportReport:
        """What became of all records; ``followed`` says how the index came along, if it did."""
        return ImportReport(
            created=self.counts[Outcome.CREATED],
            updated=self.counts[Outcome.UPDATED],
            unchanged=self.counts[Outcome.UNCHANGED],
            rejected=self.counts[Outcome.REJECTED],
            rejects=tuple(self.rejects),
            changes=tuple(self.changes),
            notes=tuple(self.notes),
            run=run,
            seconds=self.seconds,
            read=self.files_read > 0 or not self.files_met,
            index_error=followed.error if followed else "",
            index_failed=followed.failed if followed else False,
        )

    def index(self, written: int) -> None:
        """Add articles that the index has now."""
        self.indexed += written
        self._tell()

    def index_more(self, indexed: int) -> None:
        """Tell of what is left; ``indexed`` counts from where the rest began."""
        self._tell(indexed)

    def _tell(self, more: int = 0) -> None:
        if self.progress is not None:
            self.progress(
                Progress(
                    counts=dict(self.counts),
                    bytes_read=self.bytes_read,
                    bytes_total=self.bytes_total,
                    path=self.path,
                    stored=self.stored,
                    indexed=self.indexed + more,
                    seconds=self.seconds,
                )
            )
