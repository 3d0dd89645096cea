"""NewsML-G2: a news item, or a news message with many."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain
from typing import IO, ClassVar

from archive.formats.base import ArticleRecord, NamedEntity
from archive.formats.write_xml import (
    XHTML,
    child,
    child_if,
    document,
    fragment,
    paragraphs,
    root,
    set_language,
)
from archive.formats.writing import Writer, address_of, code_of, exact_time, in_order, known_as
from archive.formats.xml import Element
from archive.text.dates import read_date

NAMESPACE = "http://iptc.org/std/nar/2006-10-01/"
DCTERMS = "http://purl.org/dc/terms/"
OWN = "urn:x-news-archive:"
_CATALOG = "http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_32.xml"
_STATUSES = {"published": "usable", "draft": "withheld", "withdrawn": "canceled"}
_KINDS = {
    "person": "person",
    "organisation": "organisation",
    "party": "organisation",
    "place": "geoArea",
    "topic": "abstract",
}
_TRUNCATED = (len("2025"), len("2025-06"), len("2025-06-02"))


class NewsMLG2Writer(Writer):
    """Carries references with addresses, and the article's address where it is its identifier.

    A year, a month, a day or a time is ``contentCreated``, any EDTF date ``dcterms:issued`` beside
    it, which is empty for an undated article. Two more things are demanded of an item: an
    identifier, and ``versionCreated``, which is the supplier's version where that is a time, else
    the time of writing; a reader that finds no other date takes it for one. A party is an
    organisation with an attribute ``kind`` of the archive's own. An entity has any number of
    identifiers.
    """

    name: ClassVar[str] = "newsml-g2"
    suffix: ClassVar[str] = ".xml"
    media_type: ClassVar[str] = "application/vnd.iptc.g2.newsmessage+xml"
    carries: ClassVar[frozenset[str]] = frozenset(
        {"supplier_id", "version", "headline", "summary", "body", "language", "published"}
        | {"source", "url", "bylines", "status", "embargo", "credit", "usage_terms"}
        | {"entities", "references"}
    )
    identified: ClassVar[bool] = True

    def __init__(self, *, at: datetime | None = None) -> None:
        self._at = at or datetime.now(UTC).replace(microsecond=0)

    def write(self, records: Iterable[ArticleRecord], stream: IO[bytes]) -> None:
        """Write a news item where there is one record, else a news message."""
        rest = iter(records)
        first, second = next(rest, None), next(rest, None)
        if first is not None and second is None:
            stream.write(document(item_of(first, at=self._at)))
            return
        stream.write(
            b'<?xml version="1.0" encoding="UTF-8"?>\n'
            b'<newsMessage xmlns="%s"><header><sent>%s</sent></header><itemSet>\n'
            % (NAMESPACE.encode(), self._at.isoformat().encode())
        )
        for record in chain(filter(None, (first, second)), rest):
            stream.write(fragment(item_of(record, at=self._at)))
        stream.write(b"</itemSet></newsMessage>\n")


def item_of(record: ArticleRecord, *, at: datetime) -> Element:
    """A record as a news item, written at ``at``."""
    number = record.version if record.version.isdigit() and int(record.version) > 0 else ""
    item = root(
        NAMESPACE,
        "newsItem",
        {"archive": OWN},
        guid=known_as(record),
        version=number,
        standard="NewsML-G2",
        standardversion="2.24",
        conformance="power" if _many_identifiers(record) else "core",
    )
    set_language(item, record.language)
    child(item, "catalogRef", href=_CATALOG)
    _catalog(item, record)
    if record.usage_terms:
        terms = child(child(item, "rightsInfo"), "usageTerms")
        paragraphs(terms, record.usage_terms, namespace=XHTML)
    _item_meta(item, record, at)
    _content_meta(item, record)
    if record.body:
        inline = child(child(item, "contentSet"), "inlineXML", contenttype="application/xhtml+xml")
        html = child(inline, f"{{{XHTML}}}html")
        child(child(html, "head"), "title", record.headline)
        paragraphs(child(html, "body"), record.body)
    return item


def _catalog(item: Element, record: ArticleRecord) -> None:
    """Say what the schemes of codes are that are in no catalogue of the IPTC."""
    schemes = {
        scheme
        for names in record.entities.values()
        for entity in names
        for scheme, value in entity.identifiers.items()
        if not address_of(scheme, value) and code_of(scheme, value)
    }
    if schemes:
        catalog = child(item, "catalog")
        for scheme in sorted(schemes):
            child(catalog, "scheme", alias=scheme, uri=f"urn:x-scheme:{scheme}:")


def _item_meta(item: Element, record: ArticleRecord, at: datetime) -> None:
    meta = child(item, "itemMeta")
    child(meta, "itemClass", qcode="ninat:text")
    child_if(child(meta, "provider"), "name", record.source)
    changed = "" if record.version.isdigit() else record.version
    child(meta, "versionCreated", changed or at.isoformat())
    child_if(meta, "embargoed", record.embargo)
    if status := _STATUSES.get(record.status):
        child(meta, "pubStatus", qcode=f"stat:{status}")
    for reference in record.references:
        if reference.url:
            link = child(meta, "link", rel="irel:seeAlso", href=reference.url)
            child(link, "title", reference.label)


def _content_meta(item: Element, record: ArticleRecord) -> None:
    about = child(item, "contentMeta")
    moment = exact_time(record.published)
    edtf = read_date(record.published).edtf if record.published else ""
    if moment is not None:
        child(about, "contentCreated", moment.isoformat())
    elif len(edtf) in _TRUNCATED and edtf.replace("-", "").isdigit() and not _season(edtf):
        child(about, "contentCreated", edtf)
    for byline in record.bylines:
        child(child(about, "creator"), "name", byline)
    if record.language:
        child(about, "language", tag=record.language)
    for kind, names in record.entities.items():
        for entity in names:
            _subject(about, kind, entity)
    child_if(about, "headline", record.headline)
    child_if(about, "creditline", record.credit)
    if record.summary:
        description = child(about, "description", role="drol:summary")
        paragraphs(description, record.summary, namespace=XHTML)
    child(about, f"{{{DCTERMS}}}issued", moment.isoformat() if moment else edtf)


def _season(edtf: str) -> bool:
    """Whether what looks like a month is a part of the year that has none."""
    return len(edtf) == len("2025-21") and edtf[-2:] > "12"


def _subject(about: Element, kind: str, entity: NamedEntity) -> None:
    if kind not in _KINDS:
        return
    uris, codes = _identified(entity)
    subject = child(
        about,
        "subject",
        type=f"cpnat:{_KINDS[kind]}",
        uri="".join(uris[:1]),
        qcode="".join(codes[:1]),
        literal="" if uris or codes else entity.name,
    )
    if kind == "party":
        subject.set(f"{{{OWN}}}kind", kind)
    child(subject, "name", entity.name)
    for uri in uris[1:]:
        child(subject, "sameAs", uri=uri)
    for code in codes[1:]:
        child(subject, "sameAs", qcode=code)


def _many_identifiers(record: ArticleRecord) -> bool:
    """Whether an entity has more than the two for which the core of the standard has room."""
    return any(
        len(found) > 1
        for names in record.entities.values()
        for entity in names
        for found in _identified(entity)
    )


def _identified(entity: NamedEntity) -> tuple[list[str], list[str]]:
    """The identifiers of an entity that are addresses, and those that are codes."""
    uris, codes = [], []
    for scheme, value in in_order(entity.identifiers):
        if uri := address_of(scheme, value):
            uris.append(uri)
        elif code := code_of(scheme, value):
            codes.append(code)
    return uris, codes
