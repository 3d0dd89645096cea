"""``manage.py group_stories``: which articles tell the same story, for those imported earlier."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandParser

from archive.management.base import ArchiveCommand
from archive.management.progress import ProgressReport
from archive.services.stories_anew import group_stored


class Command(ArchiveCommand):
    help = (
        "Take the fingerprints of articles that have none, or that have changed since, so that "
        "reports of one story are told together. Running it again changes nothing; one that was "
        "killed is simply run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--all", action="store_true", help="look at every article, and write what differs"
        )
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")
        parser.add_argument("--quiet", action="store_true", help="show no progress")

    def handle(self, *args: Any, quiet: bool, **options: Any) -> None:
        with ProgressReport(quiet=quiet) as shown:
            report = group_stored(
                every=options["all"],
                progress=lambda done, total: shown.show(
                    f"{done:,} of {total:,} articles", done=done, total=total
                ),
            )
        self.stdout.write(
            json.dumps({"articles": report.articles, "written": report.written})
            if options["json"]
            else f"{report.articles:,} articles looked at, {report.written:,} fingerprints written."
        )
