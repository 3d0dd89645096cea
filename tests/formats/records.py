"""Records as readers make them, for what is written and read back."""

from __future__ import annotations

import io
from collections.abc import Iterable

from hypothesis import strategies as st

from archive.exceptions import RecordError
from archive.formats.base import ArticleRecord, NamedEntity, Reader, Reference
from archive.formats.jsonl import read_object
from archive.formats.registry import reader_for
from archive.formats.writers import writer_for
from archive.formats.writing import Writer

# What decides how a text is written: marks of every format, direction, other planes, entities that
# are none, tags that are none, what a spreadsheet calculates.
_PIECES = st.sampled_from(
    [
        *("<p>", "</p>", "<b", "&", "&amp;", "&nbsp;", "&#60;", "]]>", "<![CDATA[", "<!--", "-->"),
        *('"', "'", "\\", "|", ",", ";", ":", "\t", "=1+1", "+", "-", "@", "'=", "''-", "\u00a0"),
        *("שלום", "\u200f", "مرحبا", "\u202e", "\u0301", "\U0001f600", "\u2028", "\x0b", "\x01"),
        *("{", "}", "[", "]", "word", "Word ", "By ", " ", "0", "http://a.example/", "\\|", "｜"),
        *("<newsItem", "</newsItem>", "<?xml", "<!ENTITY", "</head>", "\ufffe", "sep=;"),
    ]
)
LINES = st.lists(_PIECES, max_size=5).map("".join) | st.text(max_size=8)
PARAGRAPHS = st.lists(LINES, max_size=3).map("\n\n".join)
TIMES = st.sampled_from(["2025-06-02T10:15:00+03:00", "1999-12-31T23:59:59.250000+00:00"])
SPANS = st.sampled_from(["2025-06-02", "2025-06", "2025"])
UNSURE = st.sampled_from(["1998~", "2004-11/2004-12", "199X", "2001-21", "2004-06-XX"])
MOMENTS = st.sampled_from(["", "2025-06-02T15:00:00+00:00"])
VERSIONS = st.sampled_from(["", "7", "2025-06-02T15:00:00+00:00"])
URLS = st.sampled_from(["", "https://quay.example/1", "http://b.example/ä?a=1&b=<2>"])
IDENTIFIERS = st.fixed_dictionaries(
    {},
    optional={
        "wikidata": st.just("Q159"),
        "medtop": st.just("20000065"),
        "geonames": st.just("2643743"),
        "iso3166": st.just("RU"),
        "uri": st.just("https://names.example/a&b"),
        "p": st.just("reed"),
    },
)
ENTITIES = st.builds(lambda name, ids: {"name": name, "identifiers": ids}, LINES, IDENTIFIERS)
REFERENCES = st.builds(lambda label, url: {"label": label, "url": url}, LINES, URLS)
KINDS = ("topics", "parties", "places", "persons", "organisations")


def records(*, published: st.SearchStrategy[str]) -> st.SearchStrategy[ArticleRecord]:
    """Records of any words, made by the reader of JSON Lines."""
    fields = {
        **dict.fromkeys(("id", "headline", "source", "section", "page", "edition"), LINES),
        **dict.fromkeys(("credit",), LINES),
        **dict.fromkeys(("summary", "body", "usage_terms"), PARAGRAPHS),
        **dict.fromkeys(KINDS, st.lists(ENTITIES, max_size=2)),
        "bylines": st.lists(LINES, max_size=2),
        "references": st.lists(REFERENCES, max_size=2),
        "language": st.sampled_from(["", "en", "ar", "zh-Hant-TW", "und"]),
        "published": published,
        "version": VERSIONS,
        "embargo": MOMENTS,
        "url": URLS,
        "status": st.sampled_from(["", "draft", "published", "withdrawn"]),
        "access": st.sampled_from(["", "full", "snippet", "metadata"]),
    }
    return st.fixed_dictionaries(fields).map(_read).filter(bool).map(_surely)


def _read(data: object) -> ArticleRecord | None:
    try:
        return read_object(data)
    except RecordError:
        return None


def _surely(record: ArticleRecord | None) -> ArticleRecord:
    assert record is not None
    return record


def written(name: str, *items: ArticleRecord, writer: Writer | None = None) -> bytes:
    """What a format makes of records."""
    stream = io.BytesIO()
    (writer or writer_for(name)).write(iter(items), stream)
    return stream.getvalue()


def read_back(name: str, content: bytes, reader: Reader | None = None) -> list[ArticleRecord]:
    """What the archive reads in a file."""
    found = []
    for received in (reader or reader_for(name)).read(io.BytesIO(content)):
        assert received.error is None, received.error.message
        assert received.record is not None
        found.append(received.record)
    return found


def one_identifier(
    entities: Iterable[NamedEntity], order: tuple[str, ...]
) -> tuple[NamedEntity, ...]:
    """Entities with the first identifier by ``order`` alone, each once."""
    kept = []
    for entity in entities:
        scheme = next((scheme for scheme in order if scheme in entity.identifiers), "")
        identifiers = {scheme: entity.identifiers[scheme]} if scheme else {}
        found = NamedEntity(name=entity.name, identifiers=identifiers)
        if found not in kept:
            kept.append(found)
    return tuple(kept)


def addressed(references: Iterable[Reference]) -> tuple[Reference, ...]:
    """References that lead somewhere."""
    return tuple(reference for reference in references if reference.url)
