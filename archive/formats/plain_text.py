"""Plain text: a title line, paragraphs, and related sources at the end where there are any.

::

    The headline

    A paragraph, on one line or several.

    Another paragraph.

    Related Sources:

    • A label • Another label, https://example.org/

A file is one article. It says nothing of its date or publisher, and none is made up.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import IO, ClassVar

from archive.exceptions import RecordError
from archive.formats.base import ArticleRecord, Reader, Received, Reference
from archive.formats.encodings import guessed_text
from archive.formats.limits import (
    MAX_HEADLINE,
    MAX_LABEL,
    MAX_LIST_ITEMS,
    MAX_RECORD_BYTES,
    safe_link,
    too_large,
)
from archive.text.normalize import clean_paragraphs, clean_text

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FORMATS = (b"<", b"{", b"[", b"%PDF-", b"{\\rtf")
_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_ENOUGH = 60  # letters, to tell encodings apart by their frequency
_HEADING = re.compile(r"\s*related\s+sources?\s*:?\s*(?P<rest>[•‣◦●▪·].*)?", re.IGNORECASE)
_SURE_BULLETS = "•‣◦●▪·"
_BULLET = re.compile(rf"\s*([{_SURE_BULLETS}]|[-*–—](?=\s))\s*")
_TAG = re.compile(r"<[!?/]?[A-Za-z][^<>]*>")
_LINK = re.compile(r"https?://[^\s<>\"]+")


class PlainTextReader(Reader):
    """Reads a file as one article."""

    name: ClassVar[str] = "text"
    suffixes: ClassVar[tuple[str, ...]] = (".txt", ".text")
    general: ClassVar[bool] = True

    @classmethod
    def recognises(cls, beginning: bytes) -> bool:
        """Whether this is text and not the beginning of markup or data."""
        if beginning.startswith(tuple(bom for bom, _ in _BOMS)):
            return True
        stripped = beginning.lstrip()
        return (
            bool(stripped)
            and not stripped.startswith(_OTHER_FORMATS)
            and not _CONTROL_BYTES.search(beginning)
        )

    def read(self, stream: IO[bytes]) -> Iterator[Received]:
        """Yield the one article, at position 1."""
        content = stream.read(MAX_RECORD_BYTES + 1)
        try:
            if len(content) > MAX_RECORD_BYTES:
                raise too_large()
            record = read_text(decode(content, guess=True))
        except RecordError as error:
            yield Received(position=1, content=content[:MAX_RECORD_BYTES], error=error)
        else:
            yield Received(position=1, content=content, record=record)


def decode(content: bytes, *, guess: bool = False) -> str:
    """Return the text of a file in UTF-8, UTF-16 with its mark, or Windows-1252.

    With ``guess``, for which there should be a whole article, encodings of other regions are told
    by what is usual in their languages. Raises RecordError for what is not text, and for text that
    would come out garbled: UTF-8 with damage, and other encodings.
    """
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            try:
                return content.decode(encoding).removeprefix("\ufeff")
            except UnicodeDecodeError as error:
                raise _damaged(content, error) from None
    if b"\0" in content:
        raise RecordError("This is not text: it holds NUL bytes. Name the format with --format.")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if _mostly_utf8(content):
            raise _damaged(content, error) from None
    text = content.decode("cp1252", errors="replace")
    letters = [character for character in text if character.isalpha() or character == "\ufffd"]
    foreign = sum(not character.isascii() for character in letters)
    if foreign * 4 > len(letters) or _CONTROL_BYTES.search(content):
        if guess and len(letters) >= _ENOUGH and (guessed := guessed_text(content)) is not None:
            return guessed
        raise RecordError(
            "This is neither UTF-8 nor Western European text. Save it in UTF-8 and try again."
        )
    return text


def _mostly_utf8(content: bytes) -> bool:
    """Whether more characters beyond ASCII are whole UTF-8 than are not."""
    read = content.decode("utf-8", errors="replace")
    broken = read.count("\ufffd")
    return sum(not character.isascii() for character in read) - broken > broken


def _damaged(content: bytes, error: UnicodeDecodeError) -> RecordError:
    line = content.count(b"\n", 0, error.start) + 1
    return RecordError(
        f"Byte {error.start + 1} does not fit the encoding ({error.encoding}). "
        "Save the file in UTF-8 and import it again.",
        line=line,
    )


def read_text(text: str) -> ArticleRecord:
    """Turn the text of a file into a record.

    Raises RecordError where it holds no words, and where it begins with a tag on a line of its own:
    a headline of markup helps nobody.
    """
    lines = text.splitlines()
    lines, references = _take_references(lines)
    beginning = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    headline = clean_text(lines[beginning]) if beginning < len(lines) else ""
    if _TAG.fullmatch(headline):
        raise RecordError(
            f"The text begins with the tag {headline[:60]}, so it is marked up and not plain. "
            "Convert it, or take the tags out.",
            line=beginning + 1,
        )
    if len(headline) > MAX_HEADLINE:  # a paragraph without a title above it
        headline = ""
        beginning -= 1
    body = clean_paragraphs("\n".join(lines[beginning + 1 :]))
    if not (headline or body):
        raise RecordError("The file holds no text.")
    return ArticleRecord(headline=headline, body=body, references=references)


def _take_references(lines: list[str]) -> tuple[list[str], tuple[Reference, ...]]:
    """Split the closing section off; what follows it after an empty line stays in the body."""
    for start in range(len(lines) - 1, 0, -1):
        heading = _HEADING.fullmatch(lines[start])
        if heading is not None:
            break
    else:
        return lines, ()
    section = [heading["rest"] or "", *lines[start + 1 :]]
    items, used = _items(section)
    if len(items) > MAX_LIST_ITEMS:
        raise RecordError(f"There are more than {MAX_LIST_ITEMS:,} related sources.")
    references = tuple(filter(None, map(_reference, items)))
    return [*lines[:start], *section[used:]], references


def _items(section: list[str]) -> tuple[list[str], int]:
    """The items of a section and how many of its lines they take."""
    bulleted = [line for line in section if _BULLET.match(line)]
    items: list[str] = []
    after_blank = False
    for number, line in enumerate(section):
        if not line.strip():
            after_blank = True
        elif bullet := _BULLET.match(line):
            items.extend(_split(line[bullet.end() :], bullet[1], alone=len(bulleted) == 1))
            after_blank = False
        elif not bulleted:
            items.append(line)
        elif items and not after_blank:
            items[-1] += f" {line}"  # a label that goes on in the next line
        else:
            return items, number
    return items, len(section)


def _split(line: str, bullet: str, *, alone: bool) -> list[str]:
    """Several items on a line. A dash within a label is a dash, unless all stand on one line."""
    if bullet in _SURE_BULLETS:
        return re.split(rf"[{_SURE_BULLETS}]", line)
    return re.split(rf"\s{re.escape(bullet)}\s", line) if alone else [line]


def _reference(item: str) -> Reference | None:
    found = _LINK.search(item)
    url = safe_link(found.group().rstrip(".,;:!?)]}'”»")) if found else ""
    label = clean_text(item.replace(url, " ") if url else item)
    if url:
        label = re.sub(r"[(\[<]\s*[)\]>]", "", label).strip(" ,;:|-–—<>") or url
    return Reference(label=label[:MAX_LABEL], url=url) if label else None
