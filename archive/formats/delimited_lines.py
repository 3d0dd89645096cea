"""The lines of a text file with their bytes, in UTF-8, UTF-16 with its mark, or undecided."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from archive.formats.limits import MAX_RECORD_BYTES

_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_SKIPPED_AT_ONCE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line with its end; where it is ``damaged`` its bytes are not of the encoding expected."""

    number: int
    raw: bytes
    text: str
    damaged: bool = False


def lines_of(stream: IO[bytes]) -> Iterator[Line]:
    """Yield the lines of a stream; of one beyond the bound, a little more than the bound."""
    beginning = stream.read(2)
    encoding = _UTF_16.get(beginning)
    if encoding is None:
        yield from _bytes_lines(stream, beginning)
    else:
        yield from _utf_16_lines(stream, encoding)


def _bytes_lines(stream: IO[bytes], beginning: bytes) -> Iterator[Line]:
    number = 0
    begun = re.findall(rb"[^\n]*\n|[^\n]+", beginning)
    while True:
        line = begun.pop(0) if begun else b""
        if not line.endswith(b"\n"):
            line += stream.readline(MAX_RECORD_BYTES + 2)
        if not line:
            return
        if len(line) >= MAX_RECORD_BYTES + 2 and not line.endswith(b"\n"):
            while (rest := stream.readline(_SKIPPED_AT_ONCE)) and not rest.endswith(b"\n"):
                pass
        number += 1
        plain = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        try:
            yield Line(number=number, raw=line, text=plain.decode("utf-8"))
        except UnicodeDecodeError:
            # Separators and quotes are ASCII, so that rows end where they end all the same.
            text = plain.decode("latin-1")
            yield Line(number=number, raw=line, text=text, damaged=True)


def _utf_16_lines(stream: IO[bytes], encoding: str) -> Iterator[Line]:
    reader = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="\n")
    number = 0
    try:
        while text := reader.readline(MAX_RECORD_BYTES // 2 + 1):
            number += 1
            raw = text.encode(encoding, "replace")
            yield Line(number=number, raw=raw, text=text, damaged="\ufffd" in text)
    finally:
        reader.detach()  # the stream is its caller's to close
