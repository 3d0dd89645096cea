"""Which entities of the archive the rows of a file mean, looked up a batch at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count
from typing import NamedTuple

from archive.models import Entity, EntityIdentifier, EntityRedirect
from archive.services.entities import chunks
from archive.services.vocabulary_files import EntityEntry
from archive.text.normalize import slugify_name

SLUG = ""  # in place of a scheme


class Ref(NamedTuple):
    """What an entity can be met by: a scheme and a value, or its slug, within its kind."""

    kind: str
    scheme: str
    value: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}" if self.scheme else self.value


def own_refs(entry: EntityEntry) -> list[Ref]:
    """By what a row can be met, what counts most first."""
    found = [Ref(entry.kind, scheme, value) for scheme, value in entry.identifiers]
    return [*found, Ref(entry.kind, SLUG, slug_of(entry))]


def parent_ref(entry: EntityEntry) -> Ref | None:
    """What a row names as its parent, None for none."""
    if entry.broader is not None:
        return Ref(entry.kind, *entry.broader)
    return Ref(entry.kind, SLUG, entry.parent) if entry.parent else None


def slug_of(entry: EntityEntry) -> str:
    """The slug of a row, made of its name where it has none."""
    return entry.slug or slugify_name(entry.name)


class Known:
    """The entities that rows and their parents may mean, read with a few queries.

    ``met`` are those that earlier rows turned out to mean, though the database does not say so: an
    entity of an editor is not given the identifier that a file has for it.
    """

    def __init__(self, entries: Sequence[EntityEntry], met: Mapping[Ref, int]) -> None:
        parents = [ref for entry in entries if (ref := parent_ref(entry)) is not None]
        asked = [*parents, *(ref for entry in entries for ref in own_refs(entry))]
        self._by_ref: defaultdict[Ref, list[int]] = defaultdict(list)
        for ref in asked:
            if ref in met:
                self._by_ref[ref].append(met[ref])
        self._read_slugs({ref.value for ref in asked if ref.scheme == SLUG})
        self._read_identifiers({ref for ref in asked if ref.scheme != SLUG})
        self.identifiers: defaultdict[int, dict[str, set[str]]] = defaultdict(dict)
        for pk, scheme, value in _chunked_identifiers(self._keys()):
            self.identifiers[pk].setdefault(scheme, set()).add(value)

    def of(self, ref: Ref) -> int | None:
        """The oldest entity of a reference."""
        return min(self._by_ref.get(ref, ()), default=None)

    def meant_by(self, entry: EntityEntry) -> int | None:
        """The entity that a row means: one of its identifiers or of its slug, unless another
        identifier of the same scheme says that it is something else."""
        for ref in own_refs(entry):
            for found in sorted(self._by_ref.get(ref, ())):
                if not self.contradicts(found, entry):
                    return found
        return None

    def contradicts(self, entity: int, entry: EntityEntry) -> tuple[str, str, str] | None:
        """The scheme, the entity's value and the row's by which the two are not the same."""
        schemes = self.identifiers.get(entity, {})
        given: defaultdict[str, set[str]] = defaultdict(set)
        for scheme, value in entry.identifiers:
            given[scheme].add(value)
        for scheme, values in given.items():
            known = schemes.get(scheme)
            if known and known.isdisjoint(values):
                return scheme, min(known), min(values)
        return None

    def _keys(self) -> set[int]:
        return {pk for found in self._by_ref.values() for pk in found}

    def _read_slugs(self, slugs: Collection[str]) -> None:
        for chunk in chunks(slugs):
            for pk, kind, slug in Entity.objects.filter(slug__in=chunk).values_list(
                "pk", "kind", "slug"
            ):
                self._by_ref[Ref(kind, SLUG, slug)].append(pk)
            for pk, kind, slug in EntityRedirect.objects.filter(slug__in=chunk).values_list(
                "entity_id", "kind", "slug"
            ):
                ref = Ref(kind, SLUG, slug)
                if ref not in self._by_ref:
                    self._by_ref[ref].append(pk)

    def _read_identifiers(self, refs: Collection[Ref]) -> None:
        for chunk in chunks({ref.value for ref in refs}):
            for pk, kind, scheme, value in EntityIdentifier.objects.filter(
                value__in=chunk, scheme__in={ref.scheme for ref in refs}
            ).values_list("entity_id", "entity__kind", "scheme", "value"):
                ref = Ref(kind, scheme, value)
                if ref in refs:
                    self._by_ref[ref].append(pk)


def free_slug(entry: EntityEntry, *, avoid: Collection[tuple[str, str]]) -> str:
    """A slug that no entity of the kind has, for a row whose name is that of another one.

    ``avoid`` are kinds and slugs that are about to be taken.
    """

    def is_taken(slug: str) -> bool:
        return (
            (entry.kind, slug) in avoid
            or Entity.objects.filter(kind=entry.kind, slug=slug).exists()
            or EntityRedirect.objects.filter(kind=entry.kind, slug=slug).exists()
        )

    base = slug_of(entry)[:60].rstrip("-")
    coded = [f"{base}-{slugify_name(value)[:30]}" for _, value in entry.identifiers[:1]]
    for slug in (*coded, *(f"{base}-{number}" for number in range(2, 100))):
        if not is_taken(slug):
            return slug
    # More of a name than anyone numbers by hand.
    highest = Entity.objects.filter(kind=entry.kind, slug__startswith=base).count()
    return next(slug for number in count(highest + 1) if not is_taken(slug := f"{base}-{number}"))


def _chunked_identifiers(entities: Collection[int]) -> Iterator[tuple[int, str, str]]:
    for chunk in chunks(entities):
        yield from EntityIdentifier.objects.filter(entity__in=chunk).values_list(
            "entity_id", "scheme", "value"
        )
