"""Reject files: records that an import could not take in, mended by hand and fed again.

``rejects_blocks.py`` shows what they look like. Each record is handed to the reader of its own
format, together with what that needs before it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import IO, ClassVar

from archive.exceptions import MappingError, RecordError, UnknownFormat
from archive.formats.base import ArticleRecord, Reader, Received
from archive.formats.jsonl import STATUSES
from archive.formats.limits import MAX_NAME
from archive.formats.rejects_blocks import Block, read_blocks
from archive.formats.values import line_of


class RejectsReader(Reader):
    """Reads a reject file; ``position`` is the number of the record in it."""

    name: ClassVar[str] = "rejects"
    suffixes: ClassVar[tuple[str, ...]] = (".rejects",)

    @classmethod
    def recognises(cls, beginning: bytes) -> bool:
        """Whether the first line says so."""
        return beginning.removeprefix(b"\xef\xbb\xbf").startswith(b"%rejects ")

    def read(self, stream: IO[bytes]) -> Iterator[Received]:
        """Yield each record, as its own format; errors name the line in the reject file.

        A record that was emptied is left out.
        """
        for block in read_blocks(stream):
            yield from _read(block)


def _read(block: Block) -> Iterator[Received]:
    content = bytes(block.content)
    name = block.text("format")
    try:
        if block.problem is not None:
            raise block.problem
        reader = inner_reader(name, _rules(block))
        source, status = _told(block)
        found = list(reader.read(io.BytesIO(bytes(block.before) + content)))
        # An end that is missing behind a record that is whole, such as that of its list.
        records = [one for one in found if one.record is not None or one.content.strip()] or found
        if not records:
            raise RecordError(f"There is no record of the format “{name}” here.")
    except (RecordError, MappingError) as problem:
        error = problem if isinstance(problem, RecordError) else RecordError(str(problem))
        error.line = error.line or block.content_line or block.line
        yield Received(position=block.number, content=content, format=name[:30], error=error)
        return
    for one in records:
        if one.error is not None:
            one.error.line = _line_of(one.error, block)
        yield replace(
            one,
            position=block.number,
            # What the reader makes of broken bytes may be more than the record, or less.
            content=content if one.error is not None and len(records) == 1 else one.content,
            format=reader.name,
            record=_completed(one.record, source, status) if one.record is not None else None,
        )


def inner_reader(name: str, rules: Sequence[str] = ()) -> Reader:
    """The reader of a record of one format, whose columns are mapped by ``rules`` where there are
    any. Raises RecordError.
    """
    # Here, as the registry knows this module, and mapping is for those who need it.
    from archive.formats.mapped import mapped_reader
    from archive.formats.mapping import FieldMap
    from archive.formats.registry import reader_for

    if not name or name == RejectsReader.name:
        raise RecordError(
            'The line %record does not say which format the record has. Write format="csv", or '
            "another that docs/importing.md names."
        )
    try:
        if rules:
            return mapped_reader(FieldMap.read(rules), format=name, beginning=b"")
        return reader_for(name)
    except (UnknownFormat, MappingError) as error:
        raise RecordError(str(error)) from None


def _rules(block: Block) -> list[str]:
    """The rules by which columns were mapped. Raises RecordError."""
    try:
        rules = json.loads(block.text("map") or "[]")
    except (ValueError, RecursionError):
        rules = None
    if not isinstance(rules, list) or not all(isinstance(rule, str) for rule in rules):
        raise RecordError("map=… of the line %record is no list of rules. Leave it as it was.")
    return rules


def _line_of(error: RecordError, block: Block) -> int:
    """Where an error is in the reject file: on a line of the record, at its beginning at least."""
    before = block.before.count(b"\n")
    lines = block.content.count(b"\n") + 1
    within = min(max((error.line or 0) - before, 1), lines)
    return block.content_line + within - 1


def _told(block: Block) -> tuple[str, str]:
    """The source and the status of records that do not say theirs. Raises RecordError."""
    source = line_of(block.text("source"), MAX_NAME, "source=… of the line %record")
    status = block.text("status")
    if status and status not in STATUSES:
        raise RecordError(f"status=… of the line %record is none of: {', '.join(STATUSES)}.")
    return source, status


def _completed(record: ArticleRecord, source: str, status: str) -> ArticleRecord:
    return replace(record, source=record.source or source, status=record.status or status)
