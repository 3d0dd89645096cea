"""CSV as the archive reads it and a spreadsheet opens it: one article a row.

A cell that a spreadsheet would take for a formula gets an apostrophe before it, which
:func:`archive.formats.delimited.without_apostrophe` takes away again.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable
from typing import IO, ClassVar

from archive.formats.base import ArticleRecord, Reference
from archive.formats.delimited import with_apostrophe
from archive.formats.jsonl import KINDS
from archive.formats.write_jsonl import texts_of
from archive.formats.writing import EVERY_FIELD, Writer

COLUMNS = (
    *("id", "version", "headline", "summary", "body", "language", "published", "source", "section"),
    *("page", "edition", "url", "bylines", "status", "embargo", *KINDS, "references"),
    *("credit", "usage_terms", "access"),
)
# A bar within an item would end it. The wide one looks alike, and names are looked up alike by it.
_BAR, _WIDE_BAR = "|", "\uff5c"


class CsvWriter(Writer):
    """Carries everything but the identifiers of entities; a ``|`` within an item becomes ``｜``."""

    name: ClassVar[str] = "csv"
    suffix: ClassVar[str] = ".csv"
    media_type: ClassVar[str] = "text/csv; charset=utf-8; header=present"
    carries: ClassVar[frozenset[str]] = EVERY_FIELD

    def write(self, records: Iterable[ArticleRecord], stream: IO[bytes]) -> None:
        # Without the mark, spreadsheets take the file for one in the encoding of the machine.
        stream.write(codecs.BOM_UTF8)
        stream.write(_row(COLUMNS))
        for record in records:
            cells = dict(texts_of(record))
            cells["bylines"] = _joined(record.bylines)
            for column, kind in KINDS.items():
                cells[column] = _joined(entity.name for entity in record.entities.get(kind, ()))
            cells["references"] = _joined(map(_reference, record.references))
            stream.write(_row(with_apostrophe(cells.get(column, "")) for column in COLUMNS))


def _row(cells: Iterable[str]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written).writerow(cells)
    return written.getvalue().encode()


def _joined(items: Iterable[str]) -> str:
    return _BAR.join(item.replace(_BAR, _WIDE_BAR) for item in items)


def _reference(reference: Reference) -> str:
    if reference.label == reference.url:
        return reference.url
    return f"{reference.label} {reference.url}".rstrip()
