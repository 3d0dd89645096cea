"""``manage.py import_articles``: files, folders and standard input into the archive."""

from __future__ import annotations

import json
import sys
import traceback
from contextlib import suppress
from functools import partial
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from archive.exceptions import ImportInterrupted, UnknownFormat
from archive.formats.registry import FORMATS
from archive.management.base import ArchiveCommand
from archive.management.import_report import (
    changes_as_data,
    changes_in_words,
    complaints,
    first_as_data,
    first_in_words,
    interrupted,
    show_progress,
    summary,
)
from archive.management.progress import ProgressReport
from archive.models import Status
from archive.services.importing import import_paths, resume_import, run_called
from archive.services.importing_processes import stopped_run
from archive.services.importing_profiles import Columns, columns_of
from archive.services.importing_profiles import save_profile as keep_profile

SOME_REJECTED = 1
NOTHING_READ = 2
INDEX_FAILED = 3
INTERRUPTED = 4

# Of what else may end an import, those who mend it want to know where it came from.
_TOLD = (KeyboardInterrupt, ImportInterrupted, DatabaseError, OSError)


class Command(ArchiveCommand):
    help = (
        "Import articles. Importing the same again changes nothing. Exit codes: 0 all is in; "
        "1 some records were rejected; 2 nothing could be read; 3 the articles are in, but the "
        "index could not follow; 4 the import was stopped, and --resume goes on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="*", metavar="PATH", help="file, folder or -")
        parser.add_argument(
            "--resume", type=int, metavar="RUN", help="go on with a run that was stopped"
        )
        parser.add_argument("--format", help=f"{', '.join(FORMATS)}; recognised if not given")
        parser.add_argument("--source", default="", help="name or slug, for records that name none")
        parser.add_argument(
            "--status",
            default=Status.PUBLISHED.value,
            choices=Status.values,
            help="what becomes of records that do not say (default: published)",
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="COLUMN=FIELD",
            help="what a column of CSV, a name in JSON or a path in XML is; may be repeated",
        )
        parser.add_argument("--profile", default="", metavar="NAME", help="columns kept by a name")
        parser.add_argument(
            "--save-profile", default="", metavar="NAME", help="keep the columns by this name"
        )
        parser.add_argument("--dry-run", action="store_true", help="write nothing, only report")
        parser.add_argument(
            "--processes", type=int, choices=(1, 3), help="1 or 3; by the size of the files"
        )
        parser.add_argument("--no-index", action="store_true", help="leave the index for later")
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")
        parser.add_argument("--quiet", action="store_true", help="show no progress")

    def handle(
        self,
        *args: Any,
        paths: list[str],
        format: str | None,
        source: str,
        status: str,
        dry_run: bool,
        no_index: bool,
        processes: int | None,
        resume: int | None,
        map: list[str],
        profile: str,
        save_profile: str,
        quiet: bool,
        **options: Any,
    ) -> None:
        standard_input = sys.stdin.buffer if sys.stdin is not None else None
        try:
            with ProgressReport(quiet=quiet) as shown:
                progress = partial(show_progress, shown)
                if resume is not None:
                    if paths or dry_run or map or profile or save_profile:
                        raise ValueError("--resume takes the files of its run, and nothing else.")
                    report = resume_import(
                        run_called(resume),
                        index=not no_index,
                        progress=progress,
                        processes=processes,
                    )
                elif not paths:
                    raise ValueError("Name files or folders, - for standard input, or --resume.")
                else:
                    columns = columns_of(given=map, profile=profile, format=format)
                    if save_profile:
                        self._keep(save_profile, columns, dry_run=dry_run)
                    report = import_paths(
                        paths=paths,
                        format=format,
                        source=source,
                        status=status,
                        dry_run=dry_run,
                        index=not no_index,
                        standard_input=standard_input,
                        progress=progress,
                        processes=processes,
                        columns=columns if columns.mapping else None,
                    )
        except (Exception, KeyboardInterrupt) as error:
            run = None
            with suppress(DatabaseError):
                run = stopped_run()
            if run is None and isinstance(error, UnknownFormat | ValueError):
                raise CommandError(str(error), returncode=NOTHING_READ) from error
            if not isinstance(error, _TOLD):
                self.stderr.write(traceback.format_exc())
            raise CommandError(interrupted(error, run), returncode=INTERRUPTED) from error
        for sentence in complaints(report):
            self.stderr.write(sentence)
        counts = ("created", "updated", "unchanged", "rejected")
        if options["json"]:
            said = {name: getattr(report, name) for name in counts}
            if report.run is not None:
                said["run"] = report.run.pk
            if dry_run:
                said["changes"] = changes_as_data(report)
            if report.first:
                said["first"] = first_as_data(report)
            self.stdout.write(json.dumps(said, ensure_ascii=False))
        else:
            for line in (*first_in_words(report), *changes_in_words(report)):
                self.stdout.write(line)
            self.stdout.write(summary(report, dry_run=dry_run))
        if not report.read:
            sys.exit(NOTHING_READ)
        if report.rejected:
            sys.exit(SOME_REJECTED)
        if report.index_failed:
            sys.exit(INDEX_FAILED)

    def _keep(self, name: str, columns: Columns, *, dry_run: bool) -> None:
        if dry_run:
            self.stderr.write(f"The profile “{name}” was not saved, as this is a trial.")
        else:
            keep_profile(name=name, columns=columns)
