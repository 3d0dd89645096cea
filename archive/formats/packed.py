"""Compressed streams, read as they come: in bounded memory, and never to disk.

What is damaged is given out as far as it is whole; then the next read raises :class:`PackError`, so
that no reader takes the beginning of an article for all of it.
"""

from __future__ import annotations

import bz2
import io
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Protocol

from archive.exceptions import ArchiveError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_RATIO = 100
FREE_OF_RATIO = 1024 * 1024  # what a stream may unpack to before its ratio is looked at
MAX_UNPACKED = 64 * 1024**3
MAX_MEMBERS = 1_000_000
BUFFER = 64 * 1024
_PIECE = 1024 * 1024
_PROBE = 512  # compressed bytes, of which the first words of a stream can be told
_XZ_MEMORY = 128 * 1024 * 1024

COMPRESSIONS = ("gzip", "bzip2", "xz")
_MAGIC = {
    "gzip": (b"\x1f\x8b\x08",),
    "bzip2": tuple(
        b"BZh%d%s" % (level, mark)
        for level in range(1, 10)
        for mark in (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90")
    ),
    "xz": (b"\xfd7zXZ\x00",),
    "zip": (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08PK\x03\x04"),
}


class PackError(ArchiveError):
    """An archive, or a file in one, that cannot be read, or not on; the message says why."""


@dataclass(slots=True)
class Allowance:
    """How many bytes may still be unpacked of one file and all within it."""

    left: int = MAX_UNPACKED

    def take(self, size: int) -> None:
        """Count unpacked bytes. Raises PackError where they are too many."""
        self.left -= size
        if self.left < 0:
            raise PackError(
                f"It unpacks to more than {MAX_UNPACKED // 1024**3} GB. "
                "Split it, or unpack it first."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file in an archive: its bytes, or the sentence that says why they are not read."""

    name: str
    stream: io.RawIOBase | None = None
    problem: str = ""


def kind_of(beginning: bytes) -> str:
    """How a file that begins so (up to 512 bytes) is packed: ``gzip``, ``zip``, ``tar`` …, or not.

    Empty where it is not packed.
    """
    for kind, marks in _MAGIC.items():
        if beginning.startswith(marks):
            return kind
    head = beginning[: tarfile.BLOCKSIZE]
    if head[257:262] == b"ustar":
        return "tar"
    try:  # before POSIX there was only the checksum
        tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return ""
    return "tar"


class _Engine(Protocol):
    """What the decompressors of the standard library have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Deflated:
    """zlib in the manner of the other decompressors; of what is damaged it gives what is whole."""

    def __init__(self, window: int) -> None:
        self._zlib = zlib.decompressobj(window)
        self._problem: zlib.error | None = None
        self._damaged = b""
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        """What follows the end; after damage, the bytes in which it is."""
        return self._damaged or self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        if self._problem is not None:
            raise self._problem
        data = self._zlib.unconsumed_tail + data
        before = self._zlib.copy()
        try:
            found = self._zlib.decompress(data, max_length)
        except zlib.error as error:
            self._problem, self._damaged = error, data
            self.needs_input = False
            return _up_to_damage(before, data)
        self.needs_input = len(found) < max_length and not self._zlib.unconsumed_tail
        return found


def _up_to_damage(engine: zlib._Decompress, data: bytes) -> bytes:
    found = bytearray()
    try:
        for number in range(len(data)):
            found += engine.decompress(data[number : number + 1])
    except zlib.error:
        pass
    return bytes(found)


def _begins(data: bytes, beginning: bytes) -> bool:
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(data, len(beginning)) == beginning
    except zlib.error:
        return False


class _Stored:
    """What is not compressed at all."""

    eof = False
    needs_input = True
    unused_data = b""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return data


def _engine(kind: str) -> _Engine:
    match kind:
        case "gzip":
            return _Deflated(16 + zlib.MAX_WBITS)
        case "zlib":
            return _Deflated(zlib.MAX_WBITS)
        case "deflate":
            return _Deflated(-zlib.MAX_WBITS)
        case "bzip2":
            return bz2.BZ2Decompressor()
        case "xz":
            return lzma.LZMADecompressor(lzma.FORMAT_XZ, _XZ_MEMORY)
        case _:
            return _Stored()


class Unpacked(io.RawIOBase):
    """What a compressed stream holds.

    ``kind`` is one of COMPRESSIONS, whose streams may follow one another in a file, or ``zlib``,
    ``deflate`` or ``stored``. Reading raises PackError where the stream is damaged or cut off, or
    grows beyond a ratio of 100 or the ``allowance``. It raises it each time, unless ``resume_at``
    says how each of many gzip streams begins: then reading goes on at the next that begins so.
    """

    def __init__(self, source: IO[bytes], kind: str, allowance: Allowance | None = None) -> None:
        self._source = source
        self._kind = kind
        self._allowance = allowance or Allowance()
        self._engine: _Engine | None = _engine(kind)
        self._fed = b""
        self._taken = self._given = 0
        self._problem: PackError | None = None
        self._lost = False
        self.resume_at = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        filled = 0
        while filled < len(view) and self._problem is None:
            try:
                found = self._next(min(len(view) - filled, BUFFER))
            except PackError as error:
                self._problem = error
            else:
                if not found:
                    break
                view[filled : filled + len(found)] = found
                filled += len(found)
        if self._problem is not None and not filled:
            problem = self._problem
            if self._lost and self.resume_at:
                self._problem = None
            raise problem
        return filled

    def _next(self, size: int) -> bytes:
        """The next bytes, at most ``size``; empty at the end."""
        if self._lost:
            self._engine, self._lost = self._found_again(), False
        found = b""
        while not found and self._engine is not None:
            if self._engine.eof:
                self._fed = self._engine.unused_data
                self._engine = self._another() if self._kind in COMPRESSIONS else None
                continue
            ended = False
            if self._engine.needs_input and not self._fed:
                self._fed = self._take(min(BUFFER, size) if self._kind == "stored" else BUFFER)
                ended = not self._fed
            fed, self._fed = self._fed, b""
            try:
                found = self._engine.decompress(fed, size)
            except (zlib.error, lzma.LZMAError, OSError, EOFError):
                self._fed = self._engine.unused_data
                self._lost = True
                raise self._ends("damaged") from None
            if ended and not found and not self._engine.eof:
                if self._kind == "stored":
                    return b""
                raise self._ends("cut off")
        self._given += len(found)
        self._allowance.take(len(found))
        if self._given > max(FREE_OF_RATIO, MAX_RATIO * self._taken):
            raise PackError(
                f"It unpacks to more than {MAX_RATIO} times its size, which no text does. "
                "Unpack it first if you trust it."
            )
        return found

    def _ends(self, how: str) -> PackError:
        return PackError(
            f"The {self._kind} data are {how}, {self._given:,} bytes into what they hold. "
            "What stands before has been read; get the file again."
        )

    def _found_again(self) -> _Engine | None:
        """The next stream that begins as is known of this file, behind what is damaged."""
        (mark,) = _MAGIC["gzip"]
        at = 1
        while True:
            at = self._fed.find(mark, at)
            if 0 <= at <= len(self._fed) - _PROBE or (at >= 0 and not self._more()):
                if _begins(self._fed[at : at + _PROBE], self.resume_at):
                    self._fed = self._fed[at:]
                    return _engine("gzip")
                at += 1
            elif at < 0:
                self._fed = self._fed[1 - len(mark) :]
                at = 0
                if not self._more():
                    return None

    def _more(self) -> bool:
        taken = self._take(BUFFER)
        self._fed += taken
        return bool(taken)

    def _take(self, size: int) -> bytes:
        taken = self._source.read(size)
        self._taken += len(taken)
        return taken

    def _another(self) -> _Engine | None:
        """Another stream behind the first; zeros, with which tapes were filled, are nothing."""
        marks = _MAGIC[self._kind]
        while not self._fed.lstrip(b"\0"):
            self._fed = self._take(BUFFER)
            if not self._fed:
                return None
        self._fed = self._fed.lstrip(b"\0")
        longest = max(map(len, marks))
        while len(self._fed) < longest and (more := self._take(longest - len(self._fed))):
            self._fed += more
        if self._fed.startswith(marks):
            return _engine(self._kind)
        raise PackError(
            f"Behind the {self._kind} data stands something else, which was not read. "
            "See whether the file is what was sent."
        )


class Piece(io.RawIOBase):
    """The next ``size`` bytes of a stream. Raises PackError where it has fewer."""

    def __init__(self, source: IO[bytes], size: int) -> None:
        self._source = source
        self.left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        if not self.left:
            return 0
        data = self._source.read(min(len(view), self.left))
        if not data:
            raise cut_off()
        self.left -= len(data)
        view[: len(data)] = data
        return len(data)

    def finish(self) -> None:
        """Pass over what has not been read."""
        for _ in iter(lambda: self.read(BUFFER), b""):
            pass


class Steady(io.BufferedReader):
    """A buffered stream that keeps what it has read when the next bytes are damaged.

    A bounded read may so give less than was asked for; only at the end it gives nothing.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and BUFFER // 8 <= size <= _PIECE:
            return self.read1(size)
        return super().read(size)


def cut_off() -> PackError:
    """The error for an archive that ends too early."""
    return PackError(
        "The archive is cut off: it ends within a file. What stands before has been read; "
        "get it again."
    )


def counted(members: Iterator[Member]) -> Iterator[Member]:
    """The members of an archive. Raises PackError where there are too many."""
    for number, member in enumerate(members):
        if number >= MAX_MEMBERS:
            raise PackError(f"The archive holds more than {MAX_MEMBERS:,} files. Split it.")
        yield member
