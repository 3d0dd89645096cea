"""``manage.py import_runs``: what was imported, what was rejected, and how to take it back."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from rich.console import Console

from archive.management.base import ArchiveCommand
from archive.management.progress import ProgressReport
from archive.management.runs_report import (
    counted,
    print_left,
    print_run,
    print_runs,
    run_as_data,
    undone_in_words,
)
from archive.models import ImportRun, Outcome
from archive.services.following import follow_index
from archive.services.rejecting import RejectsWritten, write_rejects
from archive.services.undoing import UndoRefused, undo_run

LEFT_ALONE = 1
NOT_DONE = 2
INDEX_FAILED = 3
STOPPED = 4
WIDTH = 120  # where nobody says how wide a line may be
LARGEST_KEY = 2**63 - 1
STANDARD_OUTPUT = "-"


class Command(ArchiveCommand):
    help = (
        "list: the runs, the latest first. show: one of them. rejects: what it could not take in, "
        "as a file to be mended and imported. undo: take it back. Exit codes: 0 done; 1 undone, "
        "but for articles that somebody has touched since; 2 not done; 3 undone, but the index "
        "could not follow; 4 stopped on the way, and undo goes on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        listing = actions.add_parser("list", help="the runs, the latest first")
        listing.add_argument("--limit", type=int, default=20, help="how many (default: 20)")
        listing.add_argument("--before", type=int, metavar="RUN", help="only those before this one")
        listing.add_argument("--json", action="store_true", help="print them as JSON")
        show = actions.add_parser("show", help="files, counts, arguments and first rejects")
        show.add_argument("run", type=int, metavar="RUN")
        show.add_argument("--limit", type=int, default=20, help="files and rejects (default: 20)")
        rejects = actions.add_parser("rejects", help="rejected records, to be mended")
        rejects.add_argument("run", type=int, metavar="RUN")
        rejects.add_argument(
            "--output", default=STANDARD_OUTPUT, metavar="FILE", help="a new file, or - (default)"
        )
        undo = actions.add_parser("undo", help="take a run back")
        undo.add_argument("run", type=int, metavar="RUN")
        undo.add_argument("--dry-run", action="store_true", help="write nothing, only report")
        undo.add_argument("--yes", action="store_true", help="do not ask")
        undo.add_argument("--force", action="store_true", help="it was killed, although it says no")
        undo.add_argument("--limit", type=int, default=20, help="articles named (default: 20)")
        undo.add_argument("--no-index", action="store_true", help="leave the index for later")
        undo.add_argument("--quiet", action="store_true", help="show no progress")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        if (limit := options.get("limit")) is not None and limit < 0:
            raise CommandError("--limit is a whole number from 0 on.", returncode=NOT_DONE)
        actions: dict[str, Callable[..., int]] = {
            "list": self._list,
            "show": self._show,
            "rejects": self._rejects,
            "undo": self._undo,
        }
        if code := actions[action](**options):
            sys.exit(code)

    def _list(self, *, limit: int, before: int | None, **options: Any) -> int:
        found = ImportRun.objects.select_related("by").order_by("-pk")
        if before is not None:
            found = found.filter(pk__lt=min(before, LARGEST_KEY))
        runs = list(found[: limit + 1])
        if options["json"]:
            data = [run_as_data(run) for run in runs[:limit]]
            self.stdout.write(json.dumps(data, ensure_ascii=False))
        else:
            print_runs(self._console(), runs[:limit], older=len(runs) > limit > 0)
        return 0

    def _show(self, *, run: int, limit: int, **options: Any) -> int:
        found = _run_called(run)
        rejected = found.records.filter(outcome=Outcome.REJECTED).order_by("pk")
        print_run(
            self._console(),
            found,
            files=list(found.files.all()[:limit]),
            all_files=found.files.count(),
            left=found.articles.count(),
            rejects=list(rejected[:limit]),
        )
        return 0

    def _rejects(self, *, run: int, output: str, **options: Any) -> int:
        found = _run_called(run)
        if output == STANDARD_OUTPUT:
            written = write_rejects(run=found, stream=sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            try:
                # Never over a file that is there: somebody may have mended half of it.
                with Path(output).open("xb") as stream:
                    written = write_rejects(run=found, stream=stream)
            except FileExistsError as error:
                raise CommandError(
                    f"There is a file {output} already. Name another one.", returncode=NOT_DONE
                ) from error
            except (OSError, ValueError) as error:
                raise CommandError(
                    f"{output} cannot be written: {error}.", returncode=NOT_DONE
                ) from error
        self.stderr.write(_rejects_in_words(written))
        return 0

    def _undo(
        self, *, run: int, dry_run: bool, yes: bool, force: bool, limit: int, **options: Any
    ) -> int:
        found = _run_called(run)
        if not (dry_run or yes) and not self._agreed(found):
            self.stdout.write("Nothing was done.")
            return NOT_DONE
        try:
            with ProgressReport(quiet=options["quiet"]) as shown:
                report = undo_run(
                    found,
                    dry_run=dry_run,
                    force=force,
                    progress=lambda done, total: shown.show(
                        f"{done:,} of {total:,} articles", done=done, total=total
                    ),
                )
        except UndoRefused as error:
            raise CommandError(str(error), returncode=NOT_DONE) from error
        except KeyboardInterrupt:
            raise CommandError(
                f"Stopped. What was taken back is; go on with: import_runs undo {found.pk}",
                returncode=STOPPED,
            ) from None
        failed = False
        if not (dry_run or options["no_index"]):
            followed = follow_index()
            failed = followed.failed
            if followed.error:
                self.stderr.write(followed.error)
        print_left(self._console(), report.left[:limit], all_left=report.left_alone)
        self.stdout.write(undone_in_words(report, dry_run=dry_run))
        if failed:
            return INDEX_FAILED
        return LEFT_ALONE if report.left_alone else 0

    def _agreed(self, run: ImportRun) -> bool:
        if not sys.stdin.isatty():
            raise CommandError(
                "Nobody is there to be asked. Add --yes, or --dry-run to see what would be.",
                returncode=NOT_DONE,
            )
        self.stdout.write(
            f"Import {run.pk} of {run.started_at:%Y-%m-%d %H:%M} UTC created "
            f"{counted(run.created, 'article')}, which will be deleted, and changed "
            f"{run.updated:,}, which will be what they were before."
        )
        return input("Undo it? [y/N] ").strip().lower() in ("y", "yes")

    def _console(self) -> Console:
        width = None if self.stdout.isatty() or "COLUMNS" in os.environ else WIDTH
        return Console(file=self.stdout, highlight=False, width=width)  # type: ignore[arg-type]  # it is written to like a file


def _run_called(number: int) -> ImportRun:
    run = None
    if 0 < number <= LARGEST_KEY:
        run = ImportRun.objects.select_related("by").filter(pk=number).first()
    if run is None:
        raise CommandError(
            f"There is no import run {number}. See: manage.py import_runs list",
            returncode=NOT_DONE,
        )
    return run


def _rejects_in_words(written: RejectsWritten) -> str:
    said = f"{counted(written.records, 'rejected record')} written."
    if written.incomplete:
        said += (
            f" What has to stand before {written.incomplete:,} of them, such as the first row of "
            "CSV, is missing; the file says where to put it."
        )
    if written.unread:
        said += f" {counted(written.unread, 'file')} that could not be read: only named there."
    return said
