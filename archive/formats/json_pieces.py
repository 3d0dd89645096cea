"""The objects of a file of JSON: those of a list, one a line, or one after another."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING

from archive.exceptions import RecordError
from archive.formats.json_stream import CHUNK, JsonCursor, Piece
from archive.formats.jsonl import bounded_lines
from archive.formats.limits import MAX_RECORD_BYTES, too_large
from archive.formats.values import parse_json

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BOM = b"\xef\xbb\xbf"


def pieces(stream: IO[bytes], *, otherwise: str) -> Iterator[Piece]:
    """Yield the bytes of each object; ``otherwise`` is the sentence for what is none."""
    beginning = stream.read(CHUNK)
    first, _, following = beginning.removeprefix(_BOM).lstrip().partition(b"\n")
    second = following.lstrip().partition(b"\n")[0]
    whole = len(beginning) < CHUNK or bool(following)
    if not first.startswith(b"[") and (not whole or _is_object(first) or _is_object(second)):
        yield from _lines(io.BufferedReader(Joined(beginning, stream)))
        return
    cursor = JsonCursor(stream, beginning)
    while start := cursor.peek():
        if start == b"[":
            yield from cursor.items()
        elif start == b"{":
            yield cursor.value()
        else:
            piece = cursor.rest()
            error = RecordError(otherwise)
            yield Piece(line=piece.line, content=piece.content, problem=error)


def pieces_within(stream: IO[bytes], path: Sequence[str]) -> Iterator[Piece] | None:
    """The objects of the list to which the names of ``path`` lead; None where it leads to none."""
    cursor = JsonCursor(stream)
    if all(_enter(cursor, name) for name in path) and cursor.peek() == b"[":
        return cursor.items()
    return None


def _enter(cursor: JsonCursor, name: str) -> bool:
    """Go to the value of a name in the object that begins at the byte peeked at."""
    if cursor.peek() != b"{":
        return False
    cursor.step()
    while (sign := cursor.peek()) in (b'"', b","):
        if sign == b",":
            cursor.step()
            continue
        met = cursor.value().content
        if cursor.peek() != b":":
            return False
        cursor.step()
        try:
            if parse_json(met) == name:
                return True
        except RecordError:
            return False
        cursor.peek()
        cursor.value(keep=False)
    return False


def _lines(stream: IO[bytes]) -> Iterator[Piece]:
    for number, line in bounded_lines(stream):
        content = line[:MAX_RECORD_BYTES]
        text = content.removeprefix(_BOM) if number == 1 else content
        if len(line) > MAX_RECORD_BYTES:
            yield Piece(line=number, content=content, problem=too_large())
        elif text.strip():
            yield Piece(line=number, content=text)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(parse_json(line), dict)
    except RecordError:
        return False


class Joined(io.RawIOBase):
    """A stream whose beginning was read already."""

    def __init__(self, beginning: bytes, stream: IO[bytes]) -> None:
        self._beginning = beginning
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        data = self._beginning[: len(view)] or self._stream.read(len(view))
        self._beginning = self._beginning[len(data) :]
        view[: len(data)] = data
        return len(data)
