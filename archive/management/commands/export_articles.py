"""``manage.py export_articles``: what a search finds, into a file, a folder or standard output."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser

from archive.exceptions import ArchiveError, QueryError, SearchIndexError
from archive.management.base import ArchiveCommand
from archive.management.progress import ProgressReport
from archive.management.search_options import add_search_options, question_of
from archive.services.exporting import FORMATS, ExportReport, export_articles

NOTHING_FOUND = 1
WRONG_CALL = 2
INDEX_FAILED = 3


class Command(ArchiveCommand):
    help = (
        "Write the articles that a search finds. Exit codes: 0 they are written; 1 nothing was "
        "found, and nothing written; 2 the call was wrong, or it cannot be written there; 3 the "
        "search index cannot answer."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_search_options(parser)
        parser.add_argument("--format", required=True, metavar="NAME", help=", ".join(FORMATS))
        parser.add_argument(
            "--output",
            required=True,
            metavar="PATH",
            help="a file; a folder for bagit and nitf; - for standard output",
        )
        parser.add_argument(
            "--staff",
            action="store_true",
            help="articles of any status with all of their text: not for the public",
        )
        parser.add_argument("--force", action="store_true", help="replace an earlier export")
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")
        parser.add_argument("--quiet", action="store_true", help="show no progress")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with ProgressReport(quiet=options["quiet"]) as shown:

                def tell(done: int, total: int) -> None:
                    shown.show(f"{done:,} of {total:,} articles written", done=done, total=total)

                report = export_articles(
                    question=question_of(options),
                    format=options["format"],
                    output=options["output"],
                    standard_output=sys.stdout.buffer,
                    staff=options["staff"],
                    replace_output=options["force"],
                    progress=tell,
                )
        except QueryError as error:
            raise CommandError(
                f"{error} (at character {error.position + 1})", returncode=WRONG_CALL
            ) from error
        except SearchIndexError as error:
            raise CommandError(str(error), returncode=INDEX_FAILED) from error
        except ArchiveError as error:
            raise CommandError(str(error), returncode=WRONG_CALL) from error
        self._tell(report, options)
        if not report.found:
            sys.exit(NOTHING_FOUND)

    def _tell(self, report: ExportReport, options: dict[str, Any]) -> None:
        for note in report.notes:
            self.stderr.write(note)
        # Standard output holds the articles alone, where they go there.
        out = self.stderr if options["output"] == "-" else self.stdout
        if options["json"]:
            out.write(json.dumps({"found": report.found, "written": report.written}))
        else:
            out.write(summary(report))


def summary(report: ExportReport) -> str:
    """What was done, in a sentence."""
    if not report.found:
        return "No article was found, and nothing written."
    noun = "article" if report.written == 1 else "articles"
    rate = report.written / report.seconds if report.seconds else 0
    return f"{report.written:,} {noun} written in {report.seconds:.1f} s ({rate:,.0f} a second)."
