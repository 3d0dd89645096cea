"""What the index holds of an article, as Whoosh fields.

For each text field two sets of terms, both with positions: forms, and stems with their language in
front. For each facet, the language and the id, terms without positions. What is read for all
articles at once stands in two columns: ``id``, and ``row``, a record of fixed width (:data:`ROW`).
Lengths are in the row, exact, so Whoosh is told to keep none of its own, which it rounds.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from whoosh.columns import FixedBytesColumn, VarBytesColumn
from whoosh.fields import FieldType, Schema
from whoosh.formats import Existence, Format

from archive.engines.whoosh.codec import POSITION_TYPE, encode_term
from archive.search.document import IndexDocument
from archive.search.facets import FacetSpec
from archive.search.matching import field_tokens
from archive.search.scoring import ALL_FIELDS
from archive.text.analysis import Token, primary_language

# Grows whenever an index made by an earlier release would be read wrongly.
SCHEMA_VERSION = 1

ID_FIELD = "id"
ID_COLUMN = VarBytesColumn()
ROW_FIELD = "row"
LANGUAGE_FIELD = "language"

# Days are ordinals of ``datetime.date``, 0 where undated; no batch is the least number there is.
ROW = np.dtype(
    [
        ("version", "<i8"),
        ("batch", "<i8"),
        ("lower", "<i4"),
        ("upper", "<i4"),
        *((field, "<u4") for field in ALL_FIELDS),
    ]
)
_NO_BATCH = np.iinfo(np.int64).min


def forms_field(field: str) -> str:
    """The Whoosh field of the word forms of ``field``."""
    return f"{field}.forms"


def stems_field(field: str) -> str:
    """The Whoosh field of the stems of ``field``."""
    return f"{field}.stems"


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


class WordsField(FieldType):
    """Terms with their positions, found by :func:`index_fields` and not by Whoosh."""

    def __init__(self) -> None:
        super().__init__(format=PositionsFormat(), analyzer=None)

    def index(
        self, value: Mapping[str, Sequence[int]], **_: object
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        for term, positions in value.items():
            count = len(positions)
            yield encode_term(term), count, float(count), array(POSITION_TYPE, positions).tobytes()


class ValuesField(FieldType):
    """Terms that an article has or not."""

    def __init__(self) -> None:
        super().__init__(format=Existence(), analyzer=None)

    def index(self, value: Iterable[str], **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        for term in set(value):
            yield encode_term(term), 1, 1.0, b""


class IdField(FieldType):
    """The public id, as a term to find an article by and as a column."""

    column_type = ID_COLUMN

    def __init__(self) -> None:
        self.format = Existence()

    def index(self, value: str, **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        yield encode_term(value), 1, 1.0, b""

    def to_column_value(self, value: str) -> bytes:
        return encode_term(value)


class RowField(FieldType):
    """A column of records; nothing is found by it."""

    indexed = False
    # Whoosh leaves out rows that are the default: so it is one that no article has.
    column_type = FixedBytesColumn(ROW.itemsize, b"\xff" * ROW.itemsize)

    def __init__(self) -> None:
        pass

    def to_column_value(self, value: bytes) -> bytes:
        return value

    def from_column_value(self, value: bytes) -> bytes:
        return value


def make_schema(facets: Sequence[FacetSpec]) -> Schema:
    """The Whoosh schema of an index with these facets."""
    fields: dict[str, FieldType] = {
        ID_FIELD: IdField(),
        ROW_FIELD: RowField(),
        LANGUAGE_FIELD: ValuesField(),
    }
    for field in ALL_FIELDS:
        fields[forms_field(field)] = WordsField()
        fields[stems_field(field)] = WordsField()
    for spec in facets:
        fields[facet_field(spec.name)] = ValuesField()
    return Schema(**fields)


def index_fields(document: IndexDocument) -> dict[str, object]:
    """``document`` as the keyword arguments of Whoosh's ``add_document``."""
    fields: dict[str, object] = {
        ID_FIELD: document.id,
        LANGUAGE_FIELD: (primary_language(document.language),),
    }
    lengths = []
    for field, tokens in field_tokens(document).items():
        lengths.append(len(tokens))
        if tokens:
            words: dict[str, tuple[Token, list[int]]] = {}
            for token in tokens:
                words.setdefault(token.word, (token, []))[1].append(token.position)
            fields[forms_field(field)] = _merged(
                (token.form, positions) for token, positions in words.values()
            )
            fields[stems_field(field)] = _merged(
                (token.stem(document.language), positions) for token, positions in words.values()
            )
    for facet, values in document.facets.items():
        fields[facet_field(facet)] = values
    row = np.zeros(1, ROW)
    row[0] = (
        document.version,
        _NO_BATCH if document.batch is None else document.batch,
        document.lower.toordinal() if document.lower else 0,
        document.upper.toordinal() if document.upper else 0,
        *lengths,
    )
    fields[ROW_FIELD] = row.tobytes()
    return fields


def _merged(terms: Iterable[tuple[str, list[int]]]) -> dict[str, list[int]]:
    """The positions of each term, rising, where several words may be one term."""
    merged: dict[str, list[int]] = {}
    for term, positions in terms:
        known = merged.get(term)
        merged[term] = sorted(known + positions) if known else positions
    return merged
