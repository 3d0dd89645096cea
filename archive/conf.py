"""Settings of the archive, typed, with defaults: ``settings.ARCHIVE``.

``config/settings.py`` fills them from the environment; docs/settings.md describes each.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSettings:
    """What an installation can choose. Sizes and counts are whole numbers, paths absolute."""

    INDEX_DIR: Path = Path("var/index")
    """Where the search index lives; it can be deleted and rebuilt at any time."""
    ENGINE: str = "whoosh"
    """Which engine of ``engines/registry.py`` answers searches."""
    RATE_LIMIT_FILE: Path = Path("var/rate-limits.sqlite3")
    """Where all workers of the site count requests together."""
    SEARCHES_PER_MINUTE: int = 60
    """Searches one address may make in a minute; 0 means any number."""
    PAGE_SIZE: int = 20
    """Hits on a page where the reader does not say."""
    MAX_PAGE_SIZE: int = 100
    """The most hits that a reader may ask for on a page."""
    MAX_RESULTS: int = 10_000
    """The last hit that paging reaches; what lies beyond is for an export."""
    FACET_VALUES: int = 50
    """The most values shown and counted of a facet."""
    QUERY_CHARACTERS: int = 256
    QUERY_TERMS: int = 24
    QUERY_DEPTH: int = 6
    QUERY_WILDCARDS: int = 3
    QUERY_EXPANSIONS: int = 256
    """Bounds of a query; see docs/search.md."""
    DRAIN_ON_REQUEST: int = 50
    """Articles that a page request may bring into the index when an embargo has lifted."""
    FETCHING: bool = False
    """Whether feeds may be fetched; without it no request leaves the machine."""


@lru_cache(maxsize=1)
def archive_settings() -> ArchiveSettings:
    """The settings in force. Raises ImproperlyConfigured for a name that does not exist."""
    given = dict(getattr(settings, "ARCHIVE", {}))
    unknown = set(given) - {field.name for field in fields(ArchiveSettings)}
    if unknown:
        raise ImproperlyConfigured(
            f"settings.ARCHIVE has no {', '.join(sorted(unknown))}; "
            "archive/conf.py lists the names that there are."
        )
    return ArchiveSettings(**given)
