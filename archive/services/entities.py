"""Questions about the vocabulary's tree."""

from __future__ import annotations

from archive.models import Entity


def descendants_of(entity: Entity) -> set[int]:
    """The ids of ``entity`` and of everything below it; one query a level."""
    found = {entity.pk}
    level = {entity.pk}
    while level:
        level = set(Entity.objects.filter(parent_id__in=level).values_list("pk", flat=True)) - found
        found |= level
    return found
