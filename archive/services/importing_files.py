"""Files, folders and standard input as a stream of records."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from archive.exceptions import ArchiveError, UnknownFormat
from archive.formats.base import Reader, Received
from archive.formats.registry import BEGINNING, known_suffixes, reader_for, recognise

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

STANDARD_INPUT = "-"
BUFFER = 64 * 1024

# What a terminal obeys instead of showing it, and what turns the text around it.
_COMMANDING = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFile:
    """A file to read. ``size`` is in bytes, 0 where it is not known."""

    path: str
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRecord:
    """A record and where it came from."""

    path: str
    format: str
    received: Received


class Unreadable(ArchiveError):
    """A file that cannot be read at all; the message says why."""

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
            yield FoundFile(path=given)
        elif not Path(given).is_dir():
            yield _look_at(Path(given))
        else:
            yield from _walk(given, format=format, note=note)


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
            elif format is not None or path.suffix.lower() in suffixes:
                yield _look_at(path)
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


def _look_at(path: Path) -> FoundFile | Unreadable:
    try:
        if not path.exists():
            return Unreadable(shown(path), "There is no such file.")
        if not path.is_file():
            return Unreadable(shown(path), "This is no file that could be read.")
        return FoundFile(path=str(path), size=path.stat().st_size)
    except (OSError, ValueError) as error:
        return Unreadable(shown(path), _reason(error))


def read_file(
    file: FoundFile,
    *,
    format: str | None = None,
    standard_input: IO[bytes] | None = None,
    position: Callable[[int], None] | None = None,
) -> Iterator[FoundRecord]:
    """Yield the records of one file; ``position`` is told the bytes read so far.

    Raises Unreadable before the first record, or later where the file cannot be read on.
    """
    try:
        with _open(file, standard_input) as stream:
            reader = _reader(file, stream, format)
            for received in reader.read(stream):
                if position is not None and file.size:
                    position(stream.tell())
                yield FoundRecord(path=shown(file.path), format=reader.name, received=received)
    except OSError as error:
        raise Unreadable(shown(file.path), _reason(error)) from error
    except UnknownFormat as error:
        raise Unreadable(shown(file.path), str(error)) from error


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


def _reader(file: FoundFile, stream: io.BufferedReader, format: str | None) -> Reader:
    if format is not None:
        return reader_for(format)
    name = "" if file.path == STANDARD_INPUT else file.path
    return recognise(name, stream.peek(BEGINNING)[:BEGINNING])


def _reason(error: Exception) -> str:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"The file cannot be read: {said}."
