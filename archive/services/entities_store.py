"""A batch of rows as entities, in one transaction.

What is there belongs to the editors: only a bare name, which an import had to make an entity of, is
filled in, and with ``add_missing`` what an entity lacks is added. A row waits until its parent is
stored, so that no entity is ever without its place, whenever an import is killed.
"""

from __future__ import annotations

from collections import ChainMap, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction

from archive.exceptions import VocabularyError
from archive.models import Entity, EntityAlias, EntityIdentifier
from archive.services import outbox
from archive.services.entities import chunks
from archive.services.entities_met import Known, Ref, free_slug, own_refs, parent_ref, slug_of
from archive.services.entity_checks import check_row
from archive.services.following import enqueue_below
from archive.services.vocabulary_files import AliasEntry, EntityEntry
from archive.text.name_keys import name_key

ATTEMPTS = 3
_COLUMNS = (
    *("name", "name_key", "description", "parent", "latitude", "longitude", "in_texts"),
    "import_run",
)
Numbered = tuple[int, EntityEntry]
"""A row with its number, by which its caller knows it."""
Names = tuple[Sequence[AliasEntry], Sequence[tuple[str, str]]]
"""Aliases and identifiers."""


@dataclass(slots=True, kw_only=True)
class Stored:
    """What became of a batch: counts, sentences, and the rows that wait for their parents."""

    created: int = 0
    filled_in: int = 0
    extended: int = 0
    unchanged: int = 0
    rejects: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    lacking: int = 0
    waiting: list[Numbered] = field(default_factory=list)


@dataclass(slots=True)
class _Place:
    """A row that is ready: the entity that it means, if there is one, and its parent."""

    entry: EntityEntry
    entity: Entity | None
    parent: int | None


class EntityWriter:
    """Stores batches one after another."""

    def __init__(self, *, add_missing: bool = False) -> None:
        self._add_missing = add_missing
        self._met: dict[Ref, int] = {}

    def write(self, batch: Sequence[Numbered]) -> Stored:
        """Store a batch in one transaction; rows whose parents are not there yet wait."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with transaction.atomic():
                    work = _Batch(self._met, add_missing=self._add_missing)
                    work.write(batch)
            except IntegrityError:
                # Most likely another import's rows, which the next attempt sees.
                if attempt == ATTEMPTS:
                    raise
            else:
                self._met |= work.met
                return work.stored
        raise AssertionError


class _Batch:
    def __init__(self, met: dict[Ref, int], *, add_missing: bool) -> None:
        self.stored = Stored()
        self.met: dict[Ref, int] = {}
        self._before = met
        self._add_missing = add_missing
        self._moved: list[int] = []
        self._above: dict[int, int | None] = {}

    def write(self, batch: Sequence[Numbered]) -> None:
        """Store row after row whose parent is there, until none is left or none can be."""
        waiting = list(batch)
        while waiting:
            left = self._wave(waiting)
            if len(left) == len(waiting):
                break
            waiting = left
        self.stored.waiting = waiting
        enqueue_below(self._moved)
        if self.stored.created or self.stored.filled_in or self.stored.extended:
            outbox.bump_epoch()

    def _wave(self, rows: Sequence[Numbered]) -> list[Numbered]:
        """Store the rows that can be; returns the others."""
        known = Known([entry for _, entry in rows], ChainMap(self.met, self._before))
        meant = {number: known.meant_by(entry) for number, entry in rows}
        details = _Details({pk for pk in meant.values() if pk is not None})
        taken: set[Ref] = set()
        places: list[_Place] = []
        waiting: list[Numbered] = []
        for number, entry in rows:
            pk, parent = meant[number], parent_ref(entry)
            entity = None if pk is None else details.entities.get(pk)
            above = None if parent is None else known.of(parent)
            refs = {*own_refs(entry), *([] if pk is None else [Ref(entry.kind, "pk", str(pk))])}
            wants_parent = entity is None or self._may_change(entity, details)
            if not refs.isdisjoint(taken) or (wants_parent and parent and above is None):
                waiting.append((number, entry))
                continue
            taken |= refs
            try:
                self._check_slug(entry, entity, known)
                places.append(_Place(entry, entity, above))
            except VocabularyError as error:
                self.stored.rejects.append(str(error))
        self._create([place for place in places if place.entity is None], known)
        self._change([place for place in places if place.entity is not None], known, details)
        return waiting

    def _may_change(self, entity: Entity, details: _Details) -> bool:
        return self._add_missing or details.is_bare(entity)

    def _check_slug(self, entry: EntityEntry, entity: Entity | None, known: Known) -> None:
        """Raise VocabularyError where a slug that the row gives is another thing's."""
        holder = known.of(Ref(entry.kind, "", entry.slug)) if entry.slug else None
        if entity is not None or holder is None:
            return
        scheme, theirs, mine = known.contradicts(holder, entry) or ("", "", "")
        raise VocabularyError(
            f"{entry.where}: the {entry.kind} “{entry.slug}” is {scheme} {theirs} in the archive "
            f"and {mine} here. Give the row another slug."
        )

    def _create(self, places: Sequence[_Place], known: Known) -> None:
        new: list[tuple[Entity, EntityEntry]] = []
        slugs = {(place.entry.kind, slug_of(place.entry)) for place in places}
        for place in places:
            entry = place.entry
            slug = slug_of(entry)
            if known.of(Ref(entry.kind, "", slug)) is not None:
                slug = free_slug(entry, avoid=slugs)
                slugs.add((entry.kind, slug))
            entity = Entity(kind=entry.kind, slug=slug, parent_id=place.parent)
            try:
                _fill(entity, entry)
            except VocabularyError as error:
                self.stored.rejects.append(str(error))
                continue
            new.append((entity, entry))
        Entity.objects.bulk_create([entity for entity, _ in new], batch_size=500)
        _add_names((entity, (entry.aliases, entry.identifiers)) for entity, entry in new)
        self.stored.created += len(new)

    def _change(self, places: Sequence[_Place], known: Known, details: _Details) -> None:
        changed: list[Entity] = []
        names: list[tuple[Entity, Names]] = []
        self._learn_above({place.parent for place in places if place.parent is not None})
        for place in places:
            entity, entry = place.entity, place.entry
            assert entity is not None  # noqa: S101 - told apart by the caller
            for ref in own_refs(entry):
                if known.of(ref) is None:
                    self.met[ref] = entity.pk
            if not self._may_change(entity, details):
                self._note(place, entity, details)
                continue
            bare = details.is_bare(entity)
            if not bare:
                self._note_conflicts(place, entity, details)
            try:
                columns = self._take(place, entity, bare=bare)
            except VocabularyError as error:
                self.stored.rejects.append(str(error))
                continue
            aliases, identifiers = details.missing(entity, entry)
            if columns:
                changed.append(entity)
            if aliases or identifiers:
                names.append((entity, (aliases, identifiers)))
            if not (columns or aliases or identifiers):
                self.stored.unchanged += 1
            elif bare:
                self.stored.filled_in += 1
            else:
                self.stored.extended += 1
        Entity.objects.bulk_update(changed, _COLUMNS, batch_size=200)
        _add_names(names)

    def _take(self, place: _Place, entity: Entity, *, bare: bool) -> bool:
        """Take over what may be, on the object alone; returns whether anything is new."""
        entry = place.entry
        before = [getattr(entity, name) for name in _ATTRIBUTES]
        if bare:
            _fill(entity, entry)
            entity.import_run = None
        elif entity.latitude is None and entity.longitude is None:
            entity.latitude, entity.longitude = entry.latitude, entry.longitude
            check_row(entity, entry.where)
        if entity.parent_id is None and place.parent is not None:
            if self._stands_above(entity.pk, place.parent):
                raise VocabularyError(
                    f"{entry.where}: “{entity.name}” stands above its parent already. "
                    "Correct `parent`, or the parents in the archive."
                )
            entity.parent_id = place.parent
            self._above[entity.pk] = place.parent
            self._moved.append(entity.pk)
        return before != [getattr(entity, name) for name in _ATTRIBUTES]

    def _note(self, place: _Place, entity: Entity, details: _Details) -> None:
        self.stored.unchanged += 1
        self._note_conflicts(place, entity, details)
        aliases, identifiers = details.missing(entity, place.entry)
        lacks_place = entity.latitude is None and place.entry.latitude is not None
        if aliases or identifiers or lacks_place or (entity.parent_id is None and place.parent):
            self.stored.lacking += 1

    def _note_conflicts(self, place: _Place, entity: Entity, details: _Details) -> None:
        """Say in a sentence where an entity of an editor says something else than the file."""
        entry, known = place.entry, details.identifiers[entity.pk]
        said = {
            "name": name_key(entity.name) != name_key(entry.name),
            "description": entry.description not in ("", entity.description),
            "parent": place.parent is not None and entity.parent_id not in (None, place.parent),
            "coordinates": None not in (entry.latitude, entity.latitude)
            and (entry.latitude, entry.longitude) != (entity.latitude, entity.longitude),
        }
        differing = [name for name, differs in said.items() if differs]
        given = {scheme for scheme, _ in entry.identifiers}
        for scheme in sorted(given & {scheme for scheme, _ in known}):
            values = {value for one, value in entry.identifiers if one == scheme}
            if values.isdisjoint(value for one, value in known if one == scheme):
                differing.append(scheme)
        if differing:
            self.stored.conflicts.append(
                f"{entry.where}: the {entity.kind} “{entity.slug}” stays as it is; the file says "
                f"otherwise of its {', '.join(differing)}."
            )

    def _learn_above(self, entities: Collection[int]) -> None:
        """Read the parents of entities and of all that is above them, a query a level."""
        level = set(entities)
        while level := {pk for pk in level if pk not in self._above}:
            for chunk in chunks(level):
                self._above |= dict(
                    Entity.objects.filter(pk__in=chunk).values_list("pk", "parent_id")
                )
            level = {above for pk in level if (above := self._above.get(pk)) is not None}

    def _stands_above(self, entity: int, parent: int) -> bool:
        above: int | None = parent
        while above is not None and above != entity:
            above = self._above.get(above)
        return above is not None


_ATTRIBUTES = (
    *("name", "description", "parent_id", "latitude", "longitude", "in_texts", "import_run_id"),
)


class _Details:
    """Entities with their names and identifiers, read with a few queries."""

    def __init__(self, keys: Collection[int]) -> None:
        self.entities: dict[int, Entity] = {}
        self._aliases: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
        self.identifiers: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
        for chunk in chunks(keys):
            self.entities |= Entity.objects.in_bulk(chunk)
            for pk, name, language in EntityAlias.objects.filter(entity__in=chunk).values_list(
                "entity_id", "name", "language"
            ):
                self._aliases[pk].add((name, language))
            for pk, scheme, value in EntityIdentifier.objects.filter(entity__in=chunk).values_list(
                "entity_id", "scheme", "value"
            ):
                self.identifiers[pk].add((scheme, value))

    def is_bare(self, entity: Entity) -> bool:
        """Whether an import made the entity and no editor has added anything since."""
        return not (
            entity.in_texts
            or entity.description
            or entity.parent_id
            or entity.latitude is not None
            or self._aliases[entity.pk]
        )

    def missing(self, entity: Entity, entry: EntityEntry) -> Names:
        """The aliases and identifiers of a row that an entity lacks; one of a scheme is enough."""
        known, schemes = self._aliases[entity.pk], {one for one, _ in self.identifiers[entity.pk]}
        return (
            [alias for alias in entry.aliases if (alias.name, alias.language) not in known],
            [pair for pair in entry.identifiers if pair[0] not in schemes],
        )


def _fill(entity: Entity, entry: EntityEntry) -> None:
    """Let an entity say what a row does. Raises VocabularyError where it cannot be stored."""
    entity.name, entity.description = entry.name, entry.description
    entity.name_key = name_key(entry.name)
    entity.latitude, entity.longitude = entry.latitude, entry.longitude
    entity.in_texts = entry.in_texts
    check_row(entity, entry.where)


def _add_names(rows: Iterable[tuple[Entity, Names]]) -> None:
    named = list(rows)
    EntityAlias.objects.bulk_create(
        (
            EntityAlias(
                entity=entity, name=alias.name, language=alias.language, metonym=alias.metonym
            )
            for entity, (aliases, _) in named
            for alias in aliases
        ),
        batch_size=500,
    )
    EntityIdentifier.objects.bulk_create(
        (
            EntityIdentifier(entity=entity, scheme=scheme, value=value)
            for entity, (_, identifiers) in named
            for scheme, value in identifiers
        ),
        batch_size=500,
    )
