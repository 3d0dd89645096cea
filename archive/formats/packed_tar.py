"""The files in a tar archive, one after another, without going back in the stream."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from typing import IO

from archive.formats.packed import BUFFER, Member, PackError, Piece, cut_off

_MOST_OF_HEADERS = 1024 * 1024  # a long name, and whatever else is said of one file
_PAX = re.compile(rb"([0-9]{1,9}) ([^=\n]+)=")
# Where a block of a file with holes says whether another such block follows.
_MORE_IN_FIRST, _MORE_IN_OTHERS = 482, 504
_REFUSED = {
    tarfile.LNKTYPE: "This is a link, and links are not followed.",
    tarfile.SYMTYPE: "This is a link, and links are not followed.",
    tarfile.CHRTYPE: "This is a device and no file.",
    tarfile.BLKTYPE: "This is a device and no file.",
    tarfile.FIFOTYPE: "This is a pipe and no file.",
}
_SPARSE = "This is a file with holes (sparse), which is not read. Pack it without --sparse."


def tar_members(stream: IO[bytes]) -> Iterator[Member]:
    """Yield the files in a tar archive that is not compressed.

    A member's stream ends when the next one is asked for. Raises PackError where the archive is
    damaged or cut off, after all that stands before.
    """
    said: dict[str, bytes] = {}
    while head := _next_header(stream):
        kind = head.type
        if kind in (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE):
            told = _pax(_data(stream, head.size))
            said.update(told if kind != tarfile.XGLTYPE else {})
            continue
        if kind in (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK):
            long = _data(stream, head.size).rstrip(b"\0")
            said.update({"path": long} if kind == tarfile.GNUTYPE_LONGNAME else {})
            continue
        name = said["path"].decode("utf-8", "surrogateescape") if "path" in said else head.name
        size = _number(said["size"]) if "size" in said else head.size
        has_data = kind in tarfile.REGULAR_TYPES or kind not in tarfile.SUPPORTED_TYPES
        piece = Piece(stream, size if has_data else 0)
        padding = -piece.left % tarfile.BLOCKSIZE
        if any(key.startswith("GNU.sparse.") for key in said) or kind == tarfile.GNUTYPE_SPARSE:
            yield Member(name=name, problem=_SPARSE)
        elif kind in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE):
            yield Member(name=name, stream=piece)
        elif kind != tarfile.DIRTYPE:
            yield Member(name=name, problem=_REFUSED.get(kind, "This is no ordinary file."))
        piece.finish()
        _exactly(stream, padding)
        said = {}


def _next_header(stream: IO[bytes]) -> tarfile.TarInfo | None:
    """The next header; None at the mark of the end."""
    block = _exactly(stream, tarfile.BLOCKSIZE)
    if not block.strip(b"\0"):
        return None
    try:
        head = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        raise _damaged() from None
    if head.size < 0:
        raise _damaged()
    if head.type == tarfile.GNUTYPE_SPARSE:
        more = block[_MORE_IN_FIRST]
        while more:
            more = _exactly(stream, tarfile.BLOCKSIZE)[_MORE_IN_OTHERS]
    return head


def _data(stream: IO[bytes], size: int) -> bytes:
    """What a header says that is longer than its block."""
    if size > _MOST_OF_HEADERS:
        raise _damaged()
    return _exactly(stream, size + -size % tarfile.BLOCKSIZE)[:size]


def _pax(data: bytes) -> dict[str, bytes]:
    told = {}
    at = 0
    while match := _PAX.match(data, at):
        end = at + int(match[1])
        if not match.end() < end <= len(data):
            raise _damaged()
        told[match[2].decode("utf-8", "replace")] = data[match.end() : end - 1]
        at = end
    return told


def _number(written: bytes) -> int:
    if not written.isdigit() or len(written) > 18:
        raise _damaged()
    return int(written)


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = stream.read(min(BUFFER, size - len(data)))
        if not piece:
            raise cut_off()
        data += piece
    return data


def _damaged() -> PackError:
    return PackError(
        "The archive is damaged: what should describe the next file does not. "
        "What stands before has been read; get it again."
    )
