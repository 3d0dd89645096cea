"""Entities into the vocabulary out of files, in batches that each are one transaction.

Parents may stand anywhere in the files: rows whose parent is not there yet are read again, until
none is left or none can be stored. So an entity is stored with its parent at once, and an import
that was killed is simply run again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from time import monotonic

from django.db import transaction

from archive.exceptions import RecordError, UnknownFormat, VocabularyError
from archive.models import EntityKind
from archive.services.entities_files import ENTITY_FORMATS, ReadingOptions, read_entity_file
from archive.services.entities_met import Ref, own_refs, parent_ref
from archive.services.entities_store import EntityWriter, Numbered, Stored
from archive.services.following import Followed, follow_index
from archive.services.importing_files import shown
from archive.services.vocabulary_files import EntityEntry
from archive.text.languages import normalise_tag

ROWS_AT_ONCE = 1_000
MOST_REMEMBERED = 1_000
_MOST_TRACED = 100_000


@dataclass(slots=True, kw_only=True)
class EntitiesReport:
    """What became of the rows.

    ``filled_in`` were bare names that an import of articles had made, ``extended`` entities of
    editors that got what they lacked, ``unchanged`` all others that were there. ``rejects`` and
    ``conflicts`` are sentences, of the first thousand; ``lacking`` counts entities of editors that
    were left without something that the files have.
    """

    rows: int = 0
    created: int = 0
    filled_in: int = 0
    extended: int = 0
    unchanged: int = 0
    rejected: int = 0
    conflicting: int = 0
    lacking: int = 0
    rejects: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    files_read: int = 0
    seconds: float = 0.0
    index: Followed = field(default_factory=Followed)

    @property
    def changed(self) -> bool:
        """Whether anything was stored."""
        return bool(self.created or self.filled_in or self.extended)

    def reject(self, sentence: str) -> None:
        """Count a row that was not taken in, or a file that cannot be read."""
        self.rejected += 1
        if len(self.rejects) < MOST_REMEMBERED:
            self.rejects.append(sentence)

    def add(self, stored: Stored) -> None:
        """Count a batch."""
        self.created += stored.created
        self.filled_in += stored.filled_in
        self.extended += stored.extended
        self.unchanged += stored.unchanged
        self.lacking += stored.lacking
        self.conflicting += len(stored.conflicts)
        self.conflicts += stored.conflicts[: MOST_REMEMBERED - len(self.conflicts)]
        for sentence in stored.rejects:
            self.reject(sentence)


def import_entities(
    *,
    paths: Sequence[str],
    kind: str = "",
    format: str | None = None,
    languages: Sequence[str] = (),
    add_missing: bool = False,
    dry_run: bool = False,
    index: bool = True,
    progress: Callable[[int], None] | None = None,
) -> EntitiesReport:
    """Import files of entities, in the order given.

    ``kind`` is that of rows that do not say, ``format`` one of ``ENTITY_FORMATS`` and recognised
    file by file where it is not given; ``languages`` are those whose labels are taken from a
    register, the first for names. With ``add_missing`` entities that editors own get the aliases,
    identifiers, parents and coordinates that they lack. ``progress`` is told the rows met.
    ``dry_run`` takes all back at the end, and keeps other writers waiting until then.

    Raises UnknownFormat and ValueError where an argument itself is wrong, before anything is read.
    """
    if format is not None and format not in ENTITY_FORMATS:
        raise UnknownFormat(
            f"There is no format “{format}”. Choose one of: {', '.join(ENTITY_FORMATS)}."
        )
    if kind and kind not in EntityKind.values:
        raise ValueError(f"There is no kind “{kind}”. Choose one of: {', '.join(EntityKind)}.")
    try:
        tags = tuple(normalise_tag(language) for language in languages)
    except RecordError as error:
        raise ValueError(error.message) from None
    began = monotonic()
    work = _Import(
        paths=paths,
        format=format,
        options=ReadingOptions(kind=kind, languages=tags),
        writer=EntityWriter(add_missing=add_missing),
        progress=progress,
    )
    if dry_run:
        with transaction.atomic():
            work.run()
            transaction.set_rollback(True)
    else:
        work.run()
    report = work.report
    if index and not dry_run:
        report.index = follow_index()
    report.seconds = monotonic() - began
    return report


@dataclass(slots=True, kw_only=True)
class _Import:
    paths: Sequence[str]
    format: str | None
    options: ReadingOptions
    writer: EntityWriter
    progress: Callable[[int], None] | None
    report: EntitiesReport = field(default_factory=EntitiesReport)

    def run(self) -> None:
        waiting = self._pass(self._rows(None))
        while waiting:
            left = self._pass(self._rows(waiting))
            if len(left) == len(waiting):
                self._refuse(left)
                return
            waiting = left

    def _pass(self, rows: Iterator[Numbered]) -> set[int]:
        """Store what can be; returns the numbers of the rows that wait."""
        waiting: set[int] = set()
        batch: list[Numbered] = []

        def write() -> None:
            stored = self.writer.write(batch)
            self.report.add(stored)
            waiting.update(number for number, _ in stored.waiting)
            batch.clear()
            if self.progress is not None:
                self.progress(self.report.rows)

        for row in rows:
            batch.append(row)
            if len(batch) >= ROWS_AT_ONCE:
                write()
        if batch:
            write()
        return waiting

    def _rows(self, only: Collection[int] | None) -> Iterator[Numbered]:
        """The rows with their numbers; at the first reading, without ``only``, all are counted."""
        number = 0
        for path in self.paths:
            try:
                for found in read_entity_file(path, format=self.format, options=self.options):
                    number += 1
                    if only is None:
                        self.report.rows += 1
                    if isinstance(found, EntityEntry):
                        if only is None or number in only:
                            yield number, found
                    elif only is None:
                        self.report.reject(str(found))
                self.report.files_read += only is None
            except UnknownFormat as error:
                self._unreadable(str(error), only)
            except OSError as error:
                said = error.strerror or str(error)
                self._unreadable(f"{shown(path)}: the file cannot be read: {said}.", only)

    def _unreadable(self, sentence: str, only: Collection[int] | None) -> None:
        if only is None:
            self.report.reject(sentence)

    def _refuse(self, numbers: Collection[int]) -> None:
        """Say of each row that is left why its parent could not be found."""
        above: dict[Ref, Ref] = {}
        for _, entry in self._rows(numbers):
            parent = parent_ref(entry)
            if parent is not None and len(above) < _MOST_TRACED:
                above |= dict.fromkeys(own_refs(entry), parent)
        for _, entry in self._rows(numbers):
            self.report.reject(str(_refusal(entry, above)))


def _refusal(entry: EntityEntry, above: dict[Ref, Ref]) -> VocabularyError:
    parent = parent_ref(entry)
    met: set[Ref] = set()
    ref = parent
    while ref is not None and ref in above and ref not in met:
        met.add(ref)
        ref = above[ref]
    if ref is not None and ref in met:
        return VocabularyError(
            f"{entry.where}: the parents of “{entry.name}” go in a circle. Correct `parent`."
        )
    if met:
        return VocabularyError(
            f"{entry.where}: the parent “{parent}” was not taken in. Mend its row."
        )
    return VocabularyError(
        f"{entry.where}: the parent “{parent}” is neither in the archive nor in a row that can be "
        "taken in. Add it, or leave `parent` empty."
    )
