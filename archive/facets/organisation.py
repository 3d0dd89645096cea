"""The organisations that an article is about."""

from __future__ import annotations

from archive.facets.entity import EntityFacet
from archive.models import EntityKind


class OrganisationFacet(EntityFacet):
    """The organisations that an article is about."""

    name = "organisation"
    label = "Organisation"
    kind = EntityKind.ORGANISATION
    query_names = ("org", "organization")
