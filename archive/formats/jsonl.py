"""JSON Lines: one article a line, as a JSON object.

Fields: ``id version headline summary body language published source section page edition url
bylines status embargo topics parties places persons organisations references credit usage_terms
access``; docs/importing.md describes each. Only a headline or a body is required. Fields that are
not known stay in the bytes as received.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, Any, ClassVar, TypeVar

from archive.exceptions import RecordError
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
from archive.formats.values import (
    begin,
    date_of,
    kind_of,
    language_of,
    line_of,
    moment_of,
    parse_json,
    shown,
    text_of,
    version_of,
)
from archive.text.normalize import clean_paragraphs

STATUSES = ("draft", "published", "withdrawn")
ACCESS_LEVELS = ("full", "snippet", "metadata")
KINDS = {
    "topics": "topic",
    "parties": "party",
    "places": "place",
    "persons": "person",
    "organisations": "organisation",
}
LISTS = frozenset({*KINDS, "bylines", "references"})
FIELDS = frozenset(
    {"id", "headline", "summary", "body", "language", "published", "source", "section", "page"}
    | {"edition", "url", "version", "status", "embargo", "credit", "usage_terms", "access"}
    | LISTS
)
WORDS = frozenset({"headline", "body"})
# What says which article is meant, and which version of it, and changes nothing by itself.
_IDENTITY = frozenset({"id", "source", "version"})
_NEVER_EMPTY = ("language", "status", "access")
_BOM = b"\xef\xbb\xbf"
_SKIPPED_AT_ONCE = 1024 * 1024

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
            return isinstance(parse_json(first), dict)
        except RecordError:
            return False

    def read(self, stream: IO[bytes]) -> Iterator[Received]:
        """Yield a record for each line that is not blank; ``position`` is the line."""
        for number, line in bounded_lines(stream):
            text = line.removeprefix(_BOM) if number == 1 else line
            if not text.strip():
                continue
            try:
                if len(line) > MAX_RECORD_BYTES:
                    raise too_large()
                record = read_object(parse_json(text))
            except RecordError as error:
                error.line = number
                yield Received(position=number, content=line[:MAX_RECORD_BYTES], error=error)
            else:
                yield Received(position=number, content=line, record=record)


def read_object(data: Any, *, partial: bool | None = None) -> ArticleRecord:
    """Turn the object of one line into a record. Raises RecordError with the field's name.

    ``partial`` says that it speaks of the fields it names alone; so does, where that is left open,
    an object with an ``id`` that has neither ``headline`` nor ``body`` among its names.
    """
    if not isinstance(data, dict):
        raise RecordError(
            f'The line holds {kind_of(data)}. Write one object a line, such as {{"headline": "…"}}.'
        )
    fields = _Fields(data)
    headline = fields.line("headline", MAX_HEADLINE)
    body = fields.paragraphs("body")
    supplier_id = fields.line("id", 500, number=True)
    if partial is None:
        partial = bool(supplier_id) and is_partial(data)
    if not (headline or body or partial):
        raise RecordError("There is neither `headline` nor `body`. An article needs one of them.")
    return ArticleRecord(
        supplier_id=supplier_id,
        only=_only(data, supplier_id) if partial else frozenset(),
        version=version_of(fields.line("version", 64, number=True), ""),
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


def is_partial(names: Iterable[str]) -> bool:
    """Whether what names these fields speaks of them alone: no words, but something to change."""
    given = FIELDS.intersection(names)
    return "id" in given and WORDS.isdisjoint(given) and not given <= _IDENTITY


def _only(data: Mapping[str, Any], supplier_id: str) -> frozenset[str]:
    """The fields of a record that an object speaks of. Raises RecordError."""
    if not supplier_id:
        raise RecordError(
            "There is no `id`. It says which article is to be changed, where neither `headline` "
            "nor `body` is given."
        )
    for name in _NEVER_EMPTY:
        if data.get(name) == "":
            raise RecordError(f"`{name}` cannot be emptied. Leave it out, or write another one.")
    said = {name for name in FIELDS - {"id", "source"} if data.get(name) is not None}
    return frozenset({KINDS.get(name, name) for name in said} | {"supplier_id"})


class _Fields:
    """The fields of one object, each read strictly. Null is the same as nothing."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data

    def text(self, name: str) -> str:
        return text_of(self._data.get(name), f"`{name}`")

    def line(self, name: str, limit: int, *, number: bool = False) -> str:
        return line_of(self._data.get(name), limit, f"`{name}`", number=number)

    def paragraphs(self, name: str) -> str:
        return clean_paragraphs(self.text(name))

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name).strip().lower()
        if value and value not in allowed:
            raise RecordError(f"`{name}` is “{shown(value)}”. Write one of: {', '.join(allowed)}.")
        return value

    def language(self) -> str:
        return language_of(self.text("language"), "`language`")

    def published(self) -> str:
        return date_of(self.text("published"), "`published`")

    def embargo(self) -> str:
        return moment_of(self.text("embargo"), "`embargo`")

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
            raise RecordError(f'`{name}` is {kind_of(value)}. Write a list: ["…", "…"].')
        if len(value) > MAX_LIST_ITEMS:
            raise RecordError(f"`{name}` has more than {MAX_LIST_ITEMS:,} items. Leave some out.")
        found: list[Item] = []
        for number, raw in enumerate(value, 1):
            item = read(raw, f"item {number} of `{name}`")
            if item is not None and item not in found:
                found.append(item)
        return tuple(found)


def _byline(raw: Any, where: str) -> str | None:
    return line_of(raw, MAX_NAME, where) or None


def _named_entity(raw: Any, where: str) -> NamedEntity | None:
    data = raw if isinstance(raw, dict) else {"name": raw}
    nameless = data.get("name") is None and raw is not None
    if nameless or not isinstance(data.get("name"), str | None):
        raise RecordError(f'{begin(where)} needs a name: "…" or {{"name": "…"}}.')
    name = line_of(data.get("name"), MAX_NAME, where)
    given = data.get("identifiers") or {}
    if not isinstance(given, dict):
        raise RecordError(
            f"The identifiers of {where} are {kind_of(given)}. "
            'Write an object, such as {"wikidata": "Q159"}.'
        )
    identifiers = {}
    for scheme, value in given.items():
        scheme = line_of(scheme, 50, f"a scheme of {where}").lower()
        value = line_of(value, MAX_NAME, f"an identifier of {where}")
        if scheme and value:
            identifiers[scheme] = value
    return NamedEntity(name=name, identifiers=identifiers) if name else None


def _reference(raw: Any, where: str) -> Reference | None:
    data = raw if isinstance(raw, dict) else {"label": raw}
    label = line_of(data.get("label"), MAX_LABEL, where)
    url = safe_link(text_of(data.get("url"), f"`url` of {where}"))
    if not (isinstance(raw, dict) or url):
        url = safe_link(label)
    label = label or url
    return Reference(label=label[:MAX_LABEL], url=url) if label else None


def bounded_lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield lines with their number, from 1; of one too long, one byte more than the bound."""
    number = 0
    while line := stream.readline(MAX_RECORD_BYTES + 2):
        number += 1
        if len(line) == MAX_RECORD_BYTES + 2 and not line.endswith(b"\n"):
            while (rest := stream.readline(_SKIPPED_AT_ONCE)) and not rest.endswith(b"\n"):
                pass
        yield number, line.rstrip(b"\r\n")
