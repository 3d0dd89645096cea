"""The controlled vocabulary and the sources that come with it.

``vocabulary/parties.jsonl`` (and places, persons, organisations, topics) hold one entity a line:
``slug name description parent latitude longitude identifiers aliases``; ``parent`` is a slug of the
same file, ``identifiers`` an object, ``aliases`` a list of ``{"name", "language", "metonym"}``.
``vocabulary/synonyms.jsonl`` holds groups of words: ``terms language one_way``.
``sources.jsonl`` holds the fields of a source.

The rule of a second load: what is there belongs to the editors and is left alone, whatever the file
says. Only a bare name, which an import had to make an entity or a source of, is filled in. A group
of which any word stands in another one already is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from archive.models import (
    Entity,
    EntityAlias,
    EntityIdentifier,
    EntityRedirect,
    Source,
    Synonym,
)
from archive.models.source import SourceKind
from archive.services import outbox
from archive.services.entity_checks import check_row
from archive.services.following import enqueue_below
from archive.services.vocabulary_files import (
    EntityEntry,
    SourceEntry,
    SynonymEntry,
    read_entities,
    read_sources,
    read_synonyms,
)
from archive.text.name_keys import name_key

ROWS_AT_ONCE = 500
_FILLED = ("name", "name_key", "description", "latitude", "longitude", "in_texts", "import_run")


@dataclass(frozen=True, slots=True, kw_only=True)
class VocabularyReport:
    """How many entities, groups of synonyms and sources were created, and bare names filled in."""

    entities: int = 0
    synonyms: int = 0
    sources: int = 0
    filled_in: int = 0


def load_vocabulary(*, folder: Path, sources_too: bool = True) -> VocabularyReport:
    """Load ``vocabulary/*.jsonl`` and ``sources.jsonl`` of a folder, in one transaction.

    Without ``sources_too`` the sources are left out.

    Raises VocabularyError, with path and line, where a file cannot be read or contradicts itself;
    nothing is stored then.
    """
    entries = read_entities(folder / "vocabulary")
    groups = read_synonyms(folder / "vocabulary")
    sources = read_sources(folder / "sources.jsonl") if sources_too else []
    with transaction.atomic():
        new, bare = _store_entities(entries)
        new_groups = _store_synonyms(groups)
        new_sources, bare_sources = _store_sources(sources)
        if new or bare or new_groups or new_sources or bare_sources:
            outbox.bump_epoch()
    return VocabularyReport(
        entities=new,
        synonyms=new_groups,
        sources=new_sources,
        filled_in=bare + bare_sources,
    )


def _store_entities(entries: Sequence[EntityEntry]) -> tuple[int, int]:
    known = _known(entries)
    redirected = set(
        EntityRedirect.objects.filter(slug__in={entry.slug for entry in entries}).values_list(
            "kind", "slug"
        )
    )
    new: list[Entity] = []
    bare: list[Entity] = []
    written: list[tuple[Entity, EntityEntry]] = []
    for entry in entries:
        entity = known.get((entry.kind, entry.slug))
        if entity is None and (entry.kind, entry.slug) in redirected:
            continue  # an editor has given it another name, or made it one with another
        if entity is None:
            entity = Entity(kind=entry.kind, slug=entry.slug)
            new.append(entity)
        elif _is_bare(entity):
            bare.append(entity)
        else:
            continue
        entity.name, entity.description = entry.name, entry.description
        entity.name_key = name_key(entry.name)
        entity.latitude, entity.longitude = entry.latitude, entry.longitude
        entity.in_texts = True
        entity.import_run = None  # what is in the vocabulary does not go with an import
        check_row(entity, entry.where)
        written.append((entity, entry))
    Entity.objects.bulk_create(new, batch_size=ROWS_AT_ONCE)
    Entity.objects.bulk_update(bare, _FILLED, batch_size=ROWS_AT_ONCE)
    _store_parents(written, known)
    EntityAlias.objects.bulk_create(
        (
            EntityAlias(
                entity=entity, name=alias.name, language=alias.language, metonym=alias.metonym
            )
            for entity, entry in written
            for alias in entry.aliases
        ),
        batch_size=ROWS_AT_ONCE,
    )
    EntityIdentifier.objects.bulk_create(
        (
            EntityIdentifier(entity=entity, scheme=scheme, value=value)
            for entity, entry in written
            for scheme, value in entry.identifiers
        ),
        batch_size=ROWS_AT_ONCE,
        ignore_conflicts=True,  # what the import knew of a bare name
    )
    return len(new), len(bare)


def _known(entries: Sequence[EntityEntry]) -> dict[tuple[str, str], Entity]:
    slugs = sorted({entry.slug for entry in entries})
    known: dict[tuple[str, str], Entity] = {}
    for start in range(0, len(slugs), ROWS_AT_ONCE):
        for entity in Entity.objects.filter(slug__in=slugs[start : start + ROWS_AT_ONCE]):
            known[entity.kind, entity.slug] = entity
    return known


def _is_bare(entity: Entity) -> bool:
    """Whether an import made the entity and no editor has added anything since."""
    return not (
        entity.in_texts
        or entity.description
        or entity.parent_id
        or entity.latitude is not None
        or entity.aliases.exists()
    )


def _store_parents(
    written: Sequence[tuple[Entity, EntityEntry]], known: dict[tuple[str, str], Entity]
) -> None:
    by_slug = known | {(entity.kind, entity.slug): entity for entity, _ in written}
    children = []
    for entity, entry in written:
        parent = by_slug.get((entry.kind, entry.parent))
        if parent is not None:
            entity.parent = parent
            children.append(entity)
    Entity.objects.bulk_update(children, ("parent",), batch_size=ROWS_AT_ONCE)
    enqueue_below([entity.pk for entity in children if (entity.kind, entity.slug) in known])


def _store_synonyms(entries: Sequence[SynonymEntry]) -> int:
    taken = {name_key(term) for group in Synonym.objects.all() for term in group.listed}
    stored = 0
    for entry in entries:
        group = Synonym(
            terms="\n".join(entry.terms), language=entry.language, one_way=entry.one_way
        )
        if not taken.isdisjoint(map(name_key, entry.terms)):
            continue
        check_row(group, entry.where)
        group.save()
        stored += 1
    return stored


def _store_sources(entries: Sequence[SourceEntry]) -> tuple[int, int]:
    known = {
        source.slug: source
        for source in Source.objects.filter(slug__in=[entry.slug for entry in entries])
    }
    new: list[Source] = []
    bare: list[Source] = []
    for entry in entries:
        source = known.get(entry.slug)
        if source is None:
            source = Source(slug=entry.slug)
            new.append(source)
        elif source.kind != SourceKind.OTHER or any(
            (source.country, source.language, source.home_page, source.usage_terms)
        ):
            continue
        fields = dict(entry.fields)
        if source.slug in known:
            del fields["visible"]  # whether a source is hidden, editors decide
        changes = {name: value for name, value in fields.items() if getattr(source, name) != value}
        for name, value in changes.items():
            setattr(source, name, value)
        check_row(source, entry.where)
        if source.slug in known and changes:
            bare.append(source)
    Source.objects.bulk_create(new)
    for source in bare:
        source.save()
    return len(new), len(bare)
