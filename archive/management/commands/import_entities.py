"""``manage.py import_entities``: files of entities into the vocabulary."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser

from archive.exceptions import UnknownFormat
from archive.management.base import ArchiveCommand
from archive.management.progress import ProgressReport
from archive.models import EntityKind
from archive.services.entities_files import ENTITY_FORMATS
from archive.services.entities_import import EntitiesReport, import_entities

SOME_REJECTED = 1
NOTHING_READ = 2
INDEX_FAILED = 3
SENTENCES_SHOWN = 50


class Command(ArchiveCommand):
    help = (
        "Import entities from JSON, CSV or SKOS. What editors own stays; importing the same again "
        "changes nothing. docs/vocabulary.md describes the files. Exit codes: 0 all is in; 1 some "
        "rows were rejected; 2 nothing could be read; 3 the entities are in, but the index could "
        "not follow."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="FILE")
        parser.add_argument(
            "--kind", default="", choices=EntityKind.values, help="of rows that do not say"
        )
        parser.add_argument(
            "--format", help=f"{', '.join(ENTITY_FORMATS)}; recognised if not given"
        )
        parser.add_argument(
            "--language",
            nargs="+",
            action="extend",
            default=[],
            metavar="TAG",
            help="languages whose labels are taken from a register, the first for names "
            "(default: all, with English names)",
        )
        parser.add_argument(
            "--add-missing",
            action="store_true",
            help="add what entities of editors lack: names, identifiers, parents, coordinates",
        )
        parser.add_argument("--dry-run", action="store_true", help="write nothing, only report")
        parser.add_argument("--no-index", action="store_true", help="leave the index for later")
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")
        parser.add_argument("--quiet", action="store_true", help="show no progress")

    def handle(
        self,
        *args: Any,
        paths: list[str],
        kind: str,
        format: str | None,
        language: list[str],
        add_missing: bool,
        dry_run: bool,
        no_index: bool,
        quiet: bool,
        **options: Any,
    ) -> None:
        try:
            with ProgressReport(quiet=quiet) as shown:
                report = import_entities(
                    paths=paths,
                    kind=kind,
                    format=format,
                    languages=language,
                    add_missing=add_missing,
                    dry_run=dry_run,
                    index=not no_index,
                    progress=lambda rows: shown.show(f"{rows:,} rows read", done=rows, total=0),
                )
        except (UnknownFormat, ValueError) as error:
            raise CommandError(str(error), returncode=NOTHING_READ) from error
        for sentence in _complaints(report):
            self.stderr.write(sentence)
        if options["json"]:
            self.stdout.write(json.dumps(_counts(report)))
        else:
            self.stdout.write(_summary(report, dry_run=dry_run))
        if not report.files_read:
            sys.exit(NOTHING_READ)
        if report.rejected:
            sys.exit(SOME_REJECTED)
        if report.index.failed:
            sys.exit(INDEX_FAILED)


def _counts(report: EntitiesReport) -> dict[str, int]:
    names = ("rows", "created", "filled_in", "extended", "unchanged", "rejected", "conflicting")
    return {name: getattr(report, name) for name in names}


def _complaints(report: EntitiesReport) -> list[str]:
    """A sentence for each row that was rejected or contradicts the archive, and for the index."""
    said = report.rejects[:SENTENCES_SHOWN]
    if report.rejected > len(said):
        said.append(f"{report.rejected - len(said):,} more were rejected.")
    said += report.conflicts[:SENTENCES_SHOWN]
    if report.conflicting > SENTENCES_SHOWN:
        said.append(f"{report.conflicting - SENTENCES_SHOWN:,} more entities stay as they are.")
    if report.index.error:
        said.append(report.index.error)
    return said


def _summary(report: EntitiesReport, *, dry_run: bool) -> str:
    rate = report.rows / report.seconds if report.seconds else 0
    lines = [
        f"{'Nothing was written. This would be: ' if dry_run else ''}"
        f"{report.rows:,} {'row' if report.rows == 1 else 'rows'} in {report.seconds:.1f} s "
        f"({rate:,.0f} a second): {report.created:,} created, {report.filled_in:,} filled in, "
        f"{report.extended:,} extended, {report.unchanged:,} unchanged, "
        f"{report.rejected:,} rejected."
    ]
    if report.lacking:
        lines.append(
            f"Entities of editors that lack something which the files have: {report.lacking:,}. "
            "--add-missing adds it."
        )
    if report.changed and not dry_run:
        lines.append("manage.py tag_entities tags the articles that are there with them.")
    return "\n".join(lines)
