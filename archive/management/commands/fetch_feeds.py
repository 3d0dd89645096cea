"""``manage.py fetch_feeds``: what is new in the feeds of the sources, into the archive."""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import Any

from django.core.management.base import CommandError, CommandParser

from archive.conf import archive_settings
from archive.management.base import ArchiveCommand
from archive.models import Source
from archive.services.feeds import Polled, poll_feeds

SOME_FAILED = 1
NOT_CALLED_FOR = 2
INDEX_FAILED = 3
COUNTS = ("created", "updated", "unchanged", "rejected")
REJECTS_SHOWN = 10


class Command(ArchiveCommand):
    help = (
        "Fetch the feeds of sources that are due and import what is new. Exit codes: 0 all went "
        "well; 1 a feed failed, or some of its records were rejected; 2 fetching is off, or the "
        "call was wrong; 3 the articles are in, but the index could not follow."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--source",
            nargs="+",
            action="extend",
            default=[],
            metavar="SLUG",
            help="only the feeds of these sources",
        )
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")
        parser.add_argument(
            "--quiet", action="store_true", help="say nothing of feeds that are well"
        )

    def handle(self, *args: Any, source: list[str], quiet: bool, **options: Any) -> None:
        if not archive_settings().FETCHING:
            raise CommandError(
                "Fetching is off, so that no request leaves this machine. "
                "Set ARCHIVE_FETCHING=1 to let feeds be fetched.",
                returncode=NOT_CALLED_FOR,
            )
        known = set(Source.objects.filter(slug__in=source).values_list("slug", flat=True))
        if unknown := sorted(set(source) - known):
            raise CommandError(
                f"There is no source with the slug “{unknown[0]}”.", returncode=NOT_CALLED_FOR
            )
        feeds = failed = index_failed = 0
        counts = Counter(dict.fromkeys(COUNTS, 0))
        for polled in poll_feeds(sources=source):
            feeds += 1
            failed += bool(polled.problem)
            if polled.report is not None:
                counts.update({name: getattr(polled.report, name) for name in COUNTS})
                index_failed += polled.report.index_failed
            self._say(polled, quiet=quiet)
        if options["json"]:
            self.stdout.write(json.dumps({"feeds": feeds, "failed": failed, **counts}))
        else:
            said = ", ".join(f"{count:,} {name}" for name, count in counts.items())
            noun = "feed" if feeds == 1 else "feeds"
            self.stdout.write(f"{feeds:,} {noun}, {failed:,} failed: {said}.")
        if failed or counts["rejected"]:
            sys.exit(SOME_FAILED)
        if index_failed:
            sys.exit(INDEX_FAILED)

    def _say(self, polled: Polled, *, quiet: bool) -> None:
        name = f"{polled.feed.source} ({polled.feed.url})"
        report = polled.report
        if polled.problem:
            self.stderr.write(f"{name}: {polled.problem}")
        elif report is not None:
            for reject in report.rejects[:REJECTS_SHOWN]:
                self.stderr.write(str(reject))
            if report.index_error:
                self.stderr.write(report.index_error)
        if polled.note:
            self.stderr.write(f"{name}: {polled.note}")
        if not (quiet or polled.problem):
            new = f"{report.created:,} new, {report.updated:,} changed" if report else "nothing new"
            self.stdout.write(f"{name}: {new}.")
