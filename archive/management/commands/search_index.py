"""``manage.py search_index``: look after the index, which can always be rebuilt."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError, CommandParser

from archive.exceptions import IndexLocked, SearchIndexError
from archive.management.base import ArchiveCommand
from archive.management.progress import ProgressReport
from archive.services import indexing, outbox
from archive.services.patience import patiently

NOT_SOUND = 1
FAILED = 2
LOCKED = 75  # EX_TEMPFAIL of sysexits.h: trying again later is enough


class Command(ArchiveCommand):
    help = (
        "update: bring the index up to date. rebuild: make it anew, with the site up. status: what "
        "it holds. verify: compare it with the database. Exit codes: 0 done, or sound; 1 not "
        "sound; 2 it could not be done; 75 another process is writing, try again later."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=("update", "rebuild", "status", "verify"))
        parser.add_argument("--json", action="store_true", help="print the answer as JSON")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        actions: dict[str, Callable[[], tuple[Mapping[str, Any], str, int]]] = {
            "update": self._update,
            "rebuild": self._rebuild,
            "status": self._status,
            "verify": self._verify,
        }
        try:
            answer, sentence, code = actions[action]()
        except IndexLocked as error:
            raise CommandError(
                "Another process is writing to the index. Try again in a while; nothing is lost.",
                returncode=LOCKED,
            ) from error
        except SearchIndexError as error:
            raise CommandError(str(error), returncode=FAILED) from error
        self.stdout.write(json.dumps(answer) if options["json"] else sentence)
        if code:
            sys.exit(code)

    def _update(self) -> tuple[Mapping[str, Any], str, int]:
        written = 0
        with ProgressReport() as shown:
            waiting = outbox.due_count()
            while batch := patiently(lambda: outbox.drain(limit=outbox.DRAIN_BATCH)):
                written += batch
                shown.show(f"{written:,} articles brought in", done=written, total=waiting)
        return {"updated": written}, f"{written:,} articles were brought up to date.", 0

    def _rebuild(self) -> tuple[Mapping[str, Any], str, int]:
        with ProgressReport() as shown:
            written = indexing.rebuild_index(
                progress=lambda done, total: shown.show(
                    f"{done:,} of {total:,} articles", done=done, total=total
                )
            )
        return {"articles": written}, f"The index was rebuilt with {written:,} articles.", 0

    def _status(self) -> tuple[Mapping[str, Any], str, int]:
        status = indexing.index_status()
        index = status.index
        shelves = ", ".join(f"{count:,} {shelf}" for shelf, count in index.documents.items())
        lines = [
            f"engine     {index.engine}",
            f"generation {index.generation or 'none: there is no index yet'}",
            f"holds      {shelves or 'nothing'} ({index.bytes:,} bytes)",
            f"database   {status.articles:,} articles",
            f"waiting    {status.due:,} changes now, {status.later:,} for a later time",
        ]
        if index.rebuild_due:
            lines.append(f"rebuild    {index.rebuild_due}")
        answer = {**asdict(index), "documents": dict(index.documents)}
        return (
            {**answer, "articles": status.articles, "due": status.due, "later": status.later},
            "\n".join(lines),
            0,
        )

    def _verify(self) -> tuple[Mapping[str, Any], str, int]:
        report = indexing.verify_index()
        if report.sound:
            return (
                {**asdict(report), "sound": True},
                f"The index is sound: {report.articles:,} articles, {report.waiting:,} changes "
                "waiting.",
                0,
            )
        lines = [
            f"{len(ids):,} articles {what}, such as {', '.join(ids[:3])}."
            for what, ids in (
                ("are missing", report.missing),
                ("should not be there", report.extra),
                ("are out of date", report.stale),
                ("are on the wrong shelf", report.misplaced),
            )
            if ids
        ]
        lines += report.damage
        advice = (
            "search_index update"
            if report.waiting and not report.damage
            else ("search_index rebuild")
        )
        lines.append(f"The index is not sound. Run manage.py {advice}.")
        return {**asdict(report), "sound": False}, "\n".join(lines), NOT_SOUND
