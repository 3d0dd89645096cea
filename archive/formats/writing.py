"""What a format writes: the port, and what its writers share.

A new one is one file with a :class:`Writer` and one line in ``formats/writers.py``. What it writes
must read back equal, through the archive's own reader, in every field that it carries.
"""

from __future__ import annotations

import hashlib
import html
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import IO, ClassVar

from archive.exceptions import RecordError
from archive.formats.base import ArticleRecord
from archive.formats.concepts import identifier_of
from archive.text.dates import read_date
from archive.text.normalize import clean_paragraphs

EVERY_FIELD = frozenset(field.name for field in fields(ArticleRecord)) - {"notice"}
"""What an article says; that a record is but a notice, no writer needs to say."""


class Writer(ABC):
    """Writes one format.

    ``carries`` names the fields of a record that the format has room for; a docstring says where it
    has room for some values only. What it has no room for is left out, never made to fit.
    ``single`` formats hold one article a document. Where ``identified``, every article needs an
    identifier; one that lasts is better than what :func:`known_as` makes of the words.
    """

    name: ClassVar[str]
    suffix: ClassVar[str]
    media_type: ClassVar[str]
    carries: ClassVar[frozenset[str]]
    single: ClassVar[bool] = False
    identified: ClassVar[bool] = False

    @abstractmethod
    def write(self, records: Iterable[ArticleRecord], stream: IO[bytes]) -> None:
        """Write a document, one record after another, with one of them in memory.

        A single format raises ValueError unless there is exactly one record.
        """


def paragraphs_text(text: str) -> str:
    """Paragraphs for a field that is read as plain text or HTML, whichever it looks like.

    A text that could be taken for HTML, though it is none, is written as HTML.
    """
    return text if reads_as_it_is(text) else paragraphs_html(text)


def reads_as_it_is(text: str) -> bool:
    """Whether a reader of plain text finds the same words in it, and no HTML."""
    try:
        return clean_paragraphs(text).split() == text.split()
    except RecordError:  # what looks like HTML that is nested too deeply
        return False


def paragraphs_html(text: str) -> str:
    """Paragraphs as HTML, a ``<p>`` each."""
    return "\n".join(f"<p>{html.escape(part, quote=False)}</p>" for part in text.split("\n\n"))


def exact_time(published: str) -> datetime | None:
    """The moment that a record's date names, if it is a time with its zone."""
    return read_date(published).at if published else None


def known_as(record: ArticleRecord) -> str:
    """An identifier for formats that demand one: the supplier's, else one that stays the same.

    That is the article's address, else a digest of what tells the article from others.
    """
    if record.supplier_id or record.url:
        return record.supplier_id or record.url
    told_by = [record.source, record.published, record.headline, record.body]
    digest = hashlib.sha256(json.dumps(told_by, ensure_ascii=False).encode()).hexdigest()
    return f"urn:sha256:{digest}"


# How the concepts of a register that the readers know are addressed. Tried in this order where a
# format has room for one identifier alone: what the most receivers know comes first.
_ADDRESSES = {
    "medtop": "http://cv.iptc.org/newscodes/mediatopic/{}",
    "wikidata": "http://www.wikidata.org/entity/{}",
    "iso3166": "http://cvx.iptc.org/iso3166-1a2/{}",
    "geonames": "https://sws.geonames.org/{}/",
    "viaf": "http://viaf.org/viaf/{}",
    "isni": "https://isni.org/isni/{}",
    "uri": "{}",
}


def address_of(scheme: str, value: str) -> str:
    """The address of a concept in a register that is known, empty where there is none."""
    address = _ADDRESSES.get(scheme, "").format(value)
    return address if address and identifier_of(address) == (scheme, value) else ""


def code_of(scheme: str, value: str) -> str:
    """A concept as scheme and value, such as ``p:reed``; empty where it cannot be said so."""
    code = f"{scheme}:{value}"
    return code if identifier_of(code) == (scheme, value) else ""


def in_order(identifiers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Identifiers, those of registers that are widely known first."""
    known = list(_ADDRESSES)
    return sorted(
        identifiers.items(),
        key=lambda item: (known.index(item[0]) if item[0] in known else len(known), item),
    )
