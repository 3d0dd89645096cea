"""What may stand before a colon in a query: an allow-list."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rapidfuzz.distance import OSA

from archive.query.nodes import Field

TEXT_FIELDS: Mapping[str, Field] = MappingProxyType(
    {"headline": Field.HEADLINE, "title": Field.HEADLINE, "byline": Field.BYLINE}
)
DATE_FIELDS = frozenset({"date", "after", "before"})
ID_FIELD = "id"
BATCH_FIELD = "batch"
FACET_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "party": "party",
        "place": "place",
        "person": "person",
        "organisation": "organisation",
        "organization": "organisation",
        "org": "organisation",
        "topic": "topic",
        "source": "source",
        "section": "section",
        "language": "language",
        "lang": "language",
    }
)
"""The facet that each name stands for; an archive with further facets gives the parser its own."""

_SHORTEST_MISSPELLING = 4  # letters; shorter names are near too many words


def field_names(facets: Mapping[str, str]) -> frozenset[str]:
    """Every name that may stand before a colon, in lower case."""
    return frozenset({*TEXT_FIELDS, *DATE_FIELDS, ID_FIELD, BATCH_FIELD, *facets})


def nearest_field(name: str, names: frozenset[str]) -> str | None:
    """The field that ``name`` may be a misspelling of."""
    if len(name) < _SHORTEST_MISSPELLING or not name.isalpha():
        return None
    allowed = 1 if len(name) < 6 else 2
    distance, nearest = min((OSA.distance(name, known), known) for known in names)
    return nearest if distance <= allowed else None
