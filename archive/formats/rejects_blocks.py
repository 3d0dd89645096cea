"""The blocks of a reject file: written so that every byte survives, and cut out again.

::

    %rejects 1
    %record format="csv" path="heap.csv" record=17 line=18
    %reason The row has 3 columns, and the first row names 4. …
    %before
    id;headline;body;published
    %end
    %content
    q-17;Lamps lit;The lighthouse is lit.
    %end

A line of the record that begins with ``%`` has one more. ``%end-no-newline`` says that the line end
before it is not the record's. ``%before`` holds what the format needs before the record.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from archive.exceptions import RecordError
from archive.formats.limits import MAX_RECORD_BYTES, too_large

FIRST_LINE = b"%rejects 1\n"
MAX_BEFORE = 1024 * 1024
_MARK = b"%"
_AT_ONCE = 64 * 1024
_LINE = re.compile(rb"(?m)^%")
# A word is looked at once, from its beginning: a line of one long word would take long otherwise.
_ATTRIBUTE = re.compile(r'\b(\w++)=("(?:[^"\\]|\\.)*"|\d{1,18}(?=\s|$))')
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


@dataclass(slots=True, kw_only=True)
class Block:
    """A record of a reject file: what is said of it, and its bytes.

    ``number`` counts records from 1. ``line`` is where the block begins and ``content_line`` where
    the record does, in the reject file. ``problem`` says why it cannot be read.
    """

    number: int
    line: int
    content_line: int = 0
    said: Mapping[str, str | int] = field(default_factory=dict)
    before: bytearray = field(default_factory=bytearray)
    content: bytearray = field(default_factory=bytearray)
    problem: RecordError | None = None

    def fail(self, problem: RecordError, line: int) -> None:
        """Note the first thing that is wrong, and where."""
        if self.problem is None:
            problem.line = line
            self.problem = problem

    def text(self, name: str) -> str:
        """What is said under a name; empty where nothing is."""
        return str(self.said.get(name, ""))


def write_block(
    said: Mapping[str, str | int], *, reasons: Sequence[str], before: bytes, content: bytes
) -> bytes:
    """A record as a block. ``said`` is written as attributes; empty ones are left out."""
    attributes = "".join(
        f" {name}={json.dumps(value, ensure_ascii=False)}" for name, value in said.items() if value
    )
    head = f"%record{_on_one_line(attributes)}\n" + "".join(
        f"%reason {_on_one_line(reason)}\n" for reason in reasons
    )
    return b"".join(
        (
            head.encode("utf-8", "replace"),
            b"%before\n" + _written(before) if before else b"",
            b"%content\n" + _written(content),
        )
    )


def write_unread(path: str, reason: str) -> bytes:
    """A file of which nothing was kept, so that there is nothing to feed again."""
    head = f"%unread path={json.dumps(path, ensure_ascii=False)}"
    said = f"{_on_one_line(head)}\n%reason {_on_one_line(reason)}\n"
    return said.encode("utf-8", "replace")


def _on_one_line(text: str) -> str:
    return _BREAKS.sub(" ", text)


def _written(content: bytes) -> bytes:
    whole = content.endswith(b"\n")
    return _LINE.sub(b"%%", content) + (b"%end\n" if whole else b"\n%end-no-newline\n")


def read_blocks(stream: IO[bytes]) -> Iterator[Block]:
    """Yield the blocks of a reject file, in bounded memory."""
    cutter = _Cutter()
    continued = False
    while piece := stream.readline(_AT_ONCE):
        if continued or not cutter.is_marked(piece):
            cutter.take(piece, begins=not continued)
        else:
            yield from cutter.obey(piece)
        continued = not piece.endswith(b"\n")
    yield from cutter.close()


class _Cutter:
    """Puts blocks together, line by line."""

    def __init__(self) -> None:
        self._line = 0
        self._number = 0
        self._block: Block | None = None
        self._into: bytearray | None = None
        self._limit = 0
        self._over = False

    def is_marked(self, piece: bytes) -> bool:
        """Whether a line says something about records instead of being part of one."""
        plain = piece.removeprefix(b"\xef\xbb\xbf") if not self._line else piece
        return plain.startswith(_MARK) and not plain.startswith(b"%%")

    def take(self, piece: bytes, *, begins: bool) -> None:
        """Add to the record at hand; what stands elsewhere is wrong."""
        self._line += begins
        if self._into is None:
            if not piece.strip():
                return
            if self._block is None:
                self._begin({})
            if self._block is not None:
                self._block.fail(_stray(), self._line)
                self._collect(self._block.content, MAX_RECORD_BYTES)
                self._block.content_line = self._block.content_line or self._line
        plain = piece[1:] if begins and piece.startswith(b"%%") else piece
        if self._into is not None:
            # One more, as the last line end may not be the record's.
            room = self._limit + 1 - len(self._into)
            self._over = self._over or len(plain) > room
            self._into += plain[: max(0, room)]

    def obey(self, piece: bytes) -> Iterator[Block]:
        """Do what a line that begins with one ``%`` says."""
        self._line += 1
        text = piece.decode("utf-8", "replace").removeprefix("\ufeff").strip()
        word, _, rest = text.partition(" ")
        match word:
            case "%rejects":
                yield from self.close()
                if rest.strip() != "1":
                    self._begin({})
                    self._fail(
                        f"This is a reject file of version “{rest.strip()[:20]}”, and only "
                        "version 1 is read. Use a later release of the archive."
                    )
            case "%record" | "%unread":
                yield from self.close()
                if word == "%record":
                    self._begin(_attributes(rest))
            case "%before" if self._block is not None and not self._into:
                self._collect(self._block.before, MAX_BEFORE)
            case "%content" if self._block is not None:
                self._collect(self._block.content, MAX_RECORD_BYTES)
                self._block.content_line = self._line + 1
            case "%end" | "%end-no-newline":
                self._end(newline=word == "%end")
            case "%reason" if self._into is None:
                pass
            case _:
                if self._block is None:
                    self._begin({})
                self._fail(
                    f"The line begins with “{text[:20]}”, which is none of the words of a reject "
                    "file. Put one more % before a line of the record that begins with one."
                )

    def close(self) -> Iterator[Block]:
        """The block at hand, if there is one, is complete."""
        self._end(newline=True)
        block, self._block = self._block, None
        if block is not None and (block.content.strip() or block.problem is not None):
            yield block

    def _begin(self, said: Mapping[str, str | int]) -> None:
        self._number += 1
        self._block = Block(number=self._number, line=self._line, said=said)

    def _collect(self, into: bytearray, limit: int) -> None:
        self._into, self._limit, self._over = into, limit, False

    def _end(self, *, newline: bool) -> None:
        if self._into is None or self._block is None:
            return
        if not (newline or self._over):
            del self._into[-1:]
        if self._over or len(self._into) > self._limit:
            del self._into[self._limit :]
            self._block.fail(too_large(), self._block.line)
        self._into = None

    def _fail(self, message: str) -> None:
        if self._block is not None:
            self._block.fail(RecordError(message), self._line)


def _attributes(text: str) -> dict[str, str | int]:
    found: dict[str, str | int] = {}
    for name, value in _ATTRIBUTE.findall(text):
        try:
            found[name] = json.loads(value)
        except ValueError:  # a backslash too many
            found[name] = value.strip('"')
    return found


def _stray() -> RecordError:
    return RecordError(
        "Text stands where none belongs. A record stands between a line %content and a line %end."
    )
