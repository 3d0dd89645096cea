"""The page of a source, and the list of them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from archive.exceptions import SearchIndexError
from archive.facets.language import language_name
from archive.models import Source, SourceKind
from archive.services.listing import list_sources
from archive.services.profiles import Profile, profile
from archive.services.public_index import PublicIndex
from archive.services.questions import SearchQuestion
from archive.web.addresses import search_url
from archive.web.caching import public_answer
from archive.web.filters import SourceFilterSet, problems_of
from archive.web.identifiers import identifier_facts
from archive.web.kinds import SOURCE, kind_links
from archive.web.lists import following_pages, page_url, result_views, web_address
from archive.web.page_models import EntitiesPageView, Fact, SourcePageView, TagLink
from archive.web.profiles import (
    NEWEST_SHOWN,
    RELATED,
    VALUES_SHOWN,
    related_views,
    timeline_view,
)
from archive.web.search_page import OUT_OF_ORDER


@require_safe
@public_answer
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """A visible source with public articles; any other is not known here."""
    index = PublicIndex()
    found = Source.objects.filter(slug=slug, visible=True).first()
    if found is None or not index.shown(SOURCE, [str(found.pk)]):
        raise Http404
    try:
        about = profile(
            SOURCE,
            str(found.pk),
            related=RELATED,
            newest=NEWEST_SHOWN,
            values_shown=VALUES_SHOWN,
            index=index,
        )
    except SearchIndexError:
        about = None
    return render(request, "source.html", {"page": source_page(found, about)})


@require_safe
@public_answer
def source_list(request: HttpRequest) -> HttpResponse:
    """The sources, by name."""
    filters = SourceFilterSet(request.GET, queryset=Source.objects.filter(visible=True))
    problems = problems_of(filters.errors)
    rows, more = list_sources(
        filters.qs, offset=(filters.number - 1) * filters.size, limit=filters.size
    )
    page = EntitiesPageView(
        kind=SOURCE,
        title="Sources",
        url=reverse("sources"),
        query=filters.form.cleaned_data.get("q", ""),
        items=tuple(
            TagLink(
                kind=SOURCE,
                label=row.source.name,
                url=row.source.get_absolute_url(),
                count=row.count or 0,
            )
            for row in rows
        ),
        kinds=kind_links(SOURCE),
        pages=following_pages(
            number=filters.number, more=more, url_of=lambda number: page_url(request, number)
        ),
        problems=problems,
    )
    return render(request, "entities.html", {"page": page}, status=400 if problems else 200)


def source_page(source: Source, about: Profile | None) -> SourcePageView:
    """What the page says of a source; ``about`` is None where the index cannot answer."""
    question = SearchQuestion(chosen={SOURCE: (source.slug,)})
    return SourcePageView(
        name=source.name,
        url=source.get_absolute_url(),
        kind_label=SourceKind(source.kind).label.capitalize(),
        search_url=search_url(question),
        total=about.total if about else None,
        unavailable="" if about else OUT_OF_ORDER,
        facts=_facts(source),
        usage_terms=source.usage_terms,
        timeline=timeline_view(about, question) if about else None,
        newest=result_views(about.newest) if about else (),
        related=related_views(about, facet=SOURCE, slug=source.slug) if about else (),
    )


def _facts(source: Source) -> tuple[Fact, ...]:
    facts = []
    if source.country:
        facts.append(Fact(label="Country", value=source.country))
    if source.language:
        facts.append(Fact(label="Language", value=language_name(source.language)))
    if source.home_page:
        home = web_address(source.home_page)
        facts.append(Fact(label="Home page", value=source.home_page, url=home, external=bool(home)))
    identifiers = identifier_facts(
        (str(scheme), str(value)) for scheme, value in source.identifiers.items()
    )
    return (*facts, *identifiers)
