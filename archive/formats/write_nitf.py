"""NITF 3.6: one article a document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, ClassVar

from archive.formats.base import ArticleRecord, NamedEntity
from archive.formats.write_xml import child, child_if, document, paragraphs, root, set_language
from archive.formats.writing import EVERY_FIELD, Writer, code_of, in_order
from archive.formats.xml import Element

NAMESPACE = "http://iptc.org/std/NITF/2006-10-18/"
VERSION = "-//IPTC//DTD NITF 3.6//EN"
_STATUSES = {"published": "usable", "draft": "withheld", "withdrawn": "canceled"}
_KINDS = {
    "person": "person",
    "organisation": "org",
    "party": "org",
    "place": "location",
    "topic": "classifier",
}


class NitfWriter(Writer):
    """Carries one identifier an entity, and terms of use as one paragraph.

    A date is written as it stands, EDTF included. A party is an ``org`` of the class ``party``;
    further identifiers are ``alt-code``. An undated article under embargo is read as published when
    that ends, since ``date.release`` is all that says so.
    """

    name: ClassVar[str] = "nitf"
    suffix: ClassVar[str] = ".nitf"
    media_type: ClassVar[str] = "application/nitf+xml"
    carries: ClassVar[frozenset[str]] = EVERY_FIELD - {"version", "access", "references"}
    single: ClassVar[bool] = True

    def write(self, records: Iterable[ArticleRecord], stream: IO[bytes]) -> None:
        (record,) = records
        stream.write(document(document_of(record)))


def document_of(record: ArticleRecord) -> Element:
    """A record as an ``nitf`` element."""
    nitf = root(NAMESPACE, "nitf", version=VERSION)
    _head(nitf, record)
    body = child(nitf, "body")
    set_language(body, record.language)
    head = child(body, "body.head")
    if record.headline:
        child(child(head, "hedline"), "hl1", record.headline)
    child_if(head, "rights", " ".join(record.usage_terms.split()))
    for byline in record.bylines:
        # A name within an element of its own is read to the letter, a leading “By” included.
        child(child(head, "byline"), "person", byline)
    child_if(head, "distributor", record.credit)
    if record.summary:
        paragraphs(child(head, "abstract"), record.summary)
    paragraphs(child(body, "body.content"), record.body)
    return nitf


def _head(nitf: Element, record: ArticleRecord) -> None:
    head = child(nitf, "head")
    child_if(head, "title", record.headline)
    status = _STATUSES.get(record.status, "")
    under_embargo = record.embargo and status == "usable"
    docdata = child(
        head, "docdata", **{"management-status": "embargoed" if under_embargo else status}
    )
    if record.supplier_id:
        child(docdata, "doc-id", **{"id-string": record.supplier_id})
    if record.embargo:
        child(docdata, "date.release", norm=record.embargo)
    if any(record.entities.values()):
        content = child(docdata, "identified-content")
        for kind, names in record.entities.items():
            for entity in names:
                _identified(content, kind, entity)
    attributes = {
        "date.publication": record.published,
        "name": record.source,
        "position.section": record.section,
        "position.sequence": record.page,
        "edition.name": record.edition,
        "ex-ref": record.url,
    }
    if any(attributes.values()):
        child(head, "pubdata", **attributes)


def _identified(content: Element, kind: str, entity: NamedEntity) -> None:
    name = _KINDS.get(kind)
    if name is None:
        return
    element = child(content, name, entity.name, **{"class": kind if kind == "party" else ""})
    known = [
        (scheme, value)
        for scheme, value in in_order(entity.identifiers)
        if code_of(scheme, value) and value != entity.name
    ]
    for number, (scheme, value) in enumerate(known):
        if number:
            child(element, "alt-code", idsrc=scheme, value=value)
        elif name == "location":
            element.set("code-source", scheme)
            element.set("location-code", value)
        else:
            element.set("idsrc", scheme)
            element.set("value", value)
