"""JSON Lines: one article a line, as a JSON object.

Fields: ``id headline summary body language published source section page edition url bylines
status embargo topics parties places persons organisations references credit usage_terms access``;
docs/importing.md describes each. Only a headline or a body is required. Fields that are not known
stay in the bytes as received.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import IO, Any, ClassVar, NoReturn, TypeVar

from archive.exceptions import DateError, RecordError
from archive.formats.base import ArticleRecord, NamedEntity, Reader, Received, Reference
from archive.formats.limits import (
    MAX_HEADLINE,
    MAX_LABEL,
    MAX_LIST_ITEMS,
    MAX_NAME,
    MAX_RECORD_BYTES,
    safe_link,
    too_large,
)
from archive.text.dates import read_date
from archive.text.languages import normalise_tag
from archive.text.normalize import clean_paragraphs, clean_text

STATUSES = ("draft", "published", "withdrawn")
ACCESS_LEVELS = ("full", "snippet", "metadata")
KINDS = {
    "topics": "topic",
    "parties": "party",
    "places": "place",
    "persons": "person",
    "organisations": "organisation",
}
_KINDS: dict[type, str] = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "an object",
}
_BOM = b"\xef\xbb\xbf"
_SKIPPED_AT_ONCE = 1024 * 1024
_SHOWN = 60

Item = TypeVar("Item")


class JsonLinesReader(Reader):
    """Reads a file line by line; a line that is wrong costs that line."""

    name: ClassVar[str] = "jsonl"
    suffixes: ClassVar[tuple[str, ...]] = (".jsonl", ".ndjson")

    @classmethod
    def recognises(cls, beginning: bytes) -> bool:
        """Whether the first line is a JSON object, or begins like one and goes on."""
        first, newline, _ = beginning.removeprefix(_BOM).lstrip().partition(b"\n")
        if not newline and len(beginning) >= 4096:
            return first.startswith((b'{"', b'{ "'))
        try:
            return isinstance(_parse(first), dict)
        except RecordError:
            return False

    def read(self, stream: IO[bytes]) -> Iterator[Received]:
        """Yield a record for each line that is not blank; ``position`` is the line."""
        for number, line in _bounded_lines(stream):
            text = line.removeprefix(_BOM) if number == 1 else line
            if not text.strip():
                continue
            try:
                if len(line) > MAX_RECORD_BYTES:
                    raise too_large()
                record = read_object(_parse(text))
            except RecordError as error:
                error.line = number
                yield Received(position=number, content=line[:MAX_RECORD_BYTES], error=error)
            else:
                yield Received(position=number, content=line, record=record)


def read_object(data: Any) -> ArticleRecord:
    """Turn the object of one line into a record. Raises RecordError with the field's name."""
    if not isinstance(data, dict):
        raise RecordError(
            f'The line holds {_kind(data)}. Write one object a line, such as {{"headline": "…"}}.'
        )
    fields = _Fields(data)
    headline = fields.line("headline", MAX_HEADLINE)
    body = fields.paragraphs("body")
    if not (headline or body):
        raise RecordError("There is neither `headline` nor `body`. An article needs one of them.")
    return ArticleRecord(
        supplier_id=fields.line("id", 500, number=True),
        headline=headline,
        summary=fields.paragraphs("summary"),
        body=body,
        language=fields.language(),
        published=fields.published(),
        source=fields.line("source", MAX_NAME),
        section=fields.line("section", 200),
        page=fields.line("page", 50, number=True),
        edition=fields.line("edition", 100, number=True),
        url=safe_link(fields.text("url")),
        bylines=fields.bylines(),
        status=fields.choice("status", STATUSES),
        embargo=fields.embargo(),
        credit=fields.line("credit", 500),
        usage_terms=fields.paragraphs("usage_terms"),
        access=fields.choice("access", ACCESS_LEVELS),
        entities={
            kind: names
            for field, kind in KINDS.items()
            if (names := fields.items(field, _named_entity))
        },
        references=fields.items("references", _reference),
    )


class _Fields:
    """The fields of one object, each read strictly. Null is the same as nothing."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data

    def text(self, name: str, *, number: bool = False) -> str:
        value = self._data.get(name)
        if number and isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        return _text(value, f"`{name}`")

    def line(self, name: str, limit: int, *, number: bool = False) -> str:
        return _bounded(clean_text(self.text(name, number=number)), limit, f"`{name}`")

    def paragraphs(self, name: str) -> str:
        return clean_paragraphs(self.text(name))

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name).strip().lower()
        if value and value not in allowed:
            raise RecordError(f"`{name}` is “{_shown(value)}”. Write one of: {', '.join(allowed)}.")
        return value

    def language(self) -> str:
        written = self.text("language").strip()
        try:
            return normalise_tag(written) if written else ""
        except RecordError as error:
            raise RecordError(f"`language`: {error.message}") from None

    def published(self) -> str:
        written = self.text("published").strip()
        if written:
            try:
                read_date(written)
            except DateError as error:
                raise RecordError(
                    f"`published` is not a date that can be read: {error} "
                    "Leave it out where the date is not known."
                ) from None
        return written

    def embargo(self) -> str:
        written = self.text("embargo").strip()
        if not written:
            return ""
        try:
            moment = datetime.fromisoformat(written)
            zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return zoned.astimezone(UTC).isoformat()
        except (ValueError, OverflowError):
            raise RecordError(
                f"`embargo` is not a time that can be read: “{_shown(written)}”. "
                "Write an ISO 8601 time with its zone, such as 2025-06-02T18:00:00+03:00."
            ) from None

    def bylines(self) -> tuple[str, ...]:
        if isinstance(self._data.get("bylines"), str):
            return (self.line("bylines", MAX_NAME),) if self.line("bylines", MAX_NAME) else ()
        return self.items("bylines", _byline)

    def items(self, name: str, read: Callable[[Any, str], Item | None]) -> tuple[Item, ...]:
        """The items of a list, each once, in order, without empty ones."""
        value = self._data.get(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise RecordError(f'`{name}` is {_kind(value)}. Write a list: ["…", "…"].')
        if len(value) > MAX_LIST_ITEMS:
            raise RecordError(f"`{name}` has more than {MAX_LIST_ITEMS:,} items. Leave some out.")
        found: list[Item] = []
        for number, raw in enumerate(value, 1):
            item = read(raw, f"item {number} of `{name}`")
            if item is not None and item not in found:
                found.append(item)
        return tuple(found)


def _byline(raw: Any, where: str) -> str | None:
    return _bounded(clean_text(_text(raw, where)), MAX_NAME, where) or None


def _named_entity(raw: Any, where: str) -> NamedEntity | None:
    data = raw if isinstance(raw, dict) else {"name": raw}
    nameless = data.get("name") is None and raw is not None
    if nameless or not isinstance(data.get("name"), str | None):
        raise RecordError(f'{_begin(where)} needs a name: "…" or {{"name": "…"}}.')
    name = _bounded(clean_text(_text(data.get("name"), where)), MAX_NAME, where)
    given = data.get("identifiers") or {}
    if not isinstance(given, dict):
        raise RecordError(
            f"The identifiers of {where} are {_kind(given)}. "
            'Write an object, such as {"wikidata": "Q159"}.'
        )
    identifiers = {}
    for scheme, value in given.items():
        scheme = _bounded(clean_text(_text(scheme, where)), 50, f"a scheme of {where}").lower()
        value = _bounded(clean_text(_text(value, f"an identifier of {where}")), MAX_NAME, where)
        if scheme and value:
            identifiers[scheme] = value
    return NamedEntity(name=name, identifiers=identifiers) if name else None


def _reference(raw: Any, where: str) -> Reference | None:
    data = raw if isinstance(raw, dict) else {"label": raw}
    label = _bounded(clean_text(_text(data.get("label"), where)), MAX_LABEL, where)
    url = safe_link(_text(data.get("url"), f"`url` of {where}"))
    if not (isinstance(raw, dict) or url):
        url = safe_link(label)
    label = label or url
    return Reference(label=label[:MAX_LABEL], url=url) if label else None


def _parse(line: bytes) -> Any:
    try:
        return json.loads(line.decode("utf-8"), parse_constant=_not_json)
    except UnicodeDecodeError as error:
        raise RecordError(
            f"Byte {error.start + 1} is not UTF-8. Save the file in UTF-8 and import it again."
        ) from None
    except RecordError:  # a ValueError too: said already
        raise
    except RecursionError:
        raise RecordError("The JSON is nested too deeply. Send plain fields.") from None
    except json.JSONDecodeError as error:
        raise RecordError(
            f"This is not JSON: {error.msg} at character {error.pos + 1}. "
            "Write one JSON object a line."
        ) from None
    except ValueError:  # more digits than Python turns into a number
        raise RecordError("A number is too long to be read. Write it in quotes.") from None


def _not_json(constant: str) -> NoReturn:
    raise RecordError(f"{constant} is not JSON. Write a number, or leave the field out.")


def _text(value: Any, where: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RecordError(f"{_begin(where)} is {_kind(value)}. Write a text in quotes.")
    if "\0" in value:
        raise RecordError(f"{_begin(where)} holds a NUL character. Take it out.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise RecordError(
            f"{_begin(where)} holds half of a surrogate pair (\\ud800 to \\udfff). "
            "Write the whole character."
        ) from None
    return value


def _bounded(value: str, limit: int, where: str) -> str:
    if len(value) > limit:
        raise RecordError(
            f"{_begin(where)} is {len(value):,} characters long. Keep it to {limit:,}."
        )
    return value


def _begin(where: str) -> str:
    return where[:1].upper() + where[1:]


def _kind(value: Any) -> str:
    return _KINDS.get(type(value), "null")


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in text[:_SHOWN])


def _bounded_lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield lines with their number; of one that is too long, one byte more than the bound."""
    number = 0
    while line := stream.readline(MAX_RECORD_BYTES + 2):
        number += 1
        if len(line) == MAX_RECORD_BYTES + 2 and not line.endswith(b"\n"):
            while (rest := stream.readline(_SKIPPED_AT_ONCE)) and not rest.endswith(b"\n"):
                pass
        yield number, line.rstrip(b"\r\n")
