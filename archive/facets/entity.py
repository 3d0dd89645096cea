"""What the facets over tagged entities share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import ClassVar

from archive.facets.base import ArticleTags, Facet, FacetValue
from archive.models import Article, Entity, EntityAlias, EntityKind, EntityRedirect
from archive.text.name_keys import name_key


class EntityFacet(Facet):
    """Entities of one kind; the engine's values are their ids."""

    kind: ClassVar[EntityKind]
    multi_valued = True

    def values_of(self, article: Article, tags: ArticleTags) -> tuple[str, ...]:
        return tuple(str(entity) for entity in tags.by_kind.get(self.kind, ()))

    def resolve(self, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """A slug wins over names, so that an address always means one entity."""
        wanted = {name: name.strip() for name in names}
        slugs = {typed.lower() for typed in wanted.values()}
        by_slug = dict(
            Entity.objects.filter(kind=self.kind, slug__in=slugs).values_list("slug", "pk")
        )
        if moved := slugs - by_slug.keys():
            by_slug |= dict(
                EntityRedirect.objects.filter(kind=self.kind, slug__in=moved).values_list(
                    "slug", "entity_id"
                )
            )
        named = [typed for typed in wanted.values() if typed.lower() not in by_slug]
        by_name = self._by_name(named) if named else {}
        found: dict[str, tuple[str, ...]] = {}
        for name, typed in wanted.items():
            if typed.lower() in by_slug:
                found[name] = (str(by_slug[typed.lower()]),)
            elif entities := by_name.get(name_key(typed)):
                found[name] = tuple(str(entity) for entity in sorted(entities))
        return found

    def _by_name(self, names: list[str]) -> dict[str, set[int]]:
        """Entities by what all spellings of a name share.

        Who bears the name to the letter is no better than who bears it otherwise: one that the
        public may not know would hide one that it may.
        """
        keys = {key for name in names if (key := name_key(name))}
        own = Entity.objects.filter(kind=self.kind, name_key__in=keys)
        other = EntityAlias.objects.filter(entity__kind=self.kind, name_key__in=keys, metonym=False)
        entities: defaultdict[str, set[int]] = defaultdict(set)
        for key, entity in (
            *own.values_list("name_key", "pk"),
            *other.values_list("name_key", "entity_id"),
        ):
            entities[key].add(entity)
        return entities

    def describe(self, values: Iterable[str]) -> dict[str, FacetValue]:
        ids = [int(value) for value in values if value.isdecimal()]
        return {
            str(pk): FacetValue(slug=slug, label=name)
            for pk, slug, name in Entity.objects.filter(pk__in=ids, kind=self.kind).values_list(
                "pk", "slug", "name"
            )
        }
