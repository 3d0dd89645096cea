"""What feedparser found in an item, as a record. docs/importing.md says what becomes of what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from archive.exceptions import RecordError
from archive.formats import checks
from archive.formats.base import ArticleRecord, NamedEntity
from archive.formats.concepts import identifiers_of
from archive.formats.feed_dates import feed_date
from archive.formats.limits import MAX_NAME, safe_link
from archive.formats.values import version_of
from archive.formats.wordings import paragraphs_of, same_beginning, without_title
from archive.text.languages import normalise_tag
from archive.text.normalize import clean_text

NAMED = {"headline": "title", "supplier_id": "guid or id", "source": "the title of the feed"}
# “(Ada Quill)”, behind an address that is left out.
_WRAPPED = re.compile(r"\A\s*\(([^()]*)\)\s*\Z")
_HTML = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFacts:
    """What a feed says for all its items. ``link`` is what relative addresses start from."""

    source: str = ""
    language: str = ""
    bylines: tuple[str, ...] = ()
    usage_terms: str = ""
    link: str = ""


def facts_of(feed: Mapping[str, Any], *, authors: bool) -> FeedFacts:
    """What a feed says of itself; ``authors``: whether its author wrote what has no other."""
    links = (link.get("href") for link in feed.get("links", ()) if link.get("rel") == "self")
    return FeedFacts(
        source=_line(feed, "title"),
        language=_tag(feed.get("language")),
        bylines=_authors(feed) if authors else (),
        usage_terms=_paragraphs(feed.get("rights_detail")) or _string(feed, "rights"),
        link=next(filter(None, map(_link, (feed.get("link"), *links))), ""),
    )


def record_of(entry: Mapping[str, Any], feed: FeedFacts) -> ArticleRecord:
    """Turn an item into a record. Raises RecordError."""
    headline = _line(entry, "title")
    summary = _paragraphs(entry.get("summary_detail"))
    body = without_title(_content(entry), headline) or summary
    source = entry.get("source") if isinstance(entry.get("source"), dict) else None
    origin = facts_of(source or {}, authors=True)
    updated = feed_date(_string(entry, "updated"))
    url = safe_link(_joined(feed.link, _string(entry, "link")) or _alternate(entry, feed))
    record = ArticleRecord(
        supplier_id=clean_text(_string(entry, "id")),
        version=version_of("", updated) if "T" in updated else "",
        headline=headline,
        summary="" if same_beginning(body, summary) else summary,
        body=body,
        language=_language(entry) or origin.language or feed.language,
        published=_published(entry),
        source=origin.source or feed.source,
        url=url,
        bylines=_authors(entry) or origin.bylines or feed.bylines,
        usage_terms=_paragraphs(entry.get("rights_detail"))
        or _string(entry, "rights")
        or origin.usage_terms
        or feed.usage_terms,
        entities={"topic": tuple(_topics(entry))},
    )
    return checks.checked(record, NAMED)


def _joined(base: str, address: str) -> str:
    """An address as it reads from ``base``; empty where it is none."""
    try:
        return urljoin(base, address.strip()) if address.strip() else ""
    except ValueError:
        return ""


def _string(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""


def _line(found: Mapping[str, Any], name: str) -> str:
    detail = found.get(f"{name}_detail")
    text = _paragraphs(detail) if isinstance(detail, dict) else _string(found, name)
    return clean_text(text)


def _paragraphs(detail: Any) -> str:
    """The text of a title, a summary or a content; empty for pictures and what lies elsewhere."""
    if not isinstance(detail, dict) or detail.get("src"):
        return ""
    kind = detail.get("type") or "text/plain"
    if not (kind.startswith("text/") or kind.endswith("xml")):
        return ""
    return paragraphs_of(_string(detail, "value"), markup=kind in _HTML or kind.endswith("xml"))


def _content(entry: Mapping[str, Any]) -> str:
    contents = [content for content in entry.get("content", ()) if isinstance(content, dict)]
    contents.sort(key=lambda content: content.get("type") not in _HTML)
    return next(filter(None, map(_paragraphs, contents)), "")


def _language(entry: Mapping[str, Any]) -> str:
    details = [*entry.get("content", ()), entry.get("title_detail"), entry.get("summary_detail")]
    written = [_string(entry, "language")]
    written += [_string(detail, "language") for detail in details if isinstance(detail, dict)]
    return next(filter(None, map(_tag, written)), "")


def _tag(written: Any) -> str:
    """A language tag. Of a feed whose tag is none the language is found from the text."""
    try:
        return normalise_tag(written) if isinstance(written, str) and written.strip() else ""
    except RecordError:
        return ""


def _published(entry: Mapping[str, Any]) -> str:
    for name in ("published", "created", "updated"):
        written = _string(entry, name)
        if found := feed_date(written):
            return found
        parsed = entry.get(f"{name}_parsed")
        # The names of months in Greek, Hungarian and Korean, which feedparser knows.
        if parsed and not written.isascii() and parsed.tm_year >= 1990:
            moment = f"{parsed.tm_year:04}-{parsed.tm_mon:02}-{parsed.tm_mday:02}"
            return f"{moment}T{parsed.tm_hour:02}:{parsed.tm_min:02}:{parsed.tm_sec:02}Z"
    return ""


def _authors(found: Mapping[str, Any]) -> tuple[str, ...]:
    authors = [author for author in found.get("authors", ()) if isinstance(author, dict)]
    names = [_string(author, "name") for author in authors]
    written = names if any(names) else [_string(found, "author")]
    return tuple(filter(None, (clean_text(_WRAPPED.sub(r"\1", name)) for name in written)))


def _topics(entry: Mapping[str, Any]) -> Iterator[NamedEntity]:
    for tag in entry.get("tags", ()):
        term, scheme = clean_text(_string(tag, "term")), clean_text(_string(tag, "scheme"))
        name = clean_text(paragraphs_of(_string(tag, "label") or term))
        if name:
            concept = {"scheme": scheme[:MAX_NAME], "code": term[:MAX_NAME]}
            known = identifiers_of(concept, "a category")
            # Other schemes of categories are a supplier's own, and change with it.
            codes = {"medtop": known["medtop"]} if "medtop" in known else {}
            yield NamedEntity(name=name, identifiers=codes)


def _alternate(entry: Mapping[str, Any], feed: FeedFacts) -> str:
    """The address of an item that names it by none of the usual ways."""
    links = (link for link in entry.get("links", ()) if link.get("rel") in ("alternate", "related"))
    addresses = (_joined(feed.link, _string(link, "href")) for link in links)
    return next(filter(None, addresses), "")


def _link(address: Any) -> str:
    return safe_link(address) if isinstance(address, str) else ""
