"""NITF 3.x (News Industry Text Format), with or without a DOCTYPE: one article a file.

docs/importing.md names the elements that are read; others stay in the bytes as received.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import IO, ClassVar

from archive.exceptions import RecordError
from archive.formats import checks
from archive.formats.base import ArticleRecord, NamedEntity, Reader, Received
from archive.formats.concepts import identifier_of
from archive.formats.limits import MAX_RECORD_BYTES, safe_link, too_large
from archive.formats.values import language_of, moment_of, shown
from archive.formats.xml import (
    Element,
    attribute,
    children,
    declared_language,
    descendants,
    find,
    line_of,
    name_of,
    parse,
    root_of,
)
from archive.formats.xml_text import begins_with, paragraphs
from archive.text.normalize import clean_text

NAMED = {
    "headline": "hl1 or title",
    "supplier_id": "doc-id",
    "source": "the name of pubdata",
    "section": "position.section",
    "page": "position.sequence",
    "edition": "edition.name",
    "credit": "distributor",
}
_STATUSES = {
    "": "",
    "usable": "published",
    "embargoed": "published",
    "withheld": "draft",
    "canceled": "withdrawn",
    "cancelled": "withdrawn",
    "killed": "withdrawn",
}
_KINDS = {
    "person": "person",
    "org": "organisation",
    "location": "place",
    "classifier": "topic",
    "event": "topic",
}
_MIDNIGHT = re.compile(r"([0-9]{8})T?000000(?:Z|[+-][0-9]{4})?")
_UNSEPARATED = re.compile(r"([0-9]{8})([0-9]{6}(?:Z|[+-][0-9]{4})?)")
_BY = re.compile(r"by\s*:?\s+", re.IGNORECASE)


class NitfReader(Reader):
    """Reads a file as one article."""

    name: ClassVar[str] = "nitf"
    suffixes: ClassVar[tuple[str, ...]] = (".nitf",)

    @classmethod
    def recognises(cls, beginning: bytes) -> bool:
        """Whether the root element is ``nitf``, in any namespace."""
        return root_of(beginning)[0] == "nitf"

    def read(self, stream: IO[bytes]) -> Iterator[Received]:
        """Yield the one article, at position 1."""
        content = stream.read(MAX_RECORD_BYTES + 1)
        try:
            if len(content) > MAX_RECORD_BYTES:
                raise too_large()
            record = read_document(content)
        except RecordError as error:
            yield Received(position=1, content=content[:MAX_RECORD_BYTES], error=error)
        else:
            yield Received(position=1, content=content, record=record)


def read_document(content: bytes) -> ArticleRecord:
    """Turn the bytes of a file into a record. Raises RecordError."""
    root = parse(content)
    if name_of(root) != "nitf":
        raise RecordError(
            f"The file holds <{shown(name_of(root))}> and not <nitf>. "
            "Name its format with --format, or convert it."
        )
    return checks.checked(read_article(root), NAMED)


def read_article(root: Element) -> ArticleRecord:
    """What an ``nitf`` element says, not yet checked for what an article needs.

    Raises RecordError for a date, language or status that cannot be read.
    """
    docdata = find(root, "head", "docdata")
    pubdata = find(root, "head", "pubdata")
    head = find(root, "body", "body.head")
    content = find(root, "body", "body.content")
    body = "" if content is None else paragraphs(content)
    headline = _first_line(find(head, "hedline", "hl1"), find(root, "head", "title"))
    abstract = find(head, "abstract")
    summary = "" if abstract is None else paragraphs(abstract)
    summary = summary or _first_line(find(head, "hedline", "hl2"))
    record = ArticleRecord(
        supplier_id=attribute(find(docdata, "doc-id"), "id-string"),
        headline=headline,
        summary="" if begins_with(body, summary) else summary,
        body=body,
        language=language_of(
            declared_language(content if content is not None else root), "xml:lang"
        ),
        published=_published(docdata, pubdata, head),
        source=attribute(pubdata, "name"),
        section=attribute(pubdata, "position.section"),
        page=attribute(pubdata, "position.sequence"),
        edition=attribute(pubdata, "edition.name"),
        url=safe_link(attribute(pubdata, "ex-ref")),
        bylines=_bylines(head),
        credit=_first_line(find(head, "distributor")),
        usage_terms=_rights(docdata, head),
        entities=_entities(docdata, root, content),
    )
    return _with_status(record, docdata)


def _first_line(*elements: Element | None) -> str:
    return next(filter(None, map(line_of, elements)), "")


def _published(docdata: Element, pubdata: Element, head: Element) -> str:
    written = (
        attribute(pubdata, "date.publication"),
        attribute(find(docdata, "date.issue"), "norm"),
        attribute(find(head, "dateline", "story.date"), "norm"),
        attribute(find(docdata, "date.release"), "norm"),
    )
    return checks.first_date(map(_date, written))


def _date(written: str) -> str:
    """A date as ISO 8601 has it; midnight stands for a time that is not known."""
    if day := _MIDNIGHT.fullmatch(written):
        return day[1]
    return _UNSEPARATED.sub(r"\1T\2", written) if _UNSEPARATED.fullmatch(written) else written


def _with_status(record: ArticleRecord, docdata: Element) -> ArticleRecord:
    written = attribute(docdata, "management-status").lower()
    if written not in _STATUSES:
        raise RecordError(
            f"management-status is “{shown(written)}”. "
            "Write one of: usable, embargoed, withheld, canceled."
        )
    status = _STATUSES[written]
    embargo = moment_of(
        attribute(find(docdata, "date.release"), "norm"), "The norm of date.release"
    )
    if written == "embargoed" and not embargo:
        status = "draft"  # under embargo until nobody knows when
    other = attribute(docdata, "management-doc-idref")
    ending = _STATUSES.get(attribute(docdata, "management-idref-status").lower(), "")
    if other and ending == "withdrawn" and not record.body:
        return replace(record, supplier_id=other, status=ending, notice=True)
    return replace(record, status=status, embargo=embargo)


def _bylines(head: Element) -> tuple[str, ...]:
    names: list[str] = []
    for byline in children(head, "byline"):
        persons = [line_of(person) for person in descendants(byline, "person")]
        names.extend(persons or [_byline(byline)])
    return tuple(names)


def _byline(element: Element) -> str:
    """The words of a byline but the writer's title and a leading “By”."""
    pieces = [element.text or ""]
    for child in element:
        if name_of(child) not in ("byttl", "location"):
            pieces.extend(child.itertext())
        pieces.append(child.tail or "")
    return _BY.sub("", clean_text("".join(pieces)), count=1).strip(" ,;")


def _rights(docdata: Element, head: Element) -> str:
    rights = find(head, "rights")
    if rights is not None:
        return paragraphs(rights)
    notice = find(docdata, "doc.copyright")
    year, holder = attribute(notice, "year"), attribute(notice, "holder")
    return f"© {year} {holder}".replace("  ", " ") if holder else ""


def _entities(
    docdata: Element, root: Element, content: Element
) -> dict[str, tuple[NamedEntity, ...]]:
    found: dict[str, list[NamedEntity]] = {}
    for place in (find(docdata, "identified-content"), content):
        for element in descendants(place, *_KINDS):
            name = _name(element)
            if name:
                kind = _KINDS[name_of(element)]
                if kind == "organisation" and attribute(element, "class") == "party":
                    kind = "party"  # as our own export says it
                found.setdefault(kind, []).append(_entity(name, element))
    for subject in descendants(find(root, "head", "tobject"), "tobject.subject"):
        levels = (attribute(subject, f"tobject.subject.{level}") for level in _SUBJECT_LEVELS)
        if name := next(filter(None, levels), ""):
            number = attribute(subject, "tobject.subject.refnum")
            identifiers = {_subject_scheme(number): number} if number else {}
            found.setdefault("topic", []).append(NamedEntity(name=name, identifiers=identifiers))
    return {kind: tuple(names) for kind, names in found.items()}


_SUBJECT_LEVELS = ("detail", "matter", "type")


def _subject_scheme(number: str) -> str:
    """Media Topics are numbered from 20000000 on, below them the Subject Codes."""
    return "medtop" if number.startswith("2") and len(number) == 8 else "subj"


def _name(element: Element) -> str:
    """An element's own words; a place within a place is named by the smallest."""
    if name_of(element) == "location":
        own = clean_text(element.text or "").strip(" ,;")
        return own or _first_line(*element)
    return line_of(element) or attribute(element, "value")


def _entity(name: str, element: Element) -> NamedEntity:
    scheme = attribute(element, "idsrc") or attribute(element, "code-source")
    value = attribute(element, "value") or attribute(element, "location-code")
    known = scheme and value and value != name
    found = dict([identifier_of(f"{scheme}:{value}")]) if known else {}
    return NamedEntity(name=name, identifiers=found)
