"""Where an article plays. Places carry their ancestors, so a country counts its towns."""

from __future__ import annotations

from archive.facets.entity import EntityFacet
from archive.models import EntityKind


class PlaceFacet(EntityFacet):
    """Where an article plays. Places carry their ancestors, so a country counts its towns."""

    name = "place"
    label = "Place"
    kind = EntityKind.PLACE
