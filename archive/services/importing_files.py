"""Files, folders and standard input as a stream of records."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from archive.exceptions import ArchiveError, MappingError, UnknownFormat
from archive.formats.base import Received
from archive.formats.mapped import mapped_reader
from archive.formats.mapping import FieldMap
from archive.formats.packed import PackError
from archive.formats.registry import BEGINNING, known_suffixes, reader_for, recognise
from archive.services.importing_packed import Opened, is_read, opened

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

STANDARD_INPUT = "-"
BUFFER = 64 * 1024

# What a terminal obeys instead of showing it, and what turns the text around it.
_COMMANDING = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def _nothing(_: str) -> None:
    """Where nobody is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFile:
    """A file to read. ``size`` is in bytes, 0 where it is not known.

    ``note`` is told what is passed over where the file is an archive.
    """

    path: str
    size: int = 0
    note: Callable[[str], None] = field(default=_nothing, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRecord:
    """A record and where it came from."""

    path: str
    format: str
    received: Received


class Unreadable(ArchiveError):
    """A file that cannot be read, or not to its end; the message says why."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path
        self.message = message


def find_files(
    paths: Sequence[str], *, format: str | None = None, note: Callable[[str], None]
) -> Iterator[FoundFile | Unreadable]:
    """Yield files in the order given, those of a folder by name, folders within folders included.

    In a folder, files that no format answers for by its suffix and links that lead out of it are
    passed over, and ``note`` is told; hidden ones silently. With ``format`` every other file of a
    folder is read.
    """
    for given in paths:
        if given == STANDARD_INPUT:
            yield FoundFile(path=given, note=note)
        elif not is_folder(given):
            yield _look_at(Path(given), note)
        else:
            yield from _walk(given, format=format, note=note)


def is_folder(path: str) -> bool:
    """Whether a path leads to a folder; not where nobody can tell."""
    try:
        return Path(path).is_dir()
    except OSError:  # its name is too long, or what it lies in is closed to us
        return False


def _walk(
    folder: str, *, format: str | None, note: Callable[[str], None]
) -> Iterator[FoundFile | Unreadable]:
    suffixes = known_suffixes()
    unreadable: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".")):
            path = Path(parent, name)
            if path.is_symlink() and not _stays_within(path, folder):
                note(f"{shown(path)}: passed over, as it is a link that leads out of the folder.")
            elif format is not None or is_read(name, suffixes):
                yield _look_at(path, note)
            else:
                note(f"{shown(path)}: passed over, as no format has the suffix “{path.suffix}”.")
        while unreadable:
            error = unreadable.pop()
            yield Unreadable(shown(error.filename), _reason(error))
    while unreadable:
        error = unreadable.pop()
        yield Unreadable(shown(error.filename), _reason(error))


def _stays_within(link: Path, folder: str) -> bool:
    """Whether a link leads to something in ``folder``: else it could publish any file there is."""
    try:
        return link.resolve().is_relative_to(Path(folder).resolve())
    except (OSError, RuntimeError):  # a loop of links
        return False


def shown(path: str | Path) -> str:
    """A path as text that can be printed and stored, whatever bytes the file system has."""
    return _COMMANDING.sub("\ufffd", os.fsencode(path).decode("utf-8", errors="replace"))


def _look_at(path: Path, note: Callable[[str], None]) -> FoundFile | Unreadable:
    try:
        if not path.exists():
            return Unreadable(shown(path), "There is no such file.")
        if not path.is_file():
            return Unreadable(shown(path), "This is no file that could be read.")
        return FoundFile(path=str(path), size=path.stat().st_size, note=note)
    except (OSError, ValueError) as error:
        return Unreadable(shown(path), _reason(error))


def read_file(
    file: FoundFile,
    *,
    format: str | None = None,
    mapping: FieldMap | None = None,
    standard_input: IO[bytes] | None = None,
    position: Callable[[int], None] | None = None,
) -> Iterator[FoundRecord | Unreadable]:
    """Yield the records of one file, or of the files in it where it is an archive.

    ``mapping`` says what a supplier's own columns are. What cannot be read is yielded as an error
    among them. ``position`` is told the bytes read so far. Raises Unreadable where nothing at all
    could be read.
    """
    problem: Unreadable | None = None
    read = False
    for found in _found(file, format, mapping, standard_input, position):
        if problem is not None:
            yield problem
        problem = found if isinstance(found, Unreadable) else None
        if not isinstance(found, Unreadable):
            read = True
            yield found
    if problem is not None and read:
        yield problem
    elif problem is not None:
        raise problem


def _found(
    file: FoundFile,
    format: str | None,
    mapping: FieldMap | None,
    standard_input: IO[bytes] | None,
    position: Callable[[int], None] | None,
) -> Iterator[FoundRecord | Unreadable]:
    try:
        with _open(file, standard_input) as stream:
            for each in opened(
                stream,
                path=shown(file.path),
                name="" if file.path == STANDARD_INPUT else file.path,
                suffixes=known_suffixes() if format is None else None,
                note=lambda said: file.note(shown(said)),
            ):
                for found in _records(each, format, mapping):
                    if position is not None and file.size:
                        position(stream.tell())
                    yield found
    except Unreadable as error:
        yield error
    except OSError as error:
        yield Unreadable(shown(file.path), _reason(error))
    except PackError as error:
        yield Unreadable(shown(file.path), str(error))


def _records(
    file: Opened, format: str | None, mapping: FieldMap | None
) -> Iterator[FoundRecord | Unreadable]:
    path = shown(file.path)
    if file.stream is None:
        yield Unreadable(path, file.problem)
        return
    try:
        beginning = file.stream.peek(BEGINNING)[:BEGINNING]
        if mapping:
            reader = mapped_reader(mapping, format=format, beginning=beginning)
        else:
            reader = recognise(file.name, beginning) if format is None else reader_for(format)
        for received in reader.read(file.stream):
            said = received.format or reader.name
            yield FoundRecord(path=path, format=said, received=received)
    except (UnknownFormat, MappingError, PackError) as error:
        yield Unreadable(path, str(error))


def _open(file: FoundFile, standard_input: IO[bytes] | None) -> io.BufferedReader:
    if file.path != STANDARD_INPUT:
        return io.BufferedReader(Path(file.path).open("rb", buffering=0), BUFFER)
    if standard_input is None:
        raise Unreadable(shown(file.path), "There is no standard input to read.")
    return io.BufferedReader(_StandardInput(standard_input))


class _StandardInput(io.RawIOBase):
    """Standard input, whose first bytes can be looked at: a pipe may bring them one by one."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._beginning = stream.read(BEGINNING)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        data = self._beginning[: len(view)] or self._stream.read(len(view))
        self._beginning = self._beginning[len(data) :]
        view[: len(data)] = data
        return len(data)


def _reason(error: Exception) -> str:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"The file cannot be read: {said}."
