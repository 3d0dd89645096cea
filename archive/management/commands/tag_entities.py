"""``manage.py tag_entities``: articles tagged with what the vocabulary has learnt since."""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import Any

from django.core.management.base import CommandError, CommandParser

from archive.management.base import ArchiveCommand
from archive.management.progress import ProgressReport
from archive.services.tagging_anew import TaggingReport, tag_articles

WRONG_ARGUMENTS = 2
INDEX_FAILED = 3


class Command(ArchiveCommand):
    help = (
        "Compare the tags of stored articles with what the vocabulary says now, and write what "
        "differs. What suppliers gave and editors decided stays. Running it again changes nothing; "
        "one that was killed is simply run again. Exit codes: 0 done; 2 an argument is wrong; 3 "
        "the tags are stored, but the index could not follow."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--entity",
            nargs="+",
            action="extend",
            default=[],
            metavar="KIND:SLUG",
            help="only articles that name one of these, such as place:istanbul",
        )
        parser.add_argument(
            "--since",
            type=iso_date,
            metavar="DATE",
            help="only articles dated that day or later (2025-06-02)",
        )
        parser.add_argument("--all", action="store_true", help="withdrawn articles as well")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, only report")
        parser.add_argument("--no-index", action="store_true", help="leave the index for later")
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")
        parser.add_argument("--quiet", action="store_true", help="show no progress")

    def handle(
        self,
        *args: Any,
        entity: list[str],
        since: date | None,
        dry_run: bool,
        no_index: bool,
        quiet: bool,
        **options: Any,
    ) -> None:
        try:
            with ProgressReport(quiet=quiet) as shown:
                report = tag_articles(
                    entities=entity,
                    since=since,
                    withdrawn_too=options["all"],
                    dry_run=dry_run,
                    index=not no_index,
                    progress=lambda done, total: shown.show(
                        f"{done:,} of {total:,} articles", done=done, total=total
                    ),
                )
        except ValueError as error:
            raise CommandError(str(error), returncode=WRONG_ARGUMENTS) from error
        if report.index.error:
            self.stderr.write(report.index.error)
        self.stdout.write(
            json.dumps(_counts(report)) if options["json"] else _sentence(report, dry_run=dry_run)
        )
        if report.index.failed:
            sys.exit(INDEX_FAILED)


def iso_date(written: str) -> date:
    return date.fromisoformat(written)


def _counts(report: TaggingReport) -> dict[str, Any]:
    names = ("articles", "changed", "added", "altered", "removed", "searched")
    counts: dict[str, Any] = {name: getattr(report, name) for name in names}
    return {**counts, "seconds": round(report.seconds, 3), "searched_a_second": round(report.rate)}


def _sentence(report: TaggingReport, *, dry_run: bool) -> str:
    return (
        f"{'Nothing was written. This would be: ' if dry_run else ''}"
        f"{report.changed:,} of {report.articles:,} articles changed: {report.added:,} tags added, "
        f"{report.altered:,} altered, {report.removed:,} removed, in {report.seconds:.1f} s. "
        f"Names were looked for in {report.searched:,} texts, {report.rate:,.0f} a second of the "
        "processor."
    )
