"""``manage.py reconcile_places``: places completed with the data of GeoNames, offline."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError, CommandParser

from archive.management.base import ArchiveCommand
from archive.management.progress import ProgressReport
from archive.management.reconciling_report import report_text
from archive.services.geonames import GeoNamesMissing
from archive.services.reconciling import DEFAULT_POPULATION, ReconcilingReport, reconcile_places

IMPOSSIBLE = 2
INDEX_FAILED = 3


class Command(ArchiveCommand):
    help = (
        "Complete places that have no GeoNames identifier: identifiers, coordinates, the country "
        "they lie in. Needs an optional extra (make extras) and no network. What is set is never "
        "changed, and what is in doubt is listed and left alone. Exit codes: 0 done; 2 the data is "
        "missing or an argument is wrong; 3 the places are stored, but the index could not follow."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--country",
            nargs="+",
            action="extend",
            default=[],
            metavar="CC",
            help="only places in these countries (ISO 3166 codes: DE FR)",
        )
        parser.add_argument(
            "--minimum-population",
            type=int,
            default=DEFAULT_POPULATION,
            metavar="N",
            help="do not consider towns of fewer inhabitants (default: %(default)s)",
        )
        parser.add_argument("--dry-run", action="store_true", help="write nothing, only report")
        parser.add_argument("--no-index", action="store_true", help="leave the index for later")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        parser.add_argument("--quiet", action="store_true", help="show no progress and no table")

    def handle(
        self,
        *args: Any,
        country: list[str],
        minimum_population: int,
        dry_run: bool,
        no_index: bool,
        quiet: bool,
        **options: Any,
    ) -> None:
        try:
            with ProgressReport(quiet=quiet) as shown:
                report = reconcile_places(
                    countries=country,
                    minimum_population=minimum_population,
                    dry_run=dry_run,
                    index=not no_index,
                    progress=lambda done, total: shown.show(
                        f"{done:,} of {total:,} comparisons", done=done, total=total
                    ),
                )
        except (GeoNamesMissing, ValueError) as error:
            raise CommandError(str(error), returncode=IMPOSSIBLE) from error
        if report.index.error:
            self.stderr.write(report.index.error)
        if options["json"]:
            self.stdout.write(json.dumps(_data(report), ensure_ascii=False))
        else:
            self.stdout.write(
                report_text(report, dry_run=dry_run, tables=not quiet, color=self.stdout.isatty())
            )
        if report.index.failed:
            sys.exit(INDEX_FAILED)


def _data(report: ReconcilingReport) -> dict[str, Any]:
    names = ("compared", "matched", "ambiguous", "unknown")
    return {
        **{name: getattr(report, name) for name in names},
        "met": [asdict(met) for met in report.met],
        "doubtful": [asdict(doubtful) for doubtful in report.doubtful],
    }
