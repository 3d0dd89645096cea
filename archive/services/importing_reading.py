"""Files as batches of records, identified and ready to be stored: all that needs no writing."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, cast

from archive.formats.mapping import FieldMap
from archive.models import FileState
from archive.services.importing_files import (
    STANDARD_INPUT,
    FoundFile,
    FoundRecord,
    Unreadable,
    find_files,
    read_file,
    shown,
)
from archive.services.importing_names import SourceBook
from archive.services.importing_prepare import (
    MAX_PATH,
    Incoming,
    Whole,
    language_of,
    prepare,
)
from archive.services.tagging import Tagger, text_of
from archive.text.fingerprint import fingerprint

BATCH_RECORDS = 500
BATCH_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """How far a file had been read: the records that are in the ledger, or all of it."""

    records: int
    size: int
    modified: int
    finished: bool


@dataclass(slots=True, kw_only=True)
class ReadFile:
    """A file as far as one batch holds it; ``records`` are those in the batch.

    ``afresh`` is one that an earlier attempt had read, and that has changed since.
    """

    path: str
    size: int = 0
    modified: int = 0
    records: int = 0
    state: FileState = FileState.READING
    sha256: str = ""
    afresh: bool = False


@dataclass(slots=True, kw_only=True)
class Batch:
    """Some records one after another, none of which is an article in two versions.

    ``at`` are the bytes read so far of ``total``, which is 0 where nobody knows. ``notes`` are
    sentences about what was passed over.
    """

    number: int
    incoming: list[Incoming] = field(default_factory=list)
    files: list[ReadFile] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    at: int = 0
    total: int = 0

    @property
    def size(self) -> int:
        """Bytes of the records as received."""
        return sum(incoming.size for incoming in self.incoming)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatToRead:
    """What one import reads. ``resumed`` has, by path, what an earlier attempt had read.

    ``label`` is what standard input is called, where it has a better name. ``source`` is that of
    records that do not say, ``source_of_all`` of every record, whatever it says. ``mapping`` says
    what a supplier's own columns are.
    """

    paths: Sequence[str]
    format: str | None = None
    source: str = ""
    label: str = ""
    source_of_all: str = ""
    mapping: FieldMap = field(default_factory=FieldMap)
    resumed: Mapping[str, Resumed] = field(default_factory=dict)


class Reading:
    """The records of an import, batch by batch; a batch's whole records until it is forgotten."""

    def __init__(self, what: WhatToRead, *, standard_input: IO[bytes] | None = None) -> None:
        self._what = what
        self._standard_input = standard_input
        self._sources = SourceBook()
        self._tagger: Tagger | None = None
        self._held: dict[int, list[Whole]] = {}
        self._batch = Batch(number=0)
        self._file = ReadFile(path="")
        self._wholes: list[Whole] = []
        self._size = 0
        self._hashes: dict[str, str] = {}
        self._notes: list[str] = []
        self._before = 0
        self._at = 0
        self._total = 0

    def batches(self) -> Iterator[Batch]:
        """Yield the batches in order. Each is held until it is forgotten."""
        files = list(
            find_files(self._what.paths, format=self._what.format, note=self._notes.append)
        )
        if all(isinstance(file, Unreadable) or file.size for file in files):
            self._total = sum(file.size for file in files if isinstance(file, FoundFile))
        for file in files:
            if isinstance(file, Unreadable):
                known = self._what.resumed.get(file.path[-MAX_PATH:])
                if known is not None and known.finished:
                    continue  # moved away since it was read, or named as missing already
                self._begin(file.path)
                yield from self._add_unreadable(file)
                self._current().state = FileState.UNREADABLE
                continue
            yield from self._read(file)
            self._before += file.size
            self._at = self._before
        if self._batch.incoming or self._batch.files or self._notes:
            yield self._close()

    def whole(self, number: int, places: Collection[int]) -> dict[int, Whole]:
        """All of the records at some places of a batch, with languages and entities."""
        return {place: self._complete(self._held[number][place]) for place in places}

    def forget(self, number: int) -> None:
        """Let go of a batch that is stored."""
        self._held.pop(number, None)

    def _read(self, file: FoundFile) -> Iterator[Batch]:
        modified = 0
        if file.path != STANDARD_INPUT:
            modified = _modified(file.path)
        known = self._what.resumed.get(shown(file.path)[-MAX_PATH:])
        afresh = known is not None and (known.size, known.modified) != (file.size, modified)
        if afresh:
            known = None
        if known is not None and known.finished:
            return
        passed = known.records if known is not None else 0
        digested = None
        if file.path == STANDARD_INPUT and self._standard_input is not None:
            digested = _DigestedInput(self._standard_input)
        name = shown(file.path)
        if file.path == STANDARD_INPUT and self._what.label:
            name = shown(self._what.label)
        self._begin(name, size=file.size, modified=modified, afresh=afresh)
        state = FileState.READ
        try:
            for found in read_file(
                file,
                format=self._what.format,
                mapping=self._what.mapping,
                standard_input=cast("IO[bytes] | None", digested),
                position=self._move,
            ):
                if passed:
                    passed -= 1
                elif isinstance(found, Unreadable):
                    yield from self._add_unreadable(found)
                else:
                    called = name + found.path.removeprefix(shown(file.path))
                    yield from self._add(replace(found, path=called))
        except Unreadable as error:
            state = FileState.UNREADABLE
            yield from self._add_unreadable(error)
        current = self._current()
        current.state = state
        current.sha256 = digested.digest.hexdigest() if digested else _digest_of(file.path)

    def _add(self, found: FoundRecord) -> Iterator[Batch]:
        record = found.received.record
        if record is not None and self._what.source_of_all:
            record = replace(record, source=self._what.source_of_all)
            found = replace(found, received=replace(found.received, record=record))
        incoming, whole = prepare(found, source=self._what.source, sources=self._sources)
        another_version = (
            not incoming.rejected
            and self._hashes.get(incoming.public_id, incoming.record_hash) != incoming.record_hash
        )
        if self._batch.incoming and (
            another_version
            or len(self._batch.incoming) >= BATCH_RECORDS
            or self._size + incoming.size > BATCH_BYTES
        ):
            yield self._close()
        if not incoming.rejected:
            self._hashes[incoming.public_id] = incoming.record_hash
        self._put(incoming, whole)

    def _add_unreadable(self, error: Unreadable) -> Iterator[Batch]:
        if len(self._batch.incoming) >= BATCH_RECORDS:
            yield self._close()
        incoming = Incoming.unreadable(path=error.path, reason=error.message)
        self._put(incoming, Whole(content=b""))

    def _put(self, incoming: Incoming, whole: Whole) -> None:
        self._batch.incoming.append(incoming)
        self._wholes.append(whole)
        self._size += incoming.size
        self._current().records += 1

    def _begin(self, path: str, *, size: int = 0, modified: int = 0, afresh: bool = False) -> None:
        self._file = ReadFile(path=path[-MAX_PATH:], size=size, modified=modified, afresh=afresh)
        self._batch.files.append(self._file)

    def _current(self) -> ReadFile:
        """The file that is being read, as the batch at hand has it."""
        if not self._batch.files:
            self._file = replace(self._file, records=0, afresh=False)
            self._batch.files.append(self._file)
        return self._file

    def _close(self) -> Batch:
        done, self._batch = self._batch, Batch(number=self._batch.number + 1)
        done.notes, self._notes[:] = list(self._notes), []
        done.at, done.total = self._at, self._total
        self._held[done.number], self._wholes = self._wholes, []
        self._size, self._hashes = 0, {}
        return done

    def _move(self, position: int) -> None:
        self._at = self._before + position

    def _complete(self, whole: Whole) -> Whole:
        if whole.record is None:
            return whole
        if self._tagger is None:
            self._tagger = Tagger()
        record = whole.record
        language = language_of(record)
        named = self._tagger.named_in(text_of(record), language)
        told_by = fingerprint(headline=record.headline, summary=record.summary, body=record.body)
        return replace(whole, language=language, named=named, fingerprint=told_by)


class _DigestedInput:
    """Standard input, whose SHA-256 is taken as it is read: there is no second time."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.digest.update(data)
        return data


def _modified(path: str) -> int:
    try:
        return Path(path).stat().st_mtime_ns
    except OSError:
        return 0


def _digest_of(path: str) -> str:
    try:
        with Path(path).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""
