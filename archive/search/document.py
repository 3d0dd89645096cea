"""What an engine is given of an article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Shelf(StrEnum):
    """Two indexes: one holds public articles only, so that it cannot leak any other."""

    PUBLIC = "public"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDocument:
    """An article as text, days and facet values.

    ``version`` grows with every change that an index must see. ``language`` is a BCP 47 tag.
    ``lower`` and ``upper`` are the first and last day on which the article may have been
    published, both or neither. ``facets`` maps a facet's name to values: ids of entities and
    sources as decimal strings, codes of languages, names of sections. ``batch`` is the import run
    that brought the article.
    """

    id: str
    version: int
    language: str = "und"
    headline: str = ""
    summary: str = ""
    body: str = ""
    bylines: tuple[str, ...] = ()
    lower: date | None = None
    upper: date | None = None
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    batch: int | None = None
