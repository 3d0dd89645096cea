"""The facets there are, in the order in which a page shows them.

A new facet is one file in this folder and one line here, then ``manage.py search_index rebuild``.
The date is counted as a histogram and is not among them.
"""

from __future__ import annotations

from archive.facets.base import Facet
from archive.facets.language import LanguageFacet
from archive.facets.organisation import OrganisationFacet
from archive.facets.party import PartyFacet
from archive.facets.person import PersonFacet
from archive.facets.place import PlaceFacet
from archive.facets.section import SectionFacet
from archive.facets.source import SourceFacet
from archive.facets.topic import TopicFacet

FACETS: dict[str, Facet] = {
    facet.name: facet
    for facet in (
        PartyFacet(),
        PlaceFacet(),
        PersonFacet(),
        OrganisationFacet(),
        TopicFacet(),
        SourceFacet(),
        SectionFacet(),
        LanguageFacet(),
    )
}
