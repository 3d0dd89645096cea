"""Questions about the vocabulary's tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from django.db.models import Exists, OuterRef

from archive.models import COUNTED_STATES, Article, Entity, EntityKind, Tag

ROWS_AT_ONCE = 500

Key = TypeVar("Key", int, str)


def chunks(keys: Iterable[Key]) -> Iterator[list[Key]]:
    """Keys in as many at once as every database takes, each once."""
    ordered = list(dict.fromkeys(keys))
    for start in range(0, len(ordered), ROWS_AT_ONCE):
        yield ordered[start : start + ROWS_AT_ONCE]


def descendants_of(entities: Iterable[int]) -> set[int]:
    """The ids of ``entities`` and of everything below them; level by level, in few queries."""
    found = set(entities)
    level = found
    while level:
        below: set[int] = set()
        for chunk in chunks(level):
            below.update(Entity.objects.filter(parent_id__in=chunk).values_list("pk", flat=True))
        level = below - found
        found |= level
    return found


class Ancestors:
    """The places above a place; all places are read at the first question."""

    def __init__(self) -> None:
        self._parents: dict[int, int | None] | None = None

    def with_self(self, place: int) -> list[int]:
        """A place and those above it, from the lowest to the highest."""
        if self._parents is None:
            self._parents = dict(
                Entity.objects.filter(kind=EntityKind.PLACE).values_list("pk", "parent_id")
            )
        chain = [place]
        while (parent := self._parents.get(chain[-1])) is not None and parent not in chain:
            chain.append(parent)
        return chain


def has_public_tag() -> Exists:
    """A condition on entities: some public article is tagged with the entity itself."""
    return Exists(
        Tag.objects.filter(
            entity=OuterRef("pk"),
            state__in=COUNTED_STATES,
            article__in=Article.objects.public(),
        )
    )


def places_above_public_articles() -> set[int]:
    """The ids of the places that public articles count for because of a place below them."""
    ancestors = Ancestors()
    tagged = Entity.objects.filter(has_public_tag(), kind=EntityKind.PLACE, parent__isnull=False)
    return {
        above
        for place in tagged.values_list("pk", flat=True)
        for above in ancestors.with_self(place)[1:]
    }
