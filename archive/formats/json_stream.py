"""JSON values one after another out of a stream, each with its line, in bounded memory.

Nothing is parsed here: brackets and quotes tell where a value ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from archive.exceptions import RecordError
from archive.formats.limits import MAX_RECORD_BYTES, too_large

CHUNK = 64 * 1024
_BOM = b"\xef\xbb\xbf"
_SPACE = re.compile(rb"[ \t\r\n]*")
_OUTSIDE = re.compile(rb'["{}\[\]]')
_INSIDE = re.compile(rb'["\\]')
_SCALAR_END = re.compile(rb"[,\]}\s]")
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?|[{}\[\],]', re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """The bytes of one value and the line on which it begins, or what is wrong with its ends."""

    line: int
    content: bytes
    problem: RecordError | None = None


class JsonCursor:
    """A place in a stream of JSON, from which values are taken. ``line`` counts from 1."""

    def __init__(self, stream: IO[bytes], beginning: bytes = b"", *, line: int = 1) -> None:
        self._stream = stream
        self._buffer = beginning or stream.read(CHUNK)
        self._at = 0
        self._read = len(self._buffer)
        self.line = line
        if self._buffer.startswith(_BOM):
            self._at = len(_BOM)

    @property
    def offset(self) -> int:
        """Bytes from the beginning of the stream."""
        return self._read - len(self._buffer) + self._at

    def peek(self) -> bytes:
        """The next byte that is no white space, which is passed; empty at the end."""
        while True:
            self._advance(_SPACE.match(self._buffer, self._at).end())  # type: ignore[union-attr]
            if self._at < len(self._buffer):
                return self._buffer[self._at : self._at + 1]
            if not self._more():
                return b""

    def step(self) -> None:
        """Pass the byte that was peeked at."""
        self._advance(self._at + 1)

    def value(self, *, keep: bool = True) -> Piece:
        """Take the value that begins at the byte peeked at; without ``keep`` its bytes are lost."""
        kept = _Kept(MAX_RECORD_BYTES if keep else 0, line=self.line)
        first = self.peek()
        if first not in (b"{", b"[", b'"'):
            return self._scalar(kept)
        depth, inside, begun, at = 0, False, self._at, self._at
        while True:
            found = (_INSIDE if inside else _OUTSIDE).search(self._buffer, at)
            if found is None:
                kept.add(self._buffer, begun, len(self._buffer))
                # An escape that is the last byte takes the first one of what follows.
                begun, at = 0, max(0, at - len(self._buffer))
                self._advance(len(self._buffer))
                if not self._more():
                    return kept.piece(_unfinished())
                continue
            at = found.end()
            match self._buffer[found.start()]:
                case 0x22:
                    inside = not inside
                case 0x5C:
                    at += 1
                    continue
                case 0x7B | 0x5B:
                    depth += 1
                case _:
                    depth -= 1
            if depth == 0 and not inside:
                kept.add(self._buffer, begun, at)
                self._advance(at)
                return kept.piece()

    def rest(self) -> Piece:
        """Take all that is left, of which no more than one record's bytes are kept."""
        kept = _Kept(MAX_RECORD_BYTES, line=self.line)
        while True:
            kept.add(self._buffer, self._at, len(self._buffer))
            self._advance(len(self._buffer))
            if not self._more():
                return Piece(line=kept.line, content=bytes(kept.content))

    def items(self, *, keep: bool = True) -> Iterator[Piece]:
        """Take the list that begins at the byte peeked at, item by item."""
        self.step()
        while (first := self.peek()) != b"]":
            if not first:
                yield Piece(line=self.line, content=b"", problem=_unclosed())
                return
            if first == b",":
                self.step()
                continue
            piece = self.value(keep=keep)
            if keep:
                yield piece
            if piece.problem is not None and not self.peek():
                return
        self.step()

    def _scalar(self, kept: _Kept) -> Piece:
        begun, at = self._at, self._at + 1
        while True:
            found = _SCALAR_END.search(self._buffer, at)
            end = found.start() if found else len(self._buffer)
            kept.add(self._buffer, begun, end)
            self._advance(end)
            if found or not self._more():
                return kept.piece()
            begun = at = 0

    def _advance(self, to: int) -> None:
        self.line += self._buffer.count(b"\n", self._at, to)
        self._at = to

    def _more(self) -> bool:
        self._buffer = self._stream.read(CHUNK)
        self._at = 0
        self._read += len(self._buffer)
        return bool(self._buffer)


class _Kept:
    """The bytes of a value up to a bound; beyond it the value is too large."""

    def __init__(self, limit: int, *, line: int) -> None:
        self.content = bytearray()
        self.line = line
        self._limit = limit
        self._over = False

    def add(self, buffer: bytes, begin: int, end: int) -> None:
        room = self._limit - len(self.content)
        self._over = self._over or end - begin > room
        self.content += buffer[begin : min(end, begin + room)]

    def piece(self, problem: RecordError | None = None) -> Piece:
        if self._over and self._limit:
            problem = too_large()
        return Piece(line=self.line, content=bytes(self.content), problem=problem)


def first_object(beginning: bytes) -> dict[str, str]:
    """The names in the first object of a file or of its list, as far as ``beginning`` goes.

    Names of objects within it are left out. The values are given where they are texts, as written.
    """
    text = beginning.removeprefix(_BOM).decode("utf-8", "replace").lstrip()
    wanted = 2 if text.startswith("[") else 1
    if not text.removeprefix("[").lstrip().startswith("{"):
        return {}
    found: dict[str, str] = {}
    depth, name = 0, ""
    for token in _TOKEN.finditer(text):
        sign = token.group()
        if sign in "{[":
            depth += 1
        elif sign in "}]":
            depth -= 1
            if depth < wanted:
                break
        elif depth == wanted and token[2] is not None:
            name = token[1]
            found.setdefault(name, "")
        elif depth == wanted and sign != ",":
            found[name] = token[1]
    return found


def _unfinished() -> RecordError:
    return RecordError(
        "The file ends within this record: a quote or a bracket is not closed. "
        "Close it, or see whether the file is whole."
    )


def _unclosed() -> RecordError:
    return RecordError(
        "The file ends within its list. All that it holds was read; see whether it is whole."
    )
