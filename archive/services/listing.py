"""Entities and sources in alphabetical lists: those alone that public articles have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from archive.exceptions import SearchIndexError
from archive.facets.registry import FACETS
from archive.models import Article, Entity, EntityKind, Source
from archive.services.entities import has_public_tag, places_above_public_articles
from archive.services.public_index import PublicIndex

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEntity:
    """An entity and its public articles; None where there is no index to count them."""

    entity: Entity
    count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSource:
    """A source and its public articles; None where there is no index to count them."""

    source: Source
    count: int | None


def list_entities(
    queryset: QuerySet[Entity], *, offset: int, limit: int
) -> tuple[list[ListedEntity], bool]:
    """Rows of ``queryset`` by name, and whether there are more.

    A place is listed where articles are about places within it.
    """
    rows = queryset.order_by("name", "pk")
    try:
        counts = _counts(EntityKind.values)
    except SearchIndexError:
        tagged = rows.filter(has_public_tag() | Q(pk__in=places_above_public_articles()))
        found = list(tagged[offset : offset + limit + 1])
        return [ListedEntity(entity=entity, count=None) for entity in found[:limit]], (
            len(found) > limit
        )
    keys, more = _page(_counted(_in_parts(rows.values_list("kind", "pk")), counts), offset, limit)
    entities = Entity.objects.in_bulk([pk for _, pk in keys])
    return [
        ListedEntity(entity=entities[pk], count=counts[kind][str(pk)])
        for kind, pk in keys
        if pk in entities
    ], more


def list_sources(
    queryset: QuerySet[Source], *, offset: int, limit: int
) -> tuple[list[ListedSource], bool]:
    """Rows of ``queryset`` by name, and whether there are more."""
    rows = queryset.filter(visible=True).order_by("name", "pk")
    try:
        counts = _counts(["source"])
    except SearchIndexError:
        public = Article.objects.public().filter(source=OuterRef("pk"))
        found = list(rows.filter(Exists(public))[offset : offset + limit + 1])
        return [ListedSource(source=source, count=None) for source in found[:limit]], (
            len(found) > limit
        )
    keyed = (("source", pk) for pk in _in_parts(rows.values_list("pk", flat=True)))
    keys, more = _page(_counted(keyed, counts), offset, limit)
    sources = Source.objects.in_bulk([pk for _, pk in keys])
    return [
        ListedSource(source=sources[pk], count=counts["source"][str(pk)])
        for _, pk in keys
        if pk in sources
    ], more


def _counts(facets: Iterable[str]) -> dict[str, Mapping[str, int]]:
    index = PublicIndex()
    return {facet: index.all_counts(facet) for facet in facets if facet in FACETS}


def _in_parts(keys: QuerySet[Any, Row]) -> Iterator[Row]:
    """Keys as they are needed: the first page of a long list reads no more than its beginning."""
    return keys.iterator(chunk_size=500)


def _counted(
    keys: Iterable[tuple[str, int]], counts: Mapping[str, Mapping[str, int]]
) -> Iterator[tuple[str, int]]:
    return ((kind, pk) for kind, pk in keys if counts.get(kind, {}).get(str(pk)))


def _page(
    keys: Iterator[tuple[str, int]], offset: int, limit: int
) -> tuple[list[tuple[str, int]], bool]:
    found = list(islice(keys, offset, offset + limit + 1))
    return found[:limit], len(found) > limit
