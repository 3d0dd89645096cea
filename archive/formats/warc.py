"""WARC (ISO 28500), versions 1.0 and 1.1: the pages of a web archive, each an article.

Of its records the HTML pages are read that a server sent with the status 200; all others are no
articles and are passed over. A page met twice is one article, by its address. The day of a capture
is not taken for the day of publication.
"""

from __future__ import annotations

import hashlib
import io
import re
from base64 import b32decode, b64decode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, ClassVar

from archive.exceptions import RecordError
from archive.formats.base import ArticleRecord, Reader, Received
from archive.formats.html_page import HtmlReader, load_extraction, read_page
from archive.formats.limits import MAX_RECORD_BYTES, safe_link, too_large
from archive.formats.packed import PackError
from archive.formats.values import shown
from archive.formats.warc_http import (
    Response,
    decoded,
    read_headers,
    read_response,
    without_chunks,
)

_VERSION = re.compile(rb"WARC/[01]\.[0-9]{1,2}\s*")
_NEXT = re.compile(rb"\nWARC/[01]\.")
_PAGES = ("text/html", "application/xhtml+xml")
_LINE = 64 * 1024
_MOST_OF_HEAD = 256 * 1024
_AT_ONCE = 64 * 1024
_MOST_GIVEN_BACK = 8 * MAX_RECORD_BYTES  # else damage on purpose would be read over and over
_BEGINNING = 4096
_ALGORITHMS = {"sha1": "sha1", "sha-1": "sha1", "sha256": "sha256", "sha-256": "sha256"}
_ALGORITHMS |= {"md5": "md5", "sha512": "sha512", "sha-512": "sha512"}


class WarcReader(Reader):
    """Reads the pages of a web archive; ``position`` is the number of the record in its file."""

    name: ClassVar[str] = "warc"
    suffixes: ClassVar[tuple[str, ...]] = (".warc",)

    @classmethod
    def recognises(cls, beginning: bytes) -> bool:
        """Whether this begins with a WARC record."""
        return _VERSION.match(beginning) is not None

    def read(self, stream: IO[bytes]) -> Iterator[Received]:
        """Yield each page, bad ones as errors; behind damage the next record is looked for.

        ``content`` is the record with its header, so its identifier and digests are kept. Raises
        UnknownFormat without trafilatura.
        """
        load_extraction()
        for number, record in enumerate(_records(_Source(stream)), 1):
            try:
                article = _article(record)
            except RecordError as error:
                error.message = f"{record.address or 'A record'}: {error.message}"
                yield Received(
                    position=number, content=record.content[:MAX_RECORD_BYTES], error=error
                )
            else:
                if article is not None:
                    yield Received(position=number, content=record.content, record=article)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """A record, or as much of it as could be read, and what is wrong with it."""

    head: bytes
    headers: Mapping[str, str]
    block: bytes
    problem: RecordError | None = None

    @property
    def content(self) -> bytes:
        return self.head + self.block

    @property
    def address(self) -> str:
        """The address of the page; some crawlers write it between angles."""
        return shown_address(self.headers.get("warc-target-uri", ""))


def shown_address(written: str) -> str:
    """An address that may be linked to, else its beginning, safe to print."""
    bare = written.strip().removeprefix("<").removesuffix(">")
    return safe_link(bare) or shown(bare)


def _article(record: _Record) -> ArticleRecord | None:
    """The page in a record; None where it holds none. Raises RecordError."""
    kind = record.headers.get("warc-type", "").lower()
    if not record.headers and record.problem is not None:
        raise record.problem
    if kind == "resource":
        page = Response(status=200, headers=record.headers, stored=record.block)
    elif kind == "response" and record.block.startswith(b"HTTP/"):
        page = read_response(record.block)
    else:
        return None
    if page.status != 200 or not _is_html(page):
        return None
    if record.problem is not None:
        raise record.problem
    if "warc-truncated" in record.headers or "warc-segment-number" in record.headers:
        raise RecordError("The crawler has stored a part of the page alone.")
    plain = without_chunks(page)
    body = decoded(plain, page.headers.get("content-encoding", ""))
    _check(record, {page.stored, plain, body})
    return read_page(body, charset=page.charset, address=safe_link(record.address))


def _is_html(page: Response) -> bool:
    if page.media_type:
        return page.media_type in _PAGES
    return HtmlReader.recognises(page.stored[:_BEGINNING])


def _check(record: _Record, payloads: Iterable[bytes]) -> None:
    """Raise RecordError where the payload is not what its digest was made of.

    Crawlers differ in whether they count the framing of chunks. Without a digest of the payload
    that of the whole block is looked at.
    """
    for header, made_of in (
        ("warc-payload-digest", payloads),
        ("warc-block-digest", [record.block]),
    ):
        algorithm, _, written = record.headers.get(header, "").partition(":")
        name = _ALGORITHMS.get(algorithm.strip().lower())
        if name is None or not written:
            continue
        digests = (hashlib.new(name, each, usedforsecurity=False).digest() for each in made_of)
        known = _digests(written.strip())
        if not any(digest in known for digest in digests):
            raise RecordError("The page is damaged: its digest is another than the crawler's.")
        return


def _digests(written: str) -> set[bytes]:
    """What a digest may be, as crawlers write it in base 32, 16 or 64."""
    bare = written.rstrip("=").replace("-", "+").replace("_", "/")
    readings: tuple[Callable[[], bytes], ...] = (
        lambda: b32decode(bare.upper() + "=" * (-len(bare) % 8)),
        lambda: bytes.fromhex(bare),
        lambda: b64decode(bare + "=" * (-len(bare) % 4), validate=True),
    )
    found = set()
    for reading in readings:
        try:
            found.add(reading())
        except ValueError:
            continue
    return found


class _Source:
    """The stream, to which bytes can be given back."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._back = io.BytesIO()
        self._may_give_back = _MOST_GIVEN_BACK

    def give_back(self, data: bytes) -> bool:
        """Let these be the next bytes; returns whether that is still allowed."""
        self._may_give_back -= len(data)
        if self._may_give_back < 0:
            return False
        self._back = io.BytesIO(data + self._back.read())
        return True

    def line(self) -> bytes:
        """The next line with its end, of at most 64 KB; empty at the end."""
        line = self._back.readline(_LINE)
        if line.endswith(b"\n") or len(line) == _LINE:
            return line
        return line + self._stream.readline(_LINE - len(line))

    def bytes(self, size: int) -> bytes:
        """The next bytes; fewer only at the end."""
        data = bytearray(self._back.read(size))
        while len(data) < size and (piece := self._stream.read(min(_AT_ONCE, size - len(data)))):
            data += piece
        return bytes(data)


def _records(source: _Source) -> Iterator[_Record]:
    """The records of a file. Behind what is damaged the next beginning of one is looked for."""
    said: PackError | None = None
    while True:
        try:
            record = _next(source)
        except PackError as error:
            if error is said:  # there is no reading on
                raise
            said = error
            continue
        if said is not None:
            yield _Record(head=b"", headers={}, block=b"", problem=RecordError(str(said)))
            said = None
        if record is None:
            return
        yield record


def _next(source: _Source) -> _Record | None:
    """The next record, or what stands in its place; None at the end."""
    while (line := source.line()) and not line.strip():
        pass
    if not line:
        return None
    if not _VERSION.fullmatch(line):
        return _Record(
            head=b"",
            headers={},
            block=_until_next(source, line),
            problem=RecordError("What stands between the records is none of them."),
        )
    head = bytearray(line)
    while (line := source.line()) and line.strip():
        head += line
        if len(head) > _MOST_OF_HEAD:
            return _broken(source, head, "Its header is longer than any is.")
    headers = read_headers(bytes(head).partition(b"\n")[2])
    head += line
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) < 16):
        return _broken(source, head, "Its header does not say how long it is.")
    return _with_block(source, bytes(head), headers, int(length))


def _with_block(source: _Source, head: bytes, headers: Mapping[str, str], length: int) -> _Record:
    block = source.bytes(min(length, MAX_RECORD_BYTES))
    left = length - len(block)
    while left and (piece := source.bytes(min(_AT_ONCE, left))):
        left -= len(piece)
    problem = too_large() if length > MAX_RECORD_BYTES else None
    after = source.line()
    if _VERSION.fullmatch(after):
        source.give_back(after)
    elif left or after.strip():
        problem = RecordError(
            "The file is cut off within this record. Get it again."
            if left
            else "The record does not end where its header says. Get it again."
        )
        begun = _NEXT.search(block)
        if begun is not None and source.give_back(block[begun.start() + 1 :] + after):
            block = block[: begun.start() + 1]
        else:
            _until_next(source, b"")
    return _Record(head=head, headers=headers, block=block, problem=problem)


def _broken(source: _Source, head: bytearray, why: str) -> _Record:
    return _Record(
        head=bytes(head), headers={}, block=_until_next(source, b""), problem=RecordError(why)
    )


def _until_next(source: _Source, begun: bytes) -> bytes:
    """What stands before the next record; of more than a record may hold, the beginning."""
    passed = bytearray(begun)
    while line := source.line():
        if _VERSION.fullmatch(line):
            source.give_back(line)
            break
        if len(passed) < MAX_RECORD_BYTES:
            passed += line
    return bytes(passed)
