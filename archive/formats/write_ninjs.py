"""ninjs 3.1: a list of news items, one a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import IO, Any, ClassVar

from archive.formats.base import ArticleRecord, NamedEntity, Reference
from archive.formats.limits import MAX_NAME
from archive.formats.writing import (
    Writer,
    address_of,
    code_of,
    exact_time,
    in_order,
    known_as,
    paragraphs_html,
    paragraphs_text,
    reads_as_it_is,
)

_STANDARD = {
    "name": "ninjs",
    "version": "3.1",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json",
}
_STATUSES = {"published": "usable", "draft": "withheld", "withdrawn": "canceled"}
_KINDS = {
    "topic": "subjects",
    "place": "places",
    "person": "people",
    "organisation": "organisations",
    "party": "organisations",
}


class NinjsWriter(Writer):
    """Carries a date that is an exact time, one identifier an entity and references with addresses.

    ``by`` is one line: bylines are joined in it, as many as fit. A party is an organisation whose
    ``rel`` is ``party``. What is dated otherwise has its EDTF date among the ``altIds``, in the
    role ``issued``. ``uri`` is required, so an article without a supplier's id gets one.
    """

    name: ClassVar[str] = "ninjs"
    suffix: ClassVar[str] = ".json"
    media_type: ClassVar[str] = "application/json"
    carries: ClassVar[frozenset[str]] = frozenset(
        {"supplier_id", "version", "headline", "summary", "body", "language", "published"}
        | {"source", "bylines", "status", "embargo", "credit", "usage_terms"}
        | {"entities", "references"}
    )
    identified: ClassVar[bool] = True

    def write(self, records: Iterable[ArticleRecord], stream: IO[bytes]) -> None:
        before = b"[\n"
        for record in records:
            stream.write(before + json.dumps(item_of(record), ensure_ascii=False).encode())
            before = b",\n"
        stream.write(b"[]\n" if before == b"[\n" else b"\n]\n")


def item_of(record: ArticleRecord) -> dict[str, Any]:
    """A record as a news item."""
    published = exact_time(record.published)
    descriptions = [*_wording(record.summary, "summary"), *_wording(record.credit, "creditline")]
    item = {
        "uri": known_as(record),
        "type": "text",
        "representationType": "full",
        "version": record.version,
        "language": record.language,
        "firstCreated": published.isoformat() if published else "",
        "embargoedUntil": record.embargo,
        "pubStatus": _STATUSES.get(record.status, ""),
        "headlines": list(_wording(record.headline, "main")),
        "by": _joined(record.bylines),
        "bodies": list(_wording(record.body, "main", html=True)),
        "descriptions": descriptions,
        "infoSources": [{"name": record.source, "role": "publisher"}] if record.source else [],
        "usageTerms": paragraphs_text(record.usage_terms),
        "associations": [
            _association(reference) for reference in record.references if reference.url
        ],
        "altIds": (
            [{"role": "issued", "value": record.published}]
            if record.published and published is None
            else []
        ),
        "standard": _STANDARD,
    }
    for kind, names in record.entities.items():
        if field := _KINDS.get(kind):
            item[field] = [*item.get(field, ()), *(_concept(kind, name) for name in names)]
    return {name: value for name, value in item.items() if value}


def _wording(text: str, role: str, *, html: bool = False) -> Iterator[dict[str, str]]:
    if html or not reads_as_it_is(text):
        value, content_type = paragraphs_html(text), "text/html"
    else:
        value, content_type = text, "text/plain"
    if text:
        yield {"role": role, "contentType": content_type, "value": value}


def _joined(bylines: Iterable[str]) -> str:
    """As many bylines as a line may hold."""
    line = ""
    for byline in bylines:
        longer = f"{line}, {byline}" if line else byline
        if len(longer) > MAX_NAME:
            break
        line = longer
    return line


def _association(reference: Reference) -> dict[str, str]:
    return {"name": reference.label, "uri": reference.url, "type": "text"}


def _concept(kind: str, entity: NamedEntity) -> dict[str, str]:
    concept = {"name": entity.name}
    if kind == "party":
        concept["rel"] = kind
    for scheme, value in in_order(entity.identifiers):
        if uri := address_of(scheme, value) or code_of(scheme, value):
            concept["uri"] = uri
            break
    return concept
