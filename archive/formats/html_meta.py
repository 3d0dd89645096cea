"""What a web page says of its article: in JSON-LD, ``<meta>`` and microdata, in this order.

Nothing is guessed: a date stands here only where the page states when the article was published.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from itertools import islice
from urllib.parse import urldefrag, urljoin, urlsplit

from archive.exceptions import DateError, RecordError
from archive.formats import html_linked as linked
from archive.formats.base import NamedEntity
from archive.formats.limits import MAX_HEADLINE, MAX_LIST_ITEMS, MAX_NAME, safe_link
from archive.formats.xml import Element
from archive.text.dates import read_date
from archive.text.languages import normalise_tag
from archive.text.normalize import clean_text
from archive.text.wordlists import words

_TITLES = ("og:title", "citation_title", "dc.title", "dcterms.title", "twitter:title")
_SUMMARIES = ("description", "og:description", "twitter:description", "dc.description")
_SITES = ("og:site_name", "citation_journal_title", "dc.publisher", "application-name")
_SECTIONS = ("article:section", "og:section", "parsely-section")
_DATES = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publication_date",
    "date",
)
_AUTHORS = (
    "citation_author",
    "author",
    "article:author",
    "dc.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
)
_TOPICS = ("article:tag", "news_keywords", "citation_keywords", "parsely-tags", "keywords")
_PUBLISHED = words("published entry-date dt-published")
_MOST_MARKED = 50
_EARLIEST_YEAR = 1500  # earlier ones stand for nothing, as 0001-01-01
_SLASHED = re.compile(r"([0-9]{4})/([0-9]{1,2})(?:/([0-9]{1,2}))?")
_BY = re.compile(r"by\s*:?\s+", re.IGNORECASE)
_SEPARATOR = r"\s+[|–—·:»-]+\s+"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMeta:
    """What a page says, each field empty where it does not."""

    headline: str = ""
    summary: str = ""
    language: str = ""
    published: str = ""
    source: str = ""
    section: str = ""
    url: str = ""
    bylines: tuple[str, ...] = ()
    topics: tuple[NamedEntity, ...] = ()
    body: str = field(default="", repr=False)


def read_meta(root: Element, scripts: list[str], *, address: str = "") -> PageMeta:
    """Read what the page with this root and these JSON-LD scripts says of its article.

    ``address`` is where the page was found, if that is known.
    """
    told = _told(root)
    canonical = _canonical(root, told, address)
    article = linked.article_of(scripts, canonical)
    url = canonical or _own(linked.addresses(article), address) or address
    site = _first(
        [*_all(told, _SITES[:1]), *linked.names(article.get("publisher")), *_all(told, _SITES[1:])],
        MAX_NAME,
    )
    authors = linked.names(article.get("author")) or _authors(root, told)
    bylines = (clean_text(_BY.sub("", name, count=1)) for name in authors)
    return PageMeta(
        headline=_headline(root, told, linked.line(article.get("headline")), site),
        summary=_first([linked.line(article.get("description")), *_all(told, _SUMMARIES)]),
        language=_language(root, told, article),
        published=_published(root, told, linked.line(article.get("datePublished"))),
        source=site,
        section=_first([linked.line(article.get("articleSection")), *_all(told, _SECTIONS)], 200),
        url=safe_link(url),
        bylines=tuple(
            dict.fromkeys(
                name
                for name in bylines
                if name
                and len(name) <= MAX_NAME
                and name.casefold() != site.casefold()
                and "://" not in name
            )
        )[:MAX_LIST_ITEMS],
        topics=_topics(linked.terms(article.get("keywords")), told),
        body=article.get("articleBody", "") if isinstance(article.get("articleBody"), str) else "",
    )


def _told(root: Element) -> dict[str, list[str]]:
    """The contents of ``<meta>``, by name."""
    told: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        content = clean_text(element.get("content") or "")
        for attribute in ("name", "property", "itemprop", "http-equiv"):
            if content and (name := element.get(attribute)):
                told.setdefault(name.strip().lower(), []).append(content)
    return told


def _all(told: dict[str, list[str]], names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield from told.get(name, ())


def _first(candidates: Iterable[str], limit: int | None = None) -> str:
    """The first that says something and is not too long."""
    return next((each for each in candidates if each and (not limit or len(each) <= limit)), "")


def _text(element: Element) -> str:
    return clean_text("".join(element.itertext()))


def _headline(root: Element, told: dict[str, list[str]], named: str, site: str) -> str:
    titles = (_text(each) for each in root.iter("title") if each.getparent().tag != "svg")
    title = _without_site(_first(titles), site)
    headings = list(islice(filter(None, map(_text, root.iter("h1"))), 2))
    alone = headings[0] if len(headings) == 1 else ""
    heading = alone if alone.casefold() in title.casefold() or not title else ""
    metas = (_without_site(each, site) for each in _all(told, _TITLES))
    return _first([named, *metas, heading, title, alone], MAX_HEADLINE)


def _without_site(title: str, site: str) -> str:
    """A title without the name of the site at its end."""
    if not site:
        return title
    return re.sub(rf"{_SEPARATOR}{re.escape(site)}\s*$", "", title, flags=re.IGNORECASE) or title


def _language(root: Element, told: dict[str, list[str]], article: linked.Linked) -> str:
    given = article.get("inLanguage")
    if isinstance(given, dict):
        given = given.get("alternateName") or given.get("name")
    for written in (
        root.get("lang"),
        root.get("xml:lang"),
        linked.line(given),
        *told.get("content-language", ()),
    ):
        if written and written.strip():
            try:
                return normalise_tag(written)
            except RecordError:
                continue
    return ""


def _canonical(root: Element, told: dict[str, list[str]], address: str) -> str:
    """The address that the page gives for itself."""
    links = (
        element.get("href") or ""
        for element in root.iter("link")
        if "canonical" in (element.get("rel") or "").lower().split()
    )
    return _own([*links, *told.get("og:url", ())], address)


def _own(written: Iterable[str], address: str) -> str:
    """The first address that can be this page's; of a known one, only on the same host.

    The front page of a site is not: many pages name it by mistake, and would become one article.
    """
    for each in written:
        try:
            link = safe_link(urldefrag(urljoin(address, each.strip()))[0])
            parts = urlsplit(link)
        except ValueError:
            continue
        if not link or (parts.path in ("", "/") and not parts.query):
            continue
        if not address or _host(link) == _host(address):
            return link
    return ""


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")


def _published(root: Element, told: dict[str, list[str]], named: str) -> str:
    """The first date of publication that can be read."""
    times = (
        element.get("datetime") or ""
        for element in root.iter("time")
        if element.get("pubdate") is not None
        or "datepublished" in (element.get("itemprop") or "").lower().split()
        or _PUBLISHED & set((element.get("class") or "").lower().split())
    )
    return _first(map(_date, [named, *_all(told, _DATES), *times]))


def _date(written: str) -> str:
    """A date as ISO 8601 has it; empty where it cannot be read."""
    written = re.sub(r"\s*(?:UTC|GMT)$", "Z", written.strip()[:100])
    if match := _SLASHED.fullmatch(written):
        written = "-".join(part.zfill(2) for part in match.groups() if part)
    for date in (written, _of_mail(written)):
        try:
            if date and read_date(date).lower.year >= _EARLIEST_YEAR:
                return date
        except DateError:
            continue
    return ""


def _of_mail(written: str) -> str:
    """A date in the manner of mail and HTTP: ``Mon, 02 Jun 2025 10:15:00 +0300``."""
    try:
        return parsedate_to_datetime(written.removesuffix("Z")).isoformat()
    except (ValueError, OverflowError, TypeError, IndexError):
        return ""


def _authors(root: Element, told: dict[str, list[str]]) -> list[str]:
    for name in _AUTHORS:
        if found := [each for each in told.get(name, ()) if "://" not in each]:
            return found
    marked = (
        element
        for element in root.iter("a", "span", "address", "p", "div")
        if "author" in f"{element.get('rel') or ''} {element.get('itemprop') or ''}".lower().split()
    )
    return list(filter(None, map(_author, islice(marked, _MOST_MARKED))))


def _author(element: Element) -> str:
    """The name in an element; in microdata it may stand further within."""
    inner = (each for each in element.iter() if each.get("itemprop") == "name")
    return _text(next(inner, element))


def _topics(named: list[str], told: dict[str, list[str]]) -> tuple[NamedEntity, ...]:
    found = named
    for name in _TOPICS:
        found = found or linked.terms(told.get(name))
    each_once: dict[str, NamedEntity] = {}
    for name in found:
        if len(name) <= MAX_NAME:
            each_once.setdefault(name.casefold(), NamedEntity(name=name))
    return tuple(each_once.values())[:MAX_LIST_ITEMS]
