"""The starter archive: vocabulary, sources and articles that come with the project.

``seeds/articles`` holds files of records that name their source, and a folder of plain texts for
each source that has some, called by the source's slug. Loading twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from archive.services.importing import import_paths
from archive.services.importing_report import ImportReport, Progress
from archive.services.vocabulary import VocabularyReport, load_vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedsReport:
    """What was loaded; ``articles`` has a report for each call of the import."""

    vocabulary: VocabularyReport
    articles: tuple[ImportReport, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything was stored."""
        words = self.vocabulary
        return bool(
            words.entities
            or words.synonyms
            or words.sources
            or words.filled_in
            or self._articles_changed
        )

    @property
    def sentence(self) -> str:
        """What was loaded, in one sentence."""
        words = self.vocabulary
        return (
            f"Loaded {words.entities:,} entities, {words.synonyms:,} groups of synonyms, "
            f"{words.sources:,} sources and {self._articles_changed:,} articles of the seeds."
        )

    @property
    def _articles_changed(self) -> int:
        return sum(report.created + report.updated for report in self.articles)


def seeds_folder() -> Path:
    """Where the seeds lie in the project."""
    return Path(settings.BASE_DIR) / "seeds"


def load_seeds(
    *,
    folder: Path | None = None,
    vocabulary_only: bool = False,
    index: bool = True,
    progress: Callable[[Progress], None] | None = None,
) -> SeedsReport:
    """Load the vocabulary and the sources, then the articles, of ``folder``; or the first alone.

    Raises VocabularyError. A record that is wrong is in the report and keeps no other back.
    """
    seeds = folder or seeds_folder()
    vocabulary = load_vocabulary(folder=seeds, sources_too=not vocabulary_only)
    if vocabulary_only or not (seeds / "articles").is_dir():
        return SeedsReport(vocabulary=vocabulary)
    entries = sorted((seeds / "articles").iterdir())
    calls = [([str(entry) for entry in entries if entry.is_file()], "")]
    calls += [([str(entry)], entry.name) for entry in entries if entry.is_dir()]
    reports = [
        import_paths(
            unchanged_too=False,
            paths=paths,
            source=source,
            index=index and number == len(calls),
            progress=progress,
        )
        for number, (paths, source) in enumerate(calls, 1)
    ]
    return SeedsReport(vocabulary=vocabulary, articles=tuple(reports))
