"""What the public archive holds about one entity, of one source, or in all."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from archive.facets.registry import FACETS
from archive.query.nodes import Tagged
from archive.search.request import HistogramRequest, SearchRequest, Sort
from archive.search.result import Histogram
from archive.services.answers import FacetAnswer, FacetChoice, HistogramAnswer
from archive.services.found import FoundArticle, found_articles
from archive.services.labels import Labels
from archive.services.public_index import PublicIndex
from archive.services.timeline import timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How many articles there are, when they came out, the newest, and what else they are about."""

    total: int
    timeline: HistogramAnswer
    newest: tuple[FoundArticle, ...]
    related: tuple[FacetAnswer, ...]


def profile(
    facet: str = "",
    value: str = "",
    *,
    related: Collection[str],
    newest: int,
    values_shown: int,
    index: PublicIndex | None = None,
) -> Profile:
    """The profile of one value of a facet; without one, of the whole archive.

    ``related`` names the facets to count. Raises SearchIndexError.
    """
    request = SearchRequest(
        # As part of the query and not as a filter, so that its own facet counts what stands beside.
        query=Tagged(facet=facet, name=value, values=(value,)) if facet else None,
        sort=Sort.NEWEST,
        limit=newest,
        facets=tuple(name for name in FACETS if name in related),
        facet_limit=values_shown + 1,
        histogram=HistogramRequest(),
    )
    chosen = index or PublicIndex()
    result = chosen.search(request)
    labels = Labels(chosen.state.epoch)
    return Profile(
        total=result.total,
        timeline=timeline(result.histogram or Histogram(), HistogramRequest()),
        newest=tuple(found_articles(result.hits)),
        related=tuple(
            FacetAnswer(
                name=name,
                label=FACETS[name].label,
                choices=_choices(
                    name,
                    result.facets[name].counts,
                    labels=labels,
                    without=value if name == facet else "",
                )[:values_shown],
                distinct=result.facets[name].distinct - (name == facet),
            )
            for name in request.facets
        ),
    )


def _choices(
    facet: str, counts: Iterable[tuple[str, int]], *, labels: Labels, without: str
) -> tuple[FacetChoice, ...]:
    kept = [(value, count) for value, count in counts if value != without]
    described = labels.of(facet, [value for value, _ in kept])
    return tuple(
        FacetChoice(
            value=described[value].slug, label=described[value].label, count=count, selected=False
        )
        for value, count in kept
        if value in described
    )
