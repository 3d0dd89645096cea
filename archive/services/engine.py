"""The engine that this installation searches with."""

from __future__ import annotations

from functools import lru_cache

from archive.conf import archive_settings
from archive.engines.registry import create_engine
from archive.facets.registry import FACETS
from archive.search.engine import SearchEngine


@lru_cache(maxsize=1)
def get_engine() -> SearchEngine:
    """The engine named in the settings, one object per process."""
    chosen = archive_settings()
    return create_engine(
        chosen.ENGINE,
        facets=[facet.spec for facet in FACETS.values()],
        directory=chosen.INDEX_DIR,
        fuzzy_expansions=chosen.QUERY_EXPANSIONS,
    )
