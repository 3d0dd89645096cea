"""JSON Feed 1.0 and 1.1: a feed as one JSON object, an article for each of its ``items``.

What the feed says of itself (its title, language and authors) goes for its items, wherever in the
file it stands; so the file is gone through twice. docs/importing.md says what becomes of which
field.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, Any, ClassVar

from archive.exceptions import RecordError
from archive.formats.base import ArticleRecord, NamedEntity, Reader, Received, Reference
from archive.formats.json_stream import JsonCursor, first_object
from archive.formats.limits import MAX_HEADLINE, MAX_LABEL, MAX_LIST_ITEMS, MAX_NAME, safe_link
from archive.formats.values import (
    date_of,
    kind_of,
    language_of,
    line_of,
    parse_json,
    text_of,
    version_of,
)
from archive.formats.wordings import paragraphs_of, same_beginning, without_title

_VERSION = re.compile(r"https?:(?:\\?/){2}(?:www\.)?jsonfeed\.org(?:\\?/)version.*")
_KEPT = ("title", "language", "author", "authors", "version")
_IN_MEMORY = 4 * 1024 * 1024
_HINT = "See whether the file is whole."


class JsonFeedReader(Reader):
    """Reads a feed item by item; ``position`` is the number of the item in its feed."""

    name: ClassVar[str] = "jsonfeed"
    suffixes: ClassVar[tuple[str, ...]] = (".jsonfeed",)
    begun: ClassVar[bool] = True

    @classmethod
    def recognises(cls, beginning: bytes) -> bool:
        """Whether this is an object whose ``version`` is an address of JSON Feed."""
        is_list = beginning.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")
        version = first_object(beginning).get("version", "")
        return not is_list and _VERSION.fullmatch(version) is not None

    def read(self, stream: IO[bytes]) -> Iterator[Received]:
        """Yield each item, bad ones as errors that name the line on which the item begins."""
        with ExitStack() as held:
            if not stream.seekable():
                copy = held.enter_context(tempfile.SpooledTemporaryFile(_IN_MEMORY))
                shutil.copyfileobj(stream, copy)
                copy.seek(0)
                stream = copy
            yield from _read(stream)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feed:
    """What a feed says of itself, and where its items are."""

    source: str
    language: str
    bylines: tuple[str, ...]
    items_at: int
    items_line: int


def _read(stream: IO[bytes]) -> Iterator[Received]:
    start = stream.tell()
    cursor = JsonCursor(stream)
    try:
        feed = _feed(cursor)
    except RecordError as error:
        error.line = error.line or cursor.line
        stream.seek(start)
        yield Received(position=1, content=JsonCursor(stream).rest().content, error=error)
        return
    stream.seek(start + feed.items_at)
    for number, piece in enumerate(JsonCursor(stream, line=feed.items_line).items(), 1):
        try:
            if piece.problem is not None:
                raise piece.problem
            record = _item(parse_json(piece.content, hint=_HINT), feed)
        except RecordError as error:
            error.line = piece.line
            yield Received(position=number, content=piece.content, error=error)
        else:
            yield Received(position=number, content=piece.content, record=record)


def _feed(cursor: JsonCursor) -> _Feed:
    """Go through a feed without looking at its items. Raises RecordError where it is none.

    A file that is cut off within its items is read as far as it goes.
    """
    said: dict[str, Any] = {}
    items_at, items_line = -1, 0
    if cursor.peek() != b"{":
        raise RecordError('This is no JSON Feed, which begins with {"version": "https://jsonfeed…')
    cursor.step()
    while (sign := cursor.peek()) == b'"' or sign == b",":
        if sign == b",":
            cursor.step()
            continue
        name = parse_json(cursor.value().content, hint=_HINT)
        if cursor.peek() != b":":
            raise RecordError(f"A colon is missing after a name in the feed. {_HINT}")
        cursor.step()
        sign = cursor.peek()
        if name == "items" and sign == b"[" and items_at < 0:
            items_at, items_line = cursor.offset, cursor.line
        kept = name in _KEPT
        piece = cursor.value(keep=kept)
        if kept and piece.problem is None:
            said[name] = parse_json(piece.content, hint=_HINT)
    if items_at < 0:
        raise RecordError(f"The feed has no list of `items`. {_HINT}")
    return _Feed(
        source=line_of(said.get("title"), MAX_NAME, "the title of the feed"),
        language=language_of(
            text_of(said.get("language"), "the language of the feed"), "the language of the feed"
        ),
        bylines=_authors(said, "the feed"),
        items_at=items_at,
        items_line=items_line,
    )


def _item(data: Any, feed: _Feed) -> ArticleRecord:
    """Turn one item into a record. Raises RecordError with the field's name."""
    if not isinstance(data, dict):
        raise RecordError(f"An item is an object, and this is {kind_of(data)}. Write fields.")
    headline = line_of(data.get("title"), MAX_HEADLINE, "`title`")
    summary = paragraphs_of(text_of(data.get("summary"), "`summary`"), markup=False)
    body = paragraphs_of(text_of(data.get("content_html"), "`content_html`")) or paragraphs_of(
        text_of(data.get("content_text"), "`content_text`"), markup=False
    )
    body = without_title(body, headline) or ("" if headline else summary)
    if not (headline or body):
        raise RecordError(
            "There is neither `title` nor `content_html`, `content_text` or `summary`. "
            "An article needs one of them."
        )
    external = safe_link(text_of(data.get("external_url"), "`external_url`"))
    url = safe_link(text_of(data.get("url"), "`url`"))
    topics = _topics(data.get("tags"))
    return ArticleRecord(
        supplier_id=line_of(data.get("id"), 500, "`id`", number=True),
        version=version_of("", text_of(data.get("date_modified"), "`date_modified`")),
        headline=headline,
        summary="" if same_beginning(body, summary) else summary,
        body=body,
        language=language_of(text_of(data.get("language"), "`language`"), "`language`")
        or feed.language,
        published=date_of(
            text_of(data.get("date_published"), "`date_published`"), "`date_published`"
        ),
        source=feed.source,
        url=url,
        bylines=_authors(data, "the item") or feed.bylines,
        entities={"topic": topics} if topics else {},
        references=(Reference(label=external[:MAX_LABEL], url=external),)
        if external and external != url
        else (),
    )


def _authors(data: Mapping[str, Any], where: str) -> tuple[str, ...]:
    """The names in ``authors`` of version 1.1, else in ``author`` of version 1.0."""
    found: dict[str, None] = {}
    for author in _list(data.get("authors"), "authors") or [data.get("author")]:
        if author is None:
            continue
        if not isinstance(author, dict):
            raise RecordError(f"An author of {where} is {kind_of(author)}. Write an object.")
        name = line_of(author.get("name"), MAX_NAME, f"the name of an author of {where}")
        if name:
            found[name] = None
    return tuple(found)


def _topics(tags: Any) -> tuple[NamedEntity, ...]:
    names = [line_of(tag, MAX_NAME, "a tag") for tag in _list(tags, "tags")]
    return tuple(NamedEntity(name=name) for name in dict.fromkeys(filter(None, names)))


def _list(value: Any, name: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise RecordError(f"`{name}` is {kind_of(value)}. Write a list.")
    if len(value) > MAX_LIST_ITEMS:
        raise RecordError(f"`{name}` has more than {MAX_LIST_ITEMS:,} items. Leave some out.")
    return value
