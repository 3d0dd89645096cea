"""The parties that an article is about."""

from __future__ import annotations

from archive.facets.entity import EntityFacet
from archive.models import EntityKind


class PartyFacet(EntityFacet):
    """The parties that an article is about."""

    name = "party"
    label = "Party"
    kind = EntityKind.PARTY
