"""The page of an entity, and the lists of them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from archive.exceptions import SearchIndexError
from archive.facets.language import language_name
from archive.models import Entity, EntityKind, EntityRedirect
from archive.services.listing import list_entities
from archive.services.profiles import Profile, profile
from archive.services.public_index import PublicIndex
from archive.services.questions import SearchQuestion
from archive.text.analysis import UNDETERMINED
from archive.web.addresses import search_url
from archive.web.caching import public_answer
from archive.web.filters import EntityFilterSet, problems_of
from archive.web.identifiers import identifier_facts
from archive.web.kinds import kind_links, plural
from archive.web.lists import (
    direction_of,
    following_pages,
    language_tag,
    page_url,
    result_views,
    tag_link,
)
from archive.web.page_models import AliasView, EntitiesPageView, EntityPageView, TagLink
from archive.web.profiles import (
    NEWEST_SHOWN,
    RELATED,
    VALUES_SHOWN,
    related_views,
    timeline_view,
)
from archive.web.search_page import OUT_OF_ORDER

CHILDREN_SHOWN = 200


@require_safe
@public_answer
def entity(request: HttpRequest, kind: str, slug: str) -> HttpResponseBase:
    """An entity that some public article is about; any other is not known here."""
    index = PublicIndex()
    found = (
        Entity.objects.filter(kind=kind, slug=slug)
        .select_related("parent")
        .prefetch_related("aliases", "identifiers")
        .first()
    )
    if found is None:
        return _redirected(kind, slug, index)
    if not index.shown(kind, [str(found.pk)]):
        raise Http404
    try:
        about = profile(
            kind,
            str(found.pk),
            related=RELATED,
            newest=NEWEST_SHOWN,
            values_shown=VALUES_SHOWN,
            index=index,
        )
    except SearchIndexError:
        about = None
    return render(request, "entity.html", {"page": entity_page(found, about, index)})


@require_safe
@public_answer
def entity_list(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The entities of one kind, by name."""
    if kind not in EntityKind.values:
        raise Http404
    filters = EntityFilterSet(request.GET, queryset=Entity.objects.filter(kind=kind))
    problems = problems_of(filters.errors)
    rows, more = list_entities(
        filters.qs, offset=(filters.number - 1) * filters.size, limit=filters.size
    )
    url = reverse("entities", args=[kind])
    page = EntitiesPageView(
        kind=kind,
        title=plural(kind),
        url=url,
        query=filters.form.cleaned_data.get("q", ""),
        items=tuple(tag_link(row.entity, row.count or 0) for row in rows),
        kinds=kind_links(kind),
        pages=following_pages(
            number=filters.number, more=more, url_of=lambda number: page_url(request, number)
        ),
        problems=problems,
    )
    return render(request, "entities.html", {"page": page}, status=400 if problems else 200)


def entity_page(entity: Entity, about: Profile | None, index: PublicIndex) -> EntityPageView:
    """What the page says of an entity; ``about`` is None where the index cannot answer."""
    question = SearchQuestion(chosen={entity.kind: (entity.slug,)})
    return EntityPageView(
        kind=entity.kind,
        kind_label=EntityKind(entity.kind).label.capitalize(),
        name=entity.name,
        url=entity.get_absolute_url(),
        list_url=reverse("entities", args=[entity.kind]),
        description=entity.description,
        search_url=search_url(question),
        total=about.total if about else None,
        unavailable="" if about else OUT_OF_ORDER,
        coordinates=_coordinates(entity),
        parents=_shown_links([entity.parent] if entity.parent else [], index),
        children=_shown_links(list(entity.children.order_by("name")[:CHILDREN_SHOWN]), index),
        aliases=tuple(
            AliasView(
                name=alias.name,
                language=language_tag(alias.language),
                language_name=language_name(alias.language) if alias.language else "",
                direction=direction_of(alias.language or UNDETERMINED),
            )
            for alias in entity.aliases.all()
            if not alias.metonym
        ),
        identifiers=identifier_facts(
            (identifier.scheme, identifier.value) for identifier in entity.identifiers.all()
        ),
        timeline=timeline_view(about, question) if about else None,
        newest=result_views(about.newest) if about else (),
        related=related_views(about, facet=entity.kind, slug=entity.slug) if about else (),
    )


def _redirected(kind: str, slug: str, index: PublicIndex) -> HttpResponsePermanentRedirect:
    moved = EntityRedirect.objects.filter(kind=kind, slug=slug).select_related("entity").first()
    if moved is None or not index.shown(moved.entity.kind, [str(moved.entity_id)]):
        raise Http404
    return redirect(moved.entity, permanent=True)


def _shown_links(entities: list[Entity], index: PublicIndex) -> tuple[TagLink, ...]:
    """Links to those of ``entities``, all of one kind, that public articles are about."""
    if not entities:
        return ()
    shown = index.shown(entities[0].kind, [str(entity.pk) for entity in entities])
    return tuple(tag_link(entity) for entity in entities if str(entity.pk) in shown)


def _coordinates(entity: Entity) -> str:
    """``41.01° N, 28.98° E``."""
    if entity.latitude is None or entity.longitude is None:
        return ""
    north = "N" if entity.latitude >= 0 else "S"
    east = "E" if entity.longitude >= 0 else "W"
    return f"{abs(entity.latitude):.2f}° {north}, {abs(entity.longitude):.2f}° {east}"
