"""Sources and entities by the names that suppliers give them, kept in memory for one import.

Names that nothing answers to become sources and entities. The books are filled from the database
when they are first asked and must be dropped when a transaction that added to them fails.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import count
from typing import Any, NamedTuple

from django.db.models import Manager, QuerySet

from archive.formats.base import NamedEntity
from archive.models import Entity, EntityAlias, EntityIdentifier, EntityRedirect, ImportRun, Source
from archive.text.normalize import slugify_name

ROWS_AT_ONCE = 500


class GivenName(NamedTuple):
    """An entity as a record names it, in a form that can be looked up."""

    kind: str
    name: str
    identifiers: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, kind: str, entity: NamedEntity) -> GivenName:
        return cls(kind, entity.name, tuple(sorted(entity.identifiers.items())))


class SourceBook:
    """Sources by slug and by name."""

    def __init__(self) -> None:
        self._sources: dict[str, Source] = {}
        self._slugs: dict[str, str] = {}
        for source in Source.objects.order_by("-pk"):
            self._learn(source)

    def slug_of(self, name: str) -> str:
        """The slug of the source called ``name``, whether or not it exists yet."""
        slug = slugify_name(name)
        if name in self._sources:
            return name
        return self._slugs.get(name.casefold()) or slug

    def source(self, name: str, *, run: ImportRun) -> Source:
        """The source called ``name``, created in the running transaction where there is none."""
        slug = self.slug_of(name)
        if slug not in self._sources:
            source, _ = Source.objects.get_or_create(
                slug=slug, defaults={"name": name, "import_run": run}
            )
            self._learn(source)
        return self._sources[slug]

    def _learn(self, source: Source) -> None:
        self._sources[source.slug] = source
        self._slugs[source.name.casefold()] = source.slug


class EntityBook:
    """Entities by identifier, slug, name and alias, within their kind.

    An identifier counts most; where several entities share a name, the oldest is meant, unless an
    identifier of the same scheme says otherwise.
    """

    def __init__(self) -> None:
        self._by_identifier: dict[tuple[str, str, str], int] = {}
        self._by_slug: dict[tuple[str, str], int] = {}
        self._by_name: dict[tuple[str, str], int] = {}
        self._schemes: dict[int, dict[str, set[str]]] = {}
        self._found: dict[GivenName, int] = {}
        for pk, kind, slug, name in _rows(Entity.objects, "pk", "kind", "slug", "name"):
            self._by_slug[kind, slug] = pk
            self._by_name.setdefault((kind, name.casefold()), pk)
        for pk, kind, slug in _rows(EntityRedirect.objects, "entity_id", "kind", "slug"):
            self._by_slug.setdefault((kind, slug), pk)
        for pk, kind, name in _rows(
            EntityAlias.objects.filter(metonym=False), "entity_id", "entity__kind", "name"
        ):
            self._by_name.setdefault((kind, name.casefold()), pk)
        for pk, kind, scheme, value in _rows(
            EntityIdentifier.objects, "entity_id", "entity__kind", "scheme", "value"
        ):
            self._learn_identifier(pk, kind, scheme, value)

    def find(self, given: GivenName) -> int | None:
        """The key of the entity that a record names, or None."""
        known = self._found.get(given)
        if known is None and (known := self._look_up(given)) is not None:
            self._found[given] = known  # what was found once is not unsaid by entities to come
        return known

    def _look_up(self, given: GivenName) -> int | None:
        for scheme, value in given.identifiers:
            found = self._by_identifier.get((given.kind, scheme, value))
            if found is not None:
                return found
        slug = self._by_slug.get((given.kind, slugify_name(given.name)))
        name = self._by_name.get((given.kind, given.name.casefold()))
        for found in (slug, name):
            if found is not None and not self._contradicts(found, given):
                return found
        return None

    def add(self, names: Iterable[GivenName], *, run: ImportRun) -> None:
        """Create, in the running transaction, entities for the names that nothing answers to."""
        missing = [given for given in dict.fromkeys(names) if self.find(given) is None]
        # Another import may have created them since the book was filled.
        if missing and self._learn_recent({slugify_name(given.name) for given in missing}):
            missing = [given for given in missing if self.find(given) is None]
        while missing:
            self._create(missing, run)
            missing = [given for given in missing if self.find(given) is None]

    def _create(self, missing: Collection[GivenName], run: ImportRun) -> None:
        """Create one entity for each free slug; names that wait for it are looked up again."""
        new: dict[tuple[str, str], tuple[Entity, GivenName]] = {}
        for given in missing:
            slug = self._free_slug(given)
            entity = Entity(
                kind=given.kind, name=given.name, slug=slug, in_texts=False, import_run=run
            )
            new.setdefault((given.kind, slug), (entity, given))
        Entity.objects.bulk_create([entity for entity, _ in new.values()], batch_size=ROWS_AT_ONCE)
        EntityIdentifier.objects.bulk_create(
            (
                EntityIdentifier(entity=entity, scheme=scheme, value=value)
                for entity, given in new.values()
                for scheme, value in given.identifiers
            ),
            batch_size=ROWS_AT_ONCE,
        )
        for entity, given in new.values():
            self._by_slug[entity.kind, entity.slug] = entity.pk
            self._by_name.setdefault((entity.kind, entity.name.casefold()), entity.pk)
            for scheme, value in given.identifiers:
                self._learn_identifier(entity.pk, entity.kind, scheme, value)

    def _learn_recent(self, slugs: Collection[str]) -> bool:
        ordered = sorted(slugs)
        learnt = False
        for start in range(0, len(ordered), ROWS_AT_ONCE):
            for entity in Entity.objects.filter(
                slug__in=ordered[start : start + ROWS_AT_ONCE]
            ).prefetch_related("identifiers"):
                if (entity.kind, entity.slug) in self._by_slug:
                    continue
                learnt = True
                self._by_slug[entity.kind, entity.slug] = entity.pk
                self._by_name.setdefault((entity.kind, entity.name.casefold()), entity.pk)
                for identifier in entity.identifiers.all():
                    self._learn_identifier(
                        entity.pk, entity.kind, identifier.scheme, identifier.value
                    )
        return learnt

    def _free_slug(self, given: GivenName) -> str:
        slug = slugify_name(given.name)
        if (given.kind, slug) not in self._by_slug:
            return slug
        return next(
            numbered
            for number in count(2)
            if (given.kind, numbered := f"{slug}-{number}") not in self._by_slug
        )

    def _contradicts(self, entity: int, given: GivenName) -> bool:
        schemes = self._schemes.get(entity, {})
        return any(
            scheme in schemes and value not in schemes[scheme]
            for scheme, value in given.identifiers
        )

    def _learn_identifier(self, pk: int, kind: str, scheme: str, value: str) -> None:
        self._by_identifier.setdefault((kind, scheme, value), pk)
        self._schemes.setdefault(pk, {}).setdefault(scheme, set()).add(value)


def _rows(rows: Manager[Any] | QuerySet[Any], *fields: str) -> Iterator[tuple[Any, ...]]:
    return rows.order_by("pk").values_list(*fields).iterator(chunk_size=2_000)
