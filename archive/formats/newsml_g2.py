"""NewsML-G2 of any 2.x: a news item, or a news message with many.

docs/importing.md names the elements that are read; others stay in the bytes as received.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import IO, ClassVar

from archive.exceptions import RecordError
from archive.formats import checks
from archive.formats.base import ArticleRecord, NamedEntity, Reader, Received, Reference
from archive.formats.limits import MAX_LABEL, MAX_RECORD_BYTES, safe_link, too_large
from archive.formats.newsml_concepts import best, code_of, entities, named
from archive.formats.newsml_items import ITEMS, Readable, cut_items
from archive.formats.nitf import read_article
from archive.formats.values import language_of, moment_of, shown, version_of
from archive.formats.xml import (
    Element,
    attribute,
    children,
    declared_encoding,
    declared_language,
    entities_refused,
    find,
    line_of,
    name_of,
    parse,
    root_of,
    wide_codec,
)
from archive.formats.xml_text import begins_with, paragraphs
from archive.text.normalize import clean_paragraphs

NAMED = {
    "headline": "contentMeta/headline",
    "supplier_id": "the guid",
    "source": "the provider",
    "credit": "the creditline or infoSource",
}
_STATUSES = {
    "": "",
    "usable": "published",
    "withheld": "draft",
    "canceled": "withdrawn",
    "cancelled": "withdrawn",
}
_NOT_WRITERS = frozenset(("organisation", "organization"))
_KILLS = frozenset(("kill", "killed"))
_UNREAD = {
    "packageItem": "a package: it lists items and holds no text of its own",
    "conceptItem": "a concept and no article",
    "knowledgeItem": "a vocabulary and no article",
    "planningItem": "a plan of coverage and no article",
    "catalogItem": "a catalogue of vocabularies and no article",
}
_TEXTS = frozenset(("", "text", "composite"))
_XHTML = frozenset(("html", "body", "div", "article", "section", "main", "p"))
_HEAD = 64 * 1024


class NewsMLG2Reader(Reader):
    """Reads an item as one article, a news message as one for each of its items."""

    name: ClassVar[str] = "newsml-g2"
    suffixes: ClassVar[tuple[str, ...]] = (".xml",)
    begun: ClassVar[bool] = True

    @classmethod
    def recognises(cls, beginning: bytes) -> bool:
        """Whether the root element is a message or an item, in any namespace."""
        return root_of(beginning)[0] in ITEMS | {"newsMessage"}

    def read(self, stream: IO[bytes]) -> Iterator[Received]:
        """Yield each item; ``position`` is the line on which it begins."""
        head = _read_up_to(stream, _HEAD)
        root, prolog = root_of(head)
        if root != "newsMessage":
            content = head + _read_up_to(stream, MAX_RECORD_BYTES + 1 - len(head))
            yield _received(1, content, content)
        elif "<!ENTITY" in prolog:
            error = entities_refused()
            error.line = 1
            yield Received(position=1, content=head, error=error)
        else:
            yield from _read_message(head, stream)


def _read_message(head: bytes, stream: IO[bytes]) -> Iterator[Received]:
    """Yield the items of a message but its packages, which list what the message holds anyway."""
    wide = wide_codec(head)
    encoding = declared_encoding(head)
    source: Readable = _Joined(head, stream)
    if wide:
        content = _read_up_to(source, MAX_RECORD_BYTES + 1)
        try:
            if len(content) > MAX_RECORD_BYTES:
                raise too_large()
            source = io.BytesIO(content.decode(wide).removeprefix("\ufeff").encode())
        except (RecordError, UnicodeError):
            error = RecordError(
                "A message in UTF-16 must be whole and of at most 32 MB. "
                "Save the file in UTF-8 and import it again.",
                line=1,
            )
            yield Received(position=1, content=content[:MAX_RECORD_BYTES], error=error)
            return
    met = False
    for item in cut_items(source):
        if item.name == "packageItem" and item.error is None:
            continue
        met = True
        content = item.content
        as_received = content.decode("utf-8", "replace").encode(wide) if wide else content
        yield _received(
            item.line,
            as_received,
            content,
            encoding=encoding,
            within=item.within,
            error=item.error,
        )
    if not met:
        error = RecordError(
            "The message holds no item with a text. Import the items that it refers to.", line=1
        )
        yield Received(position=1, content=head, error=error)


def _received(
    line: int,
    as_received: bytes,
    content: bytes,
    *,
    encoding: str = "",
    within: str = "",
    error: RecordError | None = None,
) -> Received:
    try:
        if error is not None:
            raise error
        if len(content) > MAX_RECORD_BYTES:
            raise too_large()
        record = read_item(parse(content, encoding=encoding, within=within))
    except RecordError as problem:
        problem.line = line + (problem.line or 1) - 1
        return Received(position=line, content=as_received[:MAX_RECORD_BYTES], error=problem)
    return Received(position=line, content=as_received, record=record)


def _read_up_to(stream: Readable, size: int) -> bytes:
    pieces = bytearray()
    while len(pieces) < size and (piece := stream.read(size - len(pieces))):
        pieces += piece
    return bytes(pieces)


class _Joined:
    """The bytes that were read already, and the rest of their stream."""

    def __init__(self, head: bytes, stream: IO[bytes]) -> None:
        self._head = io.BytesIO(head)
        self._stream = stream

    def read(self, size: int, /) -> bytes:
        return self._head.read(size) or self._stream.read(size)


def read_item(item: Element) -> ArticleRecord:
    """Turn an item into a record. Raises RecordError, for items without an article too."""
    name = name_of(item)
    if name != "newsItem":
        what = _UNREAD.get(name)
        if what is None:
            raise RecordError(
                f"The file holds <{shown(name)}>, which is no item of NewsML-G2. "
                "Name its format with --format, or convert it."
            )
        raise RecordError(f"The item is {what}. Import the news items.")
    meta, about = find(item, "itemMeta"), find(item, "contentMeta")
    kind = code_of(find(meta, "itemClass"))
    if kind not in _TEXTS:
        raise RecordError(
            f"The item is of the class “{shown(kind)}”, and only texts are read. Leave it out."
        )
    tag = _language(item, about)
    text, nitf = _content(item)
    headline = (
        line_of(best(about, "headline", tag)) or nitf.headline or line_of(best(meta, "title", tag))
    )
    summary = _summary(about) or nitf.summary
    record = ArticleRecord(
        supplier_id=attribute(item, "guid"),
        version=version_of(attribute(item, "version"), line_of(find(meta, "versionCreated"))),
        headline=headline,
        summary="" if begins_with(text, summary) else summary,
        body=text,
        language=tag or nitf.language,
        published=_published(meta, about) or nitf.published,
        source=named(find(meta, "provider"), tag) or nitf.source,
        url=safe_link(attribute(item, "guid")),
        bylines=_bylines(about, tag) or nitf.bylines,
        status=_status(meta),
        embargo=moment_of(line_of(find(meta, "embargoed")), "embargoed"),
        credit=_credit(about, tag),
        usage_terms=_rights(item),
        entities=_merged(entities(item, about, tag), nitf.entities),
        references=tuple(_references(meta)),
    )
    return checks.checked(record, NAMED)


def _language(item: Element, about: Element) -> str:
    content = find(item, "contentSet", "inlineXML")
    if content is None:
        content = find(item, "contentSet", "inlineData")
    written = (
        attribute(find(about, "language"), "tag")
        or declared_language(content)
        or declared_language(item)
    )
    return language_of(written, "The language")


def _content(item: Element) -> tuple[str, ArticleRecord]:
    """The text of an item's first rendition that has one, and what NITF in it says besides."""
    for content in children(find(item, "contentSet"), "inlineXML", "inlineData"):
        if name_of(content) == "inlineData":
            encoded = attribute(content, "encoding")
            text = "" if encoded else clean_paragraphs("".join(content.itertext()))
            if text:
                return text, ArticleRecord()
            continue
        pieces = []
        for root in content:
            if name_of(root) == "nitf":
                record = read_article(root)
                if record.body or record.headline:
                    return record.body, record
            elif name_of(root).lower() in _XHTML:
                pieces.append(paragraphs(root))
        if text := "\n\n".join(filter(None, pieces)):
            return text, ArticleRecord()
    return "", ArticleRecord()


def _summary(about: Element) -> str:
    descriptions = list(children(about, "description"))
    for roles in (("summary", "abstract"), ("",)):
        for description in descriptions:
            if code_of(description, "role") in roles and (text := paragraphs(description)):
                return text
    return ""


def _published(meta: Element, about: Element) -> str:
    issued = find(about, "issued")  # any date, or none, as our own export says it
    if issued is not None:
        return checks.first_date([line_of(issued)])
    return checks.first_date(
        line_of(element)
        for element in (
            find(about, "contentCreated"),
            find(meta, "firstCreated"),
            find(meta, "versionCreated"),
        )
    )


def _bylines(about: Element, tag: str) -> tuple[str, ...]:
    writers = (
        line_of(best(creator, "name", tag)) or attribute(creator, "literal")
        for creator in children(about, "creator")
        if code_of(creator, "type") not in _NOT_WRITERS
    )
    names = tuple(filter(None, writers))
    return names or tuple(filter(None, map(line_of, children(about, "by"))))


def _status(meta: Element) -> str:
    written = code_of(find(meta, "pubStatus")).lower()
    if written not in _STATUSES:
        raise RecordError(
            f"pubStatus is “{shown(written)}”. Write one of: usable, withheld, canceled."
        )
    if any(code_of(signal) in _KILLS for signal in children(meta, "signal")):
        return "withdrawn"
    embargoed = find(meta, "embargoed")
    open_ended = embargoed is not None and not line_of(embargoed)
    if open_ended and _STATUSES[written] in ("", "published"):
        return "draft"  # under embargo until the note to editors says otherwise
    return _STATUSES[written]


def _credit(about: Element, tag: str) -> str:
    sources = (named(source, tag) for source in children(about, "infoSource"))
    return line_of(find(about, "creditline")) or ", ".join(filter(None, sources))


def _rights(item: Element) -> str:
    info = find(item, "rightsInfo")
    found = [paragraphs(terms) for terms in children(info, "usageTerms", "copyrightNotice")]
    return "\n\n".join(filter(None, found))


def _references(meta: Element) -> Iterator[Reference]:
    for link in children(meta, "link"):
        url = safe_link(attribute(link, "href"))
        if url:
            yield Reference(label=(line_of(find(link, "title")) or url)[:MAX_LABEL], url=url)


def _merged(
    given: Mapping[str, tuple[NamedEntity, ...]], inside: Mapping[str, tuple[NamedEntity, ...]]
) -> dict[str, tuple[NamedEntity, ...]]:
    """The subjects of an item, and the names marked in its text that are not among them."""
    merged = dict(given)
    for kind, names in inside.items():
        known = {entity.name for entity in given.get(kind, ())}
        merged[kind] = (*given.get(kind, ()), *(name for name in names if name.name not in known))
    return merged
