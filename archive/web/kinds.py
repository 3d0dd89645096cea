"""Kinds of entity in the words of the pages."""

from __future__ import annotations

from django.urls import reverse

from archive.models import EntityKind
from archive.web.page_models import Link

SOURCE = "source"

_PLURALS = {
    EntityKind.PARTY: "Parties",
    EntityKind.PLACE: "Places",
    EntityKind.PERSON: "People",
    EntityKind.ORGANISATION: "Organisations",
    EntityKind.TOPIC: "Topics",
}


def plural(kind: str) -> str:
    """``Parties`` for ``party``."""
    return _PLURALS[EntityKind(kind)]


def kind_links(current: str = "") -> tuple[Link, ...]:
    """The lists there are, sources last."""
    return (
        *(
            Link(label=plural(kind), url=reverse("entities", args=[kind]), current=kind == current)
            for kind in EntityKind
        ),
        Link(label="Sources", url=reverse("sources"), current=current == SOURCE),
    )
