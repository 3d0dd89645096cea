"""Articles marked up as in the TREC and CLEF collections: many ``<DOC>`` in a file, or one.

::

    <DOC>
    <DOCNO>QY-41</DOCNO>
    <SRC>The Quay</SRC>
    <TITLE>The headline</TITLE>
    <TIME>02/06/2025</TIME>
    <TEXT>
    Text, with or without <P> around its paragraphs.
    </TEXT>
    </DOC>

It looks like XML and is not: ``&`` and ``<`` stand bare in texts, a tag may be opened twice and
never closed. So tags are looked for, in upper or lower case, and nothing is demanded of the rest.
docs/importing.md names the tags that are read; others stay in the bytes as received.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import IO, ClassVar

from archive.exceptions import DateError, RecordError
from archive.formats.base import ArticleRecord, Reader, Received
from archive.formats.limits import (
    MAX_HEADLINE,
    MAX_LIST_ITEMS,
    MAX_NAME,
    MAX_RECORD_BYTES,
    safe_link,
    too_large,
)
from archive.formats.plain_text import decode
from archive.text.dates import read_date
from archive.text.normalize import clean_paragraphs

# Where a field goes by several names, the earlier one is preferred.
_NAMES = {
    "id": ("docno", "docid"),
    "url": ("url",),
    "source": ("src", "source"),
    "section": ("cat", "category", "section"),
    "headline": ("title", "headline", "head"),
    "date": ("date_time", "date", "time"),
    "byline": ("author", "byline"),
    "summary": ("abstract",),
    "text": ("text", "body"),
}
_KNOWN = "|".join(sorted((name for names in _NAMES.values() for name in names), key=len)[::-1])
_TAG = re.compile(rf"<(?P<close>/?)(?P<name>{_KNOWN})(?:\s[^<>]*)?>", re.IGNORECASE)
_MARKUP = re.compile(r"/?[A-Za-z][\w:.-]*(?:\s[^<>]*)?/?>")
_COMMENT = re.compile(r"<!--[^<>]*-->")
_BARE_ANGLE = re.compile(rf"<(?!{_MARKUP.pattern})")
_BARE_AMPERSAND = re.compile(r"&(?!#?\w{1,31};)")
_CLIPPED = " .…"

_OPENING = re.compile(rb"\s*<doc(?:\s[^<>]*)?>", re.IGNORECASE)
_CLOSING = re.compile(rb"</doc\s*>", re.IGNORECASE)
_TAGS_ALONE = re.compile(rb"(?:\s*<[?!/]?[a-z][^<>]*>)*\s*", re.IGNORECASE)
_BEGINNING = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s*<[?!]?[a-z][^<>]*>){0,3}\s*<doc(?:\s[^<>]*)?>", re.IGNORECASE
)
_BOM = b"\xef\xbb\xbf"
_LONGEST_CLOSING = 16  # bytes

_SLASHED = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})(?:[ T,]+[0-9]{1,2}:.{2,20})?")


class TrecReader(Reader):
    """Reads a file from ``<DOC>`` to ``</DOC>``; a record that is wrong costs that record."""

    name: ClassVar[str] = "trec"
    suffixes: ClassVar[tuple[str, ...]] = (".trec", ".sgml")

    @classmethod
    def recognises(cls, beginning: bytes) -> bool:
        """Whether the first thing is ``<DOC>``, or tags around a whole file and then it."""
        return _BEGINNING.match(beginning) is not None

    def read(self, stream: IO[bytes]) -> Iterator[Received]:
        """Yield a record for each ``<DOC>``; ``position`` is its line.

        What stands between records and is not blank or tags alone is told as an error too.
        """
        for line, content, problem in _records(stream):
            try:
                if problem is not None:
                    raise problem
                record = read_document(content)
            except RecordError as error:
                error.line = line + (error.line or 1) - 1
                yield Received(position=line, content=content, error=error)
            else:
                yield Received(position=line, content=content, record=record)


def _records(stream: IO[bytes]) -> Iterator[tuple[int, bytes, RecordError | None]]:
    """Yield the line at which each record begins, its bytes, and what is wrong with its ends."""
    held = bytearray()
    began = 0
    inside = skipping = False
    for line, piece in _pieces(stream):
        opens = _OPENING.match(piece) is not None
        closes = _CLOSING.search(piece) is not None
        if held and (opens or not (inside or piece.strip())):
            yield began, bytes(held), _unclosed() if inside else _outside()
            held.clear()
        if opens:
            inside, skipping = True, False
        elif skipping:
            skipping = not closes
            continue
        elif not inside and _TAGS_ALONE.fullmatch(piece):
            continue
        if not held:
            began = line
        held += piece
        if len(held) > MAX_RECORD_BYTES:
            yield began, bytes(held[:MAX_RECORD_BYTES]), too_large()
            skipping = not closes
        elif inside and closes:
            yield began, bytes(held), None
        else:
            continue
        held.clear()
        inside = False
    if held:
        yield began, bytes(held), _unclosed() if inside else _outside()


def _pieces(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield lines with their number, one that holds the end of a record in two.

    A line that is longer than any record, as where a whole file is one line, is read part by part.
    """
    longest = MAX_RECORD_BYTES + 2
    number, rest = 1, b""
    while line := rest + stream.readline(longest - len(rest)):
        is_cut = len(line) == longest and not line.endswith(b"\n")
        if number == 1:
            line = line.removeprefix(_BOM)
        start = 0
        for end in _CLOSING.finditer(line):
            yield number, line[start : end.end()]
            start = end.end()
        stop = len(line)
        if is_cut:
            stop = start or stop - _LONGEST_CLOSING  # a tag may be cut in two
        if start < stop:
            yield number, line[start:stop]
        rest = line[stop:]
        number += not is_cut


def _unclosed() -> RecordError:
    return RecordError(
        "The record is not closed: there is no </DOC> before the next one begins or the file ends. "
        "Add it, or see whether the file is whole."
    )


def _outside() -> RecordError:
    return RecordError("This stands between records. Put it between <DOC> and </DOC>.")


def read_document(content: bytes) -> ArticleRecord:
    """Turn the bytes of one ``<DOC>`` into a record.

    Raises RecordError, where possible with the line within the record, from 1.
    """
    found = _fields(decode(content))
    headline = _line(found, "headline", MAX_HEADLINE)
    body = "\n\n".join(filter(None, map(_paragraphs, _each(found, "text"))))
    summary = _paragraphs(_first(found, "summary"))
    if not (headline or body):
        raise RecordError(
            "There is neither a headline (TITLE, HEADLINE or HEAD) nor a TEXT. "
            "An article needs one of them."
        )
    if " ".join(body.split()).startswith(" ".join(summary.split()).rstrip(_CLIPPED)):
        summary = ""  # a page would print the same sentences twice
    return ArticleRecord(
        supplier_id=_line(found, "id", 500),
        headline=headline,
        summary=summary,
        body=body,
        published=_published(found),
        source=_line(found, "source", MAX_NAME),
        section=_line(found, "section", 200),
        url=safe_link(_one_line(_first(found, "url"))),
        bylines=_bylines(found),
    )


def _fields(text: str) -> dict[str, list[str]]:
    """What stands in each known tag, by the tag's name.

    A field ends with its own closing tag; where the same tag is opened again before that, or it is
    never closed, at the next tag that is known.
    """
    tags = list(_TAG.finditer(text))
    same: list[re.Match[str] | None] = []
    latest: dict[str, re.Match[str]] = {}
    for tag in reversed(tags):
        name = tag["name"].lower()
        same.append(latest.get(name))
        latest[name] = tag
    found: dict[str, list[str]] = {}
    read_to = 0
    for number, (tag, partner) in enumerate(zip(tags, reversed(same), strict=True)):
        if tag["close"] or tag.start() < read_to:
            continue
        if partner is not None and partner["close"]:
            end = partner.start()
        else:
            end = tags[number + 1].start() if number + 1 < len(tags) else len(text)
        read_to = end
        if value := text[tag.end() : end].strip():
            found.setdefault(tag["name"].lower(), []).append(value)
    return found


def _each(found: dict[str, list[str]], field: str) -> list[str]:
    return [value for name in _NAMES[field] for value in found.get(name, ())]


def _first(found: dict[str, list[str]], field: str) -> str:
    return next(iter(_each(found, field)), "")


def _paragraphs(raw: str) -> str:
    """Marked-up text as paragraphs; an angle or ampersand that is no markup stays what it is."""
    bare = _BARE_AMPERSAND.sub("&amp;", _BARE_ANGLE.sub("&lt;", _COMMENT.sub("", raw)))
    return clean_paragraphs(f"<div>{bare}</div>")


def _one_line(raw: str) -> str:
    return " ".join(_paragraphs(raw).split())


def _line(found: dict[str, list[str]], field: str, limit: int) -> str:
    return _bounded(_one_line(_first(found, field)), field, limit)


def _bylines(found: dict[str, list[str]]) -> tuple[str, ...]:
    names = [_bounded(_one_line(raw), "byline", MAX_NAME) for raw in _each(found, "byline")]
    if len(names) > MAX_LIST_ITEMS:
        raise RecordError(f"There are more than {MAX_LIST_ITEMS:,} bylines. Leave some out.")
    return tuple(dict.fromkeys(filter(None, names)))


def _bounded(value: str, field: str, limit: int) -> str:
    if len(value) > limit:
        tags = " or ".join(name.upper() for name in _NAMES[field])
        raise RecordError(f"{tags} is {len(value):,} characters long. Keep it to {limit:,}.")
    return value


def _published(found: dict[str, list[str]]) -> str:
    """The first date that can be read, as ISO 8601 or EDTF; empty where none is given."""
    written = [_one_line(raw) for raw in _each(found, "date")]
    problem: DateError | None = None
    for given in filter(None, written):
        try:
            return _read_date(given)
        except DateError as error:
            problem = problem or error
    if problem is None:
        return ""
    raise RecordError(
        f"The date cannot be read: {problem} A day such as 31/12/2025 will do as well. "
        "Leave it out where it is not known."
    )


def _read_date(written: str) -> str:
    """A date with the day first, or with the month first where it cannot be otherwise.

    Raises DateError.
    """
    slashed = _SLASHED.fullmatch(written)
    if slashed is None:
        read_date(written)
        return written
    first, second, year = int(slashed[1]), int(slashed[3]), int(slashed[4])
    day, month = (second, first) if second > 12 else (first, second)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise DateError(f"There is no day {written}. Write a day that the calendar has.") from None
