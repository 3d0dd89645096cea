"""The topics that an article is about."""

from __future__ import annotations

from archive.facets.entity import EntityFacet
from archive.models import EntityKind


class TopicFacet(EntityFacet):
    """The topics that an article is about."""

    name = "topic"
    label = "Topic"
    kind = EntityKind.TOPIC
