"""Foreign columns of CSV, JSON and XML: which reader takes a file, and the one for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Any, ClassVar

from archive.exceptions import MappingError, RecordError, UnknownFormat
from archive.formats.base import ArticleRecord, Reader, Received
from archive.formats.delimited import CsvReader
from archive.formats.json_pieces import pieces, pieces_within
from archive.formats.jsonl import FIELDS, is_partial, read_object
from archive.formats.limits import MAX_LIST_ITEMS
from archive.formats.mapping import FieldMap, emptied
from archive.formats.values import kind_of, parse_json, shown
from archive.formats.xml import root_of

_FORMATS = {
    "csv": "csv",
    "tsv": "csv",
    "json": "json",
    "jsonl": "json",
    "ndjson": "json",
    "xml": "xml",
}
_HINT = "Write one object for each record, or a list of them."
_DEEPEST = 20


def check_mapping(mapping: FieldMap, format: str | None) -> None:
    """See whether a mapping can be used. Raises MappingError, and UnknownFormat for ``format``."""
    if not mapping:
        return
    kind = _kind(format) if format else ""
    of_xml = mapping.record.startswith("/")
    if kind == "xml" and not mapping.record:
        raise MappingError(_no_element())
    if kind == "csv" and mapping.record:
        raise MappingError(f"A record of CSV is a row. Leave “{shown(mapping.record)}=record” out.")
    if of_xml and kind == "json":
        raise MappingError(
            f"“{shown(mapping.record)}” leads to no list of JSON. Write names with dots between."
        )
    if kind == "xml" or (of_xml and not kind):
        from archive.formats.mapped_xml import MappedXmlReader

        MappedXmlReader(mapping)


def mapped_reader(mapping: FieldMap, *, format: str | None, beginning: bytes) -> Reader:
    """The reader of a file that begins so. Raises MappingError and UnknownFormat."""
    kind = _kind(format) if format else _kind_of_content(beginning)
    if kind == "csv":
        return CsvReader(mapping)
    if kind == "json":
        return MappedJsonReader(mapping)
    from archive.formats.mapped_xml import MappedXmlReader  # lxml, for those who need it

    return MappedXmlReader(mapping)


def _kind(format: str) -> str:
    kind = _FORMATS.get(format.lower().lstrip("."))
    if kind is None:
        raise UnknownFormat(
            f"Columns can be mapped in csv, json and xml, not in {format}. Name one of these with "
            "--format, or leave --map and --profile out."
        )
    return kind


def _kind_of_content(beginning: bytes) -> str:
    first = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if first in (b"{", b"["):
        return "json"
    return "xml" if root_of(beginning)[0] else "csv"


def _no_element() -> str:
    return (
        "Nothing says which element of the XML is a record. Add a rule such as //item=record, and "
        "write fields relative to it: title=headline."
    )


class MappedJsonReader(Reader):
    """Reads objects of any names; ``position`` is the line on which one begins."""

    name: ClassVar[str] = "jsonl"
    suffixes: ClassVar[tuple[str, ...]] = (".json", ".jsonl", ".ndjson")

    def __init__(self, mapping: FieldMap) -> None:
        self._mapping = mapping
        columns = mapping.columns
        self._taken = {*columns, *(column.partition(".")[0] for column in columns)}

    @classmethod
    def recognises(cls, beginning: bytes) -> bool:
        """Whether this begins like an object or a list."""
        return _kind_of_content(beginning) == "json"

    def read(self, stream: IO[bytes]) -> Iterator[Received]:
        """Yield a record for each object, bad ones as errors. Raises MappingError."""
        path = self._mapping.record
        found = (
            pieces_within(stream, path.split("."))
            if path
            else pieces(stream, otherwise=f"This is neither an object nor a list. {_HINT}")
        )
        if found is None:
            raise MappingError(
                f"There is no list “{shown(path)}” in this file. Write the names that lead to it, "
                "with dots between them."
            )
        for piece in found:
            try:
                if piece.problem is not None:
                    raise piece.problem
                record = self._record(parse_json(piece.content, hint=_HINT))
            except RecordError as error:
                error.line = piece.line
                yield Received(position=piece.line, content=piece.content, error=error)
            else:
                yield Received(position=piece.line, content=piece.content, record=record)

    def _record(self, data: Any) -> ArticleRecord:
        if not isinstance(data, dict):
            raise RecordError(f"A record is an object, and this is {kind_of(data)}. {_HINT}")
        own = {name: data[name] for name in FIELDS if name in data and name not in self._taken}
        found = self._mapping.object_of(lambda path: list(values_at(data, path)), own)
        partial = is_partial({*self._mapping.fields, *own})
        return read_object(emptied(found) if partial else found, partial=partial)


def values_at(data: Any, path: str, depth: int = 0) -> Iterator[Any]:
    """What stands where a path of names with dots leads, each item of the lists on its way.

    A name may hold a dot itself; a number leads to that item of a list, from 0. Raises RecordError
    where there is too much.
    """
    if isinstance(data, list):
        if len(data) > MAX_LIST_ITEMS or depth > _DEEPEST:
            raise RecordError(f"“{shown(path)}” leads to lists that are too long or too deep.")
        first, _, rest = path.partition(".")
        if first.isascii() and first.isdigit():
            chosen = data[int(first[:9]) : int(first[:9]) + 1]
            path = rest
        else:
            chosen = data
        for item in chosen:
            yield from values_at(item, path, depth + 1)
    elif not path:
        yield data
    elif isinstance(data, Mapping):
        names = path.split(".")
        for length in range(len(names), 0, -1):
            name = ".".join(names[:length])
            if name in data:
                yield from values_at(data[name], ".".join(names[length:]), depth + 1)
                return
