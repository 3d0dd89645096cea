"""The persons that an article is about."""

from __future__ import annotations

from archive.facets.entity import EntityFacet
from archive.models import EntityKind


class PersonFacet(EntityFacet):
    """The persons that an article is about."""

    name = "person"
    label = "Person"
    kind = EntityKind.PERSON
