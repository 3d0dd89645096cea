"""What the index holds of an article, as Whoosh fields.

For each text field two sets of terms: words with positions, and stems with their language in
front. For each facet, the language and the id, terms without positions. Terms are made by the
archive's own analysis and written by ``writer``, so fields have no analyser.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from whoosh.fields import FieldType, Schema
from whoosh.formats import Existence, Format, Frequency

from archive.engines.whoosh.sections import STEMS, WORDS
from archive.search.facets import FacetSpec
from archive.search.scoring import ALL_FIELDS

# Grows whenever an index made by an earlier release would be read wrongly.
SCHEMA_VERSION = 3

ID_FIELD = "id"
LANGUAGE_FIELD = "language"
POSITION_TYPE = "I"  # of positions as Whoosh is handed them


def words_field(field: str) -> str:
    """The Whoosh field of the words of ``field``."""
    return f"{field}.{WORDS}"


def stems_field(field: str) -> str:
    """The Whoosh field of the stems of ``field``."""
    return f"{field}.{STEMS}"


def facet_field(facet: str) -> str:
    """The Whoosh field of the values of ``facet``."""
    return f"facet.{facet}"


class PositionsFormat(Format):
    """Positions as unsigned integers of four bytes, so that many are read as one array."""

    def decode_positions(self, value: bytes) -> list[int]:
        return array(POSITION_TYPE, value).tolist()

    def decode_frequency(self, value: bytes) -> int:
        return len(value) // array(POSITION_TYPE).itemsize

    decode_weight = decode_frequency


class TermsField(FieldType):
    """Terms as the archive's own analysis makes them."""

    def __init__(self, format_: Format) -> None:
        super().__init__(format=format_, analyzer=None)


def make_schema(facets: Sequence[FacetSpec]) -> Schema:
    """The Whoosh schema of an index with these facets."""
    names = [ID_FIELD, LANGUAGE_FIELD, *(facet_field(spec.name) for spec in facets)]
    fields = {name: TermsField(Existence()) for name in names}
    for field in ALL_FIELDS:
        fields[words_field(field)] = TermsField(PositionsFormat())
        fields[stems_field(field)] = TermsField(Frequency())
    return Schema(**fields)
