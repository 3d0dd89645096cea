"""``manage.py measure_relevance FOLDER…``: how well the archive ranks, beside plain BM25."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from archive.exceptions import ArchiveError
from archive.management.progress import ProgressReport
from archive.management.relevance_report import report_text
from archive.services.relevance import comparison_data, measure_folder

FAILED = 2
LOST_SHOWN = 5


class Command(BaseCommand):
    """It needs no database: collections are read from their files and indexed by themselves."""

    help = (
        "Measure the ranking on test collections, each a folder of docs.jsonl, queries.tsv and "
        "qrels.trec, beside plain BM25 over the same words. Neither the database nor the site's "
        "index is touched. docs/relevance.md says more. Exit codes: 0 done; 2 a collection cannot "
        "be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
        parser.add_argument(
            "--lost",
            type=int,
            default=LOST_SHOWN,
            metavar="NUMBER",
            help="how many of the queries to show that BM25 ranks better (default: %(default)s)",
        )
        parser.add_argument("--json", action="store_true", help="print all measures as JSON")

    def handle(
        self, *, folders: list[Path], lost: int, json: bool, verbosity: int, **options: Any
    ) -> None:
        comparisons = []
        with ProgressReport(quiet=not verbosity) as shown:
            for folder in folders:
                try:
                    comparisons.append(
                        measure_folder(
                            folder,
                            progress=lambda text, done, total: shown.show(
                                text, done=done, total=total
                            ),
                        )
                    )
                except ArchiveError as error:
                    raise CommandError(str(error), returncode=FAILED) from error
        if json:
            self.stdout.write(_as_json(comparison_data(comparisons)))
        else:
            self.stdout.write(report_text(comparisons, lost=lost, color=self.stdout.isatty()))


def _as_json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)
