"""Timelines and facets of entity, source and front pages, as links into the search."""

from __future__ import annotations

from archive.query.nodes import Tagged
from archive.query.printer import print_query
from archive.services.profiles import Profile
from archive.services.questions import UNDATED, SearchQuestion
from archive.web.addresses import search_url
from archive.web.charts import histogram_view, linked_facet
from archive.web.page_models import HistogramView, LinkedFacet

NEWEST_SHOWN = 10
VALUES_SHOWN = 8
RELATED = ("party", "place", "person", "organisation", "topic")


def timeline_view(profile: Profile, question: SearchQuestion) -> HistogramView:
    """The years of a profile; each bar leads to the search for it."""
    return histogram_view(
        profile.timeline,
        url_of=lambda year: search_url(question.with_dates(year)),
        undated_url=search_url(question.with_dates(UNDATED)),
    )


def related_views(profile: Profile, *, facet: str = "", slug: str = "") -> tuple[LinkedFacet, ...]:
    """What the articles of a profile are about besides; each value leads to the articles of both.

    Values of one facet widen a search, so that one of them moves into the query to say "both".
    """

    def url_of(other_facet: str, other: str) -> str:
        if other_facet != facet or not facet:
            chosen = {facet: (slug,), other_facet: (other,)} if facet else {other_facet: (other,)}
            return search_url(SearchQuestion(chosen=chosen))
        text = print_query(Tagged(facet=facet, name=slug))
        return search_url(SearchQuestion(text=text, chosen={facet: (other,)}))

    return tuple(
        linked_facet(
            related,
            url_of=lambda value, name=related.name: url_of(name, value),  # type: ignore[misc]
        )
        for related in profile.related
        if related.choices
    )
