"""The files in a zip archive, by its list of contents, which stands at the end."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from archive.formats.packed import BUFFER, Allowance, Member, PackError, Piece, Unpacked

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_LISTING = 48 * 1024 * 1024  # bytes; some 300,000 files. It is held in memory
_LOCAL = struct.Struct("<4s5H3L2H")
_SIGNATURE = b"PK\x03\x04"
_METHODS = {
    zipfile.ZIP_STORED: "stored",
    zipfile.ZIP_DEFLATED: "deflate",
    zipfile.ZIP_BZIP2: "bzip2",
}
_ENCRYPTED, _SIZES_FOLLOW, _UTF_8 = 0x1, 0x8, 0x800
_LATER_SIZE = 0xFFFFFFFF
_BY_UNIX = 3


def zip_members(stream: IO[bytes], allowance: Allowance) -> Iterator[Member]:
    """Yield the files in a zip archive, which must be seekable.

    A member's stream ends when the next one is asked for. Without the list of contents, as where
    the archive is cut off, what stands at its beginning is read as far as it goes. Raises PackError
    after that.
    """
    try:
        listed = zipfile.ZipFile(_Bounded(stream)).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, struct.error):
        yield from _unlisted(stream, allowance)
        raise PackError(
            "The list of contents at the end of the zip file is missing or damaged. What stands "
            "before has been read as far as it goes; get the file again."
        ) from None
    shared = _within_others(listed)
    for info in listed:
        if info.filename.endswith("/"):
            continue
        if info.header_offset in shared:
            yield Member(name=_name(info), problem=_SHARED)
        else:
            yield _member(stream, info, allowance)


def _within_others(listed: list[zipfile.ZipInfo]) -> set[int]:
    """Where files begin that share bytes with others: so a few bytes would unpack to many files."""
    shared = set()
    last = end = -1
    for info in sorted(listed, key=lambda info: info.header_offset):
        if info.header_offset < end:
            shared |= {last, info.header_offset}
        last = info.header_offset
        end = max(end, last + _LOCAL.size + info.compress_size)
    return shared


class _Bounded:
    """The archive as it is given to who reads the list of contents, at once and whole."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, size: int = -1) -> bytes:
        if size > MAX_LISTING:
            raise PackError(
                f"The list of contents of the zip file is larger than {MAX_LISTING // 1024**2} MB. "
                "Split the file."
            )
        return self._stream.read(size)


def _member(stream: IO[bytes], info: zipfile.ZipInfo, allowance: Allowance) -> Member:
    name = _name(info)
    if problem := _refusal(info):
        return Member(name=name, problem=problem)
    try:
        stream.seek(info.header_offset)
        head = _LOCAL.unpack(stream.read(_LOCAL.size))
    except (struct.error, ValueError, OSError):
        return Member(name=name, problem=_ELSEWHERE)
    if head[0] != _SIGNATURE:
        return Member(name=name, problem=_ELSEWHERE)
    stream.read(head[9] + head[10])
    return Member(name=name, stream=_Checked(stream, info, allowance))


_SHARED = "It shares its bytes with another file of the archive, which no honest one does."
_ELSEWHERE = "It is not where the list of contents says. Get the archive again."


def _refusal(info: zipfile.ZipInfo) -> str:
    """Why a file is not read; empty where it is."""
    mode = info.external_attr >> 16 if info.create_system == _BY_UNIX else 0
    if info.flag_bits & _ENCRYPTED:
        return "It is encrypted. Unpack the archive with its password and import what is in it."
    if stat.S_ISLNK(mode):
        return "This is a link, and links are not followed."
    if stat.S_IFMT(mode) and not stat.S_ISREG(mode):
        return "This is a device or a pipe and no file."
    if info.compress_type not in _METHODS:
        return (
            f"It is compressed in a way that is not known here (method {info.compress_type}). "
            "Pack it again with deflate."
        )
    return ""


def _name(info: zipfile.ZipInfo) -> str:
    """The name of a file; many programs write UTF-8 without saying so."""
    if info.flag_bits & _UTF_8:
        return info.orig_filename
    try:
        return info.orig_filename.encode("cp437").decode()
    except UnicodeError:
        return info.orig_filename


class _Checked(io.RawIOBase):
    """What a member holds, measured against the size and the checksum that the archive gives."""

    def __init__(self, stream: IO[bytes], info: zipfile.ZipInfo, allowance: Allowance) -> None:
        piece = Piece(stream, info.compress_size)
        self._source = Unpacked(
            io.BufferedReader(piece, BUFFER), _METHODS[info.compress_type], allowance
        )
        self._left, self._wanted, self._sum = info.file_size, info.CRC, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        size = self._source.readinto(view)
        self._left -= size
        self._sum = zlib.crc32(view[:size], self._sum)
        if not size and (self._left or self._sum != self._wanted):
            raise PackError("It is damaged: its checksum is another. Get the archive again.")
        return size


def _unlisted(stream: IO[bytes], allowance: Allowance) -> Iterator[Member]:
    """The files from the beginning on, as long as each says how long it is."""
    at = 0
    while True:
        stream.seek(at)
        block = stream.read(_LOCAL.size)
        if len(block) < _LOCAL.size or not block.startswith(_SIGNATURE):
            return
        _, _, flags, method, _, _, crc, packed, unpacked, name, extra = _LOCAL.unpack(block)
        if flags & _SIZES_FOLLOW or _LATER_SIZE in (packed, unpacked):
            return
        info = zipfile.ZipInfo(
            stream.read(name).decode("utf-8" if flags & _UTF_8 else "cp437", "replace")
        )
        info.flag_bits, info.compress_type = flags, method
        info.CRC, info.compress_size, info.file_size = crc, packed, unpacked
        info.header_offset = at
        at += _LOCAL.size + name + extra + packed
        if not info.filename.endswith("/"):
            yield _member(stream, info, allowance)
