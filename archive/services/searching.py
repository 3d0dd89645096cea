"""A search, from what was typed and chosen to an answer with labels.

The public search asks the public shelf alone and leaves out what may no longer be shown; the staff
search asks both shelves.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial

from archive.conf import archive_settings
from archive.exceptions import SearchIndexError
from archive.facets.registry import FACETS
from archive.models import Article
from archive.query.nodes import Node
from archive.search.document import Shelf
from archive.search.request import SearchRequest, Sort
from archive.search.result import FacetCounts, Hit, SearchResult
from archive.services import fallback
from archive.services.answers import (
    FacetAnswer,
    FacetChoice,
    HistogramAnswer,
    SearchAnswer,
    Suggestion,
)
from archive.services.engine import get_engine
from archive.services.expanding import Expanded, Expander
from archive.services.found import found_articles
from archive.services.labels import Labels
from archive.services.marking import Marking
from archive.services.names import (
    NO_VALUE,
    Names,
    resolve_names,
    tagged_names,
    unknown_notes,
    with_values,
)
from archive.services.outbox import public_state
from archive.services.public_index import PublicIndex
from archive.services.questions import UNDATED, SearchQuestion, days_of
from archive.services.reading import QueryReading, describe_reading, read_query
from archive.services.suggesting import FEW_HITS, suggestions
from archive.services.timeline import timeline
from archive.text.numbers import spaced

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAnswer:
    """Ids of articles in order, wherever they stand, and how many there are in all."""

    ids: tuple[str, ...]
    total: int


def search(question: SearchQuestion, *, facets: Collection[str] = tuple(FACETS)) -> SearchAnswer:
    """Answer a reader's question, counting ``facets``.

    A query that cannot be read is answered as far as it can be, with the problem beside it. Without
    a working index, a question without words is answered from the database, without counts; one
    with words raises SearchIndexError, unless there is nothing to find anyway.
    """
    index = PublicIndex()
    labels = Labels(index.state.epoch)
    reading = read_query(question.text)
    wanted = _names_in(question, reading.node)
    names = resolve_names(wanted, shown=index.shown, labels=labels)
    reading = _resolved(reading, names)
    canonical = replace(
        question,
        chosen={facet: names.slugs(facet, given) for facet, given in question.chosen.items()},
    )
    request = _request(question, reading.node, names, facets=facets)
    try:
        expander = None if question.literally or reading.node is None else Expander(index)
        expanded = _expanded(expander, reading.node)
        result = index.search(replace(request, query=expanded.node))
    except SearchIndexError:
        if not Article.objects.public().exists():
            return SearchAnswer(question=question, total=0, problem=reading.problem)
        if question.text.strip():
            raise
        logger.exception("The search index is out of order; the database answered instead.")
        return _from_database(canonical, request, names, wanted)
    marking = Marking(expanded.node)
    return SearchAnswer(
        question=canonical,
        total=result.total,
        found=tuple(found_articles(result.hits, marking)),
        facets=_facets(result, question, names, facets, labels),
        histogram=_histogram(result, question),
        read_as=describe_reading(reading, names, index.languages()),
        expansions=expanded.expansions,
        notes=(*reading.notes, *unknown_notes(wanted, names)),
        problem=reading.problem,
        suggestions=_suggestions(index, request, expander, result.total),
        labels=_labels(names, canonical),
    )


def staff_search(
    text: str,
    *,
    sort: Sort = Sort.RELEVANCE,
    offset: int = 0,
    limit: int = 100,
) -> StaffAnswer:
    """Search both shelves, whatever the articles' status, for whoever curates them.

    Knows every name and the field ``batch:``. Nothing is widened: the list has no place to say so,
    and what is done to all that was found must hit what was typed. Raises QueryError and
    SearchIndexError.
    """
    reading = read_query(text, staff=True)
    if reading.problem is not None:
        raise reading.problem
    reading = _resolved(
        reading, resolve_names(tagged_names(reading.node), labels=Labels(public_state().epoch))
    )
    result = get_engine().search(
        SearchRequest(
            query=reading.node,
            sort=sort,
            offset=offset,
            limit=limit,
            shelves=(Shelf.PUBLIC, Shelf.STAFF),
        )
    )
    return StaffAnswer(ids=tuple(hit.id for hit in result.hits), total=result.total)


def _names_in(question: SearchQuestion, node: Node | None) -> dict[str, set[str]]:
    wanted: dict[str, set[str]] = defaultdict(set)
    for facet, given in (*tagged_names(node).items(), *question.chosen.items()):
        wanted[facet].update(given)
    return wanted


def _resolved(reading: QueryReading, names: Names) -> QueryReading:
    return (
        reading if reading.node is None else replace(reading, node=with_values(reading.node, names))
    )


def _request(
    question: SearchQuestion, node: Node | None, names: Names, *, facets: Collection[str]
) -> SearchRequest:
    histogram, _ = question.zoom()
    return SearchRequest(
        query=node,
        filters={
            facet: names.engine_values(facet, given)
            for facet, given in question.chosen.items()
            if given
        },
        dates=question.date_filter(),
        date_from=days_of(question.date_from).lower if question.date_from else None,
        date_to=days_of(question.date_to).upper if question.date_to else None,
        sort=question.order,
        offset=(question.page - 1) * question.size,
        limit=question.size,
        facets=tuple(name for name in FACETS if name in facets),
        facet_limit=archive_settings().FACET_VALUES,
        histogram=histogram,
    )


def _facets(
    result: SearchResult,
    question: SearchQuestion,
    names: Names,
    facets: Collection[str],
    labels: Labels,
) -> tuple[FacetAnswer, ...]:
    return tuple(
        _facet(name, result.facets[name], question.chosen.get(name, ()), names, labels)
        for name in FACETS
        if name in facets
    )


def _facet(
    name: str, counts: FacetCounts, given: tuple[str, ...], names: Names, labels: Labels
) -> FacetAnswer:
    chosen = set(names.engine_values(name, given)) if given else set()
    described = labels.of(name, [value for value, _ in counts.counts if value != NO_VALUE])
    known = [
        FacetChoice(value=shown.slug, label=shown.label, count=count, selected=value in chosen)
        for value, count in counts.counts
        if (shown := described.get(value)) is not None
    ]
    unknown = [
        FacetChoice(value=typed, label=typed, count=0, selected=True)
        for typed in given
        if (name, typed) not in names.values
    ]
    return FacetAnswer(
        name=name,
        label=FACETS[name].label,
        choices=(*known, *unknown),
        distinct=counts.distinct,
    )


def _histogram(result: SearchResult, question: SearchQuestion) -> HistogramAnswer | None:
    if result.histogram is None:
        return None
    request, within = question.zoom()
    return timeline(
        result.histogram,
        request,
        within=within,
        chosen=question.dates,
        undated_chosen=UNDATED in question.dates,
    )


def _labels(names: Names, question: SearchQuestion) -> Mapping[tuple[str, str], str]:
    chosen = {(facet, slug) for facet, slugs in question.chosen.items() for slug in slugs}
    return {
        (facet, value.slug): value.label
        for (facet, _), value in names.shown.items()
        if (facet, value.slug) in chosen
    }


def _expanded(expander: Expander | None, node: Node | None) -> Expanded:
    return Expanded(node=node) if expander is None or node is None else expander.expand(node)


def _suggestions(
    index: PublicIndex, request: SearchRequest, expander: Expander | None, total: int
) -> tuple[Suggestion, ...]:
    if request.query is None or total > FEW_HITS:
        return ()
    return suggestions(index, request, total=total, widen=partial(_widened, expander))


def _widened(expander: Expander | None, node: Node) -> Node:
    return _expanded(expander, node).node or node


def _from_database(
    question: SearchQuestion,
    request: SearchRequest,
    names: Names,
    wanted: Mapping[str, Collection[str]],
) -> SearchAnswer:
    articles, total = fallback.filtered(request)
    hits = [Hit(id=article, score=0.0) for article in articles]
    notes = unknown_notes(wanted, names)
    if total == fallback.COUNTED:
        notes += (f"Without the index only the first {spaced(total)} articles are counted.",)
    return SearchAnswer(
        question=question,
        total=total,
        found=tuple(found_articles(hits)),
        notes=notes,
        labels=_labels(names, question),
        from_database=True,
    )
