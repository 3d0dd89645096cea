"""JSON Lines as the archive reads them: all that a record says, one article a line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import IO, Any, ClassVar

from archive.formats.base import ArticleRecord, NamedEntity
from archive.formats.jsonl import KINDS
from archive.formats.writing import EVERY_FIELD, Writer, paragraphs_text

_NAMES = {"supplier_id": "id"}
_TEXTS = (
    *("supplier_id", "version", "headline", "summary", "body", "language", "published", "source"),
    *("section", "page", "edition", "url", "status", "embargo", "credit", "usage_terms", "access"),
)
PARAGRAPHS = frozenset(("summary", "body", "usage_terms"))


class JsonLinesWriter(Writer):
    """Carries everything."""

    name: ClassVar[str] = "jsonl"
    suffix: ClassVar[str] = ".jsonl"
    media_type: ClassVar[str] = "application/x-ndjson"
    carries: ClassVar[frozenset[str]] = EVERY_FIELD

    def write(self, records: Iterable[ArticleRecord], stream: IO[bytes]) -> None:
        for record in records:
            line = json.dumps(object_of(record), ensure_ascii=False, separators=(",", ":"))
            stream.write(line.encode() + b"\n")


def object_of(record: ArticleRecord) -> dict[str, Any]:
    """The fields of a record that say something, by their names in JSON Lines."""
    data: dict[str, Any] = dict(texts_of(record))
    if record.bylines:
        data["bylines"] = list(record.bylines)
    for field, kind in KINDS.items():
        if names := record.entities.get(kind):
            data[field] = [_entity(entity) for entity in names]
    if record.references:
        data["references"] = [
            {"label": reference.label, **({"url": reference.url} if reference.url else {})}
            for reference in record.references
        ]
    return data


def texts_of(record: ArticleRecord) -> Iterable[tuple[str, str]]:
    """The fields of a record that are one text and say something, with their names."""
    for field in _TEXTS:
        if value := getattr(record, field):
            text = paragraphs_text(value) if field in PARAGRAPHS else value
            yield _NAMES.get(field, field), text


def _entity(entity: NamedEntity) -> str | dict[str, Any]:
    if not entity.identifiers:
        return entity.name
    return {"name": entity.name, "identifiers": dict(entity.identifiers)}
