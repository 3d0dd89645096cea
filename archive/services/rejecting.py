"""What an import could not take in, as a file that can be mended by hand and fed again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import IO

from archive.formats.rejects_blocks import FIRST_LINE, write_block, write_unread
from archive.models import ImportRecord, ImportRun, Outcome, Status
from archive.services.rejecting_files import RejectedFiles

RECORDS_AT_ONCE = 10
MISSING = (
    "What has to stand before it, such as the first row of CSV, is missing here, as its file is "
    "gone or has changed. Put it between a line %before and a line %end above the record."
)


@dataclass(slots=True, kw_only=True)
class RejectsWritten:
    """How many records were written, and how many files could not be read at all.

    Of the records, ``incomplete`` lack what has to stand before them.
    """

    records: int = 0
    unread: int = 0
    incomplete: int = 0


def write_rejects(*, run: ImportRun, stream: IO[bytes]) -> RejectsWritten:
    """Write the rejected records of a run as one reject file, in bounded memory.

    What records need before them is taken from their files, as long as these are what they were.
    """
    written = RejectsWritten()
    stream.write(FIRST_LINE)
    told = _told(run)
    rejected = ImportRecord.objects.filter(run=run, outcome=Outcome.REJECTED).order_by("pk")
    with RejectedFiles(run) as files:
        for record in rejected.select_related("received").iterator(chunk_size=RECORDS_AT_ONCE):
            if record.received is None:
                stream.write(write_unread(record.path, record.reason))
                written.unread += 1
                continue
            around = files.around(record, record.received.format)
            place: dict[str, str | int] = {
                "format": record.received.format,
                "path": record.path,
                "record": record.position,
                "line": record.line or 0,
            }
            stream.write(
                write_block(
                    place | told | around.said,
                    reasons=[record.reason, MISSING] if around.missing else [record.reason],
                    before=around.before,
                    content=bytes(record.received.content),
                )
            )
            written.records += 1
            written.incomplete += around.missing
    return written


def _told(run: ImportRun) -> dict[str, str | int]:
    """What an import was told of records that do not say; published is what they are anyway."""
    status = run.arguments.get("status") or ""
    rules = run.arguments.get("map")
    return {
        "source": run.arguments.get("source") or "",
        "status": "" if status == Status.PUBLISHED else status,
        "map": json.dumps(rules, ensure_ascii=False) if rules else "",
    }
