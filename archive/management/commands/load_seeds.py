"""``manage.py load_seeds``: the starter archive, or its vocabulary alone."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

from django.core.management.base import CommandError, CommandParser

from archive.exceptions import VocabularyError
from archive.management.base import ArchiveCommand
from archive.management.import_report import complaints, show_progress
from archive.management.progress import ProgressReport
from archive.services.seeds import load_seeds


class Command(ArchiveCommand):
    help = (
        "Load the vocabulary, sources and articles of seeds/. Loading again changes nothing, and "
        "what editors changed stays. Exit codes: 0 all is in; 1 some records were rejected; "
        "2 a vocabulary file is wrong and nothing was loaded."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--vocabulary", action="store_true", help="leave sources and articles out"
        )

    def handle(self, *args: Any, vocabulary: bool, **options: Any) -> None:
        try:
            with ProgressReport() as shown:
                report = load_seeds(
                    vocabulary_only=vocabulary, progress=partial(show_progress, shown)
                )
        except VocabularyError as error:
            raise CommandError(str(error), returncode=2) from error
        for part in report.articles:
            for sentence in complaints(part):
                self.stderr.write(sentence)
        self.stdout.write(report.sentence)
        if any(part.rejected for part in report.articles):
            sys.exit(1)
