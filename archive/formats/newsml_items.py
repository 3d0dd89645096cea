"""Cuts a stream of NewsML-G2 into its items, so that damage to one costs that one alone.

Only a window of the file is held. Tags are looked for in the bytes, past comments, CDATA and
processing instructions: a parser of the whole would stop at the first item that is not well-formed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

from archive.exceptions import RecordError
from archive.formats.limits import MAX_RECORD_BYTES, too_large

ITEMS = frozenset(
    ("newsItem", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem")
)
AROUND = frozenset(("newsMessage", "itemSet"))
_ENDS = {b"!--": b"-->", b"![CDATA[": b"]]>", b"?": b"?>"}
_REST_OF_TAG = re.compile(rb"(?:[^<>\"']|\"[^\"]*\"|'[^']*')*+>")
_INHERITED = re.compile(rb"\s(xmlns(?::[\w.-]+)?|xml:lang)\s*=\s*(\"[^\"<]*\"|'[^'<]*')")
_LONGEST_MARK = 128
_MOST_INHERITED = 4096
_LONGEST_TAG = 64 * 1024
_AT_ONCE = 64 * 1024


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CutItem:
    """An item as it stands in the file from ``line`` on.

    ``within`` are the namespaces and the language that hold around it, as attributes.
    """

    name: str
    line: int
    content: bytes
    within: str
    error: RecordError | None = None


def cut_items(
    stream: Readable, *, items: frozenset[str] = ITEMS, around: frozenset[str] = AROUND
) -> Iterator[CutItem]:
    """Yield the items of a file, of 32 MB each at most, those that are not closed with an error.

    ``items`` are the local names of such elements, ``around`` of those that stand around them.
    """
    window = _Window(stream, _marks(items | around))
    inherited: dict[bytes, bytes] = {}
    name = ""

    def taken(end: int, error: RecordError | None = None) -> CutItem:
        line, content, whole = window.release(end)
        context = b" ".join(key + b"=" + value for key, value in inherited.items())
        return CutItem(
            name=name,
            line=line,
            content=content,
            within=" ".join(context.decode("utf-8", "replace").split()),
            error=error if whole else too_large(),
        )

    while (mark := window.next_mark()) is not None:
        if mark.passed:
            window.pass_over(_ENDS[mark.passed])
            continue
        tag = window.rest_of_tag()
        outer = mark.name in around
        if name and mark.closes and mark.name == name:
            yield taken(window.at)
            name = ""
            continue
        if name and not outer and tag.endswith(b"/>"):
            continue  # it only refers to another one
        if name and mark.closes is outer:
            yield taken(mark.start, _unclosed(name))
            name = ""
        if outer and not mark.closes and not name:
            for key, value in _INHERITED.findall(tag):
                # Every item is parsed with all of it, so that it must not grow with the file.
                if sum(map(len, chain(*inherited.items()))) + len(key + value) < _MOST_INHERITED:
                    inherited[key] = value
        elif not outer and not mark.closes:
            window.hold(mark.start)
            name = mark.name
            if tag.endswith(b"/>"):
                yield taken(window.at)
                name = ""
    if name:
        yield taken(window.at, _unclosed(name))


def _marks(names: frozenset[str]) -> re.Pattern[bytes]:
    wanted = "|".join(map(re.escape, sorted(names))).encode()
    return re.compile(
        rb"<(?:(?P<passed>!--|!\[CDATA\[|\?)|(?P<close>/?)(?:[\w.-]{1,64}:)?"
        rb"(?P<name>" + wanted + rb")(?=[\s/>]))"
    )


def _unclosed(name: str) -> RecordError:
    return RecordError(
        f"The item is not closed: there is no </{name}> before the next one begins or the file "
        "ends. Add it, or see whether the file is whole."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    """The beginning of a tag, or of what is passed over, at an offset of the file."""

    start: int
    passed: bytes
    name: str
    closes: bool


class _Window:
    """The part of a file that is looked at. Offsets count from the beginning of the file."""

    def __init__(self, stream: Readable, marks: re.Pattern[bytes]) -> None:
        self._stream = stream
        self._marks = marks
        self._bytes = bytearray()
        self._base = 0  # the offset of the first byte in memory
        self.at = 0  # what lies before has been looked at
        self._keep: int | None = None  # from where on nothing may be forgotten
        self._held_line = 1
        self._too_long: bytes | None = None
        self._counted, self._line = 0, 1

    def next_mark(self) -> _Mark | None:
        """Go to behind the next mark, or to the end of the file."""
        while True:
            found = self._marks.search(self._bytes, self.at - self._base)
            if found is not None:
                mark = _Mark(
                    start=self._base + found.start(),
                    passed=found["passed"] or b"",
                    name=(found["name"] or b"").decode(),
                    closes=bool(found["close"]),
                )
                self.at = self._base + found.end()
                return mark
            end = self._base + len(self._bytes)
            self.at = max(self.at, end - _LONGEST_MARK)
            if not self._read_more():
                self.at = end
                return None

    def pass_over(self, ending: bytes) -> None:
        """Go to behind ``ending``, or to the end of the file."""
        while (found := self._bytes.find(ending, self.at - self._base)) < 0:
            end = self._base + len(self._bytes)
            self.at = max(self.at, end - len(ending) + 1)
            if not self._read_more():
                self.at = end
                return
        self.at = self._base + found + len(ending)

    def rest_of_tag(self) -> bytes:
        """Go to behind the tag and return what it says after its name; nothing if it has no end."""
        while True:
            start = self.at - self._base
            found = _REST_OF_TAG.match(self._bytes, start, start + _LONGEST_TAG)
            if found is not None:
                self.at = self._base + found.end()
                return found.group()
            if len(self._bytes) - start >= _LONGEST_TAG or not self._read_more():
                return b""

    def hold(self, start: int) -> None:
        """Keep what follows from ``start`` on, which the last mark gave."""
        self._count(start)
        self._held_line = self._line
        self._keep = start
        self._too_long = None

    def release(self, end: int) -> tuple[int, bytes, bool]:
        """The line and the bytes of what was held, up to ``end``, and whether these are all."""
        content, start = self._too_long, self._keep
        self._keep = self._too_long = None
        if content is None and start is not None:
            content = bytes(self._bytes[start - self._base : end - self._base])
        content = content or b""
        return self._held_line, content[:MAX_RECORD_BYTES], len(content) <= MAX_RECORD_BYTES

    def _read_more(self) -> bool:
        if self._keep is not None and self.at - self._keep > MAX_RECORD_BYTES:
            start = self._keep - self._base
            self._too_long = bytes(self._bytes[start : start + MAX_RECORD_BYTES + 1])
            self._keep = None
        # The mark before the tag that is being read may yet be held.
        forget = self._keep if self._keep is not None else self.at - _LONGEST_MARK
        if forget > self._base:
            self._count(forget)
            del self._bytes[: forget - self._base]
            self._base = forget
        piece = self._stream.read(_AT_ONCE)
        self._bytes += piece
        return bool(piece)

    def _count(self, offset: int) -> None:
        """Advance the number of the line to that of ``offset``."""
        self._line += self._bytes.count(
            b"\n", max(self._counted - self._base, 0), max(offset - self._base, 0)
        )
        self._counted = max(offset, self._counted)
